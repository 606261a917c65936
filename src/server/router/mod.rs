//! The router: the table of routes, with the layers of HTTP around the handlers of the API and the pages.

pub mod edge;
mod readers;
pub mod routes;

use std::any::Any;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, CorsLayer},
};

use crate::{
    model::ErrorCode,
    server::{
        App,
        http::{access::Access, actions, assets, finish, guard, reply::ProblemDetails, tutorial},
    },
};

/// Everything the service answers.
pub fn router(app: App) -> Router {
    let (mut router, mut pages) = (Router::new(), Vec::new());
    for route in routes::table() {
        if (route.access, &route.method) == (Access::Page, &Method::GET) {
            pages.push(route.path);
        }
        let (state, access) = (app.clone(), route.access);
        let guard =
            move |request: Request, next: Next| guard::layer(state.clone(), access, request, next);
        router = router.route(route.path, route.handler.layer(middleware::from_fn(guard)));
    }
    for (path, access) in routes::ACTIONS {
        router = router.route(path, actions::route(app.clone(), *access));
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
    let listed = |path: &str| routes::ACTIONS.iter().any(|(listed, _)| *listed == path);
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

/// In tutorial mode a tutorial's React form may stand on any port of this machine.
fn is_loopback(origin: &str) -> bool {
    url::Url::parse(origin).is_ok_and(|url| {
        url.origin().ascii_serialization() == origin
            && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"))
    })
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::server::{
        clock::Clock,
        config::{Config, Flags},
        site,
    };

    async fn fail(request: Request) -> &'static str {
        assert_eq!(request.uri().query(), None, "a bug");
        "fine"
    }

    /// S101: a panic is told in its reader's terms, and says nothing of itself.
    #[tokio::test]
    async fn a_panic_is_a_page_for_a_person_and_a_problem_for_a_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let data_dir = Some(folder.path().join("data").display().to_string());
        let config = Config::load(&Flags { data_dir, ..Flags::default() }, None).expect("settings");
        let app = App::open(config, Clock::default(), site::find()).await.expect("the app opens");
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
