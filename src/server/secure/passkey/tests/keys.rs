//! Keys by which everybody could sign.

use super::*;

#[test]
fn keys_that_need_no_secret_are_refused() {
    let create = client("webauthn.create", "challenge", "https://example.org", "");
    let is_taken = |cose: &[u8]| {
        let attested = [&[0; 16][..], b"\0\x01i", cose].concat();
        try_registration(&create, &object(&Authenticator::data(WHOLE, 0, &attested))).is_ok()
    };
    let edwards = |x: &[u8]| [&b"\xa4\x01\x01\x03\x27\x20\x06\x21"[..], &bytes(x)].concat();
    let key = Ed25519KeyPair::generate().expect("a key");
    assert!(is_taken(&edwards(key.public_key().as_ref())));
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert!(!is_taken(&edwards(&neutral)));
    neutral[31] = 0x80;
    assert!(!is_taken(&edwards(&neutral)));
    assert!(!is_taken(&edwards(&[0; 32])));
    let rsa = |last: u8, exponent: &[u8]| {
        let modulus = [&[0xc5; 255][..], &[last]].concat();
        [&b"\xa4\x01\x03\x03\x39\x01\x00\x20"[..], &bytes(&modulus), b"\x21", &bytes(exponent)]
            .concat()
    };
    assert!(is_taken(&rsa(0xc5, &[1, 0, 1])));
    assert!(!is_taken(&rsa(0xc4, &[1, 0, 1])));
    for exponent in [&[1][..], &[2], &[0, 3], &[]] {
        assert!(!is_taken(&rsa(0xc5, exponent)), "{exponent:?}");
    }
}
