//! What a request without a body is answered.

use vestibule::server::http::{access::Access, description::Credential, route::Route};

/// The status of a request without a body, by the row alone.
pub(super) fn expected(route: &Route, actor: &str) -> u16 {
    let is_stranger = matches!(actor, "nobody" | "disabled");
    match route.access {
        Access::Bearer | Access::Permission(_) if is_stranger => 401,
        Access::SignedIn | Access::PageFor(_) if is_stranger => 303,
        Access::Permission(_) | Access::PageFor(_) if actor == "user" => 403,
        Access::Form => 403,
        _ => match &route.operation {
            // The endpoint looks for the token itself.
            Some(operation) if operation.credentials == [Credential::Bearer] && is_stranger => 401,
            Some(operation) if operation.body.is_some_and(|body| body.is_required) => 415,
            Some(operation) => found(route, actor).unwrap_or(operation.answers[0].status),
            None => found(route, actor).unwrap_or(200),
        },
    }
}

/// The same where it depends on what the server has stored, or on a credential that the request lacks.
fn found(route: &Route, actor: &str) -> Option<u16> {
    match (route.method.as_str(), route.path) {
        // A server without a brand has no files and names nobody to write to.
        ("GET", "/brand/{file}" | "/.well-known/security.txt") => Some(404),
        // Scripts of other origins may ask.
        ("OPTIONS", _) => Some(204),
        // Nothing was asked for, and no client shows who it is. Our own access tokens open nothing there.
        ("GET", "/oauth/authorize") => Some(400),
        ("POST", "/oauth/authorize" | "/oauth/end_session") => Some(415),
        ("POST", "/oauth/token" | "/oauth/par" | "/oauth/revoke" | "/oauth/introspect") => {
            Some(400)
        }
        (_, "/oauth/userinfo") => Some(401),
        // Only somebody on this machine finds it.
        ("GET", "/dev/mail" | "/dev/mail/{id}" | "/dev/mail-html/{id}") => Some(404),
        // Only the doctor finds it.
        ("GET", "/api/v1/reflection") => Some(404),
        ("POST", "/api/v1/token/refresh") => Some(401),
        ("POST", "/api/v1/logout") if matches!(actor, "nobody" | "disabled") => Some(401),
        ("DELETE", "/api/v1/me/sessions" | "/api/v1/me/trusted-devices") => Some(204),
        // The id is a person's, so no session, no trusted browser and no passkey has it.
        (
            "DELETE",
            "/api/v1/me/sessions/{id}"
            | "/api/v1/me/trusted-devices/{id}"
            | "/api/v1/me/passkeys/{id}",
        ) => Some(404),
        // Nobody has a passkey, and new accounts need a password.
        ("POST", "/api/v1/me/reauthenticate/options") => Some(404),
        ("GET", "/login/passkey" | "/register/passkey") => Some(303),
        (
            "GET",
            "/account/confirm"
            | "/account/data/download"
            | "/account/apps/withdraw"
            | "/oauth/consent"
            | "/oauth/end_session/confirm"
            | "/.well-known/change-password",
        ) => Some(303),
        // The id is a person's, so no address has it.
        ("POST", "/api/v1/me/verifications/{id}")
        | ("DELETE", "/api/v1/me/addresses/{id}")
        | ("PUT", "/api/v1/me/primary-address/{id}") => Some(404),
        // There is no authenticator app.
        ("DELETE", "/api/v1/me/totp") | ("POST", "/api/v1/me/recovery-codes") => Some(404),
        // No mail was asked for, no link followed, and no password given.
        ("GET", "/forgot/code" | "/go/{token}" | "/login/factor" | "/login/enrol") => Some(303),
        ("GET", "/verify" | "/login/mail" | "/login/code") => Some(303),
        ("GET", "/setup" | "/invite" | "/reset" | "/undo" | "/secure" | "/refuse" | "/go") => {
            Some(410)
        }
        // The id is a person's, so no invitation has it.
        ("DELETE", "/api/v1/invitations/{id}") => Some(404),
        // Nor has any client, secret or resource.
        (
            "GET" | "DELETE",
            "/api/v1/clients/{id}" | "/api/v1/resources/{id}" | "/api/v1/client-secrets/{id}",
        ) => Some(404),
        // No sign-in to an account that is leaving.
        ("GET", "/leaving") => Some(303),
        ("GET", "/users") if actor == "user" => Some(403),
        _ => None,
    }
}
