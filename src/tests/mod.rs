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
mod browser_surface;
mod connections;
mod counts;
mod database;
mod doctor;
mod errors;
mod hardening;
mod history;
mod import;
mod key_ring;
mod keys;
mod limits;
mod own_sessions;
mod owner;
mod password_advice;
mod passwords;
mod refresh;
mod refresh_model;
mod revocation;
mod rooms;
mod secrets;
mod sessions;
mod settings;
mod setup;
mod sources;
mod tokens;
mod tutorials;
mod valkey;
mod writes;
mod wycheproof;
