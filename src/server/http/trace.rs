//! Request ids, metrics and the access log. Each request has an id, in every log line that it
//! causes and in its answer.

use std::{fmt::Display, net::IpAddr};

use axum::{
    http::{HeaderName, HeaderValue, Method, request::Parts},
    response::Response,
};
use tracing::Span;

use super::client_info;
use crate::server::{App, clock::Stopwatch, log, metrics};

/// The status of an answer whose client has disconnected, as in nginx.
const CLIENT_GONE: u16 = 499;
/// The method or route of requests outside of the table.
pub const OTHER: &str = "other";
/// The header of the id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request that is counted and logged when it is dropped, because its client may disconnect
/// before the answer.
pub struct UnderWay<'a> {
    app: &'a App,
    request: metrics::Request,
    client: Option<IpAddr>,
    id: HeaderValue,
    watch: Stopwatch,
}

impl<'a> UnderWay<'a> {
    /// A request that has arrived. Its log line has the pattern of the route and not the path, which a client may choose
    /// freely.
    pub fn begin(app: &'a App, parts: &Parts, route: &'static str) -> Self {
        let client = app.config.access_log.then(|| client_info::address(app, parts)).flatten();
        let request =
            metrics::Request { method: method(&parts.method), route, status: CLIENT_GONE };
        let id = HeaderValue::from_bytes(&app.clock.request_id());
        let id = id.unwrap_or(HeaderValue::from_static(""));
        Self { app, request, client, id, watch: Stopwatch::start() }
    }

    fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    /// The span of its log lines, at the highest level, so that every log level keeps the id.
    pub fn span(&self) -> Span {
        let metrics::Request { method, route, .. } = &self.request;
        tracing::error_span!("request", id = %self.id(), %method, %route)
    }

    /// Ends with its answer, which gets the id; adds a metric, and a log line.
    pub fn end(mut self, mut response: Response) -> Response {
        self.request.status = response.status().as_u16();
        response.headers_mut().insert(REQUEST_ID, self.id.clone());
        response
    }
}

impl Drop for UnderWay<'_> {
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
                id = %self.id(),
                "request"
            );
        }
    }
}

fn method(method: &Method) -> &'static str {
    let known = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
    known.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER)
}
