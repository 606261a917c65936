//! The server: everything that must never reach the browser.

pub mod app;
mod chores;
pub mod cli;
pub mod clock;
pub mod config;
pub mod dates;
pub mod db;
pub mod error;
pub mod http;
pub mod listen;
mod pem;
mod process;
pub mod router;
pub mod secure;
pub mod serve;
pub mod service;
pub mod site;

pub use app::App;
