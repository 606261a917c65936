//! HTTP without pages: access rules, reading of bodies, writing of answers, and the handlers of the
//! API.

pub mod access;
pub mod action_context;
pub mod actions;
mod address;
pub mod assets;
pub mod body;
pub mod brand;
pub mod client_info;
pub mod coding;
pub mod cookies;
pub mod description;
pub mod finish;
pub mod guard;
pub mod headers;
pub mod health;
pub mod inbox;
pub mod language;
pub mod last;
pub mod load;
pub mod metrics;
pub mod next;
pub mod oauth;
pub mod origin;
pub mod preferences;
pub mod reader;
pub mod reply;
pub mod route;
pub mod trace;
pub mod tutorial;
pub mod v1;
