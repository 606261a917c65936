use serde::{Deserialize, Serialize};

/// A field of a form, named as in JSON; in the order in which errors are told.
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
    /// The password that is to be replaced.
    CurrentPassword,
    /// The one that replaces it.
    NewPassword,
    /// Username or address at sign-in.
    Identifier,
    /// The name shown to people.
    DisplayName,
    /// How others speak of the person.
    Pronouns,
    /// The language of the pages.
    Language,
    /// The person's own JSON object.
    Metadata,
    /// The app's JSON object about a person.
    AppMetadata,
    /// The roles of an account.
    Roles,
    /// How a refresh token is wanted.
    Session,
    /// The body as a whole.
    Body,
}

impl Field {
    /// The field of this name.
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
            Self::Body => "body",
        }
    }
}

/// One field and what is wrong with it; on the wire both in one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(from = "Flat")]
pub struct FieldError {
    /// Which field.
    pub field: Field,
    /// What is wrong.
    #[serde(flatten)]
    pub problem: Problem,
    /// The same for a person, in their language; empty until an answer is written.
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
    #[serde(default)]
    message: String,
}

/// Its names on the wire are those of [`Problem::name`].
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
            _ => Problem::Invalid,
        };
        Self { field: flat.field, problem, message: flat.message }
    }
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = FieldProblem))]
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
    /// More bytes than allowed: of UTF-8, or of an object as JSON without white space.
    TooManyBytes {
        /// The most allowed.
        max: u16,
    },
    /// Not of the form that the field needs.
    Invalid,
    /// Characters that the field does not take.
    BadCharacters,
    /// A name in which nothing can be seen.
    Unseen,
    /// Letters of several scripts (UTS 39 section 5.1).
    Confusable,
    /// Letters of another script that all look like Latin ones (UTS 39 section 4).
    LooksLatin,
    /// A name that belongs to the service.
    Reserved,
    /// In use.
    Taken,
    /// A field that this request does not have.
    Unknown,
    /// A password that attackers try first.
    Breached,
    /// A password that is the person's own name or address.
    OwnName,
    /// A password that is the name of the service.
    ServiceName,
    /// Not the password of the account that the other field names, or no such account.
    WrongPair,
    /// An email address where a username is asked for.
    Address,
    /// The new password is the one that it replaces.
    Same,
    /// A username that is the password of its account.
    OwnPassword,
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
        }
    }
}
