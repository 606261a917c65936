use futures::FutureExt;

use super::{
    closing::{Closed, Closing, Subject, count, subject},
    since::take_back,
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, addresses, replaced_addresses, users},
        error::Result,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            flows::{self, Flow, Purpose},
            mail::{MailKind, Post},
            recovery::NewPassword,
        },
    },
};

/// What a link that undoes a change of an address will do.
pub struct Undoing {
    /// Username of the account.
    pub username: String,
    /// The address that comes back, as typed.
    pub address: String,
}

/// What the link undoes. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn undoes(app: &App, link: &str) -> Result<Undoing> {
    let Subject { flow, user, username } = subject(app, Purpose::UndoAddress, link).await?;
    let canonical = flow.address.unwrap_or_default();
    let whose = (user.as_str(), canonical.as_str());
    let shown = replaced_addresses::shown(&app.db, whose, app.clock.now_s()).await?;
    let address = shown.ok_or(ErrorCode::FlowOver)?;
    Ok(Undoing { username, address })
}

/// Undoes the change of an address: the replaced one is the account's again, what was added since is taken away, the account is
/// closed to everybody in it, and a mail for a new password goes to the address. Both addresses are told.
///
/// # Errors
/// `flow_over`; `too_many_requests` and `source_blocked` by the source.
pub async fn undo(app: &App, link: &str, client_info: &ClientInfo) -> Result<()> {
    count(app, Kind::AddressUndo, client_info).await?;
    let Subject { flow, user, .. } = subject(app, Purpose::UndoAddress, link).await?;
    let canonical = flow.address.clone().ok_or(ErrorCode::FlowOver)?;
    let work = Work {
        closing: Closing::of(app, &user).await?,
        canonical,
        record: Record::new(app, client_info),
        post: Post::of_client(app, client_info),
        letter: NewPassword::new(app, client_info),
        now_s: app.clock.now_s(),
        flow,
        user,
    };
    let closed = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    closed.finish();
    Ok(())
}

/// The inputs of the unit of work.
struct Work {
    flow: Flow,
    user: UserId,
    canonical: String,
    closing: Closing,
    record: Record,
    post: Post,
    letter: NewPassword,
    now_s: i64,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Closed> {
        let Self { flow, user, canonical, closing, record, post, letter, now_s } = self;
        let id = user.as_str();
        // The account's row is locked first: a concurrent change or sign-in comes before or after all of this.
        if !users::lock(tx, id).await? || !flows::spend(tx, &flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        // A later undo of an earlier change may have taken the address away.
        let restored = replaced_addresses::restore(tx, (id, &canonical), now_s).await?;
        let taken_back = take_back(tx, id, restored.ok_or(ErrorCode::FlowOver)?, now_s).await?;
        let (closed, count) = closing.write(tx, &record).await?;
        taken_back.tell(tx, id, &post, &record).await?;
        post.notify(tx, id, MailKind::AddressRestored).await?;
        let in_use = addresses::confirmed(tx, id).await?;
        let back: Vec<_> = in_use.into_iter().filter(|row| row.canonical == canonical).collect();
        letter.write(tx, (&user, closed.epoch), &back).await?;
        let event = (Kind::AddressUndo, Outcome::Success);
        let record = record.about("sessions_ended", count);
        record.write(tx, event, Actor::Person(id), Some(id)).await?;
        Ok(closed)
    }
}
