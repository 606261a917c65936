//! Behaviour through public doors: HTTP through the router, on SQLite and on PostgreSQL.
//!
//! PostgreSQL comes from `VESTIBULE_TEST_POSTGRES` (see scripts/postgres); `cargo test -- --skip postgres`
//! leaves its half out.

mod support;

mod access;
mod accounts;
mod audit;
mod audit_chain;
mod audit_command;
mod audit_tampering;
mod blocks;
mod bounds;
mod browser_surface;
mod connections;
mod database;
mod doctor;
mod errors;
mod hardening;
mod history;
mod import;
mod key_ring;
mod keys;
mod limits;
mod memory;
mod own_sessions;
mod password_advice;
mod passwords;
mod refresh;
mod refresh_model;
mod revocation;
mod rooms;
mod secrets;
mod session_identity;
mod sessions;
mod settings;
mod setup;
mod shares;
mod tokens;
mod tutorials;
mod upgrade;
mod valkey;
mod wycheproof;
