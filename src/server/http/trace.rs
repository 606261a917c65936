//! Request ids, metrics and the access log. Each request has an id, in every log line that it
//! causes and in its answer.

use std::{fmt::Display, net::IpAddr};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method},
    response::Response,
};
use tracing::Instrument;

use super::{assets, client_info};
use crate::server::{App, clock::Stopwatch, log, metrics};

/// The status of an answer whose client has disconnected, as in nginx.
const CLIENT_GONE: u16 = 499;
/// The method or route of requests outside of the table.
const OTHER: &str = "other";

/// Answers a request by `answer`; adds its id to the answer, a metric, and a log line. The line has
/// the pattern of the route and not the path, which a client may choose freely.
pub async fn traced<A: Future<Output = Response>>(
    app: App,
    request: Request,
    answer: impl FnOnce(Request) -> A,
) -> Response {
    let id = app.clock.new_id();
    let (parts, body) = request.into_parts();
    let request = metrics::Request {
        method: method(&parts.method),
        route: route(parts.extensions.get::<MatchedPath>(), parts.uri.path()),
        status: CLIENT_GONE,
    };
    let client = match app.config.access_log {
        true => client_info::address(&app, &parts),
        false => None,
    };
    // At the highest level, so that every log level keeps the id.
    let (method, route) = (request.method, &request.route);
    let span = tracing::error_span!("request", %id, %method, %route);
    let mut under_way = UnderWay { app, request, client, id, watch: Stopwatch::start() };
    let mut response = answer(Request::from_parts(parts, body)).instrument(span).await;
    under_way.request.status = response.status().as_u16();
    if let Ok(id) = HeaderValue::from_str(&under_way.id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A request that is counted and logged when it is dropped, because its client may disconnect
/// before the answer.
struct UnderWay {
    app: App,
    request: metrics::Request,
    client: Option<IpAddr>,
    id: String,
    watch: Stopwatch,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let took = self.watch.elapsed();
        self.app.metrics.request(&self.request, took);
        if self.app.config.access_log {
            let metrics::Request { method, route, status } = &self.request;
            let client = self.client.as_ref().map_or(&"unknown" as &dyn Display, |address| address);
            tracing::info!(
                target: log::ACCESS,
                parent: None,
                %client,
                %method,
                %route,
                status,
                duration_ms = took.as_micros() as f64 / 1000.0,
                id = %self.id,
                "request"
            );
        }
    }
}

fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}

fn route(matched: Option<&MatchedPath>, path: &str) -> String {
    match matched {
        Some(pattern) => pattern.as_str().to_owned(),
        None if path.starts_with(assets::BUILT) => format!("{}/*", assets::BUILT),
        None => OTHER.to_owned(),
    }
}
