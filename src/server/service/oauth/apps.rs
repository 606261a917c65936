//! What a person lets clients do, and how they take it back.

use std::collections::BTreeMap;

use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App as Vestibule,
        db::{authorizations, consents, grants, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            limits::{self, Limit},
            principal::Principal,
            session::{Ended, Ending},
        },
    },
};

/// Most grants that are read for the list.
const GRANTS_MAX: i64 = 1_000;

/// An app that may act for a person, or knows them. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct App {
    /// Its `client_id`.
    pub client_id: String,
    /// Its name.
    pub name: String,
    /// Its page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_uri: Option<String>,
    /// The words that it was let have.
    pub scope: Vec<String>,
    /// When it was let in.
    pub first_at: i64,
    /// When it was used last.
    pub last_at: i64,
    /// Whether it keeps what it has when the person signs out.
    pub is_offline: bool,
    /// Number of places in which it is signed in.
    pub grants: usize,
}

/// The apps of a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Apps {
    /// All of them, in order of their names.
    pub apps: Vec<App>,
}

/// The apps of a person: those that were let in, and those that are signed in.
///
/// # Errors
/// Fails if the database fails.
pub async fn list(app: &Vestibule, user: &UserId) -> Result<Apps> {
    let registry = app.clients.now();
    let mut apps: BTreeMap<String, App> = BTreeMap::new();
    let new = |client_id: &str, at: i64| {
        let client = registry.client(client_id)?;
        Some(App {
            client_id: client_id.to_owned(),
            name: client.settings.name.clone(),
            home_uri: client.settings.home_uri.clone(),
            scope: Vec::new(),
            first_at: at,
            last_at: at,
            is_offline: false,
            grants: 0,
        })
    };
    for row in consents::of(&app.db, user.as_str(), None).await? {
        let Some(made) = new(&row.client_id, row.granted_at) else { continue };
        let entry = apps.entry(row.client_id).or_insert(made);
        entry.first_at = entry.first_at.min(row.granted_at);
        entry.last_at = entry.last_at.max(row.used_at);
        entry.scope.extend(row.scope.split(' ').map(str::to_owned));
    }
    for row in grants::of_user(&app.db, user.as_str(), app.clock.now_s(), GRANTS_MAX).await? {
        // Those of a deleted client of the same name are refused.
        let is_its_own = registry
            .client(&row.client_id)
            .is_some_and(|client| row.created_at >= client.row.created_at);
        let Some(made) = new(&row.client_id, row.created_at).filter(|_| is_its_own) else {
            continue;
        };
        let entry = apps.entry(row.client_id).or_insert(made);
        entry.first_at = entry.first_at.min(row.created_at);
        entry.last_at = entry.last_at.max(row.last_seen_at);
        entry.is_offline |= row.offline_at.is_some();
        entry.grants += 1;
        let scope = row.scope.unwrap_or_default();
        entry.scope.extend(scope.split(' ').filter(|word| !word.is_empty()).map(str::to_owned));
    }
    let mut apps: Vec<_> = apps.into_values().collect();
    for one in &mut apps {
        let mut seen = std::collections::HashSet::new();
        one.scope.retain(|word| seen.insert(word.clone()));
    }
    apps.sort_by(|one, other| (&one.name, &one.client_id).cmp(&(&other.name, &other.client_id)));
    Ok(Apps { apps })
}

/// Takes back what a person let an app do: its consents, its grants with their tokens, and its codes, in one step.
///
/// # Errors
/// `not_found` if the app has nothing; `too_many_requests`; an error of the database.
pub async fn withdraw(
    app: &Vestibule,
    principal: &Principal,
    client_id: &str,
    client_info: &ClientInfo,
) -> Result<()> {
    let user = principal.user().to_string();
    limits::count_change(app, Limit::Ending(&user), principal, client_info).await?;
    let (record, ended) =
        (Record::new(app, client_info).about("client", client_id), Ended::new(app));
    let (client_id, now_s) = (client_id.to_owned(), app.clock.now_s());
    let written = app.db.write(move |tx| {
        async move {
            let mut ended = ended;
            users::lock(tx, &user).await?;
            let consents = consents::remove(tx, &user, &client_id).await?;
            let codes = authorizations::withdraw(tx, &user, &client_id).await?;
            let of = (user.as_str(), client_id.as_str());
            let grants = ended.end_client(tx, of, Ending::Withdrawn, now_s).await?;
            if consents == 0 && codes == 0 && grants == 0 {
                return Err(Error::from(ErrorCode::NotFound));
            }
            let event = (Kind::AppWithdraw, Outcome::Success);
            record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            Ok(ended)
        }
        .boxed()
    });
    written.await?.make_known();
    Ok(())
}
