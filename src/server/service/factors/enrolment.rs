use super::{
    change::{Changed, NewApp},
    codes::shown_codes,
};
use crate::{
    model::{SessionId, UserId},
    server::{
        App,
        db::{Tx, users::UserRow},
        error::Result,
        secure::recovery_code::RecoveryCode,
        service::{
            audit::Record,
            feed,
            flows::{Asker, NewFlow},
            mail::Post,
            session::Ended,
        },
    },
};

/// An app that a sign-in sets up, confirmed by a code of it.
#[derive(Clone)]
pub(in crate::server::service) struct Enrolment {
    pub(super) user: UserId,
    /// The account's epoch before it.
    pub(super) epoch: i64,
    pub(super) new: NewApp,
    pub(super) codes: Vec<RecoveryCode>,
    pub(super) asker: Asker,
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
