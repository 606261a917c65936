//! The verifier of access tokens: invented and altered tokens, and claims that were really signed.

#![no_main]

use std::{collections::HashSet, sync::LazyLock};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};
use vestibule::server::secure::{
    jwt::{self, Claims, Expected, Refused, Verified},
    key_ring::{KeyRing, TimedKey},
    keys::{KeyAlgorithm, SigningKey},
    secret::Secret,
};

const NOW: i64 = 1_800_000_000;
const ORIGIN: &str = "https://accounts.example";
const MAX_LIFE: i64 = 600;

/// RFC 8410 section 10.3: nobody's key, and a constant, so that the corpus stays good.
const ED25519: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
/// RFC 6979 appendix A.2.5.
const P256: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgya+p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyGhRANCAARg/tS6JVqdMclh63TGNW1owEm4kjth+mzmaWIuYPKftnkD/hAIuLyZpBrp6VYovGTy8bIMLX6fUXejwpTURiKZ";
const SHARED: &str = "a shared secret for fuzzing, of more than 32 bytes";

struct World {
    keys: KeyRing,
    expected: Expected,
    ed25519: Ed25519KeyPair,
    ed25519_kid: String,
    /// Tokens of ours that are good at `NOW`.
    good: Vec<String>,
    /// Them, as far as they can only be spelled one way; and what was signed in the others.
    exact: HashSet<String>,
    signed: HashSet<String>,
}

static WORLD: LazyLock<World> = LazyLock::new(World::new);

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        judge(text);
        if let Some((header, payload)) = text.split_once('\n') {
            judge_signed(header, payload);
        }
    }
    if let [which, from, rest @ ..] = data {
        judge_altered(*which, *from, rest);
    }
});

