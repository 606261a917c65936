use base64::Engine;
use jsonwebtoken::{EncodingKey, crypto};
use serde_json::{Value, json};
use vestibule::server::secure::{
    jwt::signature_holds,
    keys::{KeyAlgorithm, SigningKey, VerifyingKey},
    secret::Secret,
};

use crate::support::b64;

const SECRET: &str = "a secret of the operator's own, long enough";

/// A key of ours that signs anything, as no endpoint of the server does.
pub(super) struct Signer {
    pub(super) algorithm: KeyAlgorithm,
    pub(super) encoding: EncodingKey,
    pub(super) verifying: VerifyingKey,
}

impl Signer {
    pub(super) fn new(algorithm: KeyAlgorithm) -> Self {
        let (key, material) = match algorithm {
            KeyAlgorithm::Hs256 => SigningKey::shared(&Secret::new(SECRET)),
            _ => SigningKey::generate(algorithm),
        }
        .expect("a key");
        let der = material.expose();
        let encoding = match algorithm {
            KeyAlgorithm::EdDsa => EncodingKey::from_ed_der(der),
            KeyAlgorithm::Es256 => EncodingKey::from_ec_der(der),
            KeyAlgorithm::Rs256 => {
                let base64 = base64::engine::general_purpose::STANDARD.encode(der);
                let pem =
                    format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----");
                EncodingKey::from_rsa_pem(pem.as_bytes()).expect("PEM")
            }
            KeyAlgorithm::Hs256 => EncodingKey::from_secret(der),
        };
        Self { algorithm, encoding, verifying: key.verifying().clone() }
    }

    pub(super) fn header(&self) -> Value {
        json!({ "alg": self.algorithm.as_str(), "kid": self.verifying.kid })
    }

    /// The signature of any text, well formed or not.
    pub(super) fn signature(&self, message: &str) -> String {
        crypto::sign(message.as_bytes(), &self.encoding, self.algorithm.jose()).expect("signed")
    }

    pub(super) fn sign(&self, header: &str, payload: &str) -> String {
        let message = format!("{}.{}", b64(header), b64(payload));
        format!("{message}.{}", self.signature(&message))
    }

    pub(super) fn holds(&self, token: &str) -> bool {
        signature_holds(&self.verifying, token)
    }

    pub(super) fn refuses(&self, cases: impl IntoIterator<Item = (&'static str, String)>) {
        for (name, token) in cases {
            assert!(!self.holds(&token), "{} {name}: {token}", self.algorithm);
        }
    }

    pub(super) fn accepts(&self, cases: impl IntoIterator<Item = (&'static str, String)>) {
        for (name, token) in cases {
            assert!(self.holds(&token), "{} {name}: {token}", self.algorithm);
        }
    }
}
