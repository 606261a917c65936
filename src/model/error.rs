use serde::{Deserialize, Serialize};

use super::{Field, FieldError, Problem};

/// The only error that crosses the wire.
///
/// A closed set of codes; its sentences are those of `server::say`, so nothing that came with a request is ever echoed as
/// if we had said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{:?} {:?}", self.code, self.fields)]
pub struct ApiError {
    /// Code of the error.
    pub code: ErrorCode,
    /// Sentence for a person, in their language; empty until an answer is written.
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

/// Declares the codes once: meaning, name on the wire, HTTP status, and the reaction of a client.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $name:ident = $status:literal, $advice:literal;)*) => {
        /// A stable code of an error; API clients may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode { $($(#[doc = $meaning])+ $name,)* }

        impl ErrorCode {
            /// Every code, by status.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The meaning, for a developer.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($meaning),+).trim_ascii(),)* }
            }

            /// The reaction of a client, for a developer.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$name => $advice,)* }
            }
        }
    };
}

codes! {
    /// The body is not JSON, or not the form that its content type names.
    MalformedBody = 400, "Correct the request; `detail` names the place.";
    /// The text is not in UTF-8.
    NotUtf8 = 400, "Send UTF-8.";
    /// The refresh token is unknown, spent or of a session that ended (RFC 6749 section 5.2).
    InvalidGrant = 400, "Forget the tokens, and ask the user to sign in.";
    /// No access token came with the request.
    MissingToken = 401, "Send `Authorization: Bearer <access token>`.";
    /// The access token is expired, revoked, malformed or of another issuer.
    InvalidToken = 401, "Refresh once and repeat the request; if that fails, ask the user to sign in.";
    /// No refresh token came with the request.
    MissingSession = 401, "Ask the user to sign in.";
    /// The cookie and the access token belong to different sessions.
    SessionMismatch = 401, "Forget the access token, and refresh with the cookie.";
    /// The last proof of the password is older than this change allows (RFC 9470 section 3).
    ReauthenticationRequired = 401, "Ask for the password, send it to `/api/v1/me/reauthenticate`, and repeat the request.";
    /// Unknown name, wrong password or disabled account: the answer is the same for all.
    InvalidCredentials = 401, "Ask for the name and the password again.";
    /// The password is right, and the account has a second factor.
    FactorRequired = 401, "Ask for a code. At a sign-in, send it with `flow` to `/api/v1/login/factor`; else send it beside the password.";
    /// The password is right, and a role of the account demands a second factor, which it lacks.
    FactorEnrolmentRequired = 401, "Send `flow` to `/api/v1/login/enrolment`, and have an authenticator app set up.";
    /// The sign-in is right, and the account is leaving: no session is opened.
    AccountLeaving = 401, "Offer to keep the account: send `flow` to `/api/v1/login/keep`.";
    /// The sign-in is right, and the address of the account must be confirmed first: no session is opened.
    AddressUnverified = 401, "Have the address confirmed: send `flow` to `/api/v1/login/address`, and then the code of the mail.";
    /// The code is wrong, too old, or was used: the answer is the same for all.
    InvalidCode = 401, "Ask for another code. Each works once.";
    /// No account has this passkey.
    PasskeyUnknown = 401, "Tell the browser by `signalUnknownCredential`, so that it offers the passkey no longer, and ask for another way.";
    /// The answer of the passkey is wrong, or its account is disabled: the answer is the same for all.
    InvalidPasskey = 401, "Ask for a new ceremony, or for another way to sign in.";
    /// The access token is valid and lacks the permission.
    Forbidden = 403, "Do not repeat the request; `scope` of `WWW-Authenticate` names the permission.";
    /// The operator lets nobody register without an invitation.
    RegistrationClosed = 403, "Tell the user to ask for an invitation.";
    /// The password is right, and no longer meets the policy.
    PasswordChangeRequired = 403, "Send the user to the operator for a new password.";
    /// The form was drawn for another session, or too long ago.
    StaleForm = 403, "Load the page again. Only pages answer this.";
    /// A page of another site sent a request that reads or sets the session cookie.
    CrossOrigin = 403, "Send the request from a page of the service, or use tokens in bodies.";
    /// There is nothing at this address, or no such record.
    NotFound = 404, "Check the address and the id.";
    /// The address exists, and does not take this method.
    MethodNotAllowed = 405, "Use a method of the `Allow` header.";
    /// The body did not arrive within its time.
    BodyTooSlow = 408, "Repeat the request.";
    /// The account must not be without it: a role demands a second factor, or nobody could sign in.
    LastWayIn = 409, "Have another one set up first.";
    /// The username is in use.
    UsernameTaken = 409, "Ask for another username.";
    /// Somebody else has confirmed this address.
    AddressUnavailable = 409, "Ask for another address.";
    /// The account has confirmed this address already.
    AddressConfirmed = 409, "Show the confirmed address.";
    /// The address is the main one of the account, which has others.
    PrimaryAddress = 409, "Make another address the main one first.";
    /// The account has as many confirmed addresses as it may have.
    TooManyAddresses = 409, "Ask the user to remove an address first.";
    /// An account has this passkey already.
    PasskeyExists = 409, "Show the passkeys of the account.";
    /// The account has as many passkeys as it may have.
    TooManyPasskeys = 409, "Have one removed first.";
    /// There is a client or resource with this id or URI.
    AlreadyExists = 409, "Change the one that is there, or choose another id.";
    /// The client has as many secrets that work as it may have.
    TooManySecrets = 409, "Remove a secret first.";
    /// A client names the resource.
    ResourceInUse = 409, "Take the resource off the client first; `detail` names it.";
    /// It was applied from a file, which says what it is.
    AppliedFromFile = 409, "Change the file, and apply it again; `detail` names it.";
    /// Somebody else changed it at the same moment.
    Overtaken = 409, "Repeat the request.";
    /// The change would leave no enabled administrator.
    LastAdmin = 409, "Give another account the role `admin` first.";
    /// The refresh token was replaced a moment ago.
    StaleToken = 409, "Use the newer refresh token that the same client has received.";
    /// What was under way is over: it took too long, had too many wrong answers, or the account has changed.
    FlowOver = 410, "Begin again.";
    /// The set-up link is used or expired, or an administrator exists.
    SetupClosed = 410, "Make a new link at the server's shell. Only pages answer this.";
    /// The body is larger than the limit.
    BodyTooLarge = 413, "Send at most 64 KiB.";
    /// The endpoint does not read this content type.
    UnsupportedMediaType = 415, "Send `Content-Type: application/json`.";
    /// The request asks for a host that this server does not answer for.
    MisdirectedRequest = 421, "Use the public address of the service; a proxy has to hand the `Host` header on.";
    /// One or more fields are wrong; `errors` names all of them.
    InvalidInput = 422, "Show each message beside its field.";
    /// A limit is reached.
    TooManyRequests = 429, "Wait as long as `Retry-After` says.";
    /// Too many sign-ins to this account failed.
    AccountThrottled = 429, "Wait as long as `Retry-After` says.";
    /// Too many attempts from this address failed, or the operator blocked it.
    SourceBlocked = 429, "Wait as long as `Retry-After` says; without it, ask the operator.";
    /// The server failed; its log has the cause.
    Internal = 500, "Report it with the `X-Request-Id` of the answer.";
    /// The server has too much to do.
    Overloaded = 503, "Wait as long as `Retry-After` says.";
    /// The operator has set no way for mails: the answer is the same for all.
    MailUnavailable = 501, "Tell the user whom to ask; it does not help to repeat the request.";
    /// The database cannot be reached.
    Unavailable = 503, "Wait as long as `Retry-After` says.";
    /// The server never sends it: the browser's module reports it when no answer came.
    NetworkFailure = 503, "Repeat the request once the network is back.";
}
