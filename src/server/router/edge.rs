//! The outermost layer: check of the host, headers of every answer, and answers in their reader's
//! representation.

use std::sync::Arc;

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
        clock::OnceAMinute,
        http::{headers, language, origin, reply::ProblemDetails, trace},
        say::in_language,
    },
};

/// The state of the layer.
#[derive(Clone)]
pub struct Edge {
    app: App,
    /// The log line about a foreign host.
    foreign_host: Arc<OnceAMinute>,
    /// The log line about the script of another origin.
    foreign_script: Arc<OnceAMinute>,
}

impl Edge {
    /// The state for the router of an app.
    pub fn new(app: App) -> Self {
        Self { app, foreign_host: Arc::default(), foreign_script: Arc::default() }
    }

    fn refuse_host(&self) -> Response {
        let ours = self.app.config.issuer();
        if self.foreign_host.is_due(self.app.clock.now_s()) {
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
        && edge.foreign_script.is_due(edge.app.clock.now_s())
    {
        call.log();
    }
    let mut response = reader.answer_anonymously(&edge.app, response);
    headers::of_ours(response.headers_mut(), &edge.app.config);
    response
}
