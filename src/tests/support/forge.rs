use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::Value;
use vestibule::server::{db::keys::KeyRow, service::keys::RingName};

use super::server::Server;

pub(crate) fn b64(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

pub(crate) fn part(token: &str, n: usize) -> Value {
    let bytes =
        URL_SAFE_NO_PAD.decode(token.split('.').nth(n).expect("a part")).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Signs anything with the server's own key: the signature is good, the rest is up to the test.
pub(crate) struct Forge {
    key: EncodingKey,
    algorithm: Algorithm,
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Forge {
    pub(crate) async fn new(server: &Server, token: &str) -> Self {
        let kid = part(token, 0)["kid"].as_str().expect("a kid").to_owned();
        let rows = vestibule::server::db::keys::live(&server.app.db).await.expect("keys");
        let row = rows.into_iter().find(|row| row.kid == kid).expect("the token's key");
        Self::with_key(server, token, &row)
    }

    /// The same with the newest key of a ring for other clients.
    pub(crate) async fn of_ring(server: &Server, token: &str, ring: RingName) -> Self {
        let rows = vestibule::server::db::keys::live(&server.app.db).await.expect("keys");
        let row = rows.into_iter().find(|row| row.ring == ring.as_str()).expect("a key");
        let mut forge = Self::with_key(server, token, &row);
        forge.header["kid"] = row.kid.as_str().into();
        forge.header["alg"] = row.algorithm.as_str().into();
        forge
    }

    fn with_key(server: &Server, token: &str, row: &KeyRow) -> Self {
        let purpose = match row.ring.as_str() {
            "own" => "signing key".to_owned(),
            ring => format!("signing key of the ring {ring}"),
        };
        let pkcs8 =
            server.app.secret.open(&purpose, &row.kid, &row.private_sealed).expect("opened");
        let (key, algorithm) = match row.algorithm.as_str() {
            "EdDSA" => (EncodingKey::from_ed_der(&pkcs8), Algorithm::EdDSA),
            "ES256" => (EncodingKey::from_ec_der(&pkcs8), Algorithm::ES256),
            "RS256" => {
                let base64 = base64::engine::general_purpose::STANDARD.encode(&pkcs8);
                let pem =
                    format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----");
                let key = EncodingKey::from_rsa_pem(pem.as_bytes()).expect("PEM");
                (key, Algorithm::RS256)
            }
            "HS256" => (EncodingKey::from_secret(&pkcs8), Algorithm::HS256),
            other => panic!("no forging with {other}"),
        };
        Self { key, algorithm, header: part(token, 0), claims: part(token, 1) }
    }

    pub(crate) fn sign_texts(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", b64(header), b64(claims));
        let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &self.key, self.algorithm)
            .expect("signed");
        format!("{signed}.{signature}")
    }

    pub(crate) fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_texts(&header.to_string(), &claims.to_string())
    }

    pub(crate) fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header[name] = value;
        self.sign(&header, &self.claims)
    }

    pub(crate) fn with_claim(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        self.sign(&self.header, &claims)
    }

    pub(crate) fn without_claim(&self, name: &str) -> String {
        let mut claims = self.claims.clone();
        claims.as_object_mut().expect("an object").remove(name);
        self.sign(&self.header, &claims)
    }
}
