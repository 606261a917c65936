use futures::FutureExt;

use super::{add::named, count, usable::are_usable_in};
use crate::{
    model::{ApiError, ErrorCode, Field, PasskeyId, Problem, UserId},
    server::{
        App,
        db::{Tx, passkeys, passwords, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            mail::{MailKind, Post},
            principal::Principal,
            roles,
            session::{Ended, Ending, NewIdentity, Renewal, Renewed},
        },
    },
};

/// Gives a passkey of the principal's account another name.
///
/// # Errors
/// `invalid_input`, `too_many_requests`; `not_found` for one that is unknown or another account's, all alike (S96).
pub async fn rename(
    app: &App,
    principal: &Principal,
    id: &PasskeyId,
    name: &str,
    client_info: &ClientInfo,
) -> Result<()> {
    count(app, principal, client_info).await?;
    let name = named(name)?;
    let name = name.ok_or_else(|| ApiError::field(Field::PasskeyName, Problem::Required))?;
    let (user, id) = (principal.user().to_string(), id.to_string());
    let record = Record::new(app, client_info).about("passkey", id.as_str());
    let renamed = app.db.write(move |tx| {
        async move {
            if !passkeys::rename(tx, &user, &id, &name).await? {
                return Err(ErrorCode::NotFound.into());
            }
            let event = (Kind::PasskeyRename, Outcome::Success);
            Ok::<_, Error>(record.write(tx, event, Actor::Person(&user), Some(&user)).await?)
        }
        .boxed()
    });
    renamed.await
}

/// Removes a passkey of the principal's account. A new epoch begins, and all other sessions end: it may have been on a device that
/// is lost.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; `last_way_in` if nobody could sign in without it; `not_found` for one that is
/// unknown or another account's, all alike (S96).
pub async fn remove(
    app: &App,
    principal: &Principal,
    id: &PasskeyId,
    client_info: &ClientInfo,
) -> Result<Renewed> {
    count(app, principal, client_info).await?;
    principal.require_fresh(app)?;
    let renewal = Renewal::new(app, principal, client_info)?;
    let removal = Removal {
        app: app.clone(),
        user: principal.user().clone(),
        session: principal.session().to_string(),
        id: id.clone(),
        now_s: app.clock.now_s(),
        record: Record::new(app, client_info),
        post: Post::of_client(app, client_info),
        ended: Ended::new(app),
    };
    let now_s = removal.now_s;
    let written = app.db.write(move |tx| {
        async move {
            let (new, epoch) = removal.write(tx, &renewal).await?;
            Ok::<_, Error>((renewal, new, epoch))
        }
        .boxed()
    });
    let (renewal, new, epoch) = written.await?;
    app.tokens.revoked.add(&epoch, now_s);
    app.profiles.forget(principal.user().as_str());
    renewal.finish(new)
}

/// The inputs of the unit of work.
struct Removal {
    app: App,
    user: UserId,
    session: String,
    id: PasskeyId,
    now_s: i64,
    record: Record,
    post: Post,
    ended: Ended,
}

impl Removal {
    async fn write(
        self,
        tx: &mut Tx<'_>,
        renewal: &Renewal,
    ) -> Result<(NewIdentity, feed::Change)> {
        let Self { app, user, session, id, now_s, record, post, mut ended } = self;
        let user = user.as_str();
        if !users::lock_unchanged(tx, user, None, None).await? {
            return Err(ErrorCode::InvalidToken.into());
        }
        let were_usable = are_usable_in(&app, tx, user).await?;
        if !passkeys::remove(tx, user, id.as_str()).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let account = users::by_id_in(tx, user).await?.ok_or(ErrorCode::InvalidToken)?;
        // One of another RP id is no way in: it stays only as the last of all.
        let is_last = were_usable || account.passkeys == 0;
        if is_last && !are_usable_in(&app, tx, user).await? {
            let demands = roles::demand_factor(&app.config, account.roles.as_deref());
            let has_password = passwords::is_set(tx, user).await?;
            if !has_password || (demands && account.totp_at.is_none()) {
                return Err(ErrorCode::LastWayIn.into());
            }
        }
        let epoch = users::next_epoch(tx, user, now_s).await?.unwrap_or(account.epoch);
        let account = users::UserRow { epoch, ..account };
        let epoch = feed::Change::User(user.to_owned(), epoch);
        feed::record(tx, &epoch, now_s).await?;
        feed::record(tx, &feed::Change::Profile(user.to_owned()), now_s).await?;
        let count = ended.end_all(tx, user, Some(&session), Ending::Factor, &record).await?;
        let event = record.clone().about("passkey", id.as_str()).about("sessions_ended", count);
        let kind = (Kind::PasskeyRemove, Outcome::Success);
        event.write(tx, kind, Actor::Person(user), Some(user)).await?;
        post.notify(tx, user, MailKind::PasskeyRemoved).await?;
        let new = renewal.write(tx, &account, None, &record, ended).await?;
        Ok((new, epoch))
    }
}
