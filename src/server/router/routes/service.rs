//! The rows of the service itself: its files, its probes, and the description of the API.

use crate::server::http::{
    access::Access,
    brand, description,
    route::{Route, rows},
};

/// Rows of what browsers, robots and tools request of every service.
pub(super) fn rows() -> Vec<Route> {
    use Access::Public;
    rows! {
        GET "/openapi.json" Public => || async { description::show(super::document()) };
        GET "/brand/{file}" Public => brand::file;
        GET "/site.webmanifest" Public => brand::manifest;
        GET "/robots.txt" Public => brand::robots;
        GET "/.well-known/webauthn" Public => brand::webauthn;
        GET "/.well-known/security.txt" Public => brand::security;
    }
}
