use futures::FutureExt;

use super::facts;
use crate::server::{
    App,
    clock::Stopwatch,
    db::{deletions, users},
    error::{Error, Result},
    service::{
        agent::Agent,
        audit::Kind,
        feed,
        limits::Unlocking,
        mail::{MailKind, Post},
        prune::goes_on,
    },
};

/// Time before the erasure at which its owner is reminded, in seconds.
const REMINDED_BEFORE: i64 = 3 * 86_400;

/// Delay of a reminder from which the erasure is put off, in seconds. The job may have stood still, and the owner has three days
/// all the same.
const LATE: i64 = 3_600;

/// Number of accounts that are read at once. Each has a unit of work of its own, because many rows go with it.
const BATCH: i64 = 100;

/// Number of sessions that are deleted at once.
const ROWS: i64 = 1_000;

/// Reminds the owners of accounts that are erased within three days, and erases those whose time is over; runs once a minute.
///
/// # Errors
/// Returns the first error. The other accounts are tried all the same: a deadlock, or a statement that takes too long, looks like an
/// outage, and would keep all that come after it.
pub async fn tend(app: &App) -> Result<()> {
    let (watch, mut outcome, mut after) = (Stopwatch::start(), Ok(()), String::new());
    loop {
        let until = app.clock.now_s() + REMINDED_BEFORE;
        let soon = deletions::to_remind(&app.db, until, &after, BATCH).await?;
        let count = soon.len() as u64;
        for id in soon {
            after.clone_from(&id);
            outcome = outcome.and(remind(app, id).await);
        }
        if !goes_on(watch, count, BATCH).await {
            break;
        }
    }
    after.clear();
    loop {
        let due = deletions::due(&app.db, app.clock.now_s(), &after, BATCH).await?;
        let count = due.len() as u64;
        for id in due {
            after.clone_from(&id);
            outcome = outcome.and(erase(app, id).await);
        }
        if !goes_on(watch, count, BATCH).await {
            return outcome;
        }
    }
}

async fn remind(app: &App, id: String) -> Result<()> {
    let (post, now_s) = (Post::of_operator(app), app.clock.now_s());
    let until = now_s + REMINDED_BEFORE;
    let reminded = app.db.write(move |tx| {
        async move {
            // The account's row is locked first, as an erasure does.
            users::lock(tx, &id).await?;
            let erase_after = deletions::remind(tx, &id, now_s, (until - LATE, until)).await?;
            if let Some(erase_after) = erase_after {
                post.notify_about(tx, &id, MailKind::DeletionSoon, facts(erase_after)).await?;
                feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            }
            Ok::<_, Error>(())
        }
        .boxed()
    });
    reminded.await
}

/// Erases an account, unless somebody else did or it is kept. What is stored under its names goes too: a new account
/// with one of them begins anew.
async fn erase(app: &App, id: String) -> Result<()> {
    // An account may have hundreds of thousands of ended sessions, and SQLite writes for one unit at a time.
    loop {
        let of = id.clone();
        let deleted = app.db.change(move |tx| {
            let of = of.clone();
            async move { deletions::shed_sessions(tx, &of, ROWS).await }.boxed()
        });
        if deleted.await? < ROWS as u64 {
            break;
        }
    }
    let unlocking = Unlocking::of(app, &id).await?;
    let (post, act) = (Post::of_operator(app), Agent::System.act(app));
    let (now_s, whose) = (app.clock.now_s(), id.clone());
    let erased = app.db.write(move |tx| {
        async move {
            users::lock(tx, &id).await?;
            let erase_after = users::by_id_in(tx, &id).await?.and_then(|user| user.erase_after);
            if erase_after.is_none_or(|erase_after| erase_after > now_s) {
                return Ok(None);
            }
            post.farewell(tx, &id, MailKind::AccountErased).await?;
            deletions::erase(tx, &id).await?;
            unlocking.write(tx, now_s).await?;
            unlocking.forget_networks(tx).await?;
            act.write(tx, Kind::UserErase, Some(&id)).await?;
            feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            Ok::<_, Error>(Some(unlocking))
        }
        .boxed()
    });
    if let Some(unlocking) = erased.await? {
        unlocking.finish(app).await;
        app.profiles.forget(&whose);
    }
    Ok(())
}
