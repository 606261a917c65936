use futures::FutureExt;

use super::{
    closing::{Closed, Closing},
    since::{take_back, told_of_passkeys},
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::{self, ConfirmedRow},
            passkeys, removed_addresses, users,
        },
        error::Result,
        service::{
            ClientInfo, address,
            audit::{Actor, Kind, Outcome, Record},
            flows::{self, Flow, FlowToken, Of, Purpose},
            leaving,
            limits::{self, Limit},
            mail::{MailFacts, MailKind, Post},
            recovery::NewPassword,
        },
    },
};

/// Age from which an address gets the mail for a new password, in seconds: a thief may have confirmed a newer one.
const TRUSTED_AFTER: i64 = 7 * 86_400;

/// What a link will do.
pub struct Ahead {
    /// Username of the account.
    pub username: String,
    /// The address that comes back, as typed: the one of the mail, if it was removed, or, where that is undone, lost its place.
    pub back: Option<String>,
    /// Whether the account is leaving, and stays then.
    pub stays: bool,
}

/// What a link that undoes a change of an address will do; an address comes back. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn undoes(app: &App, link: &str) -> Result<Ahead> {
    let ahead = ahead(app, Purpose::UndoAddress, link).await?;
    match ahead.back {
        Some(_) => Ok(ahead),
        None => Err(ErrorCode::FlowOver.into()),
    }
}

/// What a link that closes an account will do. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn closes(app: &App, link: &str) -> Result<Ahead> {
    ahead(app, Purpose::Secure, link).await
}

async fn ahead(app: &App, purpose: Purpose, link: &str) -> Result<Ahead> {
    let Subject { flow, user, username, is_leaving } = subject(app, purpose, link).await?;
    let back = match &flow.address {
        Some(own) => {
            let (whose, now_s) = ((user.as_str(), own.as_str()), app.clock.now_s());
            match purpose {
                Purpose::UndoAddress => {
                    removed_addresses::shown_or_demoted(&app.db, whose, now_s).await?
                }
                _ => removed_addresses::shown(&app.db, whose, now_s).await?,
            }
        }
        None => None,
    };
    Ok(Ahead { username, back, stays: is_leaving })
}

/// Undoes that an address was removed, or is not the main one any more: it is the main one again, what was added since is taken away,
/// the account is closed to everybody in it, and a mail for a new password goes to the address. All addresses are told. Returns
/// the account.
///
/// # Errors
/// `flow_over`; `too_many_requests` and `source_blocked` by the source.
pub async fn undo(app: &App, link: &str, client_info: &ClientInfo) -> Result<UserId> {
    use_link(app, (Purpose::UndoAddress, Kind::AddressUndo), link, client_info).await
}

/// Closes an account to everybody in it, because the reader of a notice says that it was not them: all sessions and known
/// devices end, the password is void, and a mail for a new one goes to the addresses that were confirmed a week ago or earlier.
/// Where the reader's own address was removed, and that can be undone, it is undone, as by [`undo`]: the newer one would get the
/// next mail for a password. Where it is in use, addresses in doubt that came later are taken off, and no earlier ones. Returns the
/// account.
///
/// # Errors
/// `flow_over`; `too_many_requests` and `source_blocked` by the source.
pub async fn close(app: &App, link: &str, client_info: &ClientInfo) -> Result<UserId> {
    use_link(app, (Purpose::Secure, Kind::AccountSecure), link, client_info).await
}

async fn use_link(
    app: &App,
    (purpose, kind): (Purpose, Kind),
    link: &str,
    client_info: &ClientInfo,
) -> Result<UserId> {
    let by_source = [Limit::Recovery(client_info.source())];
    limits::count_source(app, ("recovery", kind), &by_source, client_info).await?;
    let Subject { flow, user, .. } = subject(app, purpose, link).await?;
    let work = Work {
        app: app.clone(),
        closing: Closing::of(app, &user).await?,
        record: Record::new(app, client_info),
        post: Post::of_client(app, client_info),
        letter: NewPassword::new(app, client_info),
        now_s: app.clock.now_s(),
        kind,
        flow,
        user: user.clone(),
    };
    let closed = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    closed.finish();
    Ok(user)
}

/// What a link of a mail acts on.
struct Subject {
    flow: Flow,
    user: UserId,
    username: String,
    is_leaving: bool,
}

