use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use super::{Field, FieldError, Problem, Wire};

/// The only error that crosses the wire.
///
/// A closed set of codes: every sentence shown to a person is written here and in `field.rs`, so nothing that
/// came with a request is ever echoed as if we had said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.code.message())]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// Every field that is wrong, all at once; empty unless the code is `invalid_input` or a conflict.
    /// In a problem they are `errors` (RFC 9457 has this as an example).
    #[serde(default, alias = "errors", skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldError>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl ApiError {
    /// An error with no more to say than its code.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, fields: Vec::new(), retry_after: None }
    }

    /// Fields that cannot be accepted (422).
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self { code: ErrorCode::InvalidInput, fields, retry_after: None }
    }

    /// One field that cannot be accepted (422).
    pub fn field(field: Field, problem: Problem) -> Self {
        Self::fields(vec![FieldError::new(field, problem)])
    }

    /// The problem with one field, if there is one.
    pub fn problem_with(&self, field: Field) -> Option<&Problem> {
        self.fields.iter().find(|error| error.field == field).map(|error| &error.problem)
    }
}

impl From<ErrorCode> for ApiError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = Wire;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self::new(match error {
            ServerFnErrorErr::Request(_) => ErrorCode::NetworkFailure,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => ErrorCode::InvalidInput,
            _ => ErrorCode::Internal,
        })
    }
}

/// Declares the codes once: name on the wire, HTTP status and sentence.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal $message:literal,)*) => {
        /// A stable code of an error; API clients may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// A sentence for a person.
            pub fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON (or not the form it claims to be).
    MalformedBody = 400 "The request body could not be read.",
    /// Text that is not in UTF-8: another text could be taken for the same.
    NotUtf8 = 400 "The request is not in UTF-8. Send it in UTF-8.",
    /// A refresh token that is unknown, spent or ended (RFC 6749 section 5.2).
    InvalidGrant = 400 "This session has ended. Sign in again.",
    /// No credentials came with the request.
    MissingToken = 401 "This needs an access token in the Authorization header.",
    /// The access token is not acceptable; why is nobody's business.
    InvalidToken = 401 "The access token is missing, expired or not valid.",
    /// No session came with the request.
    MissingSession = 401 "You are not signed in.",
    /// The cookie and the token belong to different sessions.
    SessionMismatch = 401 "You are signed in as somebody else in another tab. Reload the page.",
    /// The last proof of who is calling is older than this act allows (RFC 9470 section 3).
    ReauthenticationRequired = 401 "Confirm your password to do this.",
    /// Unknown name, wrong password, disabled account: all alike (S21).
    InvalidCredentials = 401 "The username or password is not right.",
    /// A valid token without the permission.
    Forbidden = 403 "Your account is not allowed to do this.",
    /// The right password, but it no longer meets the policy.
    PasswordChangeRequired = 403 "This account's password is too weak to be used here. Ask the operator to set a new one.",
    /// A form that was drawn for another session, or too long ago.
    StaleForm = 403 "This page was open for too long. Check what you filled in, and send it again.",
    /// A cross-site request to a door that reads or sets the session cookie.
    CrossOrigin = 403 "This request came from another site and was refused.",
    /// Nothing here.
    NotFound = 404 "There is nothing at this address.",
    /// The path exists, the method does not.
    MethodNotAllowed = 405 "This address does not support that method.",
    /// The body did not arrive in time.
    BodyTooSlow = 408 "The request took too long to arrive.",
    /// Somebody has this username.
    UsernameTaken = 409 "This username is taken. Choose another one.",
    /// Without this account no enabled administrator would be left.
    LastAdmin = 409 "This is the last administrator that is enabled. Make somebody else an administrator first.",
    /// The refresh token was replaced a moment ago; use the newer one.
    StaleToken = 409 "This session was refreshed elsewhere a moment ago. Try again.",
    /// The set-up link is used, expired, or an admin exists.
    SetupClosed = 410 "This set-up link is no longer valid. If there is no administrator yet, restart the server for a new one.",
    /// More than the limit.
    BodyTooLarge = 413 "The request is too large.",
    /// Not a content type that this door reads.
    UnsupportedMediaType = 415 "Send the request as application/json.",
    /// A Host that is not ours.
    MisdirectedRequest = 421 "This server does not answer for that host name.",
    /// One or more fields are wrong; all of them are named.
    InvalidInput = 422 "Some of the fields need another look.",
    /// Limit reached; `retry_after` says for how long.
    TooManyRequests = 429 "Too many attempts. Wait a moment and try again.",
    /// Too many failed sign-ins to this account, from wherever.
    AccountThrottled = 429 "Too many failed attempts to sign in to this account. Wait, or use a browser or a network that you have signed in from before.",
    /// Too many failed attempts from this source, or the operator's decision.
    SourceBlocked = 429 "Too many failed attempts came from your network. It has to wait before it may try again.",
    /// Our fault; the log has the cause.
    Internal = 500 "Something went wrong on our side. Try again.",
    /// The hashing queue is full.
    Overloaded = 503 "The server is busy. Try again in a moment.",
    /// The database cannot be reached.
    Unavailable = 503 "The service is not available right now. Try again in a moment.",
    /// Never sent: what a browser says when nothing came back.
    NetworkFailure = 503 "The server could not be reached. Check the connection and try again.",
}
