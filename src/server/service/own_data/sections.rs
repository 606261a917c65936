//! What the document of one's own data has of each table, and why the rest is left out. A test compares this with the
//! schema: a new table or column is either here, or the test fails.

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

const OWNER: &str = "It is the id of this account in every row.";
const COMPARED: &str = "It is the same text in the form in which names are compared.";
const SECRET: &str = "It is a secret, or the hash of one: who has it could use it.";
const COUNTER: &str = "It is a counter of the service, and says nothing about a person.";
pub(super) const INSTANCE: &str = "It is about the instance, and about no person.";
const OF_OTHERS: &str = "Where somebody who runs the service acted, it is data about them.";
const OF_ALL: &str = "It would tell how many events there are of all people.";

use Shown::{Actor, Object, OfActor, Plain, Time, TimeMs};

const fn rows(table: &'static str, newest: &'static str) -> OwnRows {
    OwnRows { table, whose: Whose::Column("user_id"), newest }
}

/// The sections, in their order.
pub const SECTIONS: &[Section] = &[
    Section {
        name: "account",
        rows: OwnRows { table: "users", whose: Whose::Column("id"), newest: "id" },
        columns: &[
            ("id", Plain),
            ("username", Plain),
            ("external_id", Plain),
            ("display_name", Plain),
            ("profile", Object),
            ("metadata", Object),
            ("app_metadata", Object),
            ("locale", Plain),
            ("created_at", Time),
            ("updated_at", Time),
            ("disabled_at", Time),
            ("password_weak_at", Time),
            ("alerts_seen_at", Time),
            ("alerts_seen_session", Plain),
            ("sign_in_quiet_at", Time),
        ],
        left_out: &[
            ("username_canonical", COMPARED),
            ("password_hash", SECRET),
            ("epoch", COUNTER),
        ],
    },
    Section {
        name: "addresses",
        rows: rows("user_emails", "id"),
        columns: &[
            ("id", Plain),
            ("address", Plain),
            ("created_at", Time),
            ("verified_at", Time),
            ("verified_by", Plain),
            ("refused_at", Time),
            ("refused_reply", Plain),
            ("undo_until", Time),
            ("primary_at", Time),
            ("doubt_until", Time),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("address_canonical", COMPARED),
            ("replaced_epoch", COUNTER),
            ("since_epoch", COUNTER),
        ],
    },
    Section {
        name: "roles",
        rows: rows("user_roles", "role"),
        columns: &[("role", Plain), ("granted_at", Time)],
        left_out: &[("user_id", OWNER)],
    },
    Section {
        name: "former_usernames",
        rows: rows("former_usernames", "kept_until"),
        columns: &[("username_canonical", Plain), ("kept_until", Time)],
        left_out: &[("user_id", OWNER)],
    },
    Section {
        name: "invitation",
        rows: rows("invitations", "id"),
        columns: &[
            ("id", Plain),
            ("address", Plain),
            ("roles", Plain),
            ("created_at", Time),
            ("expires_at", Time),
            ("accepted_at", Time),
            ("revoked_at", Time),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("address_canonical", COMPARED),
            ("flow_id", "It is the id of its link, which is over."),
            ("invited_by", OF_OTHERS),
        ],
    },
    Section {
        name: "authenticator_app",
        rows: rows("totp", "created_at"),
        columns: &[("created_at", Time), ("used_at", Time)],
        left_out: &[
            ("user_id", OWNER),
            ("seed_sealed", SECRET),
            ("last_step", COUNTER),
            ("failed", COUNTER),
            ("since_epoch", COUNTER),
        ],
    },
    Section {
        name: "recovery_codes",
        rows: rows("recovery_codes", "created_at"),
        columns: &[("created_at", Time), ("spent_at", Time)],
        left_out: &[("user_id", OWNER), ("code_hash", SECRET)],
    },
    Section {
        name: "trusted_browsers",
        rows: rows("trusted_devices", "id"),
        columns: &[
            ("id", Plain),
            ("user_agent", Plain),
            ("created_at", Time),
            ("last_used_at", Time),
            ("expires_at", Time),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("token_hash", SECRET),
            ("previous_hash", SECRET),
            ("successor_sealed", SECRET),
            ("epoch", COUNTER),
        ],
    },
    Section {
        name: "sessions",
        rows: rows("sessions", "id"),
        columns: &[
            ("id", Plain),
            ("kind", Plain),
            ("created_at", Time),
            ("auth_time", Time),
            ("last_seen_at", Time),
            ("rotated_at_ms", TimeMs),
            ("used_at_ms", TimeMs),
            ("idle_expires_at", Time),
            ("expires_at", Time),
            ("revoked_at", Time),
            ("revoked_reason", Plain),
            ("client_ip", Plain),
            ("user_agent", Plain),
            ("amr", Plain),
            ("acr", Plain),
            ("client_id", Plain),
            ("scope", Plain),
            ("renewed_as", Plain),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("current_hash", SECRET),
            ("previous_hash", SECRET),
            ("successor_sealed", SECRET),
            ("generation", COUNTER),
            ("epoch", COUNTER),
            ("late_generation", COUNTER),
            ("late_run", COUNTER),
        ],
    },
    Section {
        name: "flows",
        rows: rows("flows", "id"),
        columns: &[
            ("id", Plain),
            ("purpose", Plain),
            ("session_id", Plain),
            ("address", Plain),
            ("state", Plain),
            ("created_at", Time),
            ("expires_at", Time),
            ("spent_at", Time),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("secret_hash", SECRET),
            ("link_hash", SECRET),
            ("code_mac", SECRET),
            ("browser_hash", SECRET),
            ("hash_seen", SECRET),
            (
                "data_sealed",
                "It is sealed, and has the browser in which it was begun, which events name too, or a secret.",
            ),
            ("tries", COUNTER),
            ("epoch", COUNTER),
        ],
    },
    Section {
        name: "mails",
        rows: rows("outbox", "id"),
        columns: &[
            ("id", Plain),
            ("kind", Plain),
            ("locale", Plain),
            ("state", Plain),
            ("created_at", Time),
            ("ended_at", Time),
            ("expires_at", Time),
            ("last_code", Plain),
            ("last_reply", Plain),
        ],
        left_out: &[
            ("user_id", OWNER),
            ("address_sealed", "It is sealed: mails go to the addresses above."),
            ("payload_sealed", SECRET),
            ("priority", COUNTER),
            ("attempts", COUNTER),
            ("claim", COUNTER),
            ("next_at", "It is when a sender looks at the mail again."),
            ("cut_at", "It is when a sender lost the answer of a mail server."),
        ],
    },
    Section {
        name: "deletion",
        rows: rows("deletions", "user_id"),
        columns: &[("requested_at", Time), ("erase_after", Time), ("reminded_at", Time)],
        left_out: &[("user_id", OWNER)],
    },
    Section {
        name: "events",
        rows: OwnRows { table: "audit_events", whose: Whose::Column("subject"), newest: "seq" },
        columns: &[
            ("at_ms", TimeMs),
            ("kind", Plain),
            ("outcome", Plain),
            ("actor", Actor),
            ("client_ip", OfActor),
            ("user_agent", OfActor),
            ("details", Object),
        ],
        left_out: &[
            ("subject", OWNER),
            ("client_ip", OF_OTHERS),
            ("user_agent", OF_OTHERS),
            ("seq", OF_ALL),
            ("chain_pos", OF_ALL),
            ("chain_hash", INSTANCE),
        ],
    },
    Section {
        name: "acts",
        rows: OwnRows { table: "audit_events", whose: Whose::ActorOnOthers, newest: "seq" },
        columns: &[
            ("at_ms", TimeMs),
            ("kind", Plain),
            ("outcome", Plain),
            ("client_ip", Plain),
            ("user_agent", Plain),
        ],
        left_out: &[
            ("actor", OWNER),
            ("subject", "It is the id of somebody else, or of nobody."),
            ("details", "It may be about somebody else."),
            ("seq", OF_ALL),
            ("chain_pos", OF_ALL),
            ("chain_hash", INSTANCE),
        ],
    },
];
