//! The rows of the service itself: its files, its probes, and the description of the API.

use crate::server::http::{
    access::Access,
    brand, description, oauth,
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

/// Rows of the provider for programs. Scripts of every origin ask first whether they may call.
pub(super) fn provider() -> Vec<Route> {
    use Access::Public;
    rows! {
        GET "/.well-known/openid-configuration" Public => oauth::metadata;
        OPTIONS "/.well-known/openid-configuration" Public => oauth::preflight;
        GET "/.well-known/oauth-authorization-server" Public => oauth::metadata;
        OPTIONS "/.well-known/oauth-authorization-server" Public => oauth::preflight;
        OPTIONS "/.well-known/jwks.json" Public => oauth::preflight;
        POST "/oauth/token" Public => oauth::token;
        OPTIONS "/oauth/token" Public => oauth::preflight;
        POST "/oauth/par" Public => oauth::push;
        OPTIONS "/oauth/par" Public => oauth::preflight;
        POST "/oauth/revoke" Public => oauth::revoke;
        OPTIONS "/oauth/revoke" Public => oauth::preflight;
        POST "/oauth/introspect" Public => oauth::introspect;
        GET "/oauth/userinfo" Public => oauth::userinfo;
        POST "/oauth/userinfo" Public => oauth::post_userinfo;
        OPTIONS "/oauth/userinfo" Public => oauth::preflight;
    }
}
