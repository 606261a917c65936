use futures::FutureExt;

use super::{
    closing::{Closed, Closing, Subject, count, subject},
    since::{TakenBack, take_back},
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
            flows::{self, Flow, Of, Purpose},
            mail::{MailKind, Post},
            recovery::NewPassword,
        },
    },
};

/// Age from which an address gets the mail for a new password, in seconds: a thief may have confirmed a newer
/// one.
const TRUSTED_AFTER: i64 = 7 * 86_400;

/// The username of the account that a link closes. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn closes(app: &App, link: &str) -> Result<String> {
    Ok(subject(app, Purpose::Secure, link).await?.username)
}

/// Closes an account to everybody in it, because the reader of a notice says that it was not them: all sessions and known
/// devices end, the password is void, and a mail for a new one goes to the addresses that were confirmed a week ago or earlier.
/// Where such an address was replaced, and that can be undone, it is undone: the newer one would get the next mail for a password.
///
/// # Errors
/// `flow_over`; `too_many_requests` and `source_blocked` by the source.
pub async fn close(app: &App, link: &str, client_info: &ClientInfo) -> Result<()> {
    count(app, Kind::AccountSecure, client_info).await?;
    let Subject { flow, user, .. } = subject(app, Purpose::Secure, link).await?;
    let work = Work {
        closing: Closing::of(app, &user).await?,
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
    closing: Closing,
    record: Record,
    post: Post,
    letter: NewPassword,
    now_s: i64,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Closed> {
        let Self { flow, user, closing, record, post, letter, now_s } = self;
        let id = user.as_str();
        // The account's row is locked first: a concurrent change or sign-in comes before or after all of this.
        if !users::lock(tx, id).await? || !flows::spend(tx, &flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        let taken_back = undo_oldest(tx, id, now_s).await?;
        let (closed, count) = closing.write(tx, &record).await?;
        taken_back.tell(tx, id, &post, &record).await?;
        post.notify(tx, id, MailKind::Secured).await?;
        let trusted = addresses::confirmed_until(tx, id, now_s - TRUSTED_AFTER).await?;
        letter.write(tx, (&user, closed.epoch), &trusted).await?;
        let event = (Kind::AccountSecure, Outcome::Success);
        let record = record.about("sessions_ended", count);
        record.write(tx, event, Actor::Person(id), Some(id)).await?;
        Ok(closed)
    }
}

/// Puts the oldest address that was replaced back into use, if it is old enough and that can be undone, and takes back what was
/// added since.
async fn undo_oldest(tx: &mut Tx<'_>, id: &str, now_s: i64) -> Result<TakenBack> {
    let oldest = replaced_addresses::oldest(tx, id, now_s - TRUSTED_AFTER, now_s).await?;
    let Some(canonical) = oldest else { return Ok(TakenBack::default()) };
    let own = Of::UserAt(id, &canonical);
    flows::supersede(tx, Purpose::UndoAddress, own, now_s).await?;
    match replaced_addresses::restore(tx, (id, &canonical), now_s).await? {
        Some(epoch) => take_back(tx, id, epoch, now_s).await,
        None => Ok(TakenBack::default()),
    }
}
