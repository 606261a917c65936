//! Requests that may change something run to completion, even if the client disconnects.

use std::panic::resume_unwind;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::{load, reply::ProblemDetails};
use crate::server::{
    App,
    error::unavailable,
    say::{current, in_language},
};

/// Runs a request that may change something in a task of its own: if the client disconnects, only
/// the answer is dropped. Counts, events, blocks and memory are then as if the client had waited.
///
/// The open request is counted inside the task, so that its share is held until the work is done. A
/// body that is cut off is an error to its reader, so half a request changes nothing.
pub async fn answered<A>(
    app: App,
    request: Request,
    answer: impl FnOnce(Request) -> A + Send + 'static,
) -> Response
where
    A: Future<Output = Response> + Send + 'static,
{
    if request.method().is_safe() {
        return load::answered(app, request, answer).await;
    }
    let background = app.background.clone();
    // A new task does not inherit the language of its reader.
    let answer = in_language(current(), load::answered(app, request, answer));
    match background.spawn(answer.in_current_span()).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Only a runtime that shuts down cancels tasks.
            Err(_) => ProblemDetails::from(unavailable()).into_response(),
        },
    }
}
