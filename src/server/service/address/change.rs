//! A new address in place of a confirmed one, as a part of the unit of work that confirms it.

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::ConfirmedRow,
            replaced_addresses,
            users::{self, UserRow},
        },
        error::Result,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Draft, Of, Purpose},
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
    now_s: i64,
}

/// A change that was written.
pub(super) struct Changed {
    renewal: Renewal,
    new: NewIdentity,
    epoch: feed::Change,
}

impl Change {
    pub(super) fn new(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<Self> {
        Ok(Self {
            app: app.clone(),
            user: principal.user().clone(),
            session: principal.session().to_string(),
            renewal: Renewal::new(app, principal, client_info)?,
            ended: Ended::new(app),
            post: Post::of_client(app, client_info),
            now_s: app.clock.now_s(),
        })
    }

    /// Begins the epoch in which the confirmed addresses of the account are replaced, and puts them aside for as long as that
    /// can be undone. With the epoch, known devices and all flows of the account end.
    pub(super) async fn begin(&self, tx: &mut Tx<'_>, id: &str, canonical: &str) -> Result<i64> {
        let epoch = users::next_epoch(tx, id, self.now_s).await?.ok_or(ErrorCode::NotFound)?;
        let until = self.now_s + Purpose::UndoAddress.life();
        replaced_addresses::replace(tx, id, epoch, until).await?;
        // An address that comes back is confirmed anew.
        replaced_addresses::forget(tx, (id, canonical)).await?;
        Ok(epoch)
    }

    /// Writes what follows once the new address is confirmed: the ends of the other sessions, the new identity of this one,
    /// the event, and the notices to the addresses `before` and to the new one.
    pub(super) async fn write(
        self,
        tx: &mut Tx<'_>,
        (id, canonical): (&str, &str),
        before: &[ConfirmedRow],
        epoch: i64,
        record: &Record,
    ) -> Result<Changed> {
        let Self { app, user, session, renewal, mut ended, post, now_s } = self;
        replaced_addresses::set_since(tx, (id, canonical), epoch).await?;
        let epoch = feed::Change::User(id.to_owned(), epoch);
        feed::record(tx, &epoch, now_s).await?;
        // By session too: a concurrent refresh mints tokens of the new epoch.
        let count = ended.end_all(tx, id, Some(&session), Ending::Address, record).await?;
        let event = (Kind::AddressChange, Outcome::Success);
        let event_record = record.clone().about("sessions_ended", count);
        event_record.write(tx, event, Actor::Person(id), Some(id)).await?;
        for row in before {
            // One that was put aside before may be replaced once more: the newest mail counts.
            let of = Of::UserAt(id, &row.canonical);
            flows::supersede(tx, Purpose::UndoAddress, of, now_s).await?;
            let draft =
                Draft { user: Some((&user, 0)), address: Some(&row.canonical), ..Draft::default() };
            let (flow, link) = flows::issue_linked(&app, Purpose::UndoAddress, draft)?;
            flow.insert(tx).await?;
            let facts = MailFacts::default().answered_by(&link);
            post.tell(tx, id, row, MailKind::AddressReplaced, facts).await?;
        }
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
