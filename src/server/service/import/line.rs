use serde::Deserialize;
use serde_json::{Map, Value};

use super::wrong::Wrong;
use crate::{
    model::{Field, Problem, check_display_name, check_json},
    server::{
        config::TokenClaims,
        json::{self, Refused},
        secure::{
            identifier::{Email, Username, check_shown, is_external_id},
            password::PasswordHashing,
        },
        service::{roles::Role, token_claims},
    },
};

/// A line as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    username: Option<String>,
    external_id: Option<Value>,
    email: Option<String>,
    email_verified: Option<bool>,
    password_hash: Option<String>,
    display_name: Option<String>,
    created_at: Option<i64>,
    disabled: Option<bool>,
    roles: Option<Vec<String>>,
    metadata: Option<Map<String, Value>>,
    app_metadata: Option<Map<String, Value>>,
}

/// What a line says of somebody, beside the username that they get here.
#[derive(Clone)]
pub(super) struct Draft {
    /// The username of the line.
    pub(super) name: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) email: Option<Email>,
    pub(super) email_verified: bool,
    pub(super) password_hash: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) created_at: i64,
    pub(super) disabled: bool,
    pub(super) admin: bool,
    pub(super) metadata: Option<String>,
    pub(super) app_metadata: Option<String>,
}

/// Somebody who can come.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) username: Username,
    /// Whether the line has another username, or none.
    pub(super) is_renamed: bool,
    pub(super) draft: Draft,
}

impl Draft {
    /// Judges a line by itself, but for the username.
    pub(super) fn read(line: &str, claims: &TokenClaims, now_s: i64) -> Result<Self, Wrong> {
        let line: Line = json::read(line.as_bytes()).map_err(|refused| match &refused {
            Refused::Wrong(wrong) if wrong.field() == Some("created_at") => Wrong::Time,
            _ => Wrong::Unreadable(refused),
        })?;
        let email = line.email.as_deref().map(str::trim).filter(|email| !email.is_empty());
        let email = email.map(Email::parse).transpose();
        let email = email.map_err(|problem| Wrong::Field(Field::Email, problem))?;
        if let Some(hash) = &line.password_hash {
            PasswordHashing::accepts(hash)?;
        }
        let name = line.display_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        if let Some(name) = name {
            check_display(name).map_err(|problem| Wrong::Field(Field::DisplayName, problem))?;
        }
        let created_at = line.created_at.unwrap_or(now_s);
        if !(0..=now_s).contains(&created_at) {
            return Err(Wrong::Time);
        }
        let roles = line.roles.unwrap_or_default();
        let role = |name: &String| Role::parse(name).ok_or_else(|| Wrong::Role(name.clone()));
        let roles = roles.iter().map(role).collect::<Result<Vec<_>, _>>()?;
        if let Some(object) = &line.app_metadata {
            let fits = token_claims::check(claims, object);
            fits.map_err(|problem| Wrong::Field(Field::AppMetadata, problem))?;
        }
        Ok(Self {
            name: line.username.filter(|name| !name.trim().is_empty()),
            external_id: line.external_id.map(external_id).transpose()?.flatten(),
            email_verified: line.email_verified == Some(true) && email.is_some(),
            email,
            display_name: name.map(str::to_owned),
            password_hash: line.password_hash,
            created_at,
            disabled: line.disabled == Some(true),
            admin: roles.contains(&Role::Admin),
            metadata: kept(line.metadata, Field::Metadata)?,
            app_metadata: kept(line.app_metadata, Field::AppMetadata)?,
        })
    }

    /// The person by this username. One who is renamed keeps the old name as the name that is shown, where it can be.
    pub(super) fn named(mut self, username: Username, is_renamed: bool) -> Person {
        if is_renamed && self.display_name.is_none() {
            let shown = self.name.as_deref().map(str::trim);
            let shown = shown.filter(|name| !name.contains('@') && check_display(name).is_ok());
            self.display_name = shown.map(str::to_owned);
        }
        Person { username, is_renamed, draft: self }
    }
}

fn check_display(name: &str) -> Result<(), Problem> {
    check_display_name(name)?;
    check_shown(name)
}

/// An id of another app: text, or a whole number as most databases have it.
fn external_id(value: Value) -> Result<Option<String>, Wrong> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text,
        Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
        _ => return Err(Wrong::ExternalId),
    };
    if is_external_id(&text) { Ok(Some(text)) } else { Err(Wrong::ExternalId) }
}

/// An object as it is stored.
fn kept(object: Option<Map<String, Value>>, field: Field) -> Result<Option<String>, Wrong> {
    let Some(object) = object else {
        return Ok(None);
    };
    check_json(&object).map_err(|problem| Wrong::Field(field, problem))?;
    Ok(Some(Value::Object(object).to_string()))
}
