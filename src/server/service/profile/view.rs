//! The account in answers of the API.

use serde_json::{Map, Value};

use crate::{
    model::{Field, Filled, UserView},
    server::{db::users::UserRow, service::roles},
};

/// A stored JSON object.
pub(in crate::server::service) fn object(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// The stored texts of a profile, without fields that no form has any more.
pub(super) fn extras(json: &str) -> Filled {
    let mut profile = Filled::default();
    for (name, text) in object(json) {
        if let (Some(field), Value::String(text)) = (Field::named(&name), text) {
            profile.set(field, text);
        }
    }
    profile
}

/// A stored account as the API shows it.
pub(in crate::server::service) fn view(user: UserRow) -> UserView {
    let roles = roles::of(user.roles.as_deref());
    UserView {
        id: user.id,
        username: user.username,
        external_id: user.external_id,
        display_name: user.display_name,
        profile: extras(&user.profile),
        email: user.email,
        email_verified: user.email_verified_at.is_some(),
        email_refused_at: user.email_refused_at,
        roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
        metadata: object(&user.metadata),
        app_metadata: object(&user.app_metadata),
        created_at: user.created_at,
        disabled_at: user.disabled_at,
        second_factor_at: user.totp_at,
        passkeys: user.passkeys,
        erase_after: user.erase_after,
    }
}
