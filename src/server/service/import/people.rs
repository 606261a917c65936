use futures::FutureExt;

use super::{
    AT_ONCE, Plan,
    line::{Draft, Person},
    wrong::Wrong,
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            DbError, Tx,
            new_users::{self, NewUser},
            profiles, users,
        },
        error::Error,
        service::{
            agent::{Act, Agent},
            audit::Kind,
            roles::{Permission, Role},
        },
    },
};

/// Not everybody is in.
#[derive(Debug, thiserror::Error)]
#[error("{why}")]
pub struct Stopped {
    /// How many are.
    pub done: usize,
    /// The first line of somebody who is not, from 1: everybody before it is in, and nobody after.
    pub next: usize,
    /// What stopped it.
    pub why: Why,
}

/// What stopped an import.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// By number of the line: somebody took the name or verified the address since the file was read.
    #[error("line {0}: {1}")]
    Line(usize, Wrong),
    /// As it says: mostly the database.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl From<DbError> for Why {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
}

/// Somebody who is in.
pub struct Imported {
    /// The `sub` of tokens.
    pub id: String,
    /// The id in the app that they came from.
    pub external_id: Option<String>,
    /// The username there.
    pub old_username: Option<String>,
    /// The username here.
    pub username: String,
}

/// Lets everybody in; tells after each unit of work who came in with it, and up to which line.
///
/// # Errors
/// `forbidden`, `reauthentication_required`, and nobody is in; `invalid_input` if a line of the plan is wrong; a line
/// that has become wrong since the plan was made.
/// Nobody of that unit of work is in then, and everybody of those before.
pub async fn carry_out(
    app: &App,
    agent: Agent<'_>,
    plan: Plan,
    mut tell: impl FnMut(&[Imported], usize),
) -> Result<(), Stopped> {
    let mut done = 0;
    let first = plan.people.first().map_or(1, |(line, _)| *line);
    agent.permit(app, Permission::UsersWrite).map_err(|refused| Stopped {
        done,
        next: first,
        why: refused.into(),
    })?;
    if let Some((line, _)) = plan.wrong.first() {
        let why = Why::Failed(ErrorCode::InvalidInput.into());
        return Err(Stopped { done, next: *line, why });
    }
    for part in plan.people.chunks(AT_ONCE) {
        let (Some((next, _)), Some((last, _))) = (part.first(), part.last()) else {
            continue;
        };
        let imported = together(app, agent, part).await;
        let imported = imported.map_err(|why| Stopped { done, next: *next, why })?;
        done += part.len();
        tell(&imported, *last);
    }
    Ok(())
}

/// Lets these in, or nobody.
async fn together(
    app: &App,
    agent: Agent<'_>,
    part: &[(usize, Person)],
) -> Result<Vec<Imported>, Why> {
    let (act, now_s) = (agent.act(app), app.clock.now_s());
    let with_ids = |(line, person): &(usize, Person)| {
        (*line, person.clone(), app.clock.new_id(), app.clock.new_id())
    };
    let part: Vec<_> = part.iter().map(with_ids).collect();
    app.db
        .write(move |tx| {
            async move {
                let mut imported = Vec::with_capacity(part.len());
                for (line, person, id, email_id) in part {
                    let wrong = let_in(tx, &person, (&id, &email_id), now_s).await?;
                    wrong.map_or(Ok(()), |wrong| Err(Why::Line(line, wrong)))?;
                    note(tx, &act, &person.draft, &id).await?;
                    imported.push(Imported {
                        id,
                        external_id: person.draft.external_id,
                        old_username: person.draft.name,
                        username: person.username.shown,
                    });
                }
                Ok(imported)
            }
            .boxed()
        })
        .await
}

/// Lets somebody in; answers what is in the way.
async fn let_in(
    tx: &mut Tx<'_>,
    Person { username, draft, .. }: &Person,
    (id, email_id): (&str, &str),
    now_s: i64,
) -> Result<Option<Wrong>, DbError> {
    let user = NewUser {
        id,
        username: (&username.shown, &username.canonical),
        external_id: draft.external_id.as_deref(),
        display_name: draft.display_name.as_deref(),
        password_hash: draft.password_hash.as_deref(),
        created_at: draft.created_at,
        disabled_at: draft.disabled.then_some(now_s),
        now_s,
        ..NewUser::default()
    };
    if !new_users::insert(tx, &user).await? {
        let is_name = new_users::username_is_taken_in(tx, &username.canonical).await?;
        return Ok(Some(if is_name { Wrong::Taken } else { Wrong::ExternalIdTaken }));
    }
    if let Some(email) = &draft.email {
        let address = (email.shown.as_str(), email.canonical.as_str());
        let verified = draft.email_verified.then_some((now_s, "operator"));
        if !new_users::insert_email(tx, email_id, id, address, draft.created_at, verified).await? {
            return Ok(Some(Wrong::AddressTaken));
        }
    }
    if let Some(metadata) = &draft.metadata {
        profiles::set_metadata(tx, id, metadata, now_s).await?;
    }
    if let Some(app_metadata) = &draft.app_metadata {
        profiles::set_app_metadata(tx, id, app_metadata, now_s).await?;
    }
    if draft.admin {
        users::grant(tx, id, Role::Admin.as_str(), now_s).await?;
    }
    Ok(None)
}

/// Records what an account came with, each as if it had been done here.
async fn note(tx: &mut Tx<'_>, act: &Act, draft: &Draft, id: &str) -> Result<(), DbError> {
    let events = [
        (true, Kind::UserImport, act),
        (draft.admin, Kind::RoleGrant, &act.clone().about("role", Role::Admin.as_str())),
        (draft.disabled, Kind::UserDisable, act),
    ];
    for (_, kind, act) in events.into_iter().filter(|(happened, ..)| *happened) {
        act.write(tx, kind, Some(id)).await?;
    }
    Ok(())
}