impl World {
    fn new() -> Self {
        let pem = |key| {
            Secret::new(format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"))
        };
        let (ed25519, material) = SigningKey::from_pem(&pem(ED25519)).expect("Ed25519");
        let (p256, _) = SigningKey::from_pem(&pem(P256)).expect("P-256");
        let (shared, _) = SigningKey::shared(&Secret::new(SHARED)).expect("a secret");
        let ed25519_kid = ed25519.verifying().kid.clone();
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(material.expose()).expect("PKCS#8");
        assert_eq!(STANDARD.encode(material.expose()), ED25519);

        let mut good = Vec::new();
        let (mut exact, mut signed) = (HashSet::new(), HashSet::new());
        for key in [&ed25519, &p256, &shared] {
            for roles in [vec![], vec!["admin".into()]] {
                let token = jwt::sign(key, &claims(roles)).expect("signed");
                let (message, _) = token.rsplit_once('.').expect("parts");
                if key.verifying().algorithm == KeyAlgorithm::Es256 {
                    // Random, and with a twin (n - s): only what was signed can be known (S45).
                    signed.insert(message.to_owned());
                } else {
                    exact.insert(token.clone());
                }
                good.push(token);
            }
        }
        let timed = |key, active_at| TimedKey { key, created_at: 0, active_at };
        Self {
            keys: KeyRing::new(
                vec![timed(shared, 0), timed(p256, NOW - 60), timed(ed25519, NOW - 30)],
                86_400,
            ),
            expected: Expected {
                issuer: ORIGIN.into(),
                audience: ORIGIN.into(),
                max_life: MAX_LIFE,
            },
            ed25519: pair,
            ed25519_kid,
            good,
            exact,
            signed,
        }
    }

    fn verify(&self, token: &str) -> Result<Verified, Refused> {
        jwt::verify(&self.keys, &self.expected, NOW, token)
    }
}

fn claims(roles: Vec<String>) -> Claims {
    Claims {
        iss: ORIGIN.into(),
        aud: ORIGIN.into(),
        sub: "018f4e3e-0000-7000-8000-000000000001".parse().expect("an id"),
        exp: NOW + 300,
        iat: NOW - 300,
        jti: "018f4e3e-0000-7000-8000-000000000002".into(),
        sid: "018f4e3e-0000-7000-8000-000000000003".parse().expect("an id"),
        client_id: "vestibule".into(),
        scope: "profile".into(),
        roles,
        auth_time: NOW - 300,
        amr: vec!["pwd".into()],
        acr: Some("aal1".into()),
        generation: 1,
        epoch: 1,
        preferred_username: Some("ada".into()),
        email: None,
        external_id: Some("17".into()),
        app_metadata: Map::from_iter([("plan".into(), "pro".into())]),
    }
}

/// Any text: accepted is exactly a token that a key of the ring signed.
fn judge(token: &str) {
    let world = &*WORLD;
    let accepted = world.verify(token);
    let is_ours = world.exact.contains(token);
    if let Ok(verified) = &accepted {
        let (message, _) = token.rsplit_once('.').expect("parts");
        assert!(is_ours || world.signed.contains(message), "accepted: {token:?}");
        assert!(token.len() <= jwt::MAX_BYTES);
        assert!(verified.holds(&world.keys, NOW));
        assert!(!verified.holds(&world.keys, verified.claims.exp + jwt::LEEWAY));
        assert_eq!(*verified.claims, claims(verified.claims.roles.clone()));
    }
    assert!(accepted.is_ok() || !is_ours, "ours, and refused: {token:?}");
}

/// A good token with some bytes replaced: refused, unless they were replaced by themselves.
fn judge_altered(which: u8, from: u8, bytes: &[u8]) {
    let world = &*WORLD;
    let Some((length, bytes)) = bytes.split_first() else { return };
    let Ok(put_in) = std::str::from_utf8(bytes) else { return };
    let good = &world.good[usize::from(which) % world.good.len()];
    // Tokens are longer than 255: the input's own length says the rest.
    let from = (usize::from(from) + 256 * (usize::from(*length) >> 4)) % good.len();
    let to = (from + usize::from(*length & 15)).min(good.len());
    judge(&format!("{}{put_in}{}", &good[..from], &good[to..]));
}

/// A header and a payload that our key really signed: accepted exactly if they say the right things.
fn judge_signed(header: &str, payload: &str) {
    let world = &*WORLD;
    // So that the corpus need not name it.
    let header = header.replace("KID", &world.ed25519_kid);
    let message =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&header), URL_SAFE_NO_PAD.encode(payload));
    let signature = world.ed25519.sign(message.as_bytes());
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()));
    match world.verify(&token) {
        Ok(verified) => {
            assert_eq!(verified.kid, world.ed25519_kid);
            let good = header_is_good(&header) && payload_is_good(payload);
            assert!(good, "accepted: {header} {payload}");
            let said: Value = serde_json::from_str(payload).expect("JSON");
            let read = serde_json::to_value(&*verified.claims).expect("JSON");
            for (name, value) in read.as_object().expect("an object") {
                // Tokens of earlier versions have no `amr`, which is read as an empty list.
                let is_left_out = name == "amr" && said.get(name).is_none();
                assert!(is_left_out || &said[name] == value, "{name}");
            }
        }
        // One way only: the oracle does not know every reason to refuse (types of further claims, size).
        Err(Refused(_)) => {
            let is_plain = serde_json::from_str::<Claims>(payload)
                .ok()
                .and_then(|claims| serde_json::to_string(&claims).ok())
                .is_some_and(|text| text == payload);
            let is_ours = header
                == format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{}"}}"#, world.ed25519_kid);
            assert!(
                !(is_plain && is_ours && token.len() <= jwt::MAX_BYTES && payload_is_good(payload)),
                "refused: {header} {payload}"
            );
        }
    }
}

fn header_is_good(header: &str) -> bool {
    let Ok(Value::Object(members)) = serde_json::from_str(header) else { return false };
    members.len() == 3
        && members["alg"] == "EdDSA"
        && (members["typ"] == "at+jwt" || members["typ"] == "application/at+jwt")
        && members["kid"] == WORLD.ed25519_kid.as_str()
}

fn payload_is_good(payload: &str) -> bool {
    let Ok(said @ Value::Object(_)) = serde_json::from_str::<Value>(payload) else { return false };
    // In 128 bits nothing overflows.
    let number = |name: &str| said[name].as_i64().map(i128::from);
    let (Some(exp), Some(iat)) = (number("exp"), number("iat")) else { return false };
    let (now, leeway) = (i128::from(NOW), i128::from(jwt::LEEWAY));
    let has_text = |name: &str| said[name].as_str().is_some_and(|text| !text.is_empty());
    said["iss"] == ORIGIN
        && said["aud"] == ORIGIN
        && ["sub", "sid", "jti", "client_id"].into_iter().all(has_text)
        && exp + leeway > now
        && iat - leeway <= now
        && exp > iat
        && exp - iat <= i128::from(MAX_LIFE)
        && (said.get("nbf").is_none() || number("nbf").is_some_and(|nbf| nbf - leeway <= now))
}
