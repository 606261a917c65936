//! Pages: one file, one title, plain HTML that works alone. They are rendered for the session user,
//! without a call of a server function.

pub mod account;
pub mod choices;
pub mod dev_mail;
pub mod docs;
pub mod enrol;
mod entry;
pub mod factor;
pub mod go;
pub mod home;
pub mod invite;
pub mod leaving;
pub mod login;
pub mod logout;
pub mod mail_code;
pub mod oauth;
pub mod page;
pub mod passkey;
pub mod recovery;
pub mod register;
pub mod securing;
pub mod setup;
pub mod verify;
