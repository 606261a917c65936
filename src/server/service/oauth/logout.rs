//! Sign-out that a client begins (OpenID Connect RP-Initiated Logout 1.0).

use std::sync::Arc;

use super::{OAuthError, Params, verify::hint};
use crate::server::{
    App,
    db::sessions,
    error::Result,
    service::{ClientInfo, clients::Client, session, session_user::SessionUser},
};

/// What a request for a sign-out says.
#[derive(Clone, Debug, Default)]
pub struct LogoutRequest {
    /// The client, if it says which it is.
    pub client: Option<Arc<Client>>,
    /// Where the person goes afterwards, if the client has registered it.
    pub to: Option<String>,
    /// The grant of the hint.
    grant: Option<String>,
    /// The person of the hint.
    subject: Option<String>,
}

/// Reads such a request. What is wrong with it never stops a sign-out: a bad hint counts as none, and an address that is not registered is
/// not gone to.
pub fn read(app: &App, params: &Params) -> LogoutRequest {
    let registry = app.clients.now();
    let hinted = params.one("id_token_hint").and_then(|token| {
        // Of which client it is says the token itself, or the request.
        let audience = audience(token)?;
        let of = params.one("client_id").is_none_or(|id| id == audience);
        let claims: std::result::Result<_, OAuthError> = hint(app, &audience, token);
        claims.ok().flatten().filter(|_| of)
    });
    let id = match &hinted {
        Some(claims) => Some(claims.aud.clone()),
        None => params.one("client_id").map(str::to_owned),
    };
    let client = id.and_then(|id| registry.client(&id).cloned());
    let to = params.one("post_logout_redirect_uri").filter(|uri| {
        client.as_ref().is_some_and(|client| {
            client.settings.post_logout_redirect_uris.iter().any(|own| own == uri)
        })
    });
    let to = to.map(|uri| match params.one("state").filter(|state| state.len() <= 2048) {
        Some(state) => {
            let joint = if uri.contains('?') { '&' } else { '?' };
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("state", state)
                .finish();
            format!("{uri}{joint}{query}")
        }
        None => uri.to_owned(),
    });
    let (grant, subject) = match hinted {
        Some(claims) => (Some(claims.sid), Some(claims.sub)),
        None => (None, None),
    };
    LogoutRequest { client, to, grant, subject }
}

/// The audience of a token that is not verified yet.
fn audience(token: &str) -> Option<String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    payload["aud"].as_str().map(str::to_owned)
}

impl LogoutRequest {
    /// Whether a good hint came with the request, so that nobody is asked whether this client is meant.
    pub fn is_hinted(&self) -> bool {
        self.subject.is_some()
    }

    /// Whether the hint is of the session of this browser: of a grant that came from it.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub async fn is_of(&self, app: &App, session_user: &SessionUser) -> Result<bool> {
        let (Some(grant), Some(subject)) = (&self.grant, &self.subject) else {
            return Ok(false);
        };
        if subject != session_user.user().as_str() {
            return Ok(false);
        }
        let row = sessions::by_id(&app.db, grant).await?;
        Ok(row.is_some_and(|row| row.parent_id.as_deref() == Some(session_user.session().as_str())))
    }
}

/// Signs the person of this browser out.
///
/// # Errors
/// As [`session::end`].
pub async fn end(app: &App, session_user: &SessionUser, client_info: &ClientInfo) -> Result<()> {
    session::end(app, session_user.session(), client_info).await
}
