use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A text that is not an id: ids are UUIDs in lower case (RFC 9562 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected a UUID in lower case")]
pub struct BadId;

/// Whether a text is a UUID in the service's spelling. Written here because the browser's build has
/// no UUID crate.
fn is_uuid(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}

/// Declares an identifier: text in JSON, a type of its own in code, always well formed.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, format = "uuid"))]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                if is_uuid(&text) { Ok(Self(text)) } else { Err(BadId) }
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                text.to_owned().try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// Id of an account: UUIDv7 text, the `sub` of tokens, never reused.
    UserId
}
id! {
    /// Id of a session: UUIDv7 text, the `sid` of tokens.
    SessionId
}
id! {
    /// Id of a trusted browser: UUIDv7 text.
    TrustedDeviceId
}
id! {
    /// Id of a passkey: UUIDv7 text.
    PasskeyId
}
