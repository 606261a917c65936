use serde::{Deserialize, Serialize};

/// A field of a form, named as in JSON; in the order in which errors are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldName))]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The username at registration.
    Username,
    /// The address at registration.
    Email,
    /// A password.
    Password,
    /// The current password.
    CurrentPassword,
    /// The new password.
    NewPassword,
    /// Username or address at sign-in.
    Identifier,
    /// The display name.
    DisplayName,
    /// The pronouns of the user.
    Pronouns,
    /// The language of the pages.
    Language,
    /// The user's own JSON object.
    Metadata,
    /// The app's JSON object about a user.
    AppMetadata,
    /// The roles of an account.
    Roles,
    /// The transport of a refresh token.
    Session,
    /// The id of an address of the account.
    Address,
    /// The secret of a flow that is under way.
    Flow,
    /// A code that somebody was sent.
    Code,
    /// A code that the authenticator app shows.
    AppCode,
    /// A recovery code.
    RecoveryCode,
    /// The box that trusts the browser.
    TrustDevice,
    /// A trusted browser.
    TrustedDevice,
    /// The box that is ticked by somebody who is sure.
    Sure,
    /// The username, typed to confirm an act.
    Confirm,
    /// The answer of an authenticator, as JSON.
    Credential,
    /// What an authenticator was asked, sealed.
    Ceremony,
    /// A passkey.
    Passkey,
    /// The name of a passkey.
    PasskeyName,
    /// A lifetime in seconds.
    ExpiresIn,
    /// The body as a whole.
    Body,
}

impl Field {
    /// The field of a name.
    pub fn named(name: &str) -> Option<Self> {
        [
            Self::Username,
            Self::Email,
            Self::Password,
            Self::CurrentPassword,
            Self::NewPassword,
            Self::Identifier,
            Self::DisplayName,
            Self::Pronouns,
            Self::Language,
            Self::Session,
            Self::Address,
            Self::Flow,
            Self::Code,
            Self::AppCode,
            Self::RecoveryCode,
            Self::TrustDevice,
            Self::TrustedDevice,
            Self::Sure,
            Self::Confirm,
            Self::Credential,
            Self::Ceremony,
            Self::Passkey,
            Self::PasskeyName,
        ]
        .into_iter()
        .find(|field| field.name() == name)
    }

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
            Self::Pronouns => "pronouns",
            Self::Language => "language",
            Self::Metadata => "metadata",
            Self::AppMetadata => "app_metadata",
            Self::Roles => "roles",
            Self::Session => "session",
            Self::Address => "address",
            Self::Flow => "flow",
            Self::Code => "code",
            Self::AppCode => "app_code",
            Self::RecoveryCode => "recovery_code",
            Self::TrustDevice => "trust_device",
            Self::TrustedDevice => "trusted_device",
            Self::Sure => "sure",
            Self::Confirm => "confirm",
            Self::Credential => "credential",
            Self::Ceremony => "ceremony",
            Self::Passkey => "passkey",
            Self::PasskeyName => "passkey_name",
            Self::ExpiresIn => "expires_in",
            Self::Body => "body",
        }
    }
}

/// The error of one field; in JSON both are in one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(from = "Flat")]
pub struct FieldError {
    /// Field.
    pub field: Field,
    /// Problem.
    #[serde(flatten)]
    pub problem: Problem,
    /// Sentence for a person, in their language; empty until an answer is written.
    #[cfg_attr(feature = "ssr", schema(required))]
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl FieldError {
    /// A field and its problem.
    pub fn new(field: Field, problem: Problem) -> Self {
        Self { field, problem, message: String::new() }
    }
}

/// The field error as read from JSON: serde's own code for a tagged enum in a flattened field is 3
/// kB of the browser's module.
#[derive(Deserialize)]
struct Flat {
    field: Field,
    problem: String,
    #[serde(default)]
    min: u16,
    #[serde(default)]
    max: u16,
    #[serde(default)]
    message: String,
}

/// The names in JSON are those of [`Problem::name`].
impl From<Flat> for FieldError {
    fn from(flat: Flat) -> Self {
        let problem = match flat.problem.as_str() {
            "required" => Problem::Required,
            "too_short" => Problem::TooShort { min: flat.min },
            "too_long" => Problem::TooLong { max: flat.max },
            "too_many_bytes" => Problem::TooManyBytes { max: flat.max },
            "bad_characters" => Problem::BadCharacters,
            "unseen" => Problem::Unseen,
            "confusable" => Problem::Confusable,
            "looks_latin" => Problem::LooksLatin,
            "reserved" => Problem::Reserved,
            "taken" => Problem::Taken,
            "unknown" => Problem::Unknown,
            "breached" => Problem::Breached,
            "own_name" => Problem::OwnName,
            "service_name" => Problem::ServiceName,
            "wrong_pair" => Problem::WrongPair,
            "address" => Problem::Address,
            "same" => Problem::Same,
            "own_password" => Problem::OwnPassword,
            "unfit_claims" => Problem::UnfitClaims { max: flat.max },
            "wrong_code" => Problem::WrongCode,
            _ => Problem::Invalid,
        };
        Self { field: flat.field, problem, message: flat.message }
    }
}

/// The problem of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldProblem))]
#[serde(tag = "problem", rename_all = "snake_case")]
pub enum Problem {
    /// The field is empty or absent.
    Required,
    /// The text has fewer code points than allowed.
    TooShort {
        /// Minimum.
        min: u16,
    },
    /// The text has more code points than allowed.
    TooLong {
        /// Maximum.
        max: u16,
    },
    /// The text has more bytes than allowed: of UTF-8, or of an object as JSON without white space.
    TooManyBytes {
        /// Maximum.
        max: u16,
    },
    /// The text does not have the required form.
    Invalid,
    /// The text contains characters that the field does not accept.
    BadCharacters,
    /// The name shows nothing.
    Unseen,
    /// The name mixes letters of several scripts (UTS 39 section 5.1).
    Confusable,
    /// The letters of another script all look like Latin ones (UTS 39 section 4).
    LooksLatin,
    /// The name is reserved for the service.
    Reserved,
    /// The name is in use.
    Taken,
    /// A field that this request does not have.
    Unknown,
    /// A password that attackers try first.
    Breached,
    /// The password is the user's own name or address.
    OwnName,
    /// The password is the name of the service.
    ServiceName,
    /// Not the password of the account that the other field names, or no such account.
    WrongPair,
    /// The username is an email address.
    Address,
    /// The new password is the current one.
    Same,
    /// The username is the password of its account.
    OwnPassword,
    /// The values that become claims of access tokens are too large.
    UnfitClaims {
        /// The most bytes of JSON.
        max: u16,
    },
    /// The code is wrong, too old, or was used: which of them is not told.
    WrongCode,
}

impl Problem {
    /// The name on the wire.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::TooManyBytes { .. } => "too_many_bytes",
            Self::Invalid => "invalid",
            Self::WrongPair => "wrong_pair",
            Self::BadCharacters => "bad_characters",
            Self::Address => "address",
            Self::Unseen => "unseen",
            Self::Confusable => "confusable",
            Self::LooksLatin => "looks_latin",
            Self::Reserved => "reserved",
            Self::Taken => "taken",
            Self::Unknown => "unknown",
            Self::Breached => "breached",
            Self::OwnName => "own_name",
            Self::ServiceName => "service_name",
            Self::Same => "same",
            Self::OwnPassword => "own_password",
            Self::UnfitClaims { .. } => "unfit_claims",
            Self::WrongCode => "wrong_code",
        }
    }
}
