/// A decoded access token for display; nothing is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodedToken {
    /// The JOSE header, indented.
    pub header: String,
    /// The claims, indented.
    pub claims: String,
    /// Time of issue by the server's clock, in Unix seconds.
    pub issued_at: i64,
    /// Expiry by the server's clock, in Unix seconds.
    pub expires_at: i64,
    /// Account of the token.
    pub subject: String,
    /// Session of the token.
    pub session: String,
    /// Epoch of the account when it was issued.
    pub epoch: i64,
}

/// An HTTP method of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `DELETE`.
    Delete,
}

/// An answer of any status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// Duration of the request, in milliseconds.
    pub milliseconds: u32,
}

/// An event that the page must handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The connection was lost or restored.
    Connection,
    /// The session has ended, without a sign-out here.
    Over,
    /// After that, the same user is signed in again.
    Back,
    /// The user signed out in another tab.
    Left,
    /// Another user is signed in now, or any user on a page without one.
    Other,
}
