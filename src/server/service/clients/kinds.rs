//! The values of a client's settings.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::server::secure::{keys::KeyAlgorithm, redirect_uri::Places};

/// What kind of program a client is; the rest follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// A web app with a server, which keeps a secret.
    Web,
    /// An app in the browser alone.
    Spa,
    /// A program on a computer or a phone.
    Native,
    /// A program that acts for itself, and for nobody.
    Machine,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Web, Self::Spa, Self::Native, Self::Machine];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Spa => "spa",
            Self::Native => "native",
            Self::Machine => "machine",
        }
    }

    /// Whether people sign in to it.
    pub fn has_people(self) -> bool {
        self != Self::Machine
    }

    /// The places to which it may be redirected.
    pub fn places(self) -> Places {
        match self {
            Self::Native => Places::Native,
            _ => Places::Web,
        }
    }
}

impl FromStr for ClientKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| "expected web, spa, native or machine".into())
    }
}

/// How a client shows who it is at the token endpoint (OpenID Connect Core section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuth {
    /// It does not: everybody can read such a program.
    None,
    /// By a secret in the `Authorization` header.
    ClientSecretBasic,
    /// By a secret in the body.
    ClientSecretPost,
}

impl ClientAuth {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// Its name in metadata.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
        }
    }
}

/// Whether people are asked before a client gets tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// Once, and again when more is asked for.
    #[default]
    Ask,
    /// Never: the client is the operator's own.
    Skip,
}

/// Whether a client must send a challenge (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pkce {
    /// It must.
    #[default]
    Required,
    /// It need not; only for a client with a secret.
    Optional,
}

/// Whether a client must push its requests (RFC 9126).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Par {
    /// It may.
    #[default]
    Optional,
    /// It must.
    Required,
}

/// Which claims ID tokens have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdTokenClaims {
    /// Those about the sign-in.
    #[default]
    None,
    /// Those of the scope as well, for a client that never asks for them.
    All,
}

/// An algorithm that signs for others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Signature {
    /// RSA with SHA-256, which every library knows.
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl From<Signature> for KeyAlgorithm {
    fn from(signature: Signature) -> Self {
        match signature {
            Signature::Rs256 => Self::Rs256,
            Signature::Es256 => Self::Es256,
            Signature::EdDsa => Self::EdDsa,
        }
    }
}
