use super::{FactorsView, Setup, TotpView};
use crate::{
    model::UserId,
    server::{
        App,
        db::factors,
        error::Result,
        service::{
            flows::{self, Purpose},
            principal::Principal,
            session_user::SessionUser,
        },
    },
};

/// What the page of the session user shows.
pub struct FactorPage {
    /// The second factor.
    pub factors: FactorsView,
    /// The authenticator app that the session of the page is setting up.
    pub setup: Option<Setup>,
    /// Recovery codes that the session of the page has just made.
    pub codes: Vec<String>,
}

/// The second factor of the principal's account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<FactorsView> {
    of_account(app, principal.user()).await
}

/// The second factor of an account.
///
/// # Errors
/// Fails if the database fails.
pub async fn of_account(app: &App, user: &UserId) -> Result<FactorsView> {
    let row = factors::totp(&app.db, user.as_str()).await?;
    let left = factors::codes_left(&app.db, user.as_str()).await?;
    let totp = row.map(|row| TotpView { created_at: row.created_at, used_at: row.used_at });
    Ok(FactorsView { totp, recovery_codes_left: left })
}

/// The second factor of the session user, and what their session is doing about it. Changes nothing.
///
/// # Errors
/// Fails if the database fails, or sealed data does not open.
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<FactorPage> {
    let (user, session) = (session_user.user(), session_user.session());
    let setup = flows::of_session(app, Purpose::Totp, user, session).await?;
    let codes = flows::of_session(app, Purpose::RecoveryCodes, user, session).await?;
    Ok(FactorPage {
        factors: of_account(app, user).await?,
        setup: setup.map(|flow| Setup::of(app, &flow, session_user.username())).transpose()?,
        codes: codes.map(|flow| flow.data()).transpose()?.unwrap_or_default(),
    })
}
