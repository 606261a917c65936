//! The provider: other programs sign people in here, and get tokens (OAuth 2.1, OpenID Connect Core).
//!
//! `request` and `judge` are pure: what a request says, and what happens next. `authorize` stores and decides, `token` gives
//! tokens for codes, refresh tokens and programs themselves.

mod apps;
mod authorize;
mod back;
mod claims;
mod client_auth;
mod code;
mod decide;
mod error;
mod introspect;
mod judge;
mod logout;
mod machine;
mod metadata;
mod params;
mod place;
mod refresh;
mod request;
mod revoke;
mod scopes;
mod sign;
mod token;
mod token_request;
mod userinfo;
mod verify;

pub use apps::{App as ConnectedApp, Apps, list as list_apps, withdraw};
pub use authorize::{Asked, Opened, Pushed, Step, ask, begin, open, push, request_uri};
pub use back::{Back, NoWayBack, Refusal, ResponseMode};
pub use client_auth::{Shown, authenticate};
pub use decide::{Decided, approve, deny};
pub use error::OAuthError;
pub use introspect::introspect;
pub use judge::{Person, Standing, Verdict, judge};
pub use logout::{LogoutRequest, end as log_out, read as read_logout};
pub use metadata::{Metadata, metadata};
pub use params::{BadParams, PARAMS_MAX, Params};
pub use place::{host, is_here, origin};
pub use request::{AuthorizationRequest, Prompt, REQUEST_URI};
pub use revoke::revoke;
pub use token::{GRANT_TYPES, token};
pub use token_request::TokenAnswer;
pub use userinfo::{TokenRefusal, userinfo};

use super::prune::{BATCH, in_batches};
use crate::server::{
    App,
    db::{authorizations, consents},
    error::Result,
};
use futures::FutureExt;

/// Time after its end for which a request is kept, in seconds: a code that is used twice is known by it.
const KEPT: i64 = 3_600;
/// Time after which a consent is forgotten that nobody uses, in seconds.
const CONSENT_KEPT: i64 = 365 * 86_400;

/// Deletes requests that are over, and consents that nobody has used for a year; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    in_batches(app, move |tx| authorizations::forget(tx, now_s - KEPT, BATCH).boxed()).await?;
    in_batches(app, move |tx| consents::forget(tx, now_s - CONSENT_KEPT, now_s, BATCH).boxed())
        .await
}
