/// An access token taken apart for a person to look at; nothing is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedToken {
    /// The JOSE header, indented.
    pub header: String,
    /// The claims, indented.
    pub claims: String,
    /// When it was issued, Unix seconds by the server's clock.
    pub issued_at: i64,
    /// When it expires, Unix seconds by the server's clock.
    pub expires_at: i64,
    /// The session it belongs to.
    pub session: String,
    /// The account's epoch when it was issued.
    pub epoch: i64,
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
