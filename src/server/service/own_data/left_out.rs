//! The tables that the document of one's own data leaves out.

use super::section::INSTANCE;

const KEYED: &str = "It has keyed hashes of names and networks: the service can only test a name or a network against them.";

/// The tables without a section, with the reason.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("audit_chain", INSTANCE),
    ("instance", INSTANCE),
    ("signing_keys", INSTANCE),
    ("clients", INSTANCE),
    ("client_secrets", INSTANCE),
    ("resources", INSTANCE),
    ("revocations", "It names sessions and accounts whose tokens have ended, for some hours."),
    ("attempt_buckets", KEYED),
    ("source_failures", "It counts failures of networks, which are nobody's data alone."),
    ("source_blocks", "It names blocked networks, and no person."),
    ("known_sources", KEYED),
    (
        "spent_challenges",
        "It has hashes of random numbers that passkeys have signed, for five minutes, and names nobody.",
    ),
];
