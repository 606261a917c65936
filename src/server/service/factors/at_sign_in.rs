//! Setting up an authenticator app at a sign-in, because a role demands a second factor.

use super::{
    SEED, Setup,
    change::NewApp,
    codes::{self, hashes},
    enrol::parsed,
    enrolment::Enrolment,
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{admins, users},
        error::Result,
        secure::totp,
        service::{flows::Asker, proof::HalfSignedIn},
    },
};

/// The app that a pending sign-in sets up. Changes nothing.
///
/// # Errors
/// `flow_over` for a sign-in that sets up none; an error of the database.
pub async fn of_sign_in(app: &App, half: &HalfSignedIn) -> Result<Setup> {
    let seed = parsed(half.seed().ok_or(ErrorCode::FlowOver)?)?;
    let account = users::by_id(&app.db, half.user().as_str()).await?.ok_or(ErrorCode::FlowOver)?;
    Ok(Setup::of_seed(app, &seed, &account.username, half.flow().expires_at))
}

/// Looks at a typed code of the app that a pending sign-in sets up; none if it is wrong. Changes nothing.
///
/// # Errors
/// Fails if the seal fails.
pub(in crate::server::service) fn look_at_new(
    app: &App,
    half: &HalfSignedIn,
    (seed, typed): (&str, &str),
    asker: Asker,
) -> Result<Option<Enrolment>> {
    let (seed, now_s) = (parsed(seed)?, app.clock.now_s());
    let Some(step) = totp::typed(typed).and_then(|digits| seed.step_of(&digits, 0, now_s)) else {
        return Ok(None);
    };
    let (user, codes) = (half.user().clone(), codes::issue());
    let seed_sealed = app.secret.seal(SEED, user.as_str(), seed.bytes())?;
    let new = NewApp { seed_sealed, step, hashes: hashes(&codes, &user) };
    let epoch = half.flow().epoch.unwrap_or_default();
    Ok(Some(Enrolment { user, epoch, new, codes, asker }))
}

/// A sentence for the operator where a role demands a second factor and no administrator has one yet.
///
/// # Errors
/// Fails if the database fails.
pub async fn warning(app: &App) -> Result<Option<&'static str>> {
    if app.config.factor_required_for.is_empty() {
        return Ok(None);
    }
    Ok(
        match admins::have_factor(&app.db, app.config.rp_id.as_deref().unwrap_or_default()).await? {
            (true, false) => Some(
                "no administrator has a second factor yet, which VESTIBULE_FACTOR_REQUIRED_FOR demands: until their next \
             sign-in, which begins with setting one up, their role gives them nothing",
            ),
            _ => None,
        },
    )
}

/// Writes that sentence to the log.
pub async fn warn(app: &App) {
    match warning(app).await {
        Ok(said) => said.into_iter().for_each(|said| tracing::warn!("{said}")),
        Err(error) => {
            tracing::warn!(%error, "cannot tell whether administrators have a second factor");
        }
    }
}
