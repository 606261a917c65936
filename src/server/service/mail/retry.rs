//! What an operator does with the outbox.

use futures::FutureExt;

use super::post::ADDRESS;
use crate::server::{
    App, dates,
    db::{
        DbError, instance,
        outbox::{self, MailRow},
    },
    error::{Error, Result},
    service::{agent::Agent, audit::Kind, paging::PageSize, roles::Permission},
};

/// The fact with the time of the last request for another try, in Unix milliseconds.
const ASKED: &str = "mail_retry_ms";
/// A day, in seconds.
const DAY: i64 = 86_400;
/// Age of a waiting mail that deserves a look, in seconds.
const LATE: i64 = 600;
/// Number of mails per read.
const PAGE: i64 = 100;

/// A mail of the outbox with its address, if that is still known.
pub struct OutboxLine {
    /// The row.
    pub row: MailRow,
    /// Address.
    pub address: Option<String>,
}

/// Passes the mails that wait or failed to `write`, or all of them, newest first. Holds one page in memory.
///
/// # Errors
/// Returns the error of `write`; `forbidden`, `reauthentication_required`; an error of the database.
pub async fn each<E: From<Error>>(
    app: &App,
    agent: Agent<'_>,
    is_all: bool,
    mut write: impl FnMut(OutboxLine) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    agent.permit(app, Permission::UsersRead)?;
    let size = PageSize::new(PAGE, PAGE);
    let mut before = String::new();
    loop {
        let rows = outbox::page(&app.db, &before, is_all, size.to_read()).await;
        let page = size.cut(rows.map_err(Error::from)?);
        let cursor = page.cursor().map(|row| row.id.clone());
        for row in page.rows {
            let sealed = Some(row.address_sealed.as_str()).filter(|sealed| !sealed.is_empty());
            let opened = sealed.and_then(|sealed| app.secret.open(ADDRESS, &row.id, sealed).ok());
            let address = opened.and_then(|bytes| String::from_utf8(bytes).ok());
            write(OutboxLine { row, address })?;
        }
        match cursor {
            Some(cursor) => before = cursor,
            None => return Ok(()),
        }
    }
}

/// The outbox at a glance.
pub struct OutboxState {
    /// Number of waiting mails.
    pub waiting: i64,
    /// Time of creation of the oldest, in RFC 3339; empty if none waits.
    pub oldest: String,
    /// Whether the oldest waits for longer than a healthy server needs.
    pub is_late: bool,
    /// Number of mails that were refused or given up within a day.
    pub failed: i64,
}

/// Looks at the outbox.
///
/// # Errors
/// Fails if the database fails.
pub async fn state_of_outbox(app: &App) -> Result<OutboxState> {
    let now_s = app.clock.now_s();
    let (waiting, oldest) = outbox::waiting(&app.db).await?;
    Ok(OutboxState {
        waiting,
        oldest: oldest.map(dates::rfc3339).unwrap_or_default(),
        is_late: oldest.is_some_and(|at| at < now_s - LATE),
        failed: outbox::failed_since(&app.db, now_s - DAY).await?,
    })
}

/// Makes all waiting mails due now, and ends the pause of every sender; returns the number of mails whose time changed.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; an error of the database.
pub async fn retry(app: &App, agent: Agent<'_>) -> Result<u64> {
    agent.permit(app, Permission::UsersWrite)?;
    let (now_s, now_ms) = (app.clock.now_s(), app.clock.now_ms().to_string());
    let act = agent.act(app);
    let hastened = app.db.write(move |tx| {
        async move {
            instance::put(tx, ASKED, &now_ms).await?;
            let hastened = outbox::hasten(tx, now_s).await?;
            act.about("mails", hastened).write(tx, Kind::MailRetry, None).await?;
            Ok::<_, Error>(hastened)
        }
        .boxed()
    });
    hastened.await
}

/// The time of the last request for another try, in Unix milliseconds.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn asked_at_ms(app: &App) -> std::result::Result<Option<i64>, DbError> {
    let asked = instance::get(&app.db, ASKED).await?;
    Ok(asked.and_then(|asked| asked.parse().ok()))
}
