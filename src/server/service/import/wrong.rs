use crate::{
    model::{EXTERNAL_ID_MAX, Field, Problem, USERNAME_MAX, USERNAME_MIN},
    server::{json::Refused, say, secure::password::Unusable},
};

/// What is wrong with a line, in a sentence that says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// Not an object with these names and types.
    #[error("cannot be read: {0}")]
    Unreadable(Refused),
    /// A username that registration would not take either; the last is one that it would.
    #[error(
        "username {name:?}: {} {}{}",
        say::problem(.problem, Field::Username), allowed(), would_be(.slug.as_deref())
    )]
    Name {
        /// As the line has it.
        name: String,
        /// What is wrong with it.
        problem: Problem,
        /// What `--rename slug` makes of it.
        slug: Option<String>,
    },
    /// No username.
    #[error("username: there is none. Give one, or let --rename email make one of the address.")]
    NoName,
    /// Another field that registration would not take either.
    #[error("{}: {}", .0.name(), say::problem(.1, *.0))]
    Field(Field, Problem),
    /// A hash that sign-in could not verify.
    #[error("password_hash: {0}.")]
    Hash(#[from] Unusable),
    /// A time before 1970, or one that is yet to come.
    #[error("created_at: expected Unix seconds, a whole number that is not later than now.")]
    Time,
    /// Not user or admin.
    #[error(
        "roles: {0:?} is no role here; user and admin are. What else your app knows of a person is for app_metadata."
    )]
    Role(String),
    /// Not text and no whole number, or not fit to be an id.
    #[error(
        "external_id: expected a whole number, or a text of 1 to {max} bytes without control characters and without \
         white space around it.",
        max = EXTERNAL_ID_MAX
    )]
    ExternalId,
    /// Somebody here has this username.
    #[error("This username is taken here.")]
    Taken,
    /// Somebody here has the one that would replace it, and nothing tells whether that is this person.
    #[error(
        "The username {0} is taken here, perhaps by an earlier import of this line. Give the line an external_id, or \
         a username that is free."
    )]
    OtherTaken(String),
    /// An earlier line has it, written so or another way.
    #[error("An earlier line has this username.")]
    Twice,
    /// Somebody here has this external id.
    #[error("external_id: an account here has this one, so this line was imported before.")]
    ExternalIdTaken,
    /// An earlier line has it.
    #[error("external_id: an earlier line has this one.")]
    ExternalIdTwice,
    /// Somebody here has verified this address.
    #[error("Somebody here has verified this address.")]
    AddressTaken,
    /// An earlier line has it, verified.
    #[error("An earlier line has this verified address.")]
    AddressTwice,
}

impl Wrong {
    /// A username, of which the sentence repeats the beginning.
    pub(super) fn name(name: &str, problem: Problem) -> Self {
        Self::Name { name: name.chars().take(80).collect(), problem, slug: None }
    }
}

/// Which usernames there can be.
fn allowed() -> String {
    format!(
        "A username has {USERNAME_MIN} to {USERNAME_MAX} letters, digits, dots, dashes and underscores."
    )
}

fn would_be(slug: Option<&str>) -> String {
    slug.map_or(String::new(), |slug| format!(" --rename slug makes it {slug}."))
}
