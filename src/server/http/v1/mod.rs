//! The API, version 1.

pub mod auth;
pub mod history;
pub mod keys;
pub mod me;
pub mod reflection;
pub mod sessions;
pub mod users;
