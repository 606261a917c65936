//! How a client shows who it is (RFC 6749 section 2.3).

use std::{borrow::Cow, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::FutureExt;
use percent_encoding::percent_decode;

use super::{OAuthError, Params};
use crate::server::{
    App,
    db::{client_secrets, clients, of_spare},
    error::Error,
    service::{
        ClientInfo,
        audit::{self, Kind, Outcome, Record},
        clients::{Client, ClientAuth, NOTE_EVERY, Registry},
        limits::{self, Limit},
    },
};

/// What a request shows of its client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The client that it says it is.
    id: String,
    /// The way, and the secret.
    by: (ClientAuth, String),
}

impl Shown {
    /// Reads the header `Authorization`, which stands at most once, and the parameters.
    ///
    /// # Errors
    /// `invalid_request` for two ways at once, `invalid_client` for none, or a header that is malformed.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, OAuthError> {
        let refused = OAuthError::InvalidClient { by_header: authorization.is_some() };
        let named = params.one("client_id");
        let secret = params.one("client_secret");
        if params.has("client_assertion") || params.has("client_assertion_type") {
            return Err(OAuthError::InvalidClient { by_header: false });
        }
        if let Some(header) = authorization {
            let (id, secret_of_header) = basic(header).ok_or(refused)?;
            if params.has("client_secret") || named.is_some_and(|named| named != id) {
                return Err(OAuthError::InvalidRequest("The client shows who it is in two ways."));
            }
            return Ok(Self { id, by: (ClientAuth::ClientSecretBasic, secret_of_header) });
        }
        let id = named.ok_or(refused)?.to_owned();
        let by = match secret {
            Some(secret) => (ClientAuth::ClientSecretPost, secret.to_owned()),
            None => (ClientAuth::None, String::new()),
        };
        Ok(Self { id, by })
    }
}

/// Name and secret of a `Basic` header, each encoded as in a form (RFC 6749 section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, text) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || text.len() > 1024 {
        return None;
    }
    let plain = String::from_utf8(STANDARD.decode(text).ok()?).ok()?;
    let (id, secret) = plain.split_once(':')?;
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        let bytes: Cow<'_, [u8]> = percent_decode(spaced.as_bytes()).into();
        String::from_utf8(bytes.into_owned()).ok()
    };
    Some((decoded(id)?, decoded(secret)?))
}

/// The client that a request shows: it is in use, and shows who it is in its own way and in no other.
///
/// # Errors
/// `invalid_client`, which is recorded once a minute; `temporarily_unavailable` after many.
pub async fn authenticate(
    app: &App,
    registry: &Registry,
    shown: &Shown,
    client_info: &ClientInfo,
) -> Result<Arc<Client>, OAuthError> {
    let Shown { id, by: (auth, secret) } = shown;
    let now_s = app.clock.now_s();
    let client = registry.enabled(id).filter(|client| client.settings.auth() == *auth);
    let used = client.and_then(|client| client.secret(secret, now_s));
    let is_shown = *auth == ClientAuth::None || used.is_some();
    if let Some(client) = client.filter(|_| is_shown) {
        note(app, client.id(), used.map(|secret| secret.id.as_str()), now_s).await;
        return Ok(client.clone());
    }
    let source = client_info.source();
    let _stays = limits::take(app, &[Limit::ClientAuth(source)]).await?;
    // The name only of a client that there is: anything else may be a secret in the wrong place.
    let record = Record::new(app, client_info)
        .about_some("client", registry.client(id).map(|client| client.id().to_owned()));
    let name = format!("client.auth {source}");
    let event = (Kind::ClientAuth, Outcome::Refused);
    audit::once(app, name, record, event, None).await?;
    Err(OAuthError::InvalidClient { by_header: *auth == ClientAuth::ClientSecretBasic })
}

/// Notes the use of a client and its secret, once an hour; the request does not depend on it.
async fn note(app: &App, client: &str, secret: Option<&str>, now_s: i64) {
    if !app.clients.is_to_note(secret.unwrap_or(client), now_s) {
        return;
    }
    let (client, secret) = (client.to_owned(), secret.map(str::to_owned));
    let noted = app.db.write(move |tx| {
        async move {
            let before = now_s - NOTE_EVERY;
            clients::touch(tx, &client, now_s, before).await?;
            if let Some(secret) = &secret {
                client_secrets::touch(tx, secret, now_s, before).await?;
            }
            Ok::<_, Error>(())
        }
        .boxed()
    });
    if let Err(error) = of_spare(noted).await {
        tracing::warn!(%error, "a use of a client was not written");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(header: Option<&str>, form: &str) -> Result<Shown, OAuthError> {
        Shown::read(header, &Params::parse(form.as_bytes()).expect("parameters"))
    }

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn one_way_is_read() {
        let shown = |id: &str, auth, secret: &str| {
            Ok(Shown { id: id.to_owned(), by: (auth, secret.to_owned()) })
        };
        let basic = ClientAuth::ClientSecretBasic;
        assert_eq!(read(Some(&header("app:s")), ""), shown("app", basic, "s"));
        assert_eq!(read(Some(&header("app:s")), "client_id=app"), shown("app", basic, "s"));
        assert_eq!(read(Some(&header("a%20p+p:%C3%A4%3A")), ""), shown("a p p", basic, "\u{e4}:"));
        let post = ClientAuth::ClientSecretPost;
        assert_eq!(read(None, "client_id=app&client_secret=s"), shown("app", post, "s"));
        assert_eq!(read(None, "client_id=app"), shown("app", ClientAuth::None, ""));
        assert_eq!(read(None, "client_id=app&client_secret="), shown("app", ClientAuth::None, ""));
    }

    #[test]
    fn two_ways_and_none_are_refused() {
        let two = Err(OAuthError::InvalidRequest("The client shows who it is in two ways."));
        assert_eq!(read(Some(&header("app:s")), "client_secret=s"), two);
        assert_eq!(read(Some(&header("app:s")), "client_id=other"), two);
        let none = |by_header| Err(OAuthError::InvalidClient { by_header });
        for junk in [
            "Basic",
            "Basic ",
            "Bearer abc",
            "Basic YXBwOnM",
            "Basic YXBwOnM==",
            "Basic  YXBwOnM=",
            "Basic YXBwOnM= ",
            "Basic YX BwOnM=",
            "Basic YXBwcw==",
            "Basic /////w==",
        ] {
            assert_eq!(read(Some(junk), "client_id=app"), none(true), "{junk}");
        }
        assert_eq!(read(None, ""), none(false));
        assert_eq!(read(None, "client_secret=s"), none(false));
        assert_eq!(read(None, "client_id=app&client_assertion=a"), none(false));
    }

    proptest! {
        #[test]
        fn nothing_panics(header: String, form: String) {
            if let Ok(params) = Params::parse(form.as_bytes()) {
                let _ = Shown::read(Some(&header), &params);
            }
        }
    }
}
