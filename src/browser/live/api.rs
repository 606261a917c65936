//! The API with the access token: what islands ask for.

use super::{
    refresh::{access_token, adopt},
    session, transport,
};
use crate::{
    browser::{Received, Verb},
    model::ApiError,
};

/// Calls the API with the access token, if there is one; a token that the server refuses is replaced once.
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

/// Calls the API with the access token and answers the body of its success. An access token in it is kept: the
/// session has a new identity.
pub async fn ask(verb: Verb, path: &str, body: Option<String>) -> Result<String, ApiError> {
    let answer = call(verb, path, body).await?.success()?;
    adopt(&answer)?;
    Ok(answer)
}

/// Proves again who is calling, for acts that ask for it.
pub async fn reauthenticate(password: &str) -> Result<(), ApiError> {
    let body = format!("{{\"password\":{}}}", quoted(password));
    ask(Verb::Post, "/api/v1/me/reauthenticate", Some(body)).await.map(drop)
}

/// Changes the password; this session goes on.
pub async fn change_password(current: &str, new: &str) -> Result<(), ApiError> {
    let (current, new) = (quoted(current), quoted(new));
    let body = format!("{{\"current_password\":{current},\"new_password\":{new}}}");
    ask(Verb::Put, "/api/v1/me/password", Some(body)).await.map(drop)
}

/// Text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// Signs out on the server and here, then goes to the start.
pub async fn sign_out() -> Result<(), ApiError> {
    let received = transport::post("/api/v1/logout", None).await?;
    // Not signed in any more is what was asked for.
    if !matches!(received.status, 400 | 401) {
        received.success()?;
    }
    session::leave();
    Ok(())
}
