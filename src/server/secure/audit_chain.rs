//! The chain hashes of the audit log: a MAC over each event and the hash before it.
//!
//! The MAC covers a list of texts, each after its length (four bytes, big-endian); an absent text
//! is four bytes of ones. So no two lists have the same bytes. Hashes and heads have separate keys.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::seal::InstanceSecret;

/// The length that encodes an absent text; no text is this long.
const ABSENT: u32 = u32::MAX;

/// The purpose of the key of chain hashes.
pub const LINKS: &str = "audit chain";

/// The key of an earlier instance secret, and the last position that it authenticates.
pub struct EarlierKey {
    /// The last position.
    pub until: i64,
    /// The key, or none if that secret was lost.
    pub bytes: Option<Vec<u8>>,
}

/// The MACs of the audit chain. Database access alone is not enough to forge one, because the keys
/// derive from the instance secret (S103).
///
/// Hashes made under an earlier secret stay as they are. The first hash after them uses the current
/// key and covers the last of them: knowledge of an earlier secret does not help to change events
/// of that time.
pub struct AuditChain {
    links: hmac::Key,
    heads: hmac::Key,
    /// Earlier keys, in order of their positions.
    earlier: Vec<(i64, Option<hmac::Key>)>,
}

impl AuditChain {
    /// The chain of an instance, with its earlier secrets.
    pub fn new(secret: &InstanceSecret, earlier: &[EarlierKey]) -> Self {
        let key = |earlier: &EarlierKey| {
            let bytes = earlier.bytes.as_ref();
            (earlier.until, bytes.map(|bytes| hmac::Key::new(hmac::HMAC_SHA256, bytes)))
        };
        Self {
            links: secret.mac_key(LINKS),
            heads: secret.mac_key("audit head"),
            earlier: earlier.iter().map(key).collect(),
        }
    }

    /// The hash of the event at a position, after the previous hash; the first follows the empty
    /// text. None if the key is lost.
    pub fn link(&self, place: i64, previous: &str, columns: &[Option<&str>]) -> Option<String> {
        let mut texts = vec![Some(previous)];
        texts.extend(columns);
        let earlier = self.earlier.iter().find(|(until, _)| place <= *until);
        let key = earlier.map_or(Some(&self.links), |(_, key)| key.as_ref());
        key.map(|key| sign(key, &texts))
    }

    /// The last position whose hash cannot be verified, because its key is lost; 0 if there is
    /// none.
    pub fn unproven_until(&self) -> i64 {
        let lost = self.earlier.iter().filter(|(_, key)| key.is_none());
        lost.map(|(until, _)| *until).max().unwrap_or_default()
    }

    /// The MAC of the head row.
    pub fn head(&self, columns: &[&str]) -> String {
        sign(&self.heads, &columns.iter().copied().map(Some).collect::<Vec<_>>())
    }
}

fn sign(key: &hmac::Key, texts: &[Option<&str>]) -> String {
    let mut context = hmac::Context::with_key(key);
    for text in texts {
        let length = text.map_or(ABSENT, |text| text.len() as u32);
        context.update(&length.to_be_bytes());
        context.update(text.unwrap_or_default().as_bytes());
    }
    URL_SAFE_NO_PAD.encode(context.sign())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::secure::secret::Secret;

    #[test]
    fn no_two_lists_have_the_same_link() {
        let secret = Secret::new("an instance secret for this test only");
        let chain = AuditChain::new(&InstanceSecret::new(&secret).expect("long enough"), &[]);
        let lists: [&[Option<&str>]; 7] = [
            &[],
            &[None],
            &[Some("")],
            &[Some("ab"), Some("c")],
            &[Some("a"), Some("bc")],
            &[Some("abc"), None],
            &[None, Some("abc")],
        ];
        let links: std::collections::HashSet<_> =
            lists.iter().map(|list| chain.link(1, "", list)).collect();
        assert_eq!(links.len(), lists.len());
        assert_ne!(chain.link(1, "a", &[Some("b")]), chain.link(1, "", &[Some("a"), Some("b")]));
        assert_ne!(chain.link(1, "a", &[]), Some(chain.head(&["a"])));
    }
}
