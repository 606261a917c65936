//! The parts of the document of one's own data, and the reasons for what it leaves out.

use crate::server::db::own_rows::{OwnRows, Whose};

/// How a column is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Plain,
    /// Unix seconds, as RFC 3339.
    Time,
    /// Unix milliseconds, as RFC 3339.
    TimeMs,
    /// A JSON object.
    Object,
    /// The id of who acted: the person, the service, or somebody who runs it.
    Actor,
    /// Of who acted: only where that was the person, or nobody knows who it was.
    OfActor,
}

/// The part of a table in the document.
#[derive(Debug)]
pub struct Section {
    /// Its name in the document.
    pub name: &'static str,
    /// Its rows.
    pub rows: OwnRows,
    /// The columns, as they are named in the document.
    pub columns: &'static [(&'static str, Shown)],
    /// The other columns, with the reason.
    pub left_out: &'static [(&'static str, &'static str)],
}

pub(super) const OWNER: &str = "It is the id of this account in every row.";
pub(super) const COMPARED: &str = "It is the same text in the form in which names are compared.";
pub(super) const SECRET: &str = "It is a secret, or the hash of one: who has it could use it.";
pub(super) const COUNTER: &str = "It is a counter of the service, and says nothing about a person.";
pub(super) const INSTANCE: &str = "It is about the instance, and about no person.";
pub(super) const OF_OTHERS: &str =
    "Where somebody who runs the service acted, it is data about them.";
pub(super) const OF_ALL: &str = "It would tell how many events there are of all people.";

pub(super) const fn rows(table: &'static str, newest: &'static str) -> OwnRows {
    OwnRows { table, whose: Whose::Column("user_id"), newest }
}
