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

use super::{cors::Call, readers};
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
    /// Time of the last log line about the script of another origin, in Unix seconds.
    logged_origin_at: Arc<AtomicI64>,
}

impl Edge {
    /// The state for the router of an app.
    pub fn new(app: App) -> Self {
        let never = || Arc::new(AtomicI64::new(i64::MIN));
        Self { app, logged_at: never(), logged_origin_at: never() }
    }

    /// Returns whether a log line is due; if so, it counts as written now.
    fn may_log(&self, logged_at: &AtomicI64) -> bool {
        let now_s = self.app.clock.now_s();
        let may = now_s.saturating_sub(logged_at.load(Ordering::Relaxed)) >= QUIET;
        if may {
            logged_at.store(now_s, Ordering::Relaxed);
        }
        may
    }

    fn refuse_host(&self) -> Response {
        let ours = self.app.config.issuer();
        if self.may_log(&self.logged_at) {
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
    let call = Call::of(&edge.app, &parts);
    // Probes ask by address.
    let probe = matches!(parts.uri.path(), "/healthz" | "/readyz");
    let response = match probe || origin::is_our_host(&edge.app, &parts) {
        true => next.run(Request::from_parts(parts, body)).await,
        false => edge.refuse_host(),
    };
    if let Some(call) = call
        && call.is_refused(response.headers())
        && edge.may_log(&edge.logged_origin_at)
    {
        call.log();
    }
    let mut response = reader.answer_anonymously(&edge.app, response);
    headers::of_ours(response.headers_mut(), &edge.app.config);
    response
}
