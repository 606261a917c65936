use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// The only error that crosses the wire.
///
/// A closed set of codes: every sentence shown to a person is written in this file, so nothing that
/// came with a request is ever echoed as if we had said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.code.message())]
pub struct ApiError {
    /// What went wrong.
    pub code: ErrorCode,
    /// Every field that is wrong, all at once; empty unless the code is `invalid_input` or a conflict.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
    type Encoder = JsonEncoding;

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
    /// The refresh token was replaced a moment ago; use the newer one.
    StaleToken = 409 "This session was refreshed elsewhere a moment ago. Try again.",
    /// The set-up link is used, expired, or an admin exists.
    SetupClosed = 410 "This set-up link is no longer valid. Restart the server for a new one.",
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
    AccountThrottled = 429 "Too many failed attempts to sign in to this account. Wait, or use a browser that you have signed in with before.",
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

/// A field of a form, named as in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The username at registration.
    Username,
    /// The address at registration.
    Email,
    /// A password.
    Password,
    /// The password that is to be replaced.
    CurrentPassword,
    /// The one that replaces it.
    NewPassword,
    /// Username or address at sign-in.
    Identifier,
    /// The name shown to people.
    DisplayName,
    /// The app's own JSON object.
    Metadata,
    /// How a refresh token is wanted.
    Session,
    /// The body as a whole.
    Body,
}

impl Field {
    /// The name on the wire, also the `id` and `name` of its input.
    pub fn name(self) -> &'static str {
        match self {
            Self::Username => "username",
            Self::Email => "email",
            Self::Password => "password",
            Self::CurrentPassword => "current_password",
            Self::NewPassword => "new_password",
            Self::Identifier => "identifier",
            Self::DisplayName => "display_name",
            Self::Metadata => "metadata",
            Self::Session => "session",
            Self::Body => "body",
        }
    }
}

/// One field and what is wrong with it; on the wire both in one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Flat")]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
}

impl FieldError {
    /// A field and its problem.
    pub fn new(field: Field, problem: Problem) -> Self {
        Self { field, problem }
    }

    /// A sentence for a person that names the field.
    pub fn message(&self) -> String {
        self.problem.message(self.field)
    }
}

/// A field error as it is read: what serde derives for a tagged enum in a flattened field is 3 kB of the
/// browser's module.
#[derive(Deserialize)]
struct Flat {
    field: Field,
    problem: String,
    #[serde(default)]
    min: u16,
    #[serde(default)]
    max: u16,
}

impl From<Flat> for FieldError {
    fn from(flat: Flat) -> Self {
        let problem = match flat.problem.as_str() {
            "required" => Problem::Required,
            "too_short" => Problem::TooShort { min: flat.min },
            "too_long" => Problem::TooLong { max: flat.max },
            "bad_characters" => Problem::BadCharacters,
            "confusable" => Problem::Confusable,
            "reserved" => Problem::Reserved,
            "taken" => Problem::Taken,
            "unknown" => Problem::Unknown,
            "breached" => Problem::Breached,
            "own_name" => Problem::OwnName,
            "service_name" => Problem::ServiceName,
            _ => Problem::Invalid,
        };
        Self { field: flat.field, problem }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// Empty or absent.
    Required,
    /// Fewer code points than allowed.
    TooShort {
        /// The fewest allowed.
        min: u16,
    },
    /// More than allowed.
    TooLong {
        /// The most allowed.
        max: u16,
    },
    /// Not of the form that the field needs.
    Invalid,
    /// Characters that the field does not take.
    BadCharacters,
    /// Letters of several scripts, or letters made to look like others (UTS 39).
    Confusable,
    /// A name that belongs to the service.
    Reserved,
    /// In use.
    Taken,
    /// A field that this request does not have (S7).
    Unknown,
    /// A password that attackers try first (S15).
    Breached,
    /// A password that is the person's own name or address.
    OwnName,
    /// A password that is the name of the service.
    ServiceName,
}

impl Problem {
    /// A sentence for a person.
    pub fn message(&self, field: Field) -> String {
        let label = match field {
            Field::Username => "username",
            Field::Email => "email address",
            Field::Password => "password",
            Field::CurrentPassword => "current password",
            Field::NewPassword => "new password",
            Field::Identifier => "username or email",
            Field::DisplayName => "display name",
            Field::Metadata => "metadata",
            Field::Session => "session",
            Field::Body => "request",
        };
        match self {
            Self::Required => format!("Enter your {label}."),
            Self::TooShort { min } => format!("The {label} must have at least {min} characters."),
            Self::TooLong { max } => format!("The {label} must have at most {max} characters."),
            Self::Invalid if field == Field::Email => {
                "Enter an email address like name@example.com.".into()
            }
            Self::Invalid if matches!(field, Field::Password | Field::CurrentPassword) => {
                "This password is not right.".into()
            }
            Self::Invalid => format!("This {label} is not valid."),
            Self::BadCharacters => format!("The {label} has characters that cannot be used here."),
            Self::Confusable => {
                format!("The {label} mixes letters that look alike. Use one alphabet.")
            }
            Self::Reserved => format!("This {label} is reserved. Choose another one."),
            Self::Taken => format!("This {label} is taken. Choose another one."),
            Self::Unknown => format!("The {label} has a field that is not known here."),
            Self::Breached => "Many people have used this password, and it has been seen in breaches. Choose another one.".into(),
            Self::OwnName => format!("The {label} must not be your name or address."),
            Self::ServiceName => format!("The {label} must not be the name of this service."),
        }
    }
}
