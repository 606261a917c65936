//! Pages: one file, one title, plain HTML that works alone. Rendered for the session user; never a server
//! function is called on the way.

pub mod account;
pub mod choices;
pub mod docs;
mod entry;
pub mod home;
pub mod login;
pub mod logout;
pub mod page;
pub mod register;
pub mod setup;
