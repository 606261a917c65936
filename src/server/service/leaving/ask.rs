use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Closed, close, facts};
use crate::{
    model::{ApiError, ErrorCode, Field, Problem},
    server::{
        App,
        db::{Tx, admins, users},
        error::Result,
        secure::identifier::Username,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            limits::{self, Limit},
            mail::{MailKind, Post},
            principal::Principal,
            roles,
        },
    },
};

/// An account that is leaving.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Leaving {
    /// Time in Unix seconds after which the account is erased.
    pub erase_after: i64,
}

/// Asks for the erasure of the principal's account, whose username was typed. Everything that opens the account ends at
/// once; until the erasure its owner can only keep it.
///
/// # Errors
/// `reauthentication_required`; `invalid_input` for another name; `last_admin`; `too_many_requests`.
pub async fn ask(
    app: &App,
    principal: &Principal,
    typed: &str,
    client_info: &ClientInfo,
) -> Result<Leaving> {
    principal.require_fresh(app)?;
    let id = principal.user().to_string();
    limits::count_change(app, Limit::Write(&id), principal, client_info).await?;
    let user = users::by_id(&app.db, &id).await?.ok_or(ErrorCode::NotFound)?;
    if Username::canonical(typed) != Username::canonical(&user.username) {
        return Err(ApiError::field(Field::Confirm, Problem::Invalid).into());
    }
    let now_s = app.clock.now_s();
    let (record, post) = (Record::new(app, client_info), Post::of_client(app, client_info));
    let work = Work { id, now_s, record, post };
    let done = app.db.write(move |tx| async move { work.write(tx).await }.boxed()).await?;
    let Done { leaving, lines } = done;
    for line in lines {
        app.tokens.revoked.add(&line, now_s);
    }
    app.profiles.forget(principal.user().as_str());
    Ok(leaving)
}

/// The inputs of the unit of work.
struct Work {
    id: String,
    now_s: i64,
    record: Record,
    post: Post,
}

/// What this process must apply after the commit.
struct Done {
    leaving: Leaving,
    lines: Vec<feed::Change>,
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Done> {
        let Self { id, now_s, record, post } = self;
        admins::lock(tx).await?;
        // The account's row is locked first: a concurrent sign-in comes before or after all of this.
        if !users::lock(tx, &id).await? {
            return Err(ErrorCode::NotFound.into());
        }
        let user = users::by_id_in(tx, &id).await?.ok_or(ErrorCode::NotFound)?;
        if user.disabled_at.is_some() {
            return Err(ErrorCode::InvalidToken.into());
        }
        let Some(Closed { erase_after, sessions }) = close(tx, &id, now_s).await? else {
            // Asked twice at once: the first request has done everything.
            let erase_after = user.erase_after.ok_or(ErrorCode::NotFound)?;
            return Ok(Done { leaving: Leaving { erase_after }, lines: Vec::new() });
        };
        if roles::is_enabled_admin(&user) && !admins::one_is_enabled(tx).await? {
            return Err(ErrorCode::LastAdmin.into());
        }
        let count = sessions.len();
        let mut lines: Vec<_> = sessions.into_iter().map(feed::Change::Session).collect();
        let epoch = users::next_epoch(tx, &id, now_s).await?.unwrap_or(user.epoch);
        lines.push(feed::Change::User(id.clone(), epoch));
        lines.push(feed::Change::Profile(id.clone()));
        for line in &lines {
            feed::record(tx, line, now_s).await?;
        }
        let event = (Kind::DeletionAsk, Outcome::Success);
        let record = record.about("sessions_ended", count);
        record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
        post.notify_about(tx, &id, MailKind::DeletionAsked, facts(erase_after)).await?;
        Ok(Done { leaving: Leaving { erase_after }, lines })
    }
}
