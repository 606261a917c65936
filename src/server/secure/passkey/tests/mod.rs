//! What becomes of each byte that is altered, and the test vectors of the standard.

mod keys;
mod vectors;

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize},
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
        RSA_PKCS1_SHA256,
    },
};
use proptest::prelude::*;

use super::*;

const RP: &str = "example.org";

fn origins() -> [String; 1] {
    ["https://example.org".into()]
}

fn expected<'e>(challenge: &'e str, origins: &'e [String]) -> Expected<'e> {
    Expected { challenge, origins, rp_id: RP }
}

/// A software authenticator with one key.
struct Authenticator {
    key: EcdsaKeyPair,
}

fn client(r#type: &str, challenge: &str, origin: &str, more: &str) -> Vec<u8> {
    format!(r#"{{"type":"{type}","challenge":"{challenge}","origin":"{origin}"{more}}}"#)
        .into_bytes()
}

/// A head of CBOR.
fn head(kind: u8, number: usize) -> Vec<u8> {
    match number {
        0..=23 => vec![kind << 5 | number as u8],
        24..=255 => vec![kind << 5 | 24, number as u8],
        _ => [&[kind << 5 | 25][..], &(number as u16).to_be_bytes()].concat(),
    }
}

fn bytes(bytes: &[u8]) -> Vec<u8> {
    [&head(2, bytes.len())[..], bytes].concat()
}

fn object(data: &[u8]) -> Vec<u8> {
    [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &bytes(data)].concat()
}

impl Authenticator {
    fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        Self { key }
    }

    fn cose(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        [
            b"\xa5\x01\x02\x03\x26\x20\x01\x21",
            &bytes(&point[1..33])[..],
            b"\x22",
            &bytes(&point[33..]),
        ]
        .concat()
    }

    fn data(flags: u8, count: u32, rest: &[u8]) -> Vec<u8> {
        [&seal::digest(RP.as_bytes())[..], &[flags], &count.to_be_bytes(), rest].concat()
    }

    fn attested(&self, id: &[u8]) -> Vec<u8> {
        let length = (id.len() as u16).to_be_bytes();
        [&[0; 16][..], &length, id, &self.cose()].concat()
    }

    fn sign(&self, data: &[u8], client: &[u8]) -> Vec<u8> {
        let signed = [data, &seal::digest(client)].concat();
        self.key.sign(&SystemRandom::new(), &signed).expect("a signature").as_ref().to_vec()
    }
}

const WHOLE: u8 = 0b0100_0101;

fn try_registration(client_data: &[u8], attestation: &[u8]) -> Result<NewPasskey, Wrong> {
    let origins = origins();
    register(&expected("challenge", &origins), Registration { client_data, attestation })
}

