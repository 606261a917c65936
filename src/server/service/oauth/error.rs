use crate::{
    model::ErrorCode,
    server::{error::Error, secure::CryptoError},
};

/// The reason why a request of a client is refused (RFC 6749 sections 4.1.2.1 and 5.2, RFC 8707, OpenID Connect Core 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OAuthError {
    /// Something is missing, malformed or contradictory.
    InvalidRequest(&'static str),
    /// The body is larger than any may be.
    TooLarge,
    /// Nothing shows which client this is; with the header `Authorization`, or without.
    InvalidClient {
        /// Whether the client tried the header.
        by_header: bool,
    },
    /// A code or a refresh token that is none, or none any more: nothing tells which.
    InvalidGrant,
    /// This client may not do that.
    UnauthorizedClient(&'static str),
    /// There is no such grant type.
    UnsupportedGrantType,
    /// There is no such response type.
    UnsupportedResponseType,
    /// Nothing is left of the scope.
    InvalidScope,
    /// The resource is none that the client may name, or several could be meant.
    InvalidTarget,
    /// The person said no, or may not use the client.
    AccessDenied,
    /// Nobody is signed in, or not lately enough.
    LoginRequired,
    /// The person must be asked.
    ConsentRequired,
    /// The person must choose an account.
    AccountSelectionRequired,
    /// The person must do something.
    InteractionRequired,
    /// The assurance level cannot be reached.
    UnmetAuthenticationRequirements,
    /// A request object.
    RequestNotSupported,
    /// A request by reference that is none of ours.
    RequestUriNotSupported,
    /// Metadata of a client in its request.
    RegistrationNotSupported,
    /// Come back later, after so many seconds.
    TemporarilyUnavailable(u32),
    /// Too many attempts; come back after so many seconds.
    TooMany(u32),
    /// We failed.
    ServerError,
}

impl OAuthError {
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::TooLarge => "invalid_request",
            Self::InvalidClient { .. } => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient(_) => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::InteractionRequired => "interaction_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::TemporarilyUnavailable(_) | Self::TooMany(_) => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }

    /// A sentence for a developer, of plain ASCII and never with what came with the request.
    pub fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest(why) | Self::UnauthorizedClient(why) => why,
            Self::TooLarge => "A body has at most 64 KiB.",
            Self::InvalidClient { .. } => {
                "The client is unknown, disabled, or does not show who it is in its own way."
            }
            Self::InvalidGrant => {
                "The code or refresh token is invalid, expired, revoked, or of another client."
            }
            Self::UnsupportedGrantType => {
                "Supported are authorization_code, refresh_token and client_credentials."
            }
            Self::UnsupportedResponseType => "The one response type is code.",
            Self::InvalidScope => "No word of the scope is one that this client may ask for.",
            Self::InvalidTarget => {
                "The resource is none of this client, or none is named and several could be meant."
            }
            Self::AccessDenied => "The person did not allow it, or may not use this client.",
            Self::LoginRequired => "The person has to sign in.",
            Self::ConsentRequired => "The person has to be asked.",
            Self::AccountSelectionRequired => "The person has to choose an account.",
            Self::InteractionRequired => "The person has to do something.",
            Self::UnmetAuthenticationRequirements => {
                "The account cannot reach this assurance level."
            }
            Self::RequestNotSupported => "Request objects are not supported.",
            Self::RequestUriNotSupported => {
                "Only a request_uri of the endpoint for pushed requests is supported."
            }
            Self::RegistrationNotSupported => "Metadata of a client is not taken from a request.",
            Self::TemporarilyUnavailable(_) => {
                "The service has too much to do, or cannot reach its database."
            }
            Self::TooMany(_) => "Too many attempts failed.",
            Self::ServerError => "The service failed; its log has the cause.",
        }
    }

    /// The HTTP status at an endpoint for programs.
    pub fn status(self) -> u16 {
        match self {
            Self::InvalidClient { .. } => 401,
            Self::TooLarge => 413,
            Self::TooMany(_) => 429,
            Self::TemporarilyUnavailable(_) => 503,
            Self::ServerError => 500,
            _ => 400,
        }
    }

    /// Seconds to wait before the next attempt.
    pub fn retry_after(self) -> Option<u32> {
        match self {
            Self::TemporarilyUnavailable(seconds) | Self::TooMany(seconds) => Some(seconds),
            _ => None,
        }
    }
}

/// What a client does wrong is never an error of the service; those are logged here, once.
impl From<Error> for OAuthError {
    fn from(error: Error) -> Self {
        let told = error.into_api();
        let seconds = told.retry_after.unwrap_or(5);
        match told.code {
            ErrorCode::TooManyRequests | ErrorCode::SourceBlocked => Self::TooMany(seconds),
            ErrorCode::InvalidGrant | ErrorCode::StaleToken => Self::InvalidGrant,
            code if code.status() == 503 => Self::TemporarilyUnavailable(seconds),
            _ => Self::ServerError,
        }
    }
}

impl From<CryptoError> for OAuthError {
    fn from(error: CryptoError) -> Self {
        Error::from(error).into()
    }
}

impl From<crate::server::db::DbError> for OAuthError {
    fn from(error: crate::server::db::DbError) -> Self {
        Error::from(error).into()
    }
}
