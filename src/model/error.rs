use serde::{Deserialize, Serialize};

use super::{Field, FieldError, Problem};

/// The only error that crosses the wire.
///
/// A closed set of codes; its sentences are those of `server::say`, so nothing that came with a request is ever echoed as
/// if we had said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{:?} {:?}", self.code, self.fields)]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// The same for a person, in their language; empty until somebody is told.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
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
        Self { code, message: String::new(), fields: Vec::new(), retry_after: None }
    }

    /// Fields that cannot be accepted (422).
    pub fn fields(mut fields: Vec<FieldError>) -> Self {
        // By insertion: there are few, and the sort of std is 4 kB of the browser's module.
        for end in 1..fields.len() {
            for at in (1..=end).rev() {
                if let [before, after] = &mut fields[at - 1..=at]
                    && before.field > after.field
                {
                    std::mem::swap(before, after);
                }
            }
        }
        Self { fields, ..Self::new(ErrorCode::InvalidInput) }
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

/// Declares the codes once: name on the wire, and HTTP status.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $status:literal,)*) => {
        /// A stable code of an error; API clients may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON (or not the form it claims to be).
    MalformedBody = 400,
    /// Text that is not in UTF-8: another text could be taken for the same.
    NotUtf8 = 400,
    /// A refresh token that is unknown, spent or ended (RFC 6749 section 5.2).
    InvalidGrant = 400,
    /// No credentials came with the request.
    MissingToken = 401,
    /// The access token is not acceptable; why is nobody's business.
    InvalidToken = 401,
    /// No session came with the request.
    MissingSession = 401,
    /// The cookie and the token belong to different sessions.
    SessionMismatch = 401,
    /// The last proof of who is calling is older than this act allows (RFC 9470 section 3).
    ReauthenticationRequired = 401,
    /// Unknown name, wrong password, disabled account: all alike (S21).
    InvalidCredentials = 401,
    /// A valid token without the permission.
    Forbidden = 403,
    /// The right password, but it no longer meets the policy.
    PasswordChangeRequired = 403,
    /// A form that was drawn for another session, or too long ago.
    StaleForm = 403,
    /// A cross-site request to an endpoint that reads or sets the session cookie.
    CrossOrigin = 403,
    /// Nothing here.
    NotFound = 404,
    /// The path exists, the method does not.
    MethodNotAllowed = 405,
    /// The body did not arrive in time.
    BodyTooSlow = 408,
    /// Somebody has this username.
    UsernameTaken = 409,
    /// Without this account no enabled administrator would be left.
    LastAdmin = 409,
    /// The refresh token was replaced a moment ago; use the newer one.
    StaleToken = 409,
    /// The set-up link is used, expired, or an admin exists.
    SetupClosed = 410,
    /// More than the limit.
    BodyTooLarge = 413,
    /// Not a content type that this endpoint reads.
    UnsupportedMediaType = 415,
    /// A Host that is not ours.
    MisdirectedRequest = 421,
    /// One or more fields are wrong; all of them are named.
    InvalidInput = 422,
    /// Limit reached; `retry_after` says for how long.
    TooManyRequests = 429,
    /// Too many failed sign-ins to this account, from wherever.
    AccountThrottled = 429,
    /// Too many failed attempts from this source, or the operator's decision.
    SourceBlocked = 429,
    /// Our fault; the log has the cause.
    Internal = 500,
    /// The hashing queue is full.
    Overloaded = 503,
    /// The database cannot be reached.
    Unavailable = 503,
    /// Never sent: what a browser says when nothing came back.
    NetworkFailure = 503,
}
