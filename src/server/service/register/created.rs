//! A newly created account.

use crate::server::db::users::UserRow;

/// An account that was just created, with the hash of its password or its passkey; only registration makes one.
pub(in crate::server::service) struct Created {
    row: UserRow,
    hash: Option<String>,
    /// Whether its passkey may be on several devices, if it has one.
    syncs: Option<bool>,
}

impl Created {
    /// Wraps an account that was just inserted.
    pub(super) fn new(row: UserRow, hash: Option<String>, syncs: Option<bool>) -> Self {
        Self { row, hash, syncs }
    }

    /// The account.
    pub(in crate::server::service) fn user(&self) -> &UserRow {
        &self.row
    }

    /// The hash of its password; none where it was made with a passkey.
    pub(in crate::server::service) fn hash(&self) -> Option<&str> {
        self.hash.as_deref()
    }

    /// Whether the passkey that it was made with may be on several devices; none where it has a password.
    pub(in crate::server::service) fn syncs(&self) -> Option<bool> {
        self.syncs
    }

    /// The account's row.
    pub(super) fn into_row(self) -> UserRow {
        self.row
    }
}
