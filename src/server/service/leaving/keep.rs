use futures::FutureExt;

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, deletions, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
            mail::{MailKind, Post},
            proof::Authenticated,
        },
    },
};

/// An account that its owner may keep, after a right sign-in.
pub struct Offer {
    /// Its username.
    pub username: String,
    /// Time in Unix seconds after which it is erased.
    pub erase_after: i64,
    flow: Flow,
    user: UserId,
}

/// Answers a right sign-in to an account that is leaving: no session, but the secret of a flow that keeps it, in the error. The
/// proof is spent. Returns none if it is no longer valid, or the account is kept by now.
///
/// # Errors
/// [`Error::Leaving`] with the secret; `invalid_credentials` once the time is over; as [`Authenticated::lock_account`]; an error of
/// the seal.
pub(in crate::server::service) async fn offer<T>(
    app: &App,
    who: Authenticated,
    holder: Holder<'_>,
    client_info: &ClientInfo,
) -> Result<Option<T>> {
    let draft = Draft { user: Some((who.user(), who.epoch())), ..Draft::default() };
    let (flow, token) = flows::issue(app, Purpose::Keep, holder, draft)?;
    let (record, now_s) = (Record::new(app, client_info), app.clock.now_s());
    let begun = app.db.write(move |tx| {
        async move {
            let Some(user) = who.lock_account(tx).await? else {
                return Ok(None);
            };
            let Some(erase_after) = user.erase_after else {
                return Ok(None);
            };
            let (id, is_over) = (user.id.as_str(), erase_after <= now_s);
            if !is_over {
                flows::supersede(tx, Purpose::Keep, Of::User(id), now_s).await?;
                flow.insert(tx).await?;
            }
            // A right password is in the log even where it is too late.
            let event = (Kind::Login, Outcome::AccountLeaving);
            record.write(tx, event, Actor::Unknown, Some(id)).await?;
            Ok::<_, Error>(Some(is_over))
        }
        .boxed()
    });
    match begun.await? {
        Some(false) => Err(Error::Leaving(token)),
        Some(true) => Err(ErrorCode::InvalidCredentials.into()),
        None => Ok(None),
    }
}

/// The account that the secret of a flow keeps, in the browser that it is bound to if it is. Changes nothing.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn offered(app: &App, holder: Holder<'_>, secret: &str) -> Result<Offer> {
    let over = || Error::from(ErrorCode::FlowOver);
    let token = FlowToken::parse(secret).ok_or_else(over)?;
    let flow = flows::peek(app, Purpose::Keep, holder, &token).await?.ok_or_else(over)?;
    let user = flow.user.clone().ok_or_else(over)?;
    let row = users::by_id(&app.db, user.as_str()).await?.ok_or_else(over)?;
    let erase_after = row.erase_after.ok_or_else(over)?;
    Ok(Offer { username: row.username, erase_after, flow, user })
}

/// Keeps an account whose time is not over, within a unit of work that has locked its row, for its owner; `false` if it is not
/// leaving. The owner is told.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(in crate::server::service) async fn stop(
    tx: &mut Tx<'_>,
    id: &str,
    record: Record,
    post: &Post,
    now_s: i64,
) -> Result<bool> {
    if !deletions::keep(tx, id, now_s).await? {
        return Ok(false);
    }
    let event = (Kind::DeletionStop, Outcome::Success);
    record.write(tx, event, Actor::Person(id), Some(id)).await?;
    post.notify(tx, id, MailKind::DeletionStopped).await?;
    Ok(true)
}

/// Keeps the account: it is as before, but for its sessions. Signs nobody in.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn keep(
    app: &App,
    holder: Holder<'_>,
    secret: &str,
    client_info: &ClientInfo,
) -> Result<()> {
    let Offer { flow, user, .. } = offered(app, holder, secret).await?;
    let (record, now_s) = (Record::new(app, client_info), app.clock.now_s());
    let (post, id) = (Post::of_client(app, client_info), user.to_string());
    let kept = app.db.write(move |tx| {
        async move {
            let is_held = users::lock(tx, &id).await?;
            if !is_held
                || !flows::spend(tx, &flow, now_s).await?
                || !stop(tx, &id, record, &post, now_s).await?
            {
                return Err(Error::from(ErrorCode::FlowOver));
            }
            feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            Ok(())
        }
        .boxed()
    });
    kept.await?;
    app.profiles.forget(user.as_str());
    Ok(())
}
