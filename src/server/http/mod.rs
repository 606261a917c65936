//! The doors: decode, call one verb of the service, encode.

pub mod actions;
mod address;
mod assets;
mod body;
pub mod cookies;
pub mod door;
mod finish;
pub mod guard;
pub mod headers;
mod health;
pub mod load;
pub mod next;
mod origin;
pub mod page;
mod reply;
mod router;
pub mod routes;
mod trace;
mod tutorial;
mod v1;
mod visitor;

pub use router::router;
