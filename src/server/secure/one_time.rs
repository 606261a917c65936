//! Secrets that work once: 256 random bits, shown once, stored as their SHA-256.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{random, seal};

/// The stored form of a one-time secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// The text that the database stores: base64url.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Declares a kind of one-time secret: no `Display`, no `Serialize`, redacted `Debug`.
macro_rules! one_time {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(String);

        impl $name {
            /// Makes a new secret.
            pub fn issue() -> Self {
                Self(random::token())
            }

            /// Parses a secret. A malformed text is rejected without a database lookup.
            pub fn parse(text: &str) -> Option<Self> {
                // Checked before decoding, because the sender chooses the length.
                let bytes = (text.len() == 43).then(|| URL_SAFE_NO_PAD.decode(text).ok())??;
                (bytes.len() == 32).then(|| Self(text.to_owned()))
            }

            /// The secret itself, to be shown once.
            pub fn expose(&self) -> &str {
                &self.0
            }

            /// The hash that the database stores.
            pub fn hash(&self) -> SecretHash {
                SecretHash(seal::sha256(self.0.as_bytes()))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

one_time! {
    /// The secret of a flow: part of a link, or returned by a client with its next request.
    FlowToken
}
one_time! {
    /// The secret in a browser's cookie, which binds its flows to this browser.
    BrowserToken
}
one_time! {
    /// The code that a client exchanges for tokens (RFC 6749 section 1.3.1).
    AuthorizationCode
}
one_time! {
    /// The secret in the cookie of a trusted browser.
    TrustSecret
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn only_32_bytes_of_base64url_are_read(text in "[A-Za-z0-9_=+/-]{40,46}|.{0,60}") {
            let bytes = URL_SAFE_NO_PAD.decode(&text).ok().filter(|bytes| bytes.len() == 32);
            prop_assert_eq!(FlowToken::parse(&text).is_some(), bytes.is_some());
        }
    }

    #[test]
    fn what_is_issued_is_read_and_stays_hidden() {
        let token = FlowToken::issue();
        let read = FlowToken::parse(token.expose()).expect("a token");
        assert_eq!(read.hash(), token.hash());
        assert_ne!(FlowToken::issue().hash(), token.hash());
        assert_ne!(token.hash().as_str(), token.expose());
        assert_eq!(format!("{token:?}"), "FlowToken(…)");
    }
}
