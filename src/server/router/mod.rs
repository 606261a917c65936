//! The router: the table of routes, and the functions of HTTP around the handlers of the API and the pages.

mod cors;
pub mod edge;
mod front;
mod readers;
pub mod routes;
mod rows;

use axum::http::Method;

pub use self::front::service;

/// Checks that each row of the table can be reached, and that each server function has one (S67).
///
/// # Errors
/// Returns a row that cannot be reached, or a function without a row.
pub fn check() -> Result<(), String> {
    let table = routes::table();
    rows::check(&table)?;
    let listed = |path: &str| table.iter().any(|row| row.is_action && row.path == path);
    for (path, method) in server_fn::axum::server_fn_paths() {
        if !listed(path) || method != Method::POST {
            return Err(format!("server function {method} {path} is not in the table of routes"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{
        body::Body,
        extract::{ConnectInfo, Request},
        http::{StatusCode, header},
    };
    use tower::ServiceExt;

    use super::{front::of_table, *};
    use crate::{
        pages::page::{Page, SignedIn},
        server::{
            App,
            clock::Clock,
            config::{Config, Flags},
            http::{
                access::Access,
                route::{Handler, Route, handler},
            },
            service::{roles::Permission, tokens},
            site,
        },
    };

    /// A row for `/`.
    fn row(method: Method, access: Access, handler: Handler) -> Route {
        let (path, is_action, operation, part) = ("/", false, None, "");
        Route { method, path, access, handler, is_action, operation, part }
    }

    async fn fail(request: Request) -> &'static str {
        assert_eq!(request.uri().query(), None, "a bug");
        "fine"
    }

    async fn app() -> (App, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a folder");
        let data_dir = Some(folder.path().join("data").display().to_string());
        let config = Config::load(&Flags { data_dir, ..Flags::default() }, None).expect("settings");
        let app = App::open(config, Clock::default(), site::find()).await.expect("the app opens");
        tokens::begin(&app).await.expect("the life of tokens");
        (app, folder)
    }

    /// The cookie of somebody who has just registered.
    async fn cookie(app: &App) -> String {
        let request = Request::builder()
            .method(Method::POST)
            .uri("/register")
            .header("host", "localhost:3000")
            .header("origin", "http://localhost:3000")
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))))
            .body(Body::from("username=ada&email=&password=seven+lanterns+by+a+door"));
        let answer = service(app.clone()).oneshot(request.expect("a request")).await;
        let headers = answer.expect("infallible").headers().clone();
        let lines =
            headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        let session = lines.filter_map(|line| line.split(';').next());
        let session = session.into_iter().find(|pair| pair.starts_with("vestibule_session"));
        session.expect("a session").to_owned()
    }

    async fn for_anybody(_: Page) -> &'static str {
        "fine"
    }

    async fn for_people_who_are_signed_in(_: SignedIn) -> &'static str {
        "fine"
    }

    /// A page and its row that disagree fail for somebody who is signed in, so the access test finds them.
    #[tokio::test]
    async fn a_page_that_its_row_contradicts_fails() {
        let (app, _folder) = app().await;
        let cookie = cookie(&app).await;
        for (access, handler, status) in [
            (Access::Page, handler(for_anybody), 200),
            (Access::SignedIn, handler(for_people_who_are_signed_in), 200),
            (Access::PageFor(Permission::AuditRead), handler(for_people_who_are_signed_in), 403),
            (Access::Page, handler(for_people_who_are_signed_in), 500),
            (Access::SignedIn, handler(for_anybody), 500),
        ] {
            let service = of_table(app.clone(), vec![row(Method::GET, access, handler)]);
            let request = Request::builder()
                .header("host", "localhost:3000")
                .header("cookie", &cookie)
                .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))))
                .body(Body::empty());
            let answer = service.oneshot(request.expect("a request")).await.expect("infallible");
            assert_eq!(answer.status().as_u16(), status, "{access:?}");
        }
    }

    /// A panic is answered in its reader's representation, without details (S101).
    #[tokio::test]
    async fn a_panic_is_a_page_for_a_person_and_a_problem_for_a_program() {
        let (app, _folder) = app().await;
        let methods = [Method::GET, Method::POST];
        let rows = methods.map(|method| row(method, Access::Public, handler(fail)));
        let service = of_table(app, rows.into());
        for method in [Method::GET, Method::POST] {
            for (accept, told) in
                [("text/html", "text/html; charset=utf-8"), ("*/*", "application/problem+json")]
            {
                let request = Request::builder()
                    .method(method.clone())
                    .uri("/?x")
                    .header("host", "localhost:3000")
                    .header("accept", accept)
                    .header("accept-encoding", "br");
                let request = request.body(Body::empty()).expect("a request");
                let response = service.clone().oneshot(request).await.expect("infallible");
                assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
                assert_eq!(response.headers()[header::CONTENT_TYPE], told);
                assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
                let body = axum::body::to_bytes(response.into_body(), 1 << 20).await;
                let text = String::from_utf8(body.expect("a body").into()).expect("text");
                assert!(!text.contains("a bug"), "{text}");
                assert_eq!(text.starts_with("<!doctype html>"), accept == "text/html", "{text}");
            }
        }
    }

    /// A panic is one 500, and the next request is answered (S101).
    #[tokio::test]
    async fn a_panic_fails_one_request() {
        let (app, _folder) = app().await;
        let service = of_table(app, vec![row(Method::GET, Access::Public, handler(fail))]);
        for (uri, status) in [("/", 200), ("/?x", 500), ("/", 200)] {
            let request = Request::builder().uri(uri).header("host", "localhost:3000");
            let request = request.body(Body::empty()).expect("a request");
            let response = service.clone().oneshot(request).await.expect("infallible");
            assert_eq!(response.status().as_u16(), status);
        }
    }
}
