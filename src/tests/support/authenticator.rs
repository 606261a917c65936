//! An authenticator in software, with one passkey.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use super::{forge::b64, server::ORIGIN};

/// Somebody was there, and the authenticator knew them.
pub(crate) const VERIFIED: u8 = 0b101;
/// The passkey may be on several devices, and is.
pub(crate) const SYNCED: u8 = 0b11000;
const ATTESTED: u8 = 0b100_0000;

/// An authenticator, with what it says that tests change.
pub(crate) struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    /// The account as the authenticator knows it.
    pub(crate) handle: Option<String>,
    /// The number of signatures that it tells.
    pub(crate) count: u32,
    /// The flags that it tells.
    pub(crate) flags: u8,
    /// The origin that the browser tells.
    pub(crate) origin: String,
    /// The kind of authenticator that it tells.
    pub(crate) aaguid: [u8; 16],
}

fn sha256(data: &[u8]) -> Vec<u8> {
    digest(&SHA256, data).as_ref().to_vec()
}

/// Bytes in CBOR.
fn bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("few bytes");
    [&[0x59][..], &length.to_be_bytes(), bytes].concat()
}

impl Authenticator {
    pub(crate) fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self {
            id: sha256(key.public_key().as_ref()),
            key,
            handle: None,
            count: 0,
            flags: VERIFIED | SYNCED,
            origin: ORIGIN.into(),
            aaguid: [0; 16],
        }
    }

    /// One whose passkey stays on it, and that counts.
    pub(crate) fn hardware() -> Self {
        Self { flags: VERIFIED, count: 1, ..Self::new() }
    }

    /// The id of the passkey, in base64url.
    pub(crate) fn id(&self) -> String {
        b64(&self.id)
    }

    fn client(&self, r#type: &str, options: &Value) -> Vec<u8> {
        let client = json!({
            "type": r#type,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        client.to_string().into_bytes()
    }

    fn data(&self, rp: &Value, flags: u8) -> Vec<u8> {
        let rp = rp.as_str().expect("an RP id");
        [&sha256(rp.as_bytes())[..], &[flags], &self.count.to_be_bytes()].concat()
    }

    /// The answer to a request for a new passkey, as `toJSON` writes it.
    pub(crate) fn create(&mut self, options: &Value) -> Value {
        self.handle = options["user"]["id"].as_str().map(str::to_owned);
        let client = self.client("webauthn.create", options);
        let point = self.key.public_key().as_ref();
        let cose = [
            &b"\xa5\x01\x02\x03\x26\x20\x01\x21"[..],
            &bytes(&point[1..33]),
            b"\x22",
            &bytes(&point[33..]),
        ]
        .concat();
        let length = (self.id.len() as u16).to_be_bytes();
        let data = self.data(&options["rp"]["id"], self.flags | ATTESTED);
        let data = [&data[..], &self.aaguid, &length, &self.id, &cose].concat();
        let object =
            [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &bytes(&data)].concat();
        json!({
            "id": self.id(),
            "rawId": self.id(),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "clientDataJSON": b64(&client),
                "attestationObject": b64(&object),
                "transports": ["internal", "hybrid", "carrier-pigeon"],
            },
        })
    }

    /// The answer to a request for a proof.
    pub(crate) fn get(&self, options: &Value) -> Value {
        let client = self.client("webauthn.get", options);
        let data = self.data(&options["rpId"], self.flags);
        let signed = [&data[..], &sha256(&client)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        json!({
            "id": self.id(),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": b64(&client),
                "authenticatorData": b64(&data),
                "signature": b64(signature.as_ref()),
                "userHandle": self.handle,
            },
        })
    }
}
