//! Vestibule: the front door for an app.
//!
//! | room | what it is | build |
//! |---|---|---|
//! | [`model`] | plain data and its checks | both |
//! | [`actions`] | server functions | both (bodies on the server) |
//! | [`components`] | props in, view out | both |
//! | [`islands`] | the few parts that live in the browser | both |
//! | [`browser`] | localStorage, bearer client, refresh, tabs | both (empty on the server) |
//! | `app`, `pages` | the shell and the pages | server |
//! | `server` | database, cryptography, rules, HTTP, command line | server |
//!
//! Feature `ssr` builds the server, `hydrate` the WASM. Which room may use which stands in
//! ARCHITECTURE.md and is kept by a test.

#![recursion_limit = "256"]

pub mod actions;
pub mod browser;
pub mod components;
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

/// The browser's way in: brings the islands of the page to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
