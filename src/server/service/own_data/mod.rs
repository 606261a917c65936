//! The data about a person in one document, for the person.

mod apps;
mod left_out;
mod section;
mod sections;

use std::{collections::BTreeMap, sync::Arc};

use futures::FutureExt;
use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeSeq},
};
use serde_json::{Map, Value};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};
use utoipa::ToSchema;

pub use left_out::LEFT_OUT;
pub use section::{Section, Shown};
pub use sections::SECTIONS;

use crate::{
    model::{ApiError, ErrorCode, UserId},
    server::{
        App, dates,
        db::own_rows,
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            limits::{self, Limit},
            mail::{MailKind, Post},
            principal::Principal,
        },
    },
};

/// The form of the document. It gets another number when a section changes its meaning.
const SCHEMA: &str = "vestibule.data/1";

/// Maximum number of rows of a section.
const ROWS_MAX: i64 = 100_000;

/// Number of documents that a process makes at once: each takes up to 100 MB of memory.
const AT_ONCE: usize = 2;

/// The places in which this process makes documents.
pub struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Places {
    /// Takes a place until it is dropped.
    ///
    /// # Errors
    /// `overloaded` if none is free.
    pub fn take(&self) -> Result<OwnedSemaphorePermit> {
        let busy = |_| ApiError { retry_after: Some(5), ..ErrorCode::Overloaded.into() };
        Ok(self.0.clone().try_acquire_owned().map_err(busy)?)
    }
}

/// All that is held about a person.
#[derive(Serialize, ToSchema)]
pub struct OwnData {
    /// The form of this document.
    schema: &'static str,
    /// When it was made (RFC 3339).
    made_at: String,
    /// Address of the service.
    service: String,
    /// What is held, by section.
    sections: BTreeMap<&'static str, OwnSection>,
    /// What has no section, with the reason.
    left_out: BTreeMap<&'static str, &'static str>,
}

/// A part of that.
#[derive(Serialize, ToSchema)]
pub struct OwnSection {
    /// The rows, the newest first; times in RFC 3339.
    #[schema(value_type = Vec<std::collections::BTreeMap<String, Value>>)]
    rows: Rows,
    /// The columns that are left out, with the reason.
    left_out: BTreeMap<&'static str, &'static str>,
    /// Whether older rows are left out, because there are more than 100,000.
    is_cut: bool,
}

/// The document of the principal's account, as the bytes of its file. Its owner is told by mail.
///
/// # Errors
/// `reauthentication_required`; `overloaded` while this process makes others; `too_many_requests`; an error of the database.
pub async fn of_principal(
    app: &App,
    principal: &Principal,
    client_info: &ClientInfo,
) -> Result<Vec<u8>> {
    principal.require_fresh(app)?;
    // Taken before anything is counted: a request that finds no place has used up nothing.
    let place = app.own_data.take()?;
    let id = principal.user().to_string();
    limits::count_change(app, Limit::Download(&id), principal, client_info).await?;
    let (record, post) = (Record::new(app, client_info), Post::of_client(app, client_info));
    let whose = id.clone();
    let told = app.db.write(move |tx| {
        async move {
            let event = (Kind::DataExport, Outcome::Success);
            record.write(tx, event, Actor::Person(&whose), Some(&whose)).await?;
            post.notify(tx, &whose, MailKind::DataExported).await?;
            Ok::<_, Error>(())
        }
        .boxed()
    });
    told.await?;
    let mut read = Vec::new();
    for section in SECTIONS {
        let columns: Vec<_> = section.columns.iter().map(|(name, _)| *name).collect();
        let rows = own_rows::of_account(&app.db, section.rows, &columns, &id, ROWS_MAX + 1);
        read.push((section, rows.await?));
    }
    let (made_at, service) = (dates::rfc3339(app.clock.now_s()), app.config.issuer());
    let owner = principal.user().clone();
    let made = spawn_blocking(move || {
        // It goes on where the client has gone away, and keeps its place.
        let _place = place;
        let mut sections = BTreeMap::new();
        for (section, rows) in read {
            sections.insert(section.name, of_rows(section, rows, owner.clone()));
        }
        let left_out = LEFT_OUT.iter().copied().collect();
        serde_json::to_vec_pretty(&OwnData { schema: SCHEMA, made_at, service, sections, left_out })
    });
    let made = made.await.map_err(|error| Error::Internal(error.to_string()))?;
    made.map_err(|error| Error::Internal(error.to_string()))
}

fn of_rows(section: &'static Section, mut rows: Vec<String>, owner: UserId) -> OwnSection {
    let is_cut = rows.len() as i64 > ROWS_MAX;
    rows.truncate(ROWS_MAX as usize);
    let left_out = section.left_out.iter().copied().collect();
    OwnSection { rows: Rows { section, rows, owner }, left_out, is_cut }
}

/// The rows of a section as they were read, of which one at a time is shown: all of them at once would take ten times the
/// memory.
struct Rows {
    section: &'static Section,
    /// Each a JSON array in the order of the columns.
    rows: Vec<String>,
    owner: UserId,
}

impl Rows {
    /// Whether a row is about what somebody who runs the service did.
    fn is_by_others(&self, values: &[Value]) -> bool {
        let mut named = self.section.columns.iter().zip(values);
        named.any(|((_, shown), value)| {
            *shown == Shown::Actor
                && value.as_str().is_some_and(|actor| actor != self.owner.as_str())
        })
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_seq(Some(self.rows.len()))?;
        for row in &self.rows {
            let values: Vec<Value> = serde_json::from_str(row).map_err(S::Error::custom)?;
            let is_of_others = self.is_by_others(&values);
            let named = self.section.columns.iter().zip(values);
            let owner = self.owner.as_str();
            let named = named.map(|((name, shown), value)| {
                let value = match shown {
                    Shown::OfActor if is_of_others => Value::Null,
                    _ => shown.of(value, owner),
                };
                (document_name(name), value)
            });
            all.serialize_element(&named.collect::<Map<_, _>>())?;
        }
        all.end()
    }
}

/// The name of a column in the document, where no time is in milliseconds.
fn document_name(column: &str) -> String {
    column.strip_suffix("_ms").unwrap_or(column).to_owned()
}

impl Shown {
    fn of(self, value: Value, id: &str) -> Value {
        match (self, &value) {
            (Self::Time, Value::Number(at)) => at.as_i64().map(dates::rfc3339).into(),
            (Self::TimeMs, Value::Number(at)) => at.as_i64().and_then(dates::rfc3339_ms).into(),
            (Self::Object, Value::String(json)) => serde_json::from_str(json).unwrap_or(value),
            (Self::Actor, Value::String(actor)) if actor == id => "you".into(),
            // The id of an administrator is data about somebody else.
            (Self::Actor, Value::String(actor)) if actor != "operator" && actor != "system" => {
                "administrator".into()
            }
            _ => value,
        }
    }
}
