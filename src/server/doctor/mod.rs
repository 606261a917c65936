//! What is wrong with this machine or the service, for its operator: in English, with how to mend it.

pub mod here;
pub mod outside;

/// What one look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// As it should be.
    Fine(String),
    /// It works, and should be better: what, and how.
    Warning(String, String),
    /// It does not work or is not safe: what, and how to mend it.
    Fault(String, String),
}
