//! What an authenticator says (WebAuthn level 3 section 6.1).

use super::{
    Wrong,
    cbor::{Item, Reader},
    key::PublicKey,
};

/// The longest id of a passkey, in bytes (WebAuthn level 3 section 5.1).
const ID_MAX: usize = 1_023;

/// Flags of authenticator data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flags(u8);

impl Flags {
    const PRESENT: u8 = 1;
    const VERIFIED: u8 = 1 << 2;
    const ELIGIBLE: u8 = 1 << 3;
    const BACKED_UP: u8 = 1 << 4;
    const ATTESTED: u8 = 1 << 6;
    const EXTENDED: u8 = 1 << 7;

    fn has(self, flag: u8) -> bool {
        self.0 & flag == flag
    }

    /// Whether the passkey may be on several devices.
    pub(super) fn may_be_backed_up(self) -> bool {
        self.has(Self::ELIGIBLE)
    }

    /// Whether it is.
    pub(super) fn is_backed_up(self) -> bool {
        self.has(Self::BACKED_UP)
    }

    /// Checks that somebody was there.
    ///
    /// # Errors
    /// `NotPresent`.
    pub(super) fn need_presence(self) -> Result<(), Wrong> {
        if self.has(Self::PRESENT) { Ok(()) } else { Err(Wrong::NotPresent) }
    }

    /// Checks that the authenticator knew them: by a finger, a face, or a PIN.
    ///
    /// # Errors
    /// `NotVerified`.
    pub(super) fn need_verification(self) -> Result<(), Wrong> {
        if self.has(Self::VERIFIED) { Ok(()) } else { Err(Wrong::NotVerified) }
    }
}

/// The passkey in the data of a registration.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attested<'b> {
    /// The kind of the authenticator.
    pub(super) aaguid: [u8; 16],
    /// The id of the passkey.
    pub(super) id: &'b [u8],
    /// Its public key, as the authenticator wrote it.
    pub(super) key_bytes: &'b [u8],
    /// The same as a key.
    pub(super) key: PublicKey<'b>,
}

/// Authenticator data.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AuthenticatorData<'b> {
    /// SHA-256 of the RP id.
    pub(super) rp_id_hash: &'b [u8],
    /// The flags.
    pub(super) flags: Flags,
    /// The number of signatures, or 0 where the authenticator does not count.
    pub(super) sign_count: u32,
    /// A new passkey.
    pub(super) attested: Option<Attested<'b>>,
}

/// Takes so many bytes from the beginning.
fn take<'b>(bytes: &mut &'b [u8], count: usize) -> Result<&'b [u8], Wrong> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or(Wrong::Data)?;
    *bytes = rest;
    Ok(taken)
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Wrong> {
    take(bytes, N)?.try_into().map_err(|_| Wrong::Data)
}

impl<'b> AuthenticatorData<'b> {
    /// Reads all of it.
    ///
    /// # Errors
    /// `Data`, `Cbor`, `Key`.
    pub(super) fn read(mut bytes: &'b [u8]) -> Result<Self, Wrong> {
        let rp_id_hash = take(&mut bytes, 32)?;
        let [flags] = array(&mut bytes)?;
        let (flags, sign_count) = (Flags(flags), u32::from_be_bytes(array(&mut bytes)?));
        // What cannot be on several devices is not (sections 7.1 and 7.2).
        if flags.is_backed_up() && !flags.may_be_backed_up() {
            return Err(Wrong::Data);
        }
        let attested = match flags.has(Flags::ATTESTED) {
            true => Some(attested(&mut bytes)?),
            false => None,
        };
        if flags.has(Flags::EXTENDED) {
            let mut reader = Reader::new(bytes);
            for _ in 0..reader.map()? {
                reader.skip()?;
                reader.skip()?;
            }
            bytes = reader.rest();
        }
        match bytes {
            [] => Ok(Self { rp_id_hash, flags, sign_count, attested }),
            _ => Err(Wrong::Data),
        }
    }
}

fn attested<'b>(bytes: &mut &'b [u8]) -> Result<Attested<'b>, Wrong> {
    let aaguid = array(bytes)?;
    let length = usize::from(u16::from_be_bytes(array(bytes)?));
    let id = take(bytes, length)?;
    if length == 0 || length > ID_MAX {
        return Err(Wrong::Data);
    }
    let mut reader = Reader::new(bytes);
    let key = PublicKey::read(&mut reader)?;
    let count = bytes.len() - reader.rest().len();
    let key_bytes = take(bytes, count)?;
    Ok(Attested { aaguid, id, key_bytes, key })
}

/// The authenticator data of an attestation object (section 6.5.4). What it says about the authenticator is passed over,
/// because nothing is asked about it.
///
/// # Errors
/// `Cbor`.
pub(super) fn of_attestation(object: &[u8]) -> Result<&[u8], Wrong> {
    let mut reader = Reader::new(object);
    let mut found = None;
    for _ in 0..reader.map()? {
        match reader.item()? {
            Item::Text("authData") => match reader.item()? {
                Item::Bytes(bytes) if found.is_none() => found = Some(bytes),
                _ => return Err(Wrong::Cbor),
            },
            Item::Text(_) => reader.skip()?,
            _ => return Err(Wrong::Cbor),
        }
    }
    found.filter(|_| reader.rest().is_empty()).ok_or(Wrong::Cbor)
}
