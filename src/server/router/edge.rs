//! The outermost layer: which host is asked, the headers of every answer, and an answer in its reader's terms.

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

/// For how long the log does not repeat that another host is asked for, or that another origin calls, in seconds.
const QUIET: i64 = 60;

/// What the layer needs.
#[derive(Clone)]
pub struct Edge {
    app: App,
    /// When the log was told of another host, Unix seconds.
    told_at: Arc<AtomicI64>,
    /// The same of another origin's script.
    told_origin_at: Arc<AtomicI64>,
}

impl Edge {
    /// For the router of an app.
    pub fn new(app: App) -> Self {
        let never = || Arc::new(AtomicI64::new(i64::MIN));
        Self { app, told_at: never(), told_origin_at: never() }
    }

    /// Whether the log may be told again; if so, it is now.
    fn may_tell(&self, told_at: &AtomicI64) -> bool {
        let now = self.app.clock.now();
        let may = now.saturating_sub(told_at.load(Ordering::Relaxed)) >= QUIET;
        if may {
            told_at.store(now, Ordering::Relaxed);
        }
        may
    }

    fn refuse_host(&self) -> Response {
        let ours = self.app.config.issuer();
        if self.may_tell(&self.told_at) {
            // Not which: a client may have written anything.
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

/// Refuses unknown hosts, gives every answer its headers, speaks the reader's language, and tells people by pages what programs are told by problems.
///
/// Each layer clones all below it for each request, so all this is one.
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
        && edge.may_tell(&edge.told_origin_at)
    {
        call.log();
    }
    let mut response = reader.told_by_anybody(&edge.app, response);
    headers::of_ours(response.headers_mut(), &edge.app.config);
    response
}
