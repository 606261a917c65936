use crate::server::{App, db::audit, error::Result, service::session_user::SessionUser};

/// How far back failed sign-ins are counted, in seconds: a week.
const SINCE: i64 = 7 * 86_400;
/// How many of the account's newest events are looked at.
const NEWEST: i64 = 1_000;

/// What the log says of an account's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lately {
    /// When it was set, Unix seconds; nothing where the newest events do not say.
    pub password_set_at: Option<i64>,
    /// How many sign-ins failed within a week.
    pub failed: i64,
}

/// The same of the session user's account.
///
/// # Errors
/// The database.
pub async fn lately(app: &App, session_user: &SessionUser) -> Result<Lately> {
    let since_ms = (app.clock.now() - SINCE) * 1000;
    let (set_at_ms, failed) =
        audit::lately(&app.db, session_user.user().as_str(), since_ms, NEWEST).await?;
    Ok(Lately { password_set_at: set_at_ms.map(|at_ms| at_ms.div_euclid(1000)), failed })
}
