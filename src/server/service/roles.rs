//! Roles and their permissions.

use crate::server::db::users::UserRow;

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

/// Whether an account is one of the administrators.
pub(super) fn is_enabled_admin(user: &UserRow) -> bool {
    user.disabled_at.is_none() && of(user.roles.as_deref()).contains(&Role::Admin)
}

/// The `scope` claim of these roles.
pub fn scope(roles: &[Role]) -> String {
    let permissions = roles.iter().flat_map(|role| role.permissions());
    permissions.map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}
