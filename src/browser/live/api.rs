//! The API with the access token, for islands.

use super::{refresh::access_token, session, transport};
use crate::{
    browser::{Received, Verb},
    model::ApiError,
};

/// Calls the API with the access token, if there is one; a refused token is replaced once.
///
/// # Errors
/// `network_failure` without an answer; an error of the refresh.
pub async fn call(verb: Verb, path: &str, body: Option<String>) -> Result<Received, ApiError> {
    let mut refused = false;
    loop {
        let token = access_token().await?;
        let received = transport::exchange(verb, path, body.as_deref(), token.as_deref()).await?;
        if refused || token.is_none() || !received.refuses_token() {
            return Ok(received);
        }
        session::refuse(token);
        refused = true;
    }
}
