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
    /// Whose it is.
    pub subject: String,
    /// The session it belongs to.
    pub session: String,
    /// The account's epoch when it was issued.
    pub epoch: i64,
}

/// How the API is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// To look.
    Get,
    /// To do.
    Post,
    /// To replace.
    Put,
    /// To end.
    Delete,
}

/// What came back, whatever the server thought of the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The HTTP status.
    pub status: u16,
    /// The body as it came.
    pub body: String,
    /// How long it took.
    pub milliseconds: u32,
}

/// What a page has to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The connection came or went.
    Connection,
    /// The session is over, and nobody signed out here.
    Over,
    /// After that, the same person is signed in again.
    Back,
    /// Signed out in another tab.
    Left,
    /// Somebody else is signed in now, or somebody at all.
    Other,
}
