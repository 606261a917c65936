//! A change of the confirmed addresses of an account, as a unit of work or a part of one. Each begins an epoch: other sessions, known
//! devices and flows end, the session of the principal gets a new identity, and all addresses are told.

use futures::FutureExt;

use super::{
    MOST,
    back::{offer_undo, tell_undo},
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::{self, ConfirmedRow},
            addresses_in_doubt, removed_addresses,
            users::{self, UserRow},
            waiting_addresses,
        },
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Of, Purpose},
            limits::Unlocking,
            mail::{MailKind, Post},
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
    record: Record,
    now_s: i64,
}

/// A change that was written.
pub(super) struct Changed {
    renewal: Renewal,
    new: NewIdentity,
    epoch: feed::Change,
}

/// What an address in use is told, beside that the addresses have changed.
#[derive(Clone, Copy)]
enum Told<'c> {
    /// This one has come.
    New(&'c str),
    /// This one is not the main one any more.
    Demoted(&'c str),
    /// One has gone.
    Dropped,
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
            record: Record::new(app, client_info),
            now_s: app.clock.now_s(),
        })
    }

    /// Confirms another address of an account that has one, or had one of late. The unit has locked the account's row, and spent the
    /// flow of the mail. One that was removed and comes back in the time in which that can be undone has its old place.
    ///
    /// # Errors
    /// `too_many_addresses`; `flow_over` if the account has the address no more. Fails if somebody else has confirmed it.
    pub(super) async fn add(self, tx: &mut Tx<'_>, canonical: &str) -> Result<Changed> {
        let (user, now_s) = (self.user.clone(), self.now_s);
        let whose = (user.as_str(), canonical);
        let epoch = self.begin(tx).await?;
        let known = addresses::confirmed(tx, user.as_str()).await?;
        if known.len() >= MOST {
            return Err(ErrorCode::TooManyAddresses.into());
        }
        if let Some(first) = known.first() {
            addresses::keep_primary(tx, (user.as_str(), &first.canonical)).await?;
        }
        if removed_addresses::restore(tx, whose, now_s).await?.is_some() {
            // What it is confirmed with waits beside it.
            waiting_addresses::forget(tx, user.as_str()).await?;
            let own = Of::UserAt(user.as_str(), canonical);
            flows::supersede(tx, Purpose::UndoAddress, own, now_s).await?;
        } else {
            // One whose time is over is confirmed anew.
            removed_addresses::forget(tx, whose).await?;
            // Where somebody else has confirmed it, the database refuses. Flows of others about it are left alone: to lock
            // them here could wait for a unit that waits for this one, and the database refuses them in the same way.
            if !addresses::confirm(tx, whose, now_s).await? {
                return Err(ErrorCode::FlowOver.into());
            }
            let until = now_s + Purpose::UndoAddress.life();
            addresses_in_doubt::set_since(tx, whose, epoch, until).await?;
        }
        self.finish(tx, epoch, Kind::AddressAdd, Told::New(canonical)).await
    }

    /// Makes a confirmed address of the account its main one; none if it is that already. The unit has locked the account's row.
    ///
    /// # Errors
    /// `not_found` if the account has no such address in use.
    pub(super) async fn set_primary(
        self,
        tx: &mut Tx<'_>,
        address: &str,
    ) -> Result<Option<Changed>> {
        let (user, now_s) = (self.user.clone(), self.now_s);
        let id = user.as_str();
        let canonical = addresses::in_use(tx, (id, address)).await?.ok_or(ErrorCode::NotFound)?;
        let known = addresses::confirmed(tx, id).await?;
        let Some(before) = known.first().filter(|first| first.canonical != canonical) else {
            return Ok(None);
        };
        let epoch = self.begin(tx).await?;
        // If it was the main one before, its link does nothing now, but is kept: should it lose its place again, what was added
        // since the first time can still be taken back.
        if !addresses::set_primary(tx, (id, &canonical), now_s).await? {
            return Err(ErrorCode::NotFound.into());
        }
        removed_addresses::set_replaced(tx, (id, &before.canonical), epoch, now_s).await?;
        let told = Told::Demoted(&before.canonical);
        self.finish(tx, epoch, Kind::AddressChange, told).await.map(Some)
    }

    /// Removes a confirmed address of the account, which can undo that for a week. The unit has locked the account's row.
    ///
    /// # Errors
    /// `not_found` if the account has no such address in use; `primary_address` for the main one while there are others.
    pub(super) async fn remove(self, tx: &mut Tx<'_>, address: &str) -> Result<Changed> {
        let (user, now_s) = (self.user.clone(), self.now_s);
        let id = user.as_str();
        let canonical = addresses::in_use(tx, (id, address)).await?.ok_or(ErrorCode::NotFound)?;
        let known = addresses::confirmed(tx, id).await?;
        let is_primary = known.first().is_some_and(|first| first.canonical == canonical);
        if is_primary && known.len() > 1 {
            return Err(ErrorCode::PrimaryAddress.into());
        }
        let epoch = self.begin(tx).await?;
        let until = now_s + Purpose::UndoAddress.life();
        removed_addresses::put_aside(tx, (id, address), epoch, until, now_s).await?;
        self.finish(tx, epoch, Kind::AddressRemove, Told::Dropped).await
    }

    /// Begins the epoch. With it, known devices and flows of the account end.
    async fn begin(&self, tx: &mut Tx<'_>) -> Result<i64> {
        let epoch = users::next_epoch(tx, self.user.as_str(), self.now_s).await?;
        Ok(epoch.ok_or(ErrorCode::NotFound)?)
    }

    /// Writes what follows: the ends of the other sessions, the new identity of this one, the event, and the notices.
    async fn finish(
        self,
        tx: &mut Tx<'_>,
        epoch: i64,
        kind: Kind,
        told: Told<'_>,
    ) -> Result<Changed> {
        let Self { app, user, session, renewal, mut ended, post, names, record, now_s } = self;
        let id = user.as_str();
        names.forget_networks(tx).await?;
        let epoch = feed::Change::User(id.to_owned(), epoch);
        feed::record(tx, &epoch, now_s).await?;
        feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
        // By session too: a concurrent refresh mints tokens of the new epoch.
        let count = ended.end_all(tx, id, Some(&session), Ending::Address, &record).await?;
        let event_record = record.clone().about("sessions_ended", count);
        event_record.write(tx, (kind, Outcome::Success), Actor::Person(id), Some(id)).await?;
        offer_undo(&app, tx, &user, &post, now_s).await?;
        for row in addresses::confirmed(tx, id).await? {
            tell(&app, tx, (&user, &post), &row, told).await?;
        }
        let person: UserRow = users::by_id_in(tx, id).await?.ok_or(ErrorCode::NotFound)?;
        let new = renewal.write(tx, &person, None, &record, ended).await?;
        Ok(Changed { renewal, new, epoch })
    }

    /// Locks the account's row, so that a concurrent change comes before or after, and carries out a change of one address.
    ///
    /// # Errors
    /// As the change.
    pub(super) async fn carry_out(self, act: Act, address: &str) -> Result<Option<Renewed>> {
        let (app, address) = (self.app.clone(), address.to_owned());
        let user = self.user.clone();
        let written = app.db.write(move |tx| {
            async move {
                users::lock(tx, self.user.as_str()).await?;
                let changed = match act {
                    Act::SetPrimary => self.set_primary(tx, &address).await?,
                    Act::Remove => Some(self.remove(tx, &address).await?),
                };
                Ok::<_, Error>(changed)
            }
            .boxed()
        });
        let changed = written.await?;
        app.profiles.forget(user.as_str());
        changed.map(|changed| finish(&app, changed)).transpose()
    }
}

/// A change of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    SetPrimary,
    Remove,
}

/// Tells an address in use what has happened. All but the one that has lost its place get the link that closes the account.
async fn tell(
    app: &App,
    tx: &mut Tx<'_>,
    (user, post): (&UserId, &Post),
    row: &ConfirmedRow,
    told: Told<'_>,
) -> Result<()> {
    let kind = match told {
        Told::Demoted(before) if before == row.canonical => {
            return tell_undo(app, tx, user, post, (row, MailKind::AddressReplaced)).await;
        }
        Told::New(new) if new == row.canonical => MailKind::AddressNew,
        _ => MailKind::AddressesChanged,
    };
    post.tell_disputable(tx, user.as_str(), row, kind).await
}

/// Applies a change after the commit; returns the new identity of the session.
pub(super) fn finish(app: &App, changed: Changed) -> Result<Renewed> {
    let Changed { renewal, new, epoch } = changed;
    app.tokens.revoked.add(&epoch, app.clock.now_s());
    renewal.finish(new)
}
