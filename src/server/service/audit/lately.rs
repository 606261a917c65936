use crate::server::{App, db::audit, error::Result, service::session_user::SessionUser};

/// Time in which failed sign-ins are counted, in seconds: a week.
const SINCE: i64 = 7 * 86_400;
/// Number of the account's newest events that are read.
const NEWEST: i64 = 1_000;

/// Recent events around an account's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lately {
    /// Time of the last password change, in Unix seconds; none if the newest events contain none.
    pub password_set_at: Option<i64>,
    /// Number of failed sign-ins within a week.
    pub failed: i64,
}

/// The recent events of the session user's account.
///
/// # Errors
/// Fails if the database fails.
pub async fn lately(app: &App, session_user: &SessionUser) -> Result<Lately> {
    let since_ms = (app.clock.now_s() - SINCE) * 1000;
    let (set_at_ms, failed) =
        audit::lately(&app.db, session_user.user().as_str(), since_ms, NEWEST).await?;
    Ok(Lately { password_set_at: set_at_ms.map(|at_ms| at_ms.div_euclid(1000)), failed })
}
