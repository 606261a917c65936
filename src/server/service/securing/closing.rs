use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, invitations, passwords, profiles, users, waiting_addresses},
        error::Result,
        service::{
            audit::Record,
            feed,
            flows::{self, Of, Purpose},
            limits::Unlocking,
            session::{Ended, Ending},
        },
    },
};

/// What closes an account to everybody who is in it, thieves and owner, as a part of a unit of work.
#[must_use = "finish after the commit"]
pub(super) struct Closing {
    app: App,
    user: UserId,
    ended: Ended,
    /// The account under its names, whose known networks are forgotten.
    names: Unlocking,
    now_s: i64,
}

/// An account that was closed.
#[must_use = "finish after the commit"]
pub(super) struct Closed {
    app: App,
    ended: Ended,
    pub(super) epoch: i64,
    change: feed::Change,
    user: UserId,
    now_s: i64,
}

impl Closing {
    pub(super) async fn of(app: &App, user: &UserId) -> Result<Self> {
        Ok(Self {
            app: app.clone(),
            user: user.clone(),
            ended: Ended::new(app),
            names: Unlocking::of_passwords(app, user.as_str()).await?,
            now_s: app.clock.now_s(),
        })
    }

    /// Makes the password void, and ends all sessions, known devices and flows of the account, and the address that waits, and
    /// revokes its open invitations; mails about new sign-ins are on again. The
    /// unit has locked the account's row and spent the flow of the link. Returns the number of sessions with the outcome.
    pub(super) async fn write(self, tx: &mut Tx<'_>, record: &Record) -> Result<(Closed, usize)> {
        let Self { app, user, mut ended, names, now_s } = self;
        let id = user.as_str();
        passwords::void(tx, id, now_s).await?;
        // With the epoch end the known devices, and all flows but those of links like this one.
        let epoch = users::next_epoch(tx, id, now_s).await?.ok_or(ErrorCode::FlowOver)?;
        let change = feed::Change::User(id.to_owned(), epoch);
        feed::record(tx, &change, now_s).await?;
        let count = ended.end_all(tx, id, None, Ending::Secured, record).await?;
        names.forget_networks(tx).await?;
        // Older notices have links that would close the account again, after its owner has a new password.
        flows::supersede(tx, Purpose::Secure, Of::User(id), now_s).await?;
        waiting_addresses::forget(tx, id).await?;
        // What a thief may have left: new sign-ins that nobody hears of, and links that make accounts.
        profiles::set_sign_in_quiet(tx, id, None).await?;
        invitations::revoke_of(tx, id, now_s).await?;
        feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
        Ok((Closed { app, ended, epoch, change, user, now_s }, count))
    }
}

impl Closed {
    /// Applies it to this process after the commit.
    pub(super) fn finish(self) {
        let Self { app, ended, change, user, now_s, .. } = self;
        app.tokens.revoked.add(&change, now_s);
        ended.make_known();
        app.profiles.forget(user.as_str());
    }
}
