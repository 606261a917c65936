//! Requests that may change something run to completion, even if the client disconnects.

use std::panic::resume_unwind;

use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::reply::ProblemDetails;
use crate::server::{
    App,
    error::unavailable,
    say::{current, in_language},
};

/// Answers a request that may change something in a task of its own: if the client disconnects, only
/// the answer is dropped. Counts, events, blocks and memory are then as if the client had waited.
///
/// A body that is cut off is an error to its reader, so half a request changes nothing.
pub async fn answered(
    app: &App,
    answer: impl Future<Output = Response> + Send + 'static,
) -> Response {
    // A new task does not inherit the language of its reader.
    let answer = in_language(current(), answer);
    match app.background.spawn(answer.in_current_span()).await {
        Ok(response) => response,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Only a runtime that shuts down cancels tasks.
            Err(_) => ProblemDetails::from(unavailable()).into_response(),
        },
    }
}
