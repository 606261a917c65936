//! The router: the table of routes, with the layers of HTTP around the handlers of the API and the pages.

mod cors;
pub mod edge;
mod readers;
pub mod routes;

use std::any::Any;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    model::ErrorCode,
    pages::page,
    server::{
        App,
        http::{access::Access, assets, finish, guard, reply::ProblemDetails, route::Route},
    },
};

/// The router of the service.
pub fn router(app: App) -> Router {
    let (mut router, mut pages) = (Router::new(), Vec::new());
    for route in routes::table() {
        if route.is_page() {
            pages.push(route.path);
        }
        router = router.route(route.path, guarded(&app, route));
    }
    let mut router = router
        .merge(assets::routes(&app))
        .fallback(move |request: Request| std::future::ready(not_found(&pages, &request)))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(app.clone(), inner))
        .layer(CatchPanicLayer::custom(panicked));
    // Each request clones the layer, so it is added only if an origin is allowed.
    if app.config.tutorial_compat || !app.config.cors_origins.is_empty() {
        router = router.layer(cors::layer(&app));
    }
    let edge = edge::Edge::new(app.clone());
    router.layer(middleware::from_fn_with_state(edge, edge::layer)).with_state(app)
}

/// The handler of a row behind the guard that its access names.
fn guarded(app: &App, route: Route) -> MethodRouter<App> {
    let Route { handler, access, is_action, .. } = route;
    let app = app.clone();
    if is_action {
        return handler.layer(Extension(access));
    }
    match access {
        Access::SignedIn | Access::PageFor(_) => {
            let permission = access.permission();
            handler.layer(middleware::from_fn(move |request: Request, next: Next| {
                page::guard(app.clone(), permission, request, next)
            }))
        }
        _ => handler.layer(middleware::from_fn(move |request: Request, next: Next| {
            guard::layer(app.clone(), access, request, next)
        })),
    }
}

/// The innermost layer: counts the open request, completes its work if the client disconnects, and writes a refusal for its
/// reader.
async fn inner(State(app): State<App>, request: Request, next: Next) -> Response {
    let answer = {
        let app = app.clone();
        // Boxed: each outer layer would store the future twice, for every open request while its
        // body arrives.
        move |request| Box::pin(readers::answer(app, request, |request| next.run(request)))
    };
    finish::answered(app, request, answer).await
}

/// Checks that each server function has a row in the table (S67).
///
/// # Errors
/// Returns the function without one.
pub fn all_listed() -> Result<(), String> {
    let table = routes::table();
    let listed = |path: &str| table.iter().any(|row| row.is_action && row.path == path);
    for (path, method) in server_fn::axum::server_fn_paths() {
        if !listed(path) || method != Method::POST {
            return Err(format!("server function {method} {path} is not in the table of routes"));
        }
    }
    Ok(())
}

/// The answer for an unknown path. A path that differs from a page only in case and trailing
/// slashes redirects there, and only to a path of the table, so that no spelling leads to another
/// site.
fn not_found(pages: &[&str], request: &Request) -> Response {
    let uri = request.uri();
    let is_meant = |page: &&&str| page.eq_ignore_ascii_case(uri.path().trim_end_matches('/'));
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    let place = pages.iter().find(is_meant).filter(|_| looks).map(|page| match uri.query() {
        Some(query) => HeaderValue::from_str(&format!("{page}?{query}")),
        None => HeaderValue::from_str(page),
    });
    match place {
        Some(Ok(place)) => {
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, place)]).into_response()
        }
        _ => ProblemDetails::from(ErrorCode::NotFound).into_response(),
    }
}

async fn method_not_allowed() -> ProblemDetails {
    ErrorCode::MethodNotAllowed.into()
}

/// The answer after a panic: it fails one request, and reveals nothing.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    ProblemDetails::from(ErrorCode::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{body::Body, extract::ConnectInfo, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::{
        pages::page::{Page, SignedIn},
        server::{
            clock::Clock,
            config::{Config, Flags},
            service::{roles::Permission, tokens},
            site,
        },
    };

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
        let answer = router(app.clone()).oneshot(request.expect("a request")).await;
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
            (Access::Page, get(for_anybody), 200),
            (Access::SignedIn, get(for_people_who_are_signed_in), 200),
            (Access::PageFor(Permission::AuditRead), get(for_people_who_are_signed_in), 403),
            (Access::Page, get(for_people_who_are_signed_in), 500),
            (Access::SignedIn, get(for_anybody), 500),
        ] {
            let row = Route {
                method: Method::GET,
                path: "/",
                access,
                handler,
                is_action: false,
                operation: None,
                part: "",
            };
            let router = Router::new().route("/", guarded(&app, row)).with_state(app.clone());
            let request = Request::builder()
                .header("cookie", &cookie)
                .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))))
                .body(Body::empty());
            let answer = router.oneshot(request.expect("a request")).await.expect("infallible");
            assert_eq!(answer.status().as_u16(), status, "{access:?}");
        }
    }

    /// A panic is answered in its reader's representation, without details (S101).
    #[tokio::test]
    async fn a_panic_is_a_page_for_a_person_and_a_problem_for_a_program() {
        let (app, _folder) = app().await;
        let router = Router::new()
            .route("/", get(fail).post(fail))
            .layer(middleware::from_fn_with_state(app.clone(), inner))
            .layer(CatchPanicLayer::custom(panicked))
            .layer(middleware::from_fn_with_state(edge::Edge::new(app.clone()), edge::layer));
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
                let response = router.clone().oneshot(request).await.expect("infallible");
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
        let router = Router::new().route("/", get(fail)).layer(CatchPanicLayer::custom(panicked));
        for (uri, status) in [("/", 200), ("/?x", 500), ("/", 200)] {
            let request = Request::builder().uri(uri).body(Body::empty()).expect("a request");
            let response = router.clone().oneshot(request).await.expect("infallible");
            assert_eq!(response.status().as_u16(), status);
        }
    }
}
