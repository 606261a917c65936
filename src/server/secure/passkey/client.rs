//! What a browser says (WebAuthn level 3 section 5.8.1).

use serde::Deserialize;

use super::{Expected, Wrong};
use crate::server::secure::seal;

/// The members of client data that count. Browsers may add others, and no member comes twice.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
    #[serde(default)]
    top_origin: Option<String>,
}

/// Checks client data of a ceremony of a type.
///
/// # Errors
/// `Client`, `Type`, `Challenge`, `Origin`.
pub(super) fn check(bytes: &[u8], r#type: &str, expected: &Expected<'_>) -> Result<(), Wrong> {
    let data: ClientData = serde_json::from_slice(bytes).map_err(|_| Wrong::Client)?;
    if data.r#type != r#type {
        return Err(Wrong::Type);
    }
    if !seal::same(&data.challenge, expected.challenge) {
        return Err(Wrong::Challenge);
    }
    // A page of ours within a page of somebody else asks for no passkey.
    let is_framed = data.cross_origin || data.top_origin.is_some();
    if is_framed || !expected.origins.contains(&data.origin) {
        return Err(Wrong::Origin);
    }
    Ok(())
}
