//! The links of the audit log: each event under a MAC together with the link before it.
//!
//! What is authenticated is a list of texts, each after its length (four bytes, big-endian); an absent one
//! is four bytes of ones. So no two lists are the same bytes. Links and heads have keys of their own.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::seal::InstanceSecret;

/// The length of an absent text: longer than any that there is.
const ABSENT: u32 = u32::MAX;

/// The purpose of the key of links.
pub const LINKS: &str = "audit chain";

/// The key of links under an earlier instance secret, and the last place that it linked.
pub struct EarlierKey {
    /// The last place.
    pub until: i64,
    /// The key; none where that secret was lost.
    pub bytes: Option<Vec<u8>>,
}

/// Makes links and heads. The key is the instance's: who has the database alone can forge none (S103).
///
/// Links that were made under an earlier secret stay as they are. The first link after them is made under the key of
/// today and covers the last of theirs: somebody who knows an earlier secret cannot change events that were linked under it.
pub struct AuditChain {
    links: hmac::Key,
    heads: hmac::Key,
    /// In order of their places.
    earlier: Vec<(i64, Option<hmac::Key>)>,
}

impl AuditChain {
    /// The chain of an instance, which may have had earlier secrets.
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

    /// The link of the event at a place, after the one before it; the first follows the empty text. None where the key
    /// is lost.
    pub fn link(&self, place: i64, previous: &str, columns: &[Option<&str>]) -> Option<String> {
        let mut texts = vec![Some(previous)];
        texts.extend(columns);
        let earlier = self.earlier.iter().find(|(until, _)| place <= *until);
        let key = earlier.map_or(Some(&self.links), |(_, key)| key.as_ref());
        key.map(|key| sign(key, &texts))
    }

    /// The last place whose link cannot be proven, because its key is lost; 0 if there is none.
    pub fn unproven_until(&self) -> i64 {
        let lost = self.earlier.iter().filter(|(_, key)| key.is_none());
        lost.map(|(until, _)| *until).max().unwrap_or_default()
    }

    /// The MAC of where the chain begins and ends.
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