/// The open flow of a link of this purpose, with its account. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
async fn subject(app: &App, purpose: Purpose, link: &str) -> Result<Subject> {
    let link = FlowToken::parse(link).ok_or(ErrorCode::FlowOver)?;
    let flow = flows::peek_link(app, purpose, &link).await?.ok_or(ErrorCode::FlowOver)?;
    let user = flow.user.clone().ok_or(ErrorCode::FlowOver)?;
    let row = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::FlowOver)?;
    let is_leaving = row.erase_after.is_some_and(|after| after > app.clock.now_s());
    Ok(Subject { flow, user, username: row.username, is_leaving })
}

/// The inputs of the unit of work.
struct Work {
    app: App,
    kind: Kind,
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
        let Self { app, kind, flow, user, closing, record, post, letter, now_s } = self;
        let id = user.as_str();
        // The account's row is locked first: a concurrent change or sign-in comes before or after all of this.
        if !users::lock(tx, id).await? || !flows::spend(tx, &flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        // It was somebody else who asked for the deletion, or it will be asked for again. Those are told whose address is in use now.
        leaving::stop(tx, id, record.clone(), &post, now_s).await?;
        let own = flow.address.as_deref().unwrap_or_default();
        let whose = (id, own);
        let lost = match removed_addresses::restore(tx, whose, now_s).await? {
            None if kind == Kind::AddressUndo => removed_addresses::demoted(tx, whose).await?,
            restored => restored,
        };
        if kind == Kind::AddressUndo && lost.is_none() {
            // An older address has taken this one off, or it is the main one again.
            return Err(ErrorCode::FlowOver.into());
        }
        let known = addresses::confirmed(tx, id).await?;
        let taken_back = take_back(tx, whose, lost, now_s).await?;
        // An older address takes the place of a main one that is taken off.
        let is_vacant = known.first().is_some_and(|main| taken_back.has(&main.canonical));
        if lost.is_some() || is_vacant {
            if !addresses::set_primary(tx, whose, now_s).await? {
                return Err(ErrorCode::FlowOver.into());
            }
            removed_addresses::set_back(tx, whose).await?;
        }
        if lost.is_some() {
            flows::supersede(tx, Purpose::UndoAddress, Of::UserAt(id, own), now_s).await?;
        }
        let (closed, count) = closing.write(tx, &record).await?;
        // As old as the oldest notice: a passkey of a thief would open the account that is closed.
        let young = match taken_back.is_settled() {
            true => passkeys::remove_younger(tx, id, now_s - Purpose::Secure.life()).await?,
            false => 0,
        };
        if young > 0 {
            told_of_passkeys(tx, id, young, &post, &record).await?;
        }
        taken_back.tell(tx, id, &post, &record).await?;
        let in_use = addresses::confirmed(tx, id).await?;
        let to: Vec<ConfirmedRow> = match lost {
            Some(_) => {
                address::offer_undo(&app, tx, &user, &post, now_s).await?;
                let (own, others): (Vec<_>, Vec<_>) =
                    in_use.into_iter().partition(|row| row.canonical == own);
                tell_restored(tx, id, &post, (&own, &others)).await?;
                own
            }
            None => {
                post.notify(tx, id, MailKind::Secured).await?;
                address::offer_closing(&app, tx, &user, &post, now_s).await?;
                addresses::settled(tx, id, now_s - TRUSTED_AFTER, now_s).await?
            }
        };
        letter.write(tx, (&user, closed.epoch), &to).await?;
        let record = record.about("sessions_ended", count);
        record.write(tx, (kind, Outcome::Success), Actor::Person(id), Some(id)).await?;
        Ok(closed)
    }
}

/// Tells the address that is back, and the others in use: they may have been there before it, and close the account in their turn.
async fn tell_restored(
    tx: &mut Tx<'_>,
    id: &str,
    post: &Post,
    (own, others): (&[ConfirmedRow], &[ConfirmedRow]),
) -> Result<()> {
    for row in own {
        post.tell(tx, id, row, MailKind::AddressRestored, MailFacts::default()).await?;
    }
    for row in others {
        post.tell_disputable(tx, id, row, MailKind::AddressesChanged).await?;
    }
    Ok(())
}
