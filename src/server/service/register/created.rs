//! A newly created account.

use crate::server::db::users::UserRow;

/// An account that was just created, with the hash of its password; only registration makes one.
pub(in crate::server::service) struct Created {
    row: UserRow,
    hash: String,
}

impl Created {
    /// Wraps an account that was just inserted.
    pub(super) fn new(row: UserRow, hash: String) -> Self {
        Self { row, hash }
    }

    /// The account.
    pub(in crate::server::service) fn user(&self) -> &UserRow {
        &self.row
    }

    /// The hash of its password.
    pub(in crate::server::service) fn hash(&self) -> &str {
        &self.hash
    }

    /// The account's row.
    pub(super) fn into_row(self) -> UserRow {
        self.row
    }
}
