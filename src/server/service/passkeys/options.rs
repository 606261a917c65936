//! What authenticators are asked, in the JSON that browsers read (WebAuthn level 3 sections 5.4 and 5.5:
//! `parseCreationOptionsFromJSON`, `parseRequestOptionsFromJSON`).

use serde::Serialize;
use utoipa::ToSchema;

use super::{LIFE, Rp};
use crate::server::{
    db::{passkeys::PasskeyRow, users::UserRow},
    secure::passkey::ALGORITHMS,
};

/// Time that a browser gives its user, in milliseconds.
const TIMEOUT: i64 = LIFE * 1_000;

/// A passkey that an authenticator may have.
#[derive(Debug, Serialize, ToSchema)]
pub struct Descriptor {
    /// `public-key`.
    r#type: &'static str,
    /// Its id of the authenticator, in base64url.
    id: String,
    /// How its authenticator is reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    transports: Vec<String>,
}

impl Descriptor {
    fn of(row: &PasskeyRow) -> Self {
        let transports = row.transports.split(' ').filter(|text| !text.is_empty());
        Self {
            r#type: "public-key",
            id: row.credential_id.clone(),
            transports: transports.map(str::to_owned).collect(),
        }
    }

    /// The passkeys of an account that are for this RP id.
    pub(super) fn of_all(rows: &[PasskeyRow], rp: Rp<'_>) -> Vec<Self> {
        rows.iter().filter(|row| row.rp_id == rp.id).map(Self::of).collect()
    }
}

/// The service.
#[derive(Debug, Serialize, ToSchema)]
pub struct Entity {
    /// The RP id.
    id: String,
    /// Its name.
    name: String,
}

/// The account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserEntity {
    /// The name under which authenticators keep its passkeys, in base64url.
    id: String,
    /// Its username.
    name: String,
    /// Its name for people.
    display_name: String,
}

/// A kind of key.
#[derive(Debug, Serialize, ToSchema)]
pub struct Parameter {
    /// `public-key`.
    r#type: &'static str,
    /// The algorithm, by its number of COSE.
    alg: i64,
}

/// Which authenticators may answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatorSelection {
    /// `required`: the passkey is found without a name.
    resident_key: &'static str,
    /// The same for older browsers.
    require_resident_key: bool,
    /// `required`: the authenticator verifies who is there.
    user_verification: &'static str,
}

/// What an authenticator is asked for a new passkey.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions {
    /// The challenge, in base64url.
    challenge: String,
    /// The service.
    rp: Entity,
    /// The account.
    user: UserEntity,
    /// The kinds of keys, the best one first.
    pub_key_cred_params: Vec<Parameter>,
    /// Time for the answer, in milliseconds.
    timeout: i64,
    /// The passkeys that there are: an authenticator that has one of them makes no other.
    exclude_credentials: Vec<Descriptor>,
    /// Which authenticators may answer.
    authenticator_selection: AuthenticatorSelection,
    /// `none`: nothing is asked about the authenticator.
    attestation: &'static str,
}

/// The names of the account of a new passkey.
#[derive(Clone, Copy)]
pub(super) struct Whose<'w> {
    pub(super) username: &'w str,
    pub(super) display_name: Option<&'w str>,
}

impl<'w> Whose<'w> {
    pub(super) fn of(user: &'w UserRow) -> Self {
        Self { username: &user.username, display_name: user.display_name.as_deref() }
    }
}

impl CreationOptions {
    pub(super) fn new(
        rp: Rp<'_>,
        service: &str,
        (whose, handle): (Whose<'_>, &str),
        challenge: String,
        there: &[PasskeyRow],
    ) -> Self {
        // An empty name is refused by browsers.
        let display_name = whose.display_name.filter(|name| !name.trim().is_empty());
        Self {
            challenge,
            rp: Entity { id: rp.id.to_owned(), name: service.to_owned() },
            user: UserEntity {
                id: handle.to_owned(),
                name: whose.username.to_owned(),
                display_name: display_name.unwrap_or(whose.username).to_owned(),
            },
            pub_key_cred_params: ALGORITHMS
                .map(|alg| Parameter { r#type: "public-key", alg })
                .into(),
            timeout: TIMEOUT,
            exclude_credentials: Descriptor::of_all(there, rp),
            authenticator_selection: AuthenticatorSelection {
                resident_key: "required",
                require_resident_key: true,
                user_verification: "required",
            },
            attestation: "none",
        }
    }
}

/// What an authenticator is asked for a proof.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions {
    /// The challenge, in base64url.
    challenge: String,
    /// Time for the answer, in milliseconds.
    timeout: i64,
    /// The RP id.
    rp_id: String,
    /// The passkeys that may answer; any where there are none.
    allow_credentials: Vec<Descriptor>,
    /// `required`: the authenticator verifies who is there.
    user_verification: &'static str,
}

impl RequestOptions {
    pub(super) fn new(rp: Rp<'_>, challenge: String, allow_credentials: Vec<Descriptor>) -> Self {
        Self {
            challenge,
            timeout: TIMEOUT,
            rp_id: rp.id.to_owned(),
            allow_credentials,
            user_verification: "required",
        }
    }
}
