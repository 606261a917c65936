//! Roles and their permissions.

use std::sync::Arc;

use super::proof::Acr;
use crate::server::{config::Config, db::users::UserRow, secure::jwt::Claims};

/// A permission of a role; a word of the `scope` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Read other accounts.
    UsersRead,
    /// Create and change other accounts.
    UsersWrite,
    /// Block sources, and end blocks.
    BlocksWrite,
    /// Change the signing keys.
    KeysWrite,
    /// Read clients and resources.
    ClientsRead,
    /// Make and change clients and resources.
    ClientsWrite,
    /// Read the audit log.
    AuditRead,
}

impl Permission {
    /// Its word in the `scope` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
            Self::BlocksWrite => "blocks:write",
            Self::KeysWrite => "keys:write",
            Self::ClientsRead => "clients:read",
            Self::ClientsWrite => "clients:write",
            Self::AuditRead => "audit:read",
        }
    }
}

/// A role. Every account is a `user`; only further roles are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Every account.
    User,
    /// Operators.
    Admin,
}

impl Role {
    /// Its name, in the database and in tokens.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// Every role.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// The permissions of the role.
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::User => &[],
            Self::Admin => &[
                Permission::UsersRead,
                Permission::UsersWrite,
                Permission::BlocksWrite,
                Permission::KeysWrite,
                Permission::ClientsRead,
                Permission::ClientsWrite,
                Permission::AuditRead,
            ],
        }
    }
}

/// All roles of an account, from the stored names.
pub fn of(stored: Option<&str>) -> Vec<Role> {
    let mut roles = vec![Role::User];
    roles.extend(stored.unwrap_or_default().split(' ').filter_map(Role::parse));
    roles
}

/// The roles that an account has in a session of an assurance level. One that demands a second factor gives nothing below two.
pub(super) fn in_session(config: &Config, stored: Option<&str>, acr: &str) -> Vec<Role> {
    let is_given = |role: &Role| acr == Acr::Aal2.as_str() || !is_demanding(config, role.as_str());
    of(stored).into_iter().filter(is_given).collect()
}

/// Their names.
pub(super) fn names_in_session(config: &Config, user: &UserRow, acr: &str) -> Vec<String> {
    let roles = in_session(config, user.roles.as_deref(), acr);
    roles.iter().map(|role| role.as_str().to_owned()).collect()
}

/// Those of these names that count at an assurance level.
pub(super) fn counted(config: &Config, names: &[String], acr: &str) -> Vec<String> {
    let counts = |name: &&String| acr == Acr::Aal2.as_str() || !is_demanding(config, name);
    names.iter().filter(counts).cloned().collect()
}

/// Whether one of the stored roles demands a second factor.
pub(super) fn demand_factor(config: &Config, stored: Option<&str>) -> bool {
    of(stored).iter().any(|role| is_demanding(config, role.as_str()))
}

fn is_demanding(config: &Config, role: &str) -> bool {
    config.factor_required_for.contains(&role)
}

/// The claims of a token as they count here: one that was issued before a role demanded a second factor lacks it from now on.
pub(super) fn muted(config: &Config, claims: Arc<Claims>) -> Arc<Claims> {
    let acr = claims.acr.as_deref().unwrap_or_default();
    let is_whole = acr == Acr::Aal2.as_str();
    if is_whole || !claims.roles.iter().any(|role| is_demanding(config, role)) {
        return claims;
    }
    let roles = claims.roles.iter().filter(|role| !is_demanding(config, role));
    let roles: Vec<_> = roles.cloned().collect();
    let given: Vec<_> = roles.iter().filter_map(|role| Role::parse(role)).collect();
    let given = scope(&given);
    let words = claims.scope.split(' ').filter(|word| given.split(' ').any(|kept| kept == *word));
    let scope = words.collect::<Vec<_>>().join(" ");
    Arc::new(Claims { roles, scope, ..Claims::clone(&claims) })
}

/// Whether an account is one of the administrators.
pub(super) fn is_enabled_admin(user: &UserRow) -> bool {
    user.disabled_at.is_none() && of(user.roles.as_deref()).contains(&Role::Admin)
}

/// The `scope` claim of these roles.
pub fn scope(roles: &[Role]) -> String {
    let permissions = roles.iter().flat_map(|role| role.permissions());
    permissions.map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}
