use super::{
    kind::Outcome,
    sentence::{Who, sentence},
};
use crate::{
    model::{ApiError, Field, HistoryEntry, HistoryPage, Problem, UserId},
    server::{
        App,
        db::audit::{EventRow, Wanted, last_of_subject, of_subject},
        error::Result,
        service::{
            paging::PageSize, principal::Principal, session::device, session_user::SessionUser,
        },
    },
};

/// Maximum number of entries on a page.
const PAGE_MAX: i64 = 100;
/// Default number of entries on a page.
const PAGE: i64 = 25;
/// Number of events that are searched for a filtered page.
const AMONG: i64 = 2_000;
/// The purpose under which cursors are sealed. A plain cursor would reveal the number of events of
/// all accounts.
const CURSOR: &str = "history cursor";

/// The events of the principal's account, newest first.
///
/// # Errors
/// `invalid_input` for a cursor that is not of this history.
pub async fn of_principal(
    app: &App,
    principal: &Principal,
    before: Option<&str>,
    limit: Option<i64>,
) -> Result<HistoryPage> {
    page(app, principal.user(), before, Choice::All, limit.unwrap_or(PAGE)).await
}

/// A filter of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// All events.
    All,
    /// Sign-ins and their ends.
    SignIns,
    /// Refused attempts.
    Failed,
    /// Changes of the account.
    Changes,
}

impl Choice {
    /// All filters.
    pub const ALL: [Self; 4] = [Self::All, Self::SignIns, Self::Failed, Self::Changes];

    /// Its keyword in URLs.
    pub fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::SignIns => "sign-ins",
            Self::Failed => "failed",
            Self::Changes => "changes",
        }
    }

    /// The filter of a keyword.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.word() == word)
    }
}

/// The events of the session user's account, for a page.
///
/// # Errors
/// As [`of_principal`].
pub async fn of_session_user(
    app: &App,
    session_user: &SessionUser,
    before: Option<&str>,
    choice: Choice,
) -> Result<HistoryPage> {
    page(app, session_user.user(), before, choice, PAGE).await
}

async fn page(
    app: &App,
    user: &UserId,
    before: Option<&str>,
    choice: Choice,
    limit: i64,
) -> Result<HistoryPage> {
    let size = PageSize::new(limit, PAGE_MAX);
    let before = match before {
        Some(cursor) => open(app, user, cursor)?,
        None => i64::MAX,
    };
    let among = if choice == Choice::All { size.to_read() } else { AMONG };
    let wanted = Wanted { choice: choice.word(), among, limit: size.to_read() };
    let rows = of_subject(&app.db, user.as_str(), before, wanted).await?;
    let page = size.cut(rows);
    let last = match page.cursor() {
        Some(row) => Some(row.seq),
        // Few of the searched events match, and there may be more before them.
        None if choice != Choice::All => {
            last_of_subject(&app.db, user.as_str(), before, among).await?
        }
        None => None,
    };
    let last = last.map(|seq| seq.to_string());
    let seal = |seq: String| app.secret.seal(CURSOR, user.as_str(), seq.as_bytes());
    Ok(HistoryPage {
        next_before: last.map(seal).transpose()?,
        events: page.rows.into_iter().map(|row| entry(user, row)).collect(),
    })
}

fn open(app: &App, user: &UserId, cursor: &str) -> Result<i64> {
    let plain = app.secret.open(CURSOR, user.as_str(), cursor).ok();
    let seq = plain.and_then(|plain| String::from_utf8(plain).ok()?.parse().ok());
    let wrong = || ApiError::field(Field::Body, Problem::Invalid);
    Ok(seq.ok_or_else(wrong)?)
}

/// An event as its subject may see it, without ids of other accounts.
fn entry(user: &UserId, row: EventRow) -> HistoryEntry {
    let who = match row.actor.as_deref() {
        None => Who::Somebody,
        Some("operator") => Who::Operator,
        Some("system") => Who::System,
        Some(id) if id == user.as_str() => Who::Somebody,
        Some(_) => Who::Admin,
    };
    // Address and device of other actors are not shown.
    let shown = who == Who::Somebody;
    let agent = row.user_agent.as_deref().filter(|_| shown);
    HistoryEntry {
        what: sentence(&row.kind, &row.outcome, who),
        refused: row.outcome != Outcome::Success.as_str(),
        kind: row.kind,
        outcome: row.outcome,
        device: agent.map(|agent| device::in_words(Some(agent))),
        client_ip: row.client_ip.filter(|_| shown),
        at: row.at_ms.div_euclid(1000),
    }
}
