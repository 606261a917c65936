//! Behaviour through public doors: HTTP through the router, on SQLite and on PostgreSQL.
//!
//! PostgreSQL comes from `VESTIBULE_TEST_POSTGRES` (see scripts/postgres); `cargo test -- --skip postgres`
//! leaves its half out.

mod support;

mod access;
mod accounts;
mod actions;
mod agents;
mod app_metadata;
mod audit;
mod audit_chain;
mod audit_command;
mod audit_tampering;
mod blocks;
mod bodies;
mod bounds;
mod browser_surface;
mod busy;
mod commands;
mod connections;
mod cors;
mod counts;
mod database;
mod doctor;
mod errors;
mod feed;
mod feed_kept;
mod feed_model;
mod flows;
mod half_signed_in;
mod hardening;
mod history;
mod http2;
mod ids;
mod import;
mod key_ring;
mod keys;
mod limits;
mod memory;
mod neighbours;
mod own_sessions;
mod owner;
mod parser_answers;
mod password_advice;
mod passwords;
mod privacy;
mod refresh;
mod refresh_model;
mod restarts;
mod revocation;
mod rooms;
mod secrets;
mod session_identity;
mod sessions;
mod settings;
mod setup;
mod shares;
mod sources;
mod tls;
mod tokens;
mod tutorials;
mod upgrade;
mod valkey;
mod writes;
mod wycheproof;
