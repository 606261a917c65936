//! Passkeys (WebAuthn level 3): the answers of authenticators are held against what they were asked. Nothing is asked about the
//! authenticator itself, so the statement about it (attestation) is passed over.
//!
//! What is done with the result, counters and backups included, is decided in `service/passkeys`.

mod cbor;
mod client;
mod data;
mod key;
mod names;
#[cfg(test)]
mod tests;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{random, seal};
use cbor::Reader;
use data::{AuthenticatorData, Flags, of_attestation};
pub use key::ALGORITHMS;
use key::PublicKey;
pub use names::name;

/// Makes a challenge: 256 random bits in base64url.
pub fn challenge() -> String {
    URL_SAFE_NO_PAD.encode(random::bytes::<32>())
}

/// Bytes as browsers write them in JSON: base64url without padding.
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of such a text.
///
/// # Errors
/// `Encoding`.
pub fn decode(text: &str) -> Result<Vec<u8>, Wrong> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Wrong::Encoding)
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The challenge.
    pub challenge: &'e str,
    /// The origins of pages that may ask.
    pub origins: &'e [String],
    /// The RP id: the name that passkeys are for.
    pub rp_id: &'e str,
}

/// Why an answer is refused; for the log alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A text is not base64url.
    #[error("a text is not base64url")]
    Encoding,
    /// The client data is not the JSON that browsers write.
    #[error("the client data is malformed")]
    Client,
    /// The answer is of a ceremony of another type.
    #[error("the answer is of another ceremony")]
    Type,
    /// The answer is to another challenge.
    #[error("the challenge is another one")]
    Challenge,
    /// The page that asked is not ours, or it was within a page of somebody else.
    #[error("the origin is not ours")]
    Origin,
    /// The CBOR is malformed.
    #[error("the CBOR is malformed")]
    Cbor,
    /// The authenticator data is malformed.
    #[error("the authenticator data is malformed")]
    Data,
    /// The key is of another algorithm, or none.
    #[error("the key is none that was asked for")]
    Key,
    /// The answer is for another RP id.
    #[error("the answer is for another RP id")]
    Rp,
    /// Nobody was at the authenticator.
    #[error("nobody was present")]
    NotPresent,
    /// The authenticator did not verify who was there.
    #[error("the user was not verified")]
    NotVerified,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
}

/// A new passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    /// Its id.
    pub id: Vec<u8>,
    /// Its public key, a COSE key.
    pub public_key: Vec<u8>,
    /// The kind of its authenticator, as a UUID in lower case; none if the authenticator does not say.
    pub aaguid: Option<String>,
    /// What was seen.
    pub seen: Seen,
}

/// The state of a passkey at a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The number of signatures, or 0 where the authenticator does not count.
    pub sign_count: u32,
    /// Whether it may be on several devices.
    pub may_be_backed_up: bool,
    /// Whether it is.
    pub is_backed_up: bool,
}

impl Seen {
    fn of(flags: Flags, sign_count: u32) -> Self {
        Self {
            sign_count,
            may_be_backed_up: flags.may_be_backed_up(),
            is_backed_up: flags.is_backed_up(),
        }
    }
}

/// The answer to a registration.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'r> {
    /// What the browser says, as JSON.
    pub client_data: &'r [u8],
    /// What the authenticator says, as CBOR.
    pub attestation: &'r [u8],
}

/// The answer to an authentication.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// What the browser says, as JSON.
    pub client_data: &'a [u8],
    /// What the authenticator says.
    pub data: &'a [u8],
    /// Its signature over both.
    pub signature: &'a [u8],
}

/// Holds a registration against what was asked. The authenticator must have verified who was there.
///
/// # Errors
/// The first thing that is wrong.
pub fn register(expected: &Expected<'_>, answer: Registration<'_>) -> Result<NewPasskey, Wrong> {
    let (new, flags) = registered(expected, answer)?;
    flags.need_verification()?;
    Ok(new)
}

fn registered(
    expected: &Expected<'_>,
    answer: Registration<'_>,
) -> Result<(NewPasskey, Flags), Wrong> {
    client::check(answer.client_data, "webauthn.create", expected)?;
    let data = said(expected, of_attestation(answer.attestation)?)?;
    let attested = data.attested.ok_or(Wrong::Data)?;
    attested.key.check()?;
    let aaguid =
        (attested.aaguid != [0; 16]).then(|| uuid::Uuid::from_bytes(attested.aaguid).to_string());
    let new = NewPasskey {
        id: attested.id.to_owned(),
        public_key: attested.key_bytes.to_owned(),
        aaguid,
        seen: Seen::of(data.flags, data.sign_count),
    };
    Ok((new, data.flags))
}

/// Holds an authentication against what was asked, and against the public key of the passkey. The authenticator must have verified
/// who was there.
///
/// # Errors
/// The first thing that is wrong.
pub fn assert(
    expected: &Expected<'_>,
    answer: Assertion<'_>,
    public_key: &[u8],
) -> Result<Seen, Wrong> {
    let (seen, flags) = asserted(expected, answer, public_key)?;
    flags.need_verification()?;
    Ok(seen)
}

fn asserted(
    expected: &Expected<'_>,
    answer: Assertion<'_>,
    public_key: &[u8],
) -> Result<(Seen, Flags), Wrong> {
    client::check(answer.client_data, "webauthn.get", expected)?;
    let data = said(expected, answer.data)?;
    let key = PublicKey::read(&mut Reader::new(public_key))?;
    let signed = [answer.data, &seal::digest(answer.client_data)].concat();
    key.verify(&signed, answer.signature)?;
    Ok((Seen::of(data.flags, data.sign_count), data.flags))
}

/// Reads authenticator data for this RP id, of somebody who was there.
fn said<'b>(expected: &Expected<'_>, bytes: &'b [u8]) -> Result<AuthenticatorData<'b>, Wrong> {
    let data = AuthenticatorData::read(bytes)?;
    if data.rp_id_hash != seal::digest(expected.rp_id.as_bytes()) {
        return Err(Wrong::Rp);
    }
    data.flags.need_presence()?;
    Ok(data)
}
