use serde::Serialize;

use super::{GRANT_TYPES, scopes::ROLES};
use crate::server::{
    App,
    say::Language,
    service::{
        clients::{ClientAuth, IDENTITY_SCOPES},
        keys::{KeyAlgorithm, RingName},
        proof::Acr,
    },
};

/// What the service says about itself (OpenID Connect Discovery section 3, RFC 8414 section 2).
#[derive(Clone, Debug, Serialize)]
pub struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    userinfo_endpoint: String,
    jwks_uri: String,
    pushed_authorization_request_endpoint: String,
    revocation_endpoint: String,
    introspection_endpoint: String,
    end_session_endpoint: String,
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 2],
    grant_types_supported: [&'static str; 3],
    scopes_supported: Vec<&'static str>,
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    prompt_values_supported: [&'static str; 5],
    acr_values_supported: [&'static str; 2],
    claims_supported: [&'static str; 17],
    ui_locales_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    frontchannel_logout_supported: bool,
    backchannel_logout_supported: bool,
}

/// The metadata of this service.
pub fn metadata(app: &App) -> Metadata {
    let issuer = app.tokens.expected.issuer.clone();
    let at = |path: &str| format!("{issuer}{path}");
    let ways: Vec<_> = ClientAuth::ALL.iter().map(|auth| auth.as_str()).collect();
    let with_secret =
        ClientAuth::ALL.iter().filter(|auth| **auth != ClientAuth::None).map(|auth| auth.as_str());
    let algorithms = RingName::ALL.iter().filter_map(|name| name.algorithm());
    Metadata {
        authorization_endpoint: at("/oauth/authorize"),
        token_endpoint: at("/oauth/token"),
        userinfo_endpoint: at("/oauth/userinfo"),
        jwks_uri: at("/.well-known/jwks.json"),
        pushed_authorization_request_endpoint: at("/oauth/par"),
        revocation_endpoint: at("/oauth/revoke"),
        introspection_endpoint: at("/oauth/introspect"),
        end_session_endpoint: at("/oauth/end_session"),
        response_types_supported: ["code"],
        response_modes_supported: ["query", "form_post"],
        grant_types_supported: GRANT_TYPES,
        scopes_supported: IDENTITY_SCOPES.into_iter().chain([ROLES]).collect(),
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: algorithms.map(KeyAlgorithm::as_str).collect(),
        introspection_endpoint_auth_methods_supported: with_secret.collect(),
        revocation_endpoint_auth_methods_supported: ways.clone(),
        token_endpoint_auth_methods_supported: ways,
        code_challenge_methods_supported: ["S256"],
        authorization_response_iss_parameter_supported: true,
        prompt_values_supported: ["none", "login", "consent", "select_account", "create"],
        acr_values_supported: [Acr::Aal1.as_str(), Acr::Aal2.as_str()],
        claims_supported: [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "acr",
            "amr",
            "sid",
            "name",
            "preferred_username",
            "locale",
            "email",
            "email_verified",
            "roles",
            "at_hash",
        ],
        ui_locales_supported: Language::all().map(Language::code).collect(),
        claims_parameter_supported: false,
        request_parameter_supported: false,
        request_uri_parameter_supported: false,
        frontchannel_logout_supported: false,
        backchannel_logout_supported: false,
        issuer,
    }
}
