use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    model::{Field, Problem, check_display_name, check_json},
    server::{
        json::{self, Refused},
        say,
        secure::{
            identifier::{Email, Username, check_shown},
            password::{PasswordHashing, Unusable},
        },
        service::roles::Role,
    },
};

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    username: String,
    email: Option<String>,
    email_verified: Option<bool>,
    password_hash: Option<String>,
    display_name: Option<String>,
    created_at: Option<i64>,
    disabled: Option<bool>,
    roles: Option<Vec<String>>,
    metadata: Option<Map<String, Value>>,
}

/// Somebody who can come.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) username: Username,
    pub(super) email: Option<Email>,
    pub(super) email_verified: bool,
    pub(super) password_hash: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) created_at: i64,
    pub(super) disabled: bool,
    pub(super) admin: bool,
    pub(super) metadata: Option<String>,
}

/// What is wrong with a line, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    /// Not an object with these names and types.
    #[error("cannot be read: {0}")]
    Unreadable(Refused),
    /// A field that registration would not take either.
    #[error("{}: {}", .0.name(), say::problem(.1, *.0))]
    Field(Field, Problem),
    /// A hash that sign-in could not verify.
    #[error("password_hash: {0}.")]
    Hash(#[from] Unusable),
    /// A time before 1970, or one that is yet to come.
    #[error("created_at: expected Unix seconds, a whole number that is not later than now.")]
    Time,
    /// Not user or admin.
    #[error("roles: user and admin are known here.")]
    Role,
    /// Somebody here has this username.
    #[error("This username is taken here.")]
    Taken,
    /// An earlier line has it, written so or another way.
    #[error("An earlier line has this username.")]
    Twice,
    /// Somebody here has verified this address.
    #[error("Somebody here has verified this address.")]
    AddressTaken,
    /// An earlier line has it, verified.
    #[error("An earlier line has this verified address.")]
    AddressTwice,
}

impl Person {
    /// Judges a line by itself.
    pub(super) fn read(line: &str, now_s: i64) -> Result<Self, Wrong> {
        let line: Line = json::read(line.as_bytes()).map_err(|refused| match &refused {
            Refused::Wrong(wrong) if wrong.field() == Some("created_at") => Wrong::Time,
            _ => Wrong::Unreadable(refused),
        })?;
        let username = Username::parse(&line.username)
            .map_err(|problem| Wrong::Field(Field::Username, problem))?;
        let email = line.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let email = email.map(Email::parse).transpose();
        let email = email.map_err(|problem| Wrong::Field(Field::Email, problem))?;
        if let Some(hash) = &line.password_hash {
            PasswordHashing::accepts(hash)?;
        }
        let name = line.display_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        if let Some(name) = name {
            let wrong = |problem| Wrong::Field(Field::DisplayName, problem);
            check_display_name(name).map_err(wrong)?;
            check_shown(name).map_err(wrong)?;
        }
        let created_at = line.created_at.unwrap_or(now_s);
        if !(0..=now_s).contains(&created_at) {
            return Err(Wrong::Time);
        }
        let roles = line.roles.unwrap_or_default();
        let roles = roles.iter().map(|name| Role::parse(name).ok_or(Wrong::Role));
        let roles = roles.collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            username,
            email_verified: line.email_verified == Some(true) && email.is_some(),
            email,
            display_name: name.map(str::to_owned),
            password_hash: line.password_hash,
            created_at,
            disabled: line.disabled == Some(true),
            admin: roles.contains(&Role::Admin),
            metadata: kept(line.metadata)?,
        })
    }
}

/// A person's object as it is stored.
fn kept(object: Option<Map<String, Value>>) -> Result<Option<String>, Wrong> {
    let Some(object) = object else {
        return Ok(None);
    };
    check_json(&object).map_err(|problem| Wrong::Field(Field::Metadata, problem))?;
    Ok(Some(Value::Object(object).to_string()))
}
