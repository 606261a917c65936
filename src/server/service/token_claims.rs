//! Claims about the person that access tokens have because a setting names them.
//!
//! Browsers and proxies bound headers and cookies, and a token must fit into them. Username, address and external id are
//! bounded where they are written; of `app_metadata`, the members that are named are bounded here.

use serde_json::{Map, Value};

use super::profile;
use crate::{
    model::Problem,
    server::{App, config::TokenClaims, db::users::UserRow, secure::jwt},
};

/// The most that the members of `app_metadata` in a token may have together, in bytes of JSON.
pub const MAX_BYTES: usize = 1024;
/// The most levels of lists and objects in them: some readers of JSON stop soon.
const MAX_LEVELS: usize = 16;

/// The claims that a setting names.
#[derive(Default)]
pub(super) struct ChosenClaims {
    pub(super) preferred_username: Option<String>,
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) app_metadata: Map<String, Value>,
}

/// The claims of a person that the setting names. What is too large for a token is left out, and the log says so: a
/// person must be able to sign in whatever an app has written.
pub(super) fn of(app: &App, user: &UserRow) -> ChosenClaims {
    let claims = &app.config.token_claims;
    let mut app_metadata = match claims.app_metadata.is_empty() {
        true => Map::new(),
        false => members(claims, &profile::object(&user.app_metadata)),
    };
    if !is_fit(&app_metadata) {
        if app.tokens.unfit.is_due(app.clock.now_s()) {
            tracing::warn!(
                user = %user.id, max_bytes = MAX_BYTES,
                "app_metadata is not in the access token: what VESTIBULE_TOKEN_CLAIMS names of it is too large for \
                 one; this is said once a minute at most"
            );
        }
        app_metadata.clear();
    }
    let is_verified = user.email_verified_at.is_some();
    ChosenClaims {
        preferred_username: claims.preferred_username.then(|| user.username.clone()),
        email: user.email.clone().filter(|_| claims.email && is_verified),
        external_id: user.external_id.clone().filter(|_| claims.external_id),
        app_metadata,
    }
}

/// Checks that a token can carry what of `app_metadata` it is to carry.
///
/// # Errors
/// `unfit_claims`.
pub(super) fn check(
    claims: &TokenClaims,
    app_metadata: &Map<String, Value>,
) -> Result<(), Problem> {
    match is_fit(&members(claims, app_metadata)) {
        true => Ok(()),
        false => Err(Problem::UnfitClaims { max: MAX_BYTES as u16 }),
    }
}

fn members(claims: &TokenClaims, app_metadata: &Map<String, Value>) -> Map<String, Value> {
    let member = |key: &String| Some((key.clone(), app_metadata.get(key)?.clone()));
    claims.app_metadata.iter().filter_map(member).collect()
}

fn is_fit(members: &Map<String, Value>) -> bool {
    let size = serde_json::to_string(members).map_or(usize::MAX, |json| json.len());
    size <= MAX_BYTES
        && members.values().all(|value| jwt::is_common(value) && levels(value) <= MAX_LEVELS)
}

fn levels(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(levels).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or(0),
        _ => 0,
    }
}
