//! The links of the audit log: each event under a MAC together with the link before it.
//!
//! What is authenticated is a list of texts, each after its length (four bytes, big-endian); an absent one
//! is four bytes of ones. So no two lists are the same bytes. Links and heads have keys of their own.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::seal::InstanceSecret;

/// The length of an absent text: longer than any that there is.
const ABSENT: u32 = u32::MAX;

/// Makes links and heads. The key is the instance's: who has the database alone can forge none (S103).
pub struct AuditChain {
    links: hmac::Key,
    heads: hmac::Key,
}

impl AuditChain {
    /// The chain of an instance.
    pub fn new(secret: &InstanceSecret) -> Self {
        Self { links: secret.mac_key("audit chain"), heads: secret.mac_key("audit head") }
    }

    /// The link of an event after the one before it; the first follows the empty text.
    pub fn link(&self, previous: &str, columns: &[Option<&str>]) -> String {
        let mut texts = vec![Some(previous)];
        texts.extend(columns);
        sign(&self.links, &texts)
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
        let chain = AuditChain::new(&InstanceSecret::new(&secret).expect("long enough"));
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
            lists.iter().map(|list| chain.link("", list)).collect();
        assert_eq!(links.len(), lists.len());
        assert_ne!(chain.link("a", &[Some("b")]), chain.link("", &[Some("a"), Some("b")]));
        assert_ne!(chain.link("a", &[]), chain.head(&["a"]));
    }
}
