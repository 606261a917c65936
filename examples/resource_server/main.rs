//! A service of its own whose routes want an access token of Vestibule's.
//!
//! ```sh
//! cargo run --features ssr --example resource_server -- --issuer http://localhost:3000
//! curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3001/protected
//! curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:3001/vault
//! ```
//!
//! After sign-out `/protected` takes the token until it expires; `/vault` refuses it.

#![expect(
    clippy::disallowed_types,
    reason = "the verifier is copied elsewhere: it needs few crates"
)]

mod verifier;

use axum::{
    Json, Router,
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use clap::{CommandFactory, Parser, error::ErrorKind};
use serde_json::{Value, json};

use verifier::{Claims, Error, Revocation, Verifier};

/// An axum resource server.
#[derive(Parser)]
#[command(name = "resource_server")]
struct Settings {
    /// Vestibule's public URL: https, unless it is on this machine.
    #[arg(long, env = "ISSUER", default_value = "http://localhost:3000")]
    issuer: String,
    /// Required audience of tokens [default: the issuer]
    #[arg(long, env = "AUDIENCE")]
    audience: Option<String>,
    /// URL of the keys [default: the issuer's /.well-known/jwks.json]
    #[arg(long, env = "JWKS_URI")]
    jwks_uri: Option<String>,
    /// The port to listen on, on loopback.
    #[arg(long, env = "PORT", default_value_t = 3001)]
    port: u16,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Settings { issuer, audience, jwks_uri, port } = Settings::parse();
    let audience = audience.unwrap_or_else(|| issuer.clone());
    let jwks_uri = jwks_uri.unwrap_or_else(|| format!("{issuer}/.well-known/jwks.json"));
    let verifier = Verifier::new(&issuer, &audience, &jwks_uri).unwrap_or_else(|error| {
        Settings::command().error(ErrorKind::ValueValidation, error).exit()
    });
    let router = Router::new()
        .route("/", get(async || Json(json!({ "message": "Welcome to the axum API!" }))))
        .route("/protected", get(protected))
        .route("/vault", get(vault))
        .with_state(verifier);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn protected(SignedIn(claims): SignedIn) -> Json<Value> {
    Json(json!({ "message": "This is a protected route!", "claims": claims }))
}

async fn vault(StillSignedIn(claims): StillSignedIn) -> Json<Value> {
    Json(json!({ "message": "This is worth asking Vestibule for.", "claims": claims }))
}

/// A client with a good token.
struct SignedIn(Claims);

impl FromRequestParts<Verifier> for SignedIn {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, verifier: &Verifier) -> Result<Self, Rejection> {
        Ok(Self(verifier.verify(bearer(parts)?, Revocation::WaitForExpiry).await?))
    }
}

/// A client with a good token whose user has not signed out since.
struct StillSignedIn(Claims);

impl FromRequestParts<Verifier> for StillSignedIn {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, verifier: &Verifier) -> Result<Self, Rejection> {
        Ok(Self(verifier.verify(bearer(parts)?, Revocation::Ask).await?))
    }
}

/// The token of the one `Authorization: Bearer` header (RFC 6750 section 2.1).
fn bearer(parts: &Parts) -> Result<&str, Rejection> {
    let mut lines = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else {
        return Err(Rejection::NoToken);
    };
    let (scheme, token) =
        line.to_str().ok().and_then(|line| line.split_once(' ')).ok_or(Rejection::NoToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token) } else { Err(Rejection::NoToken) }
}

/// Why a route stays shut, as RFC 6750 section 3 says it.
enum Rejection {
    NoToken,
    Verifier(Error),
}

impl From<Error> for Rejection {
    fn from(error: Error) -> Self {
        Self::Verifier(error)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let (status, challenge, message) = match self {
            Self::NoToken => (StatusCode::UNAUTHORIZED, "Bearer", "A token is needed."),
            Self::Verifier(Error::Refused(_)) => {
                let challenge = r#"Bearer error="invalid_token""#;
                (StatusCode::UNAUTHORIZED, challenge, "The token is not valid.")
            }
            Self::Verifier(Error::Unavailable) => {
                let message = "The token cannot be checked now. Try again.";
                let later = [(header::RETRY_AFTER, "1")];
                let body = Json(json!({ "message": message }));
                return (StatusCode::SERVICE_UNAVAILABLE, later, body).into_response();
            }
        };
        let body = Json(json!({ "message": message }));
        (status, [(header::WWW_AUTHENTICATE, challenge)], body).into_response()
    }
}
