use serde::{Deserialize, Serialize};

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
            Field::AppMetadata => "app metadata",
            Field::Roles => "role",
            Field::Session => "session",
            Field::Body => "request",
        };
        match self {
            Self::Required => format!("Enter your {label}."),
            Self::TooShort { min } => format!("The {label} must have at least {min} characters."),
            Self::TooLong { max } => format!("The {label} must have at most {max} characters."),
            Self::TooManyBytes { max } => format!("The {label} must have at most {max} bytes."),
            Self::Unseen => format!("The {label} shows nothing. Use characters that can be seen."),
            Self::Invalid if field == Field::Email => {
                "Enter an email address like name@example.com.".into()
            }
            Self::Invalid if matches!(field, Field::Password | Field::CurrentPassword) => {
                "This password is not right.".into()
            }
            Self::Invalid => format!("This {label} is not valid."),
            Self::BadCharacters => format!("The {label} has characters that cannot be used here."),
            Self::Confusable => {
                format!("The {label} mixes letters of several alphabets. Use one.")
            }
            Self::LooksLatin => format!(
                "Each letter of the {label} looks like a Latin one. Use Latin letters, or add one that does not."
            ),
            Self::Reserved => format!("This {label} is reserved. Choose another one."),
            Self::Taken => format!("This {label} is taken. Choose another one."),
            Self::Unknown => format!("The {label} has a field that is not known here."),
            Self::Breached => "Many people have used this password, and it has been seen in breaches. Choose another one.".into(),
            Self::OwnName => format!("The {label} must not be your name or address."),
            Self::ServiceName => format!("The {label} must not be the name of this service."),
        }
    }
}