#[test]
fn a_registration_is_refused_for_each_thing_that_is_wrong() {
    let it = Authenticator::new();
    let create =
        client("webauthn.create", "challenge", "https://example.org", r#","crossOrigin":false"#);
    let data = Authenticator::data(WHOLE, 0, &it.attested(b"an id"));
    let new = try_registration(&create, &object(&data)).expect("a passkey");
    assert_eq!((new.id.as_slice(), new.aaguid, new.public_key), (&b"an id"[..], None, it.cose()));
    for (r#type, challenge, origin, more, wrong) in [
        ("webauthn.get", "challenge", "https://example.org", "", Wrong::Type),
        ("webauthn.create", "challengf", "https://example.org", "", Wrong::Challenge),
        ("webauthn.create", "", "https://example.org", "", Wrong::Challenge),
        ("webauthn.create", "challenge", "http://example.org", "", Wrong::Origin),
        ("webauthn.create", "challenge", "https://example.org:8443", "", Wrong::Origin),
        ("webauthn.create", "challenge", "https://example.org/", "", Wrong::Origin),
        ("webauthn.create", "challenge", "https://EXAMPLE.org", "", Wrong::Origin),
        ("webauthn.create", "challenge", "https://www.example.org", "", Wrong::Origin),
        ("webauthn.create", "challenge", "https://example.org.", "", Wrong::Origin),
        ("webauthn.create", "challenge", "null", "", Wrong::Origin),
        (
            "webauthn.create",
            "challenge",
            "https://example.org",
            r#","crossOrigin":true"#,
            Wrong::Origin,
        ),
        (
            "webauthn.create",
            "challenge",
            "https://example.org",
            r#","topOrigin":"https://example.org""#,
            Wrong::Origin,
        ),
        (
            "webauthn.create",
            "challenge",
            "https://example.org",
            r#","origin":"https://example.org""#,
            Wrong::Client,
        ),
        (
            "webauthn.create",
            "challenge",
            "https://example.org",
            r#","crossOrigin":1"#,
            Wrong::Client,
        ),
    ] {
        let client = client(r#type, challenge, origin, more);
        assert_eq!(try_registration(&client, &object(&data)), Err(wrong), "{origin}{more}");
    }
    assert_eq!(try_registration(b"\xef\xbb\xbf{}", &object(&data)), Err(Wrong::Client));
    let other_rp = [&seal::digest(b"example.com")[..], &data[32..]].concat();
    let (empty, long) = (it.attested(b""), it.attested(&[1; 1_024]));
    let mut off_curve = it.attested(b"an id");
    if let Some(last) = off_curve.last_mut() {
        *last ^= 1;
    }
    let es384 =
        [&[0; 16][..], b"\0\x01i", b"\xa5\x01\x02\x03\x38\x22\x20\x02\x21\x40\x22\x40"].concat();
    let twice = [&[0; 16][..], b"\0\x01i", b"\xa6\x01\x02\x01\x02", &it.cose()[3..]].concat();
    for (name, said, wrong) in [
        ("another RP id", other_rp, Wrong::Rp),
        ("nobody there", Authenticator::data(WHOLE & !1, 0, &it.attested(b"i")), Wrong::NotPresent),
        (
            "not verified",
            Authenticator::data(WHOLE & !4, 0, &it.attested(b"i")),
            Wrong::NotVerified,
        ),
        ("no passkey", Authenticator::data(WHOLE & !64, 0, b""), Wrong::Data),
        ("no id", Authenticator::data(WHOLE, 0, &empty), Wrong::Data),
        ("an id that is too long", Authenticator::data(WHOLE, 0, &long), Wrong::Data),
        ("a point off the curve", Authenticator::data(WHOLE, 0, &off_curve), Wrong::Key),
        ("an algorithm that was not asked for", Authenticator::data(WHOLE, 0, &es384), Wrong::Key),
        ("a label that comes twice", Authenticator::data(WHOLE, 0, &twice), Wrong::Key),
        ("bytes after the end", [&data[..], b"\0"].concat(), Wrong::Data),
        (
            "extensions that are missing",
            Authenticator::data(WHOLE | 128, 0, &it.attested(b"i")),
            Wrong::Cbor,
        ),
    ] {
        assert_eq!(try_registration(&create, &object(&said)), Err(wrong), "{name}");
    }
    let with_extensions = Authenticator::data(
        WHOLE | 128,
        0,
        &[&it.attested(b"an id")[..], b"\xa1\x6bcredProtect\x02"].concat(),
    );
    try_registration(&create, &object(&with_extensions)).expect("extensions are passed over");
    for end in 0..object(&data).len() {
        try_registration(&create, &object(&data)[..end]).expect_err("cut short");
    }
    let trailing = [&object(&data)[..], b"\0"].concat();
    assert_eq!(try_registration(&create, &trailing), Err(Wrong::Cbor));
    let two = [&b"\xa2\x68authData"[..], &bytes(&data), b"\x68authData", &bytes(&data)].concat();
    assert_eq!(try_registration(&create, &two), Err(Wrong::Cbor));
}

fn try_assertion(
    key: &[u8],
    (client_data, data, signature): (&[u8], &[u8], &[u8]),
) -> Result<Seen, Wrong> {
    let origins = origins();
    let asked = expected("challenge", &origins);
    assert(&asked, Assertion { client_data, data, signature }, key)
}

#[test]
fn an_authentication_is_right_as_it_was_signed_and_with_no_byte_altered() {
    let (it, other) = (Authenticator::new(), Authenticator::new());
    let get = client("webauthn.get", "challenge", "https://example.org", "");
    let data = Authenticator::data(0b0001_1101, 7, b"");
    let signature = it.sign(&data, &get);
    let seen = try_assertion(&it.cose(), (&get, &data, &signature)).expect("right");
    assert_eq!(seen, Seen { sign_count: 7, may_be_backed_up: true, is_backed_up: true });
    let wrong = try_assertion(&other.cose(), (&get, &data, &signature));
    assert_eq!(wrong, Err(Wrong::Signature));
    for place in 0..data.len() {
        let mut altered = data.clone();
        altered[place] ^= 1 << (place % 8);
        try_assertion(&it.cose(), (&get, &altered, &signature)).expect_err("altered data");
    }
    for place in 0..get.len() {
        let mut altered = get.clone();
        altered[place] ^= 1;
        try_assertion(&it.cose(), (&altered, &data, &signature)).expect_err("an altered client");
    }
    let create = client("webauthn.create", "challenge", "https://example.org", "");
    let wrong = try_assertion(&it.cose(), (&create, &data, &it.sign(&data, &create)));
    assert_eq!(wrong, Err(Wrong::Type));
    let impossible = Authenticator::data(0b0001_0101, 7, b"");
    let wrong = try_assertion(&it.cose(), (&get, &impossible, &it.sign(&impossible, &get)));
    assert_eq!(wrong, Err(Wrong::Data));
    let unverified = Authenticator::data(1, 7, b"");
    let wrong = try_assertion(&it.cose(), (&get, &unverified, &it.sign(&unverified, &get)));
    assert_eq!(wrong, Err(Wrong::NotVerified));
}

#[test]
fn a_key_of_ed25519_signs_as_well() {
    let key = Ed25519KeyPair::generate().expect("a key");
    let cose =
        [&b"\xa4\x01\x01\x03\x27\x20\x06\x21"[..], &bytes(key.public_key().as_ref())].concat();
    let get = client("webauthn.get", "challenge", "https://example.org", "");
    let data = Authenticator::data(5, 0, b"");
    let signature = key.sign(&[&data[..], &seal::digest(&get)].concat());
    try_assertion(&cose, (&get, &data, signature.as_ref())).expect("right");
    try_assertion(&cose, (&get, &data, &[0; 64])).expect_err("a wrong signature");
}

#[test]
fn a_key_of_rsa_signs_as_well() {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let of = |part: &dyn AsRef<[u8]>| bytes(part.as_ref());
    let public = key.public_key();
    let modulus = public.modulus().big_endian_without_leading_zero().to_vec();
    let exponent = public.exponent().big_endian_without_leading_zero().to_vec();
    let cose =
        [&b"\xa4\x01\x03\x03\x39\x01\x00\x20"[..], &of(&modulus), b"\x21", &of(&exponent)].concat();
    let get = client("webauthn.get", "challenge", "https://example.org", "");
    let data = Authenticator::data(5, 0, b"");
    let signed = [&data[..], &seal::digest(&get)].concat();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &signed, &mut signature)
        .expect("a signature");
    try_assertion(&cose, (&get, &data, &signature)).expect("right");
    let wrong = try_assertion(&cose, (&get, &data, &signature[1..]));
    assert_eq!(wrong, Err(Wrong::Signature));
    // As a registration has it, and the same with a modulus that is too short.
    let short =
        [&b"\xa4\x01\x03\x03\x39\x01\x00\x20"[..], &of(&&modulus[..128]), b"\x21", &of(&exponent)]
            .concat();
    let create = client("webauthn.create", "challenge", "https://example.org", "");
    for (cose, is_right) in [(&cose, true), (&short, false)] {
        let attested = [&[0; 16][..], b"\0\x01i", cose].concat();
        let data = Authenticator::data(WHOLE, 0, &attested);
        assert_eq!(try_registration(&create, &object(&data)).is_ok(), is_right);
    }
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(
        client_data in proptest::collection::vec(any::<u8>(), 0..64),
        data in proptest::collection::vec(any::<u8>(), 0..512),
        signature in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        prop_assert!(try_registration(&client_data, &data).is_err());
        prop_assert!(try_assertion(&data, (&client_data, &data, &signature)).is_err());
        let create = client("webauthn.create", "challenge", "https://example.org", "");
        prop_assert!(try_registration(&create, &data).is_err());
        prop_assert!(try_registration(&create, &object(&data)).is_err());
        let said = Authenticator::data(WHOLE, 0, &data);
        prop_assert!(try_registration(&create, &object(&said)).is_err());
    }
}
