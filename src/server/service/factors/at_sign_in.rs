//! Setting up an authenticator app at a sign-in, because a role demands a second factor.

use super::{
    SEED, Setup,
    change::{Changed, NewApp},
    codes::{self, hashes, shown_codes},
    enrol::parsed,
};
use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        db::{
            Tx, admins,
            users::{self, UserRow},
        },
        error::Result,
        secure::{recovery_code::RecoveryCode, totp},
        service::{
            audit::Record,
            feed,
            flows::{Asker, NewFlow},
            mail::Post,
            proof::HalfSignedIn,
            session::Ended,
        },
    },
};

/// An app that a sign-in sets up, confirmed by a code of it.
#[derive(Clone)]
pub(in crate::server::service) struct Enrolment {
    user: UserId,
    epoch: i64,
    new: NewApp,
    codes: Vec<RecoveryCode>,
    asker: Asker,
}

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

impl Enrolment {
    /// The recovery codes, shown once.
    pub(in crate::server::service) fn codes(&self) -> Vec<String> {
        self.codes.iter().map(RecoveryCode::shown).collect()
    }

    /// The flow that shows the codes on the pages of the new session; none for a program.
    ///
    /// # Errors
    /// Fails if the seal fails.
    pub(in crate::server::service) fn shown(
        &self,
        app: &App,
        session: &SessionId,
    ) -> Result<Option<NewFlow>> {
        let owner = (&self.user, self.epoch + 1);
        let is_page = self.asker == Asker::Page;
        is_page.then(|| shown_codes(app, owner, session, &self.codes)).transpose()
    }

    /// Stores the app in the unit of work that opens the session, which has locked the account's row. All sessions end: they did
    /// without the factor.
    ///
    /// # Errors
    /// Fails if the database or the mail fails.
    pub(in crate::server::service) async fn write(
        &self,
        app: &App,
        tx: &mut Tx<'_>,
        user: &mut UserRow,
        ended: &mut Ended,
        (record, post): (&Record, &Post),
    ) -> Result<feed::Change> {
        let now_s = app.clock.now_s();
        let changed = Changed { new: Some(&self.new), session: None, now_s, record, post };
        changed.write(app, tx, user, ended).await
    }
}

/// A sentence for the operator where a role demands a second factor and no administrator has one yet.
///
/// # Errors
/// Fails if the database fails.
pub async fn warning(app: &App) -> Result<Option<&'static str>> {
    if app.config.factor_required_for.is_empty() {
        return Ok(None);
    }
    Ok(match admins::have_factor(&app.db).await? {
        (true, false) => Some(
            "no administrator has a second factor yet, which VESTIBULE_FACTOR_REQUIRED_FOR demands: until their next \
             sign-in, which begins with setting one up, their role gives them nothing",
        ),
        _ => None,
    })
}
