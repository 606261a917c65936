//! The API, version 1.

#![expect(
    clippy::missing_errors_doc,
    reason = "the table of routes has the errors of each endpoint"
)]

pub mod addresses;
pub mod auth;
pub mod clients;
pub mod confirming;
pub mod enrolment;
pub mod factors;
pub mod history;
pub mod invitations;
pub mod keys;
pub mod leaving;
pub mod mail_code;
pub mod me;
pub mod notices;
pub mod own_data;
pub mod passkey_login;
pub mod passkeys;
pub mod recovery;
pub mod reflection;
pub mod resources;
pub mod sessions;
pub mod trusted;
pub mod users;
