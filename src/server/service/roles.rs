//! Roles and what they permit: the small version.

/// What a role lets its bearer do; the words of the `scope` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See other people's accounts.
    UsersRead,
    /// Create and change other people's accounts.
    UsersWrite,
    /// Block sources, and end blocks.
    BlocksWrite,
    /// Change the keys that sign access tokens.
    KeysWrite,
    /// Read the audit log.
    AuditRead,
}

impl Permission {
    /// As in the `scope` claim.
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

/// A role. Everybody is a `user`; only more than that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everybody.
    User,
    /// Operators.
    Admin,
}

impl Role {
    /// The name, in the database and in tokens.
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

    /// What it permits.
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

/// All roles of a person, from the stored names.
pub fn of(stored: Option<&str>) -> Vec<Role> {
    let mut roles = vec![Role::User];
    roles.extend(stored.unwrap_or_default().split(' ').filter_map(Role::parse));
    roles
}

/// The `scope` claim of these roles.
pub fn scope(roles: &[Role]) -> String {
    let permissions = roles.iter().flat_map(|role| role.permissions());
    permissions.map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ")
}
