//! What stands between a socket and the rows of the table: one function calls the next.
//!
//! They are functions and no layers of tower, because each layer boxes and clones all that is below it for each request:
//! a guarded GET had 116,000 instructions with layers, and has 71,000.

use std::{any::Any, convert::Infallible, panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use tower::{Layer, Service, ServiceExt, service_fn};
use tower_http::cors::CorsLayer;

use super::{
    cors,
    edge::Edge,
    readers::Reader,
    routes,
    rows::{Place, Rows},
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        http::{assets, finish, load, oauth, reply::ProblemDetails, route::Route, trace},
    },
};

/// The answer of the service, while it is made.
type Answer = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

/// The service behind a socket.
///
/// A request passes the check of the host, CORS, the catcher of panics, the quotas of open requests, and the guard of its
/// row.
pub fn service(
    app: App,
) -> impl Service<Request, Response = Response, Error = Infallible, Future = Answer> + Clone {
    of_table(app, routes::table())
}

/// The service with these rows.
pub(super) fn of_table(
    app: App,
    table: Vec<Route>,
) -> impl Service<Request, Response = Response, Error = Infallible, Future = Answer> + Clone {
    let front = Arc::new(Front::new(app, table));
    service_fn(move |request| {
        let front = front.clone();
        let answer: Answer = Box::pin(async move { Ok(front.answer(request).await) });
        answer
    })
}

struct Front {
    app: App,
    edge: Edge,
    rows: Rows,
    /// The paths of the pages.
    pages: Vec<&'static str>,
    /// Only if an origin is allowed.
    cors: Option<CorsLayer>,
}

impl Front {
    fn new(app: App, table: Vec<Route>) -> Self {
        let pages = table.iter().filter(|route| route.is_page()).map(|route| route.path);
        let has_origins = app.config.tutorial_compat || !app.config.cors_origins.is_empty();
        Self {
            pages: pages.collect(),
            rows: Rows::of(table),
            edge: Edge::new(app.clone()),
            cors: has_origins.then(|| cors::layer(&app)),
            app,
        }
    }

    /// The answer with all of its headers.
    async fn answer(self: Arc<Self>, request: Request) -> Response {
        let path = request.uri().path();
        let place = self.rows.find(path);
        let asset = || assets::route(path).unwrap_or(trace::OTHER);
        let route = place.map_or_else(asset, |place| place.path);
        let is_head = request.method() == Method::HEAD;
        let answer = |request| self.shared(place, request);
        let response = self.edge.around(request, route, answer).await;
        if is_head { without_body(response) } else { response }
    }

    /// The answer with the headers of CORS.
    async fn shared(self: &Arc<Self>, place: Option<&Place>, request: Request) -> Response {
        // Those say themselves that everybody may read them.
        let is_open = oauth::CROSS_ORIGIN.contains(&request.uri().path());
        let Some(cors) = self.cors.as_ref().filter(|_| !is_open) else {
            return self.caught(place, request).await;
        };
        // Boxed: the future would have room for the answer twice.
        let caught = |request| Box::pin(self.caught(place, request));
        let answer = service_fn(|request| caught(request).map(Ok::<_, Infallible>));
        let Ok(response) = cors.layer(answer).oneshot(request).await;
        response
    }

    /// The answer, or that to a panic, which fails one request and reveals nothing.
    async fn caught(self: &Arc<Self>, place: Option<&Place>, request: Request) -> Response {
        let answer = AssertUnwindSafe(self.finished(place, request)).catch_unwind();
        answer.await.unwrap_or_else(|_panic: Box<dyn Any + Send>| {
            tracing::error!("a handler panicked");
            ProblemDetails::from(ErrorCode::Internal).into_response()
        })
    }

    /// The answer; one that may change something is made even if the client disconnects. The request is counted within
    /// that work, so that its share is held until it is done.
    async fn finished(self: &Arc<Self>, place: Option<&Place>, request: Request) -> Response {
        if request.method().is_safe() {
            return self.counted(place, request).await;
        }
        let front = self.clone();
        let answer = async move {
            let place = front.rows.find(request.uri().path());
            front.counted(place, request).await
        };
        finish::answered(&self.app, answer).await
    }

    /// The answer to a counted request, in its reader's representation.
    async fn counted(&self, place: Option<&Place>, request: Request) -> Response {
        // Boxed: each function around it would store the future twice, for every open request while its body arrives.
        let answer = |request| {
            Box::pin(async move {
                let reader = Reader::of(&request);
                let response = self.routed(place, request).await;
                reader.answer(&self.app, response).await
            })
        };
        load::answered(&self.app, request, answer).await
    }

    /// The answer of the row, or of a file.
    async fn routed(&self, place: Option<&Place>, request: Request) -> Response {
        if let Some(place) = place {
            return place.answer(&self.app, request).await;
        }
        match assets::route(request.uri().path()) {
            Some(_) => assets::answer(&self.app, &request),
            None => self.not_found(&request),
        }
    }

    /// The answer for an unknown path. A path that differs from a page only in case and trailing
    /// slashes redirects there, and only to a path of the table, so that no spelling leads to another
    /// site.
    fn not_found(&self, request: &Request) -> Response {
        let uri = request.uri();
        let is_meant = |page: &&&str| page.eq_ignore_ascii_case(uri.path().trim_end_matches('/'));
        let looks = matches!(*request.method(), Method::GET | Method::HEAD);
        let meant = self.pages.iter().find(is_meant).filter(|_| looks);
        let place = meant.map(|page| match uri.query() {
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
}

/// The answer to HEAD: that to GET without its body, but with the length of it where that is known (RFC 9110 section 9.3.2).
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        parts.headers.entry(header::CONTENT_LENGTH).or_insert_with(|| length.into());
    }
    Response::from_parts(parts, Body::empty())
}
