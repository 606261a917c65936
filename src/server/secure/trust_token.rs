//! The cookie of a trusted browser: the id of its row, and a secret that each use replaces.

use super::one_time::{SecretHash, TrustSecret};
use crate::model::TrustedDeviceId;

/// What a trusted browser shows in place of a second factor.
#[derive(Clone, Debug)]
pub struct TrustToken {
    id: TrustedDeviceId,
    secret: TrustSecret,
}

impl TrustToken {
    /// A token with a new secret for a trusted browser.
    pub fn issue(id: TrustedDeviceId) -> Self {
        Self { id, secret: TrustSecret::issue() }
    }

    /// Parses a token. A malformed text is rejected without a database lookup.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.split_once('.')?;
        Some(Self { id: id.parse().ok()?, secret: TrustSecret::parse(secret)? })
    }

    /// Id of the trusted browser.
    pub fn id(&self) -> &TrustedDeviceId {
        &self.id
    }

    /// The secret.
    pub fn secret(&self) -> &TrustSecret {
        &self.secret
    }

    /// The hash of the secret.
    pub fn hash(&self) -> SecretHash {
        self.secret.hash()
    }

    /// The value of the cookie.
    pub fn expose(&self) -> String {
        format!("{}.{}", self.id, self.secret.expose())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_issued_is_read() {
        let id: TrustedDeviceId = "018f3f2e-0000-7000-8000-000000000001".parse().expect("an id");
        let issued = TrustToken::issue(id);
        let read = TrustToken::parse(&issued.expose()).expect("a token");
        assert_eq!((read.id(), read.hash()), (issued.id(), issued.hash()));
        assert!(!format!("{issued:?}").contains(issued.secret().expose()));
        let text = issued.expose();
        for altered in [
            "",
            ".",
            &text[1..],
            &text[..79],
            &format!("{text}A"),
            &text.to_uppercase(),
            &text.replace('.', "-"),
        ] {
            assert!(TrustToken::parse(altered).is_none(), "{altered}");
        }
    }
}
