//! Vestibule: the front door for an app.
//!
//! | module | contents | build |
//! |---|---|---|
//! | [`model`] | plain data and its checks | both |
//! | [`actions`] | server functions | both (bodies on the server) |
//! | `components` | props in, HTML out | server |
//! | [`islands`] | the parts of a page that script helps | both |
//! | `enhance` | what script adds to them | browser (empty on the server) |
//! | [`browser`] | localStorage, bearer client, refresh, tabs | both (empty on the server) |
//! | `app`, `pages` | the shell and the pages | server |
//! | `server` | database, cryptography, rules, HTTP, command line | server |
//!
//! Feature `ssr` builds the server, `hydrate` the WASM. ARCHITECTURE.md has the modules
//! that each may use; a test reads it.

#![recursion_limit = "256"]

pub mod actions;
pub mod browser;
#[cfg_attr(not(feature = "hydrate"), path = "enhance/absent.rs")]
mod enhance;
pub mod islands;
pub mod model;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod components;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod server;

/// The entry point in the browser: sets the panic hook and the owner of the islands, which the page then starts.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|panic| {
        // The page reports the failure, and the browser handles its forms from now on.
        browser::fail();
        console_error_panic_hook::hook(panic);
    }));
    // The owner of islands. The one of `mount::hydrate_islands` looks for streamed resources and
    // has a queue for effects; our islands have neither, and both are 2 kB.
    let context = std::sync::Arc::new(hydration_context::CsrSharedContext);
    let owner = leptos::prelude::Owner::new_root(Some(context));
    owner.set();
    std::mem::forget(owner);
}
