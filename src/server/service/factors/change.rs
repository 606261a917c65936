use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            Tx, factors,
            users::{self, UserRow},
        },
        error::Result,
        service::{
            audit::{Actor, Kind, Outcome, Record},
            feed,
            mail::{MailKind, Post},
            passkeys, roles,
            session::{Ended, Ending},
        },
    },
};

/// An authenticator app that is to be stored, with its recovery codes.
#[derive(Clone)]
pub(super) struct NewApp {
    /// The seed, sealed for the account.
    pub(super) seed_sealed: String,
    /// The time step of the code that confirmed it.
    pub(super) step: i64,
    /// The hashes of the recovery codes.
    pub(super) hashes: Vec<String>,
}

/// A change of the second factor of an account.
pub(super) struct Changed<'c> {
    /// The new app; none removes the one that is there.
    pub(super) new: Option<&'c NewApp>,
    /// The session that goes on; all others end.
    pub(super) session: Option<&'c str>,
    pub(super) now_s: i64,
    pub(super) record: &'c Record,
    pub(super) post: &'c Post,
}

impl Changed<'_> {
    /// Writes the change in a unit of work that has locked the account's row. A new epoch begins; `user` is the account in it. Returns
    /// the line of the feed that this process applies after the commit.
    ///
    /// # Errors
    /// `not_found` without an app to remove, `last_way_in` where a role demands it; an error of the database or the mail.
    pub(super) async fn write(
        self,
        app: &App,
        tx: &mut Tx<'_>,
        user: &mut UserRow,
        ended: &mut Ended,
    ) -> Result<feed::Change> {
        let Self { new, session, now_s, record, post } = self;
        let id = user.id.to_string();
        let id = id.as_str();
        user.epoch = users::next_epoch(tx, id, now_s).await?.unwrap_or(user.epoch);
        let is_demanded = roles::demand_factor(&app.config, user.roles.as_deref());
        let is_last = new.is_none()
            && is_demanded
            && user.totp_at.is_some()
            && !passkeys::are_usable_in(app, tx, id).await?;
        match new {
            Some(NewApp { seed_sealed, step, hashes }) => {
                factors::set_totp(tx, (id, user.epoch), (seed_sealed, *step), now_s).await?;
                factors::set_codes(tx, id, hashes, now_s).await?;
            }
            None if is_last => return Err(ErrorCode::LastWayIn.into()),
            None if factors::remove(tx, id).await? => {}
            None => return Err(ErrorCode::NotFound.into()),
        }
        user.totp_at = new.is_some().then_some(now_s);
        let epoch = feed::Change::User(id.to_owned(), user.epoch);
        feed::record(tx, &epoch, now_s).await?;
        feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
        let count = ended.end_all(tx, id, session, Ending::Factor, record).await?;
        let (kind, told) = match new {
            Some(_) => (Kind::TotpSet, MailKind::FactorSet),
            None => (Kind::TotpRemove, MailKind::FactorRemoved),
        };
        let event = record.clone().about("sessions_ended", count);
        event.write(tx, (kind, Outcome::Success), Actor::Person(id), Some(id)).await?;
        post.notify(tx, id, told).await?;
        Ok(epoch)
    }
}
