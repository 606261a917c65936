use serde_json::Value;

/// An access token taken apart for a person to look at; nothing is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedToken {
    /// The JOSE header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
}

impl DecodedToken {
    /// When it was issued and when it expires, Unix seconds by the server's clock.
    pub fn life(&self) -> Option<(i64, i64)> {
        Some((self.claims.get("iat")?.as_i64()?, self.claims.get("exp")?.as_i64()?))
    }

    /// The session it belongs to.
    pub fn session(&self) -> Option<&str> {
        self.claims.get("sid")?.as_str()
    }
}

/// An answer of the API as the panel shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, indented.
    pub body: String,
    /// How long it took.
    pub milliseconds: u32,
}

/// What a page has to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The access token was stored, replaced or removed, here or in another tab.
    Token,
    /// The connection came or went.
    Connection,
}
