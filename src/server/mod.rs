//! The server: all code that must never reach the browser.

pub mod app;
pub mod brand;
pub mod cli;
pub mod clock;
pub mod colour;
pub mod config;
pub mod dates;
pub mod db;
pub mod doctor;
pub mod error;
pub mod files;
pub mod http;
pub mod jobs;
pub mod json;
pub mod json_line;
pub mod listen;
pub mod log;
pub mod mail;
pub mod metrics;
pub mod outbound;
mod output;
mod pem;
mod process;
pub mod router;
pub mod say;
pub mod secret_file;
pub mod secure;
pub mod serve;
pub mod service;
mod service_manager;
mod signals;
pub mod site;
mod start_error;
mod start_lock;
pub mod text;

pub use app::App;
