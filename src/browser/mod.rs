//! The browser itself: storage, fetch, tabs. The only user of web-sys.
//!
//! On the server every function exists and returns nothing, so that islands need no cfg.

#[cfg(not(feature = "hydrate"))]
mod absent;
mod client;
#[cfg(feature = "hydrate")]
mod live;
mod types;
mod wire;

#[cfg(not(feature = "hydrate"))]
pub use absent::*;
pub use client::{BearerClient, PublicClient};
#[cfg(feature = "hydrate")]
pub use live::*;
pub use types::{DecodedToken, Event, Received, Verb};
pub use wire::{Json, Wire};
