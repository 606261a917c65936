use futures::FutureExt;
use serde_json::json;

use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        db::{
            Tx, factors,
            users::{self, UserRow},
        },
        error::Result,
        secure::recovery_code::RecoveryCode,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            flows::{self, Asker, Draft, Holder, NewFlow, Of, Purpose},
            limits::{self, Limit},
            mail::{MailKind, Post},
            principal::Principal,
        },
    },
};

/// Makes the recovery codes of an account.
pub(super) fn issue() -> Vec<RecoveryCode> {
    (0..super::CODES).map(|_| RecoveryCode::issue()).collect()
}

/// The hashes of codes, as the database stores them.
pub(super) fn hashes(codes: &[RecoveryCode], user: &UserId) -> Vec<String> {
    codes.iter().map(|code| code.hash(user.as_str())).collect()
}

/// The flow that shows new codes to their session for a while.
pub(super) fn shown_codes(
    app: &App,
    (user, epoch): (&UserId, i64),
    session: &SessionId,
    codes: &[RecoveryCode],
) -> Result<NewFlow> {
    let shown: Vec<_> = codes.iter().map(RecoveryCode::shown).collect();
    let draft = Draft {
        user: Some((user, epoch)),
        session: Some(session),
        data: json!(shown),
        ..Draft::default()
    };
    Ok(flows::issue(app, Purpose::RecoveryCodes, Holder::Program, draft)?.0)
}

/// Makes new recovery codes in the place of all before.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; `not_found` without an authenticator app.
pub async fn new_codes(
    app: &App,
    principal: &Principal,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Vec<String>> {
    count(app, principal, client_info).await?;
    principal.require_fresh(app)?;
    let (user, epoch) = (principal.user().clone(), principal.claims().epoch);
    let codes = issue();
    let flow = shown_codes(app, (&user, epoch), principal.session(), &codes)?;
    let (hashes, session) = (hashes(&codes, &user), principal.session().to_string());
    let (record, post) = (Record::new(app, client_info), Post::of_client(app, client_info));
    let now_s = app.clock.now_s();
    let made = app.db.write(move |tx| {
        async move {
            let id = user.as_str();
            locked(tx, id, epoch).await?;
            if !factors::has_totp(tx, id).await? {
                return Err(ErrorCode::NotFound.into());
            }
            factors::set_codes(tx, id, &hashes, now_s).await?;
            flows::supersede(tx, Purpose::RecoveryCodes, Of::Session(&session), now_s).await?;
            if asker == Asker::Page {
                flow.insert(tx).await?;
            }
            let event = (Kind::RecoveryCodesSet, Outcome::Success);
            record.write(tx, event, Actor::Person(id), Some(id)).await?;
            post.notify(tx, id, MailKind::CodesSet).await
        }
        .boxed()
    });
    made.await?;
    Ok(codes.iter().map(RecoveryCode::shown).collect())
}

/// Stops showing new recovery codes, because their owner has kept them.
///
/// # Errors
/// `too_many_requests`.
pub async fn kept(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<()> {
    count(app, principal, client_info).await?;
    let (session, now_s) = (principal.session().to_string(), app.clock.now_s());
    let ended = app.db.write(move |tx| {
        async move {
            flows::supersede(tx, Purpose::RecoveryCodes, Of::Session(&session), now_s).await
        }
        .boxed()
    });
    ended.await?;
    Ok(())
}

/// Locks the row of an account that is enabled and in this epoch.
pub(super) async fn locked(tx: &mut Tx<'_>, id: &str, epoch: i64) -> Result<UserRow> {
    if !users::lock_unchanged(tx, id, None, None).await? {
        return Err(ErrorCode::InvalidToken.into());
    }
    let user = users::by_id_in(tx, id).await?.filter(|user| user.epoch == epoch);
    user.ok_or_else(|| ErrorCode::InvalidToken.into())
}

/// Counts a change of the second factor.
pub(super) async fn count(
    app: &App,
    principal: &Principal,
    client_info: &ClientInfo,
) -> Result<()> {
    let limit = Limit::Write(principal.user().as_str());
    limits::count_change(app, limit, principal, client_info).await
}
