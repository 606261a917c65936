//! A new address in place of a confirmed one, as a part of the unit of work that confirms it.

use super::back::{offer_undo, take_off_since};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::{self, ConfirmedRow},
            replaced_addresses,
            users::{self, UserRow},
        },
        error::Result,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Of, Purpose},
            limits::Unlocking,
            mail::{MailFacts, MailKind, Post},
            principal::Principal,
            session::{Ended, Ending, NewIdentity, Renewal, Renewed},
        },
    },
};

/// The inputs of a change.
pub(super) struct Change {
    app: App,
    user: UserId,
    session: String,
    renewal: Renewal,
    ended: Ended,
    post: Post,
    /// The account under its names, whose known networks are forgotten.
    names: Unlocking,
    now_s: i64,
}

/// What a change begins with.
pub(super) struct Begun {
    /// The epoch of the account that begins.
    epoch: i64,
    /// The addresses that are taken off, where the new one is one that they replaced.
    off: Option<Vec<ConfirmedRow>>,
}

impl Begun {
    /// Whether the address is one that was put aside before: it is confirmed.
    pub(super) fn is_back(&self) -> bool {
        self.off.is_some()
    }
}

/// A change that was written.
pub(super) struct Changed {
    renewal: Renewal,
    new: NewIdentity,
    epoch: feed::Change,
}

impl Change {
    pub(super) async fn new(
        app: &App,
        principal: &Principal,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        Ok(Self {
            app: app.clone(),
            user: principal.user().clone(),
            session: principal.session().to_string(),
            renewal: Renewal::new(app, principal, client_info)?,
            ended: Ended::new(app),
            post: Post::of_client(app, client_info),
            names: Unlocking::of_passwords(app, principal.user().as_str()).await?,
            now_s: app.clock.now_s(),
        })
    }

    /// Begins the epoch in which the confirmed addresses of the account are replaced, and puts them aside for as long as that can
    /// be undone. With the epoch, known devices and all flows of the account end.
    ///
    /// One that was put aside, and comes back while it could undo its own replacement, does so: those that came since are taken
    /// off, and undo nothing. Otherwise a thief's address, put aside by the owner, would have the last word.
    pub(super) async fn begin(
        &self,
        tx: &mut Tx<'_>,
        (id, canonical): (&str, &str),
    ) -> Result<Begun> {
        let now_s = self.now_s;
        let epoch = users::next_epoch(tx, id, now_s).await?.ok_or(ErrorCode::NotFound)?;
        if let Some(since) = replaced_addresses::restore(tx, (id, canonical), now_s).await? {
            let off = Some(take_off_since(tx, id, since, now_s).await?);
            // What it is confirmed with waits beside it.
            addresses::forget_unconfirmed(tx, id).await?;
            let own = Of::UserAt(id, canonical);
            flows::supersede(tx, Purpose::UndoAddress, own, now_s).await?;
            return Ok(Begun { epoch, off });
        }
        let until = now_s + Purpose::UndoAddress.life();
        replaced_addresses::replace(tx, id, epoch, until).await?;
        // One whose time is over is confirmed anew.
        replaced_addresses::forget(tx, (id, canonical)).await?;
        Ok(Begun { epoch, off: None })
    }

    /// Writes what follows once the new address is confirmed: the ends of the other sessions, the new identity of this one,
    /// the event, and the notices to those that were taken off or put aside, and to the new one.
    pub(super) async fn write(
        self,
        tx: &mut Tx<'_>,
        (id, canonical): (&str, &str),
        Begun { epoch, off }: Begun,
        record: &Record,
    ) -> Result<Changed> {
        let Self { app, user, session, renewal, mut ended, post, names, now_s } = self;
        if off.is_none() {
            replaced_addresses::set_since(tx, (id, canonical), epoch).await?;
        }
        names.forget_networks(tx).await?;
        let epoch = feed::Change::User(id.to_owned(), epoch);
        feed::record(tx, &epoch, now_s).await?;
        // By session too: a concurrent refresh mints tokens of the new epoch.
        let count = ended.end_all(tx, id, Some(&session), Ending::Address, record).await?;
        let event = (Kind::AddressChange, Outcome::Success);
        let event_record = record.clone().about("sessions_ended", count);
        event_record.write(tx, event, Actor::Person(id), Some(id)).await?;
        for row in off.iter().flatten() {
            post.tell(tx, id, row, MailKind::AddressRemoved, MailFacts::default()).await?;
        }
        offer_undo(&app, tx, &user, &post, now_s).await?;
        post.notify(tx, id, MailKind::AddressNew).await?;
        let person: UserRow = users::by_id_in(tx, id).await?.ok_or(ErrorCode::NotFound)?;
        let new = renewal.write(tx, &person, None, record, ended).await?;
        Ok(Changed { renewal, new, epoch })
    }
}

/// Applies a change after the commit; returns the new identity of the session.
pub(super) fn finish(app: &App, changed: Changed) -> Result<Renewed> {
    let Changed { renewal, new, epoch } = changed;
    app.tokens.revoked.add(&epoch, app.clock.now_s());
    renewal.finish(new)
}
