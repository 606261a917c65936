//! The router: the table of routes, with the layers of HTTP around the handlers of the API and the pages.

pub mod edge;
mod readers;
pub mod routes;

use std::any::Any;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};

use crate::{
    model::ErrorCode,
    pages::page,
    server::{
        App,
        http::{
            access::Access, assets, finish, guard, reply::ProblemDetails, route::Route, tutorial,
        },
    },
};

/// Everything the service answers.
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
    // Each request clones the layer, so it is there only where an origin may call.
    if app.config.tutorial_compat || !app.config.cors_origins.is_empty() {
        router = router.layer(cors(&app));
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

/// What is closest to the handlers: a request is one of those that may be under way, its work is finished, and its refusal is
/// told in its reader's terms within that.
async fn inner(State(app): State<App>, request: Request, next: Next) -> Response {
    let answer = {
        let app = app.clone();
        // Each layer around it has room for it twice: it is kept while a body arrives, for all that are under way.
        move |request| Box::pin(readers::told(app, request, |request| next.run(request)))
    };
    finish::answered(app, request, answer).await
}

/// Stops the start if a server function has no line in the table (S67).
///
/// # Errors
/// The function that has none.
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

/// The answer for an address that is nowhere; one that is that of a page but for its case and slashes at its end leads
/// there. Only to an address of the table, so that no spelling leads to another site.
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

/// A panic is a bug of ours: it fails one request, and says nothing of itself.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    ProblemDetails::from(ErrorCode::Internal).into_response()
}

/// Listed origins may call from a browser, with a bearer token and never with the cookie.
fn cors(app: &App) -> CorsLayer {
    let (listed, compat) = (app.config.cors_origins.clone(), app.config.tutorial_compat);
    let allowed = move |origin: &HeaderValue, request: &Parts| {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let path = request.uri.path();
        let listed = listed.iter().any(|listed| listed == origin);
        (listed && !path.starts_with("/action/"))
            || (compat && tutorial::PATHS.contains(&path) && is_loopback(origin))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([
            header::RETRY_AFTER,
            HeaderName::from_static("ratelimit"),
            header::WWW_AUTHENTICATE,
            header::LOCATION,
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("deprecation"),
        ])
        .max_age(std::time::Duration::from_secs(600))
}

/// In tutorial mode the React form of the third article may stand on any port of this machine.
fn is_loopback(origin: &str) -> bool {
    url::Url::parse(origin).is_ok_and(|url| {
        url.origin().ascii_serialization() == origin
            && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    })
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

    /// S101: a panic is told in its reader's terms, and says nothing of itself.
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

    /// S101: a panic is one 500, and the next request is answered.
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
