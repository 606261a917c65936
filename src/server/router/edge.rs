//! The outermost layer: check of the host, headers of every answer, and answers in their reader's
//! representation.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::readers;
use crate::{
    model::ErrorCode,
    server::{
        App,
        http::{headers, language, origin, reply::ProblemDetails, trace},
        say::in_language,
    },
};

/// Minimum interval between log lines about a foreign host, in seconds.
const QUIET: i64 = 60;

/// The state of the layer.
#[derive(Clone)]
pub struct Edge {
    app: App,
    /// Time of the last log line about a foreign host, in Unix seconds.
    logged_at: Arc<AtomicI64>,
}

impl Edge {
    /// The state for the router of an app.
    pub fn new(app: App) -> Self {
        Self { app, logged_at: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    fn refuse_host(&self) -> Response {
        let (now_s, ours) = (self.app.clock.now_s(), self.app.config.issuer());
        if now_s.saturating_sub(self.logged_at.load(Ordering::Relaxed)) >= QUIET {
            self.logged_at.store(now_s, Ordering::Relaxed);
            // The host itself is not logged, because a client may have written anything.
            tracing::warn!(
                public_url = %ours,
                "refused a request that asks for another host than that of VESTIBULE_PUBLIC_URL; a proxy has to hand \
                 the Host header on"
            );
        }
        let ours = format!("This server answers for {ours}.");
        ProblemDetails::with_detail(ErrorCode::MisdirectedRequest, ours).into_response()
    }
}

/// Rejects unknown hosts, gives every answer its headers, selects the reader's language, and
/// answers people with pages and programs with problems.
///
/// All this is one layer, because each layer clones everything below it for each request.
pub async fn layer(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    let language = language::of(&edge.app, request.headers());
    let answer = |request| in_language(language, answer(edge.clone(), request, next));
    trace::traced(edge.app.clone(), request, answer).await
}

async fn answer(edge: Edge, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let reader = readers::Reader::of(&parts);
    // Probes use an IP address as host.
    let probe = matches!(parts.uri.path(), "/healthz" | "/readyz");
    let response = match probe || origin::is_our_host(&edge.app, &parts) {
        true => next.run(Request::from_parts(parts, body)).await,
        false => edge.refuse_host(),
    };
    let mut response = reader.answer_anonymously(&edge.app, response);
    headers::of_ours(response.headers_mut(), &edge.app.config);
    response
}
