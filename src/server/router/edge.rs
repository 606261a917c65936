//! The outermost function: check of the host, headers of every answer, and answers in their reader's
//! representation.

use axum::{
    extract::Request,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::{cors::Call, readers};
use crate::{
    model::ErrorCode,
    server::{
        App,
        clock::OnceAMinute,
        http::{headers, language, origin, reply::ProblemDetails, trace::UnderWay},
        say::in_language,
    },
};

/// The edge of a listener.
pub struct Edge {
    app: App,
    /// The headers of every answer.
    headers: HeaderMap,
    /// The log line about a foreign host.
    foreign_host: OnceAMinute,
    /// The log line about the script of another origin.
    foreign_script: OnceAMinute,
}

impl Edge {
    /// The edge of a listener of an app.
    pub fn new(app: App) -> Self {
        let headers = headers::of_ours(&app.config);
        let (foreign_host, foreign_script) = (OnceAMinute::default(), OnceAMinute::default());
        Self { app, headers, foreign_host, foreign_script }
    }

    /// Rejects unknown hosts, gives every answer its headers, selects the reader's language, and
    /// answers people with pages and programs with problems. `answer` is for requests to our host.
    pub async fn around<A: Future<Output = Response>>(
        &self,
        request: Request,
        route: &'static str,
        answer: impl FnOnce(Request) -> A,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let under_way = UnderWay::begin(&self.app, &parts, route);
        let (span, language) = (under_way.span(), language::of(&self.app, &parts.headers));
        let answered = self.answered(Request::from_parts(parts, body), answer);
        under_way.end(in_language(language, answered).instrument(span).await)
    }

    async fn answered<A: Future<Output = Response>>(
        &self,
        request: Request,
        answer: impl FnOnce(Request) -> A,
    ) -> Response {
        let reader = readers::Reader::of(&request);
        let (parts, body) = request.into_parts();
        let call = Call::of(&self.app, &parts);
        let keeps_opener = headers::keeps_opener(parts.uri.path());
        // Probes ask by address.
        let probe = matches!(parts.uri.path(), "/healthz" | "/readyz");
        let response = match probe || origin::is_our_host(&self.app, &parts) {
            true => answer(Request::from_parts(parts, body)).await,
            false => self.refuse_host(),
        };
        if let Some(call) = call
            && call.is_refused(response.headers())
            && self.foreign_script.is_due(self.app.clock.now_s())
        {
            call.log();
        }
        let mut response = reader.answer_anonymously(&self.app, response);
        if keeps_opener {
            headers::keep_opener(response.headers_mut());
        }
        headers::add(&self.headers, response.headers_mut());
        response
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
