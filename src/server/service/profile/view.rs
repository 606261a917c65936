//! What the API shows of an account.

use serde_json::{Map, Value};

use crate::{
    model::UserView,
    server::{db::users::UserRow, service::roles},
};

/// A stored JSON object.
pub(in crate::server::service) fn object(json: &str) -> Map<String, Value> {
    serde_json::from_str(json).unwrap_or_default()
}

/// What the API shows of a stored person.
pub(in crate::server::service) fn view(user: UserRow) -> UserView {
    let roles = roles::of(user.roles.as_deref());
    UserView {
        id: user.id,
        username: user.username,
        display_name: user.display_name,
        email: user.email,
        email_verified: user.email_verified_at.is_some(),
        roles: roles.iter().map(|role| role.as_str().to_owned()).collect(),
        metadata: object(&user.metadata),
        app_metadata: object(&user.app_metadata),
        created_at: user.created_at,
        disabled_at: user.disabled_at,
    }
}
