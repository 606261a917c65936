//! What the page of passkeys shows.

use super::{Passkeys, Rp, add, of_account, options::CreationOptions};
use crate::server::{App, error::Result, service::session_user::SessionUser};

/// What the page of the session user shows.
pub struct PasskeyPage {
    /// The passkeys.
    pub passkeys: Passkeys,
    /// What the authenticator is asked, while the session of the page adds one.
    pub adding: Option<CreationOptions>,
}

/// The passkeys of the session user, and the one that their session is adding. Changes nothing.
///
/// # Errors
/// Fails if the database fails, or sealed data does not open.
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<PasskeyPage> {
    let (user, session) = (session_user.user(), session_user.session());
    let adding = match Rp::of(&app.config) {
        Ok(rp) => add::asked(app, rp, user, session).await?,
        Err(_) => None,
    };
    Ok(PasskeyPage { passkeys: of_account(app, user).await?, adding })
}
