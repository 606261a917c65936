//! An account in the lists of the command line.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    CliError,
    list::{Format, List},
    or_missing,
};
use crate::{
    model::{Filled, UserId, UserView},
    server::{
        App, dates,
        service::{accounts, agent::Agent},
        text::one_line,
    },
};

/// An account in JSON: all names are present, and a missing value is null. Times are Unix seconds.
#[derive(Serialize)]
pub(super) struct Line {
    id: UserId,
    username: String,
    external_id: Option<String>,
    display_name: Option<String>,
    profile: Filled,
    email: Option<String>,
    email_verified: bool,
    email_refused_at: Option<i64>,
    roles: Vec<String>,
    metadata: Map<String, Value>,
    app_metadata: Map<String, Value>,
    created_at: i64,
    disabled_at: Option<i64>,
    second_factor_at: Option<i64>,
    passkeys: i64,
    erase_after: Option<i64>,
}

impl From<UserView> for Line {
    fn from(user: UserView) -> Self {
        Self {
            id: user.id,
            username: user.username,
            external_id: user.external_id,
            display_name: user.display_name,
            profile: user.profile,
            email: user.email,
            email_verified: user.email_verified,
            email_refused_at: user.email_refused_at,
            roles: user.roles,
            metadata: user.metadata,
            app_metadata: user.app_metadata,
            created_at: user.created_at,
            disabled_at: user.disabled_at,
            second_factor_at: user.second_factor_at,
            passkeys: user.passkeys,
            erase_after: user.erase_after,
        }
    }
}

/// Whose account is wanted.
pub(super) enum Who<'w> {
    /// By username.
    Is(&'w str),
    /// By the id in the app that the account came from.
    Was(&'w str),
}

/// Writes one account.
pub(super) async fn show(
    app: &App,
    format: Format,
    who: Who<'_>,
    in_words: impl FnOnce(&Line) -> String,
) -> Result<(), CliError> {
    let (user, what) = match who {
        Who::Is(name) => (
            accounts::named(app, Agent::Operator, name).await,
            format!("account {}", one_line(name)),
        ),
        Who::Was(id) => (
            accounts::of_external_id(app, Agent::Operator, id).await,
            format!("account with the external id {}", one_line(id)),
        ),
    };
    let user = user.map_err(or_missing(app, what))?;
    let mut list = List::new(format);
    list.add(&Line::from(user), in_words)?;
    Ok(list.end()?)
}

pub(super) fn in_a_line(user: &Line) -> String {
    let (id, username) = (&user.id, one_line(&user.username));
    let state = match (user.erase_after, user.disabled_at) {
        (Some(_), Some(_)) => "disabled, leaving",
        (Some(_), None) => "leaving",
        (None, Some(_)) => "disabled",
        (None, None) => "enabled",
    };
    let created = dates::rfc3339(user.created_at);
    format!("{id}  {username:<24} {state:<8}  {:<11}  since {created}", user.roles.join(","))
}

pub(super) fn in_lines(user: &Line) -> String {
    let shown = |text: &Option<String>| text.as_deref().map_or("-".into(), one_line);
    let verified = if user.email_verified { "verified" } else { "not verified" };
    let refused = |at| format!(", refused mail at {}", dates::rfc3339(at));
    let refused = user.email_refused_at.map(refused).unwrap_or_default();
    let json = |object: &Map<String, Value>| Value::Object(object.clone()).to_string();
    let said = |profile: &Filled| {
        let said =
            profile.iter().map(|(field, text)| format!("{}: {}", field.name(), one_line(text)));
        said.reduce(|one, other| format!("{one}, {other}")).unwrap_or_else(|| "-".into())
    };
    let lines = [
        ("id", user.id.to_string()),
        ("username", one_line(&user.username)),
        ("external id", shown(&user.external_id)),
        ("display name", shown(&user.display_name)),
        (
            "email",
            user.email
                .as_ref()
                .map_or("-".into(), |email| format!("{} ({verified}{refused})", one_line(email))),
        ),
        ("profile", said(&user.profile)),
        ("roles", user.roles.join(", ")),
        ("since", dates::rfc3339(user.created_at)),
        (
            "disabled",
            user.disabled_at.map_or("no".into(), |at| format!("since {}", dates::rfc3339(at))),
        ),
        (
            "authenticator",
            user.second_factor_at.map_or("no".into(), |at| format!("since {}", dates::rfc3339(at))),
        ),
        ("passkeys", user.passkeys.to_string()),
        (
            "leaving",
            user.erase_after
                .map_or("no".into(), |at| format!("erased after {}", dates::rfc3339(at))),
        ),
        ("metadata", one_line(&json(&user.metadata))),
        ("app metadata", one_line(&json(&user.app_metadata))),
    ];
    lines.map(|(name, text)| format!("{name:<13} {text}")).join("\n")
}
