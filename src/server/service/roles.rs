//! Roles and what they permit: the small version.

/// What a role lets its bearer do; the words of the `scope` claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// See other people's accounts.
    UsersRead,
    /// Change other people's accounts.
    UsersWrite,
}

impl Permission {
    /// As in the `scope` claim.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::UsersWrite => "users:write",
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

    /// The role of a name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::User, Self::Admin].into_iter().find(|role| role.as_str() == name)
    }

    /// What it permits.
    pub fn permissions(self) -> &'static [Permission] {
        match self {
            Self::User => &[],
            Self::Admin => &[Permission::UsersRead, Permission::UsersWrite],
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
