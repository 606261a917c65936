//! What the document of one's own data has of programs of others.

use super::section::{
    COUNTER, OWNER, SECRET, Section,
    Shown::{Plain, Time},
    rows,
};

/// What a person lets them do.
pub(super) const APPS: Section = Section {
    name: "apps",
    rows: rows("consents", "granted_at"),
    columns: &[
        ("client_id", Plain),
        ("resource", Plain),
        ("scope", Plain),
        ("granted_at", Time),
        ("used_at", Time),
    ],
    left_out: &[
        ("user_id", OWNER),
        ("settings_hash", "It is a hash of the name and the addresses that the app had then."),
    ],
};

/// Requests that wait for the person, or for the program.
pub(super) const REQUESTS: Section = Section {
    name: "app_requests",
    rows: rows("authorizations", "created_at"),
    columns: &[
        ("client_id", Plain),
        ("scope", Plain),
        ("created_at", Time),
        ("opened_at", Time),
        ("expires_at", Time),
        ("outcome", Plain),
        ("decided_at", Time),
        ("session_id", Plain),
        ("grant_id", Plain),
        ("code_expires_at", Time),
        ("exchanged_at", Time),
    ],
    left_out: &[
        ("id", SECRET),
        ("user_id", OWNER),
        ("request", "It has values of the app by which it knows its own requests."),
        ("epoch", COUNTER),
        ("code_hash", SECRET),
    ],
};
