//! Pages: one file, one title, plain HTML that works alone. Rendered for the viewer; never a server
//! function is called on the way.

pub mod account;
pub mod acts;
mod entry;
mod head;
pub mod history;
pub mod home;
pub mod login;
pub mod logout;
mod moment;
pub mod page;
mod panel;
pub mod password;
pub mod register;
pub mod sessions;
pub mod setup;
pub mod theme;
