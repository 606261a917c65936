//! The test vectors of WebAuthn level 3 section 16.

use serde_json::Value;

use super::*;

const VECTORS: &str = include_str!("../vectors.json");

fn hex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER.decode(text.as_bytes()).expect("hexadecimal")
}

/// A ceremony of the standard.
struct Vector {
    register_challenge: String,
    register_client: Vec<u8>,
    attestation: Vec<u8>,
    id: Vec<u8>,
    challenge: String,
    data: Vec<u8>,
    client: Vec<u8>,
    signature: Vec<u8>,
}

fn vectors() -> Vec<Vector> {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).expect("JSON");
    let of = |vector: &Value, name: &str| hex(vector[name].as_str().expect("a text"));
    let read = |vector: &Value| Vector {
        register_challenge: encode(&of(vector, "register_challenge")),
        register_client: of(vector, "register_client"),
        attestation: of(vector, "attestation"),
        id: of(vector, "id"),
        challenge: encode(&of(vector, "challenge")),
        data: of(vector, "data"),
        client: of(vector, "client"),
        signature: of(vector, "signature"),
    };
    vectors.iter().map(read).collect()
}

#[test]
fn the_vectors_of_the_standard_are_right_but_for_the_missing_verification() {
    let origins = origins();
    assert_eq!(vectors().len(), 4);
    for vector in vectors() {
        let asked = expected(&vector.register_challenge, &origins);
        let answer =
            Registration { client_data: &vector.register_client, attestation: &vector.attestation };
        let (new, _) = registered(&asked, answer).expect("a passkey");
        assert_eq!(new.id, vector.id);
        assert!(new.aaguid.is_some());
        let asked = expected(&vector.challenge, &origins);
        let answer = Assertion {
            client_data: &vector.client,
            data: &vector.data,
            signature: &vector.signature,
        };
        let (seen, _) = asserted(&asked, answer, &new.public_key).expect("right");
        assert_eq!(seen.sign_count, 0);
        assert_eq!(assert(&asked, answer, &new.public_key), Err(Wrong::NotVerified));
        let wrong = [&vector.signature[..vector.signature.len() - 1], &[0]].concat();
        let answer = Assertion { signature: &wrong, ..answer };
        assert_eq!(assert(&asked, answer, &new.public_key), Err(Wrong::Signature));
    }
}
