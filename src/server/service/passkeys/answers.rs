//! The answers of authenticators, in the JSON that browsers write (WebAuthn level 3 section 5.1: `toJSON`). Browsers add
//! members, and those that are not here are passed over.

use serde::{Deserialize, de::DeserializeOwned};
use utoipa::ToSchema;

use crate::{
    model::{ApiError, Field, Problem},
    server::{error::Result, secure::passkey::Wrong},
};

/// How authenticators are reached (WebAuthn level 3 section 5.8.4).
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

/// The answer to a registration.
#[derive(Deserialize, ToSchema)]
pub struct RegistrationAnswer {
    /// The id of the passkey, in base64url.
    pub id: String,
    /// What browser and authenticator say.
    pub response: AttestationResponse,
}

/// What browser and authenticator say about a new passkey.
#[derive(Deserialize, ToSchema)]
pub struct AttestationResponse {
    /// What the browser says, in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// What the authenticator says, in base64url.
    #[serde(rename = "attestationObject")]
    pub attestation_object: String,
    /// How the authenticator is reached.
    #[serde(default)]
    pub transports: Vec<String>,
}

impl AttestationResponse {
    /// The transports that the standard knows, in order, separated by spaces.
    pub(super) fn transports(&self) -> String {
        let has = |known: &&str| self.transports.iter().any(|told| told == known);
        TRANSPORTS.into_iter().filter(has).collect::<Vec<_>>().join(" ")
    }
}

/// The answer to a request for a proof.
#[derive(Deserialize, ToSchema)]
pub struct AssertionAnswer {
    /// The id of the passkey, in base64url.
    pub id: String,
    /// What browser and authenticator say.
    pub response: AssertionResponse,
}

/// What browser and authenticator say at a use of a passkey.
#[derive(Deserialize, ToSchema)]
pub struct AssertionResponse {
    /// What the browser says, in base64url.
    #[serde(rename = "clientDataJSON")]
    pub client_data_json: String,
    /// What the authenticator says, in base64url.
    #[serde(rename = "authenticatorData")]
    pub authenticator_data: String,
    /// Its signature, in base64url.
    pub signature: String,
    /// The account as the authenticator knows it, in base64url.
    #[serde(default, rename = "userHandle")]
    pub user_handle: Option<String>,
}

/// Reads an answer that a form carries.
fn of_form<T: DeserializeOwned>(text: &str) -> Result<T> {
    let read = serde_json::from_str(text);
    read.map_err(|_| ApiError::field(Field::Credential, Problem::Invalid).into())
}

impl RegistrationAnswer {
    /// The answer that a form carries.
    ///
    /// # Errors
    /// `invalid_input` for a text that is none.
    pub fn of_form(text: &str) -> Result<Self> {
        of_form(text)
    }
}

impl AssertionAnswer {
    /// The answer that a form carries.
    ///
    /// # Errors
    /// `invalid_input` for a text that is none.
    pub fn of_form(text: &str) -> Result<Self> {
        of_form(text)
    }
}

/// The refusal of an answer to a registration, whose reason is for the log.
pub(super) fn refused(wrong: Wrong) -> crate::server::error::Error {
    tracing::info!(%wrong, "a new passkey was refused");
    ApiError::field(Field::Credential, Problem::Invalid).into()
}
