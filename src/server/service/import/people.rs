use futures::FutureExt;

use super::{
    AT_ONCE, Plan,
    line::{Person, Wrong},
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

/// Lets everybody in; tells after each unit of work how many are in by then, and up to which line.
///
/// # Errors
/// `forbidden`, `reauthentication_required`, and nobody is in; `invalid_input` if a line of the plan is wrong; a line
/// that has become wrong since the plan was made.
/// Nobody of that unit of work is in then, and everybody of those before.
pub async fn carry_out(
    app: &App,
    agent: Agent<'_>,
    plan: Plan,
    mut tell: impl FnMut(usize, usize),
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
        together(app, agent, part).await.map_err(|why| Stopped { done, next: *next, why })?;
        done += part.len();
        tell(done, *last);
    }
    Ok(())
}

/// Lets these in, or nobody.
async fn together(app: &App, agent: Agent<'_>, part: &[(usize, Person)]) -> Result<(), Why> {
    let (act, now_s) = (agent.act(app), app.clock.now_s());
    let with_ids = |(line, person): &(usize, Person)| {
        (*line, person.clone(), app.clock.new_id(), app.clock.new_id())
    };
    let part: Vec<_> = part.iter().map(with_ids).collect();
    app.db
        .write(move |tx| {
            async move {
                for (line, person, id, email_id) in part {
                    let wrong = let_in(tx, &person, (&id, &email_id), now_s).await?;
                    wrong.map_or(Ok(()), |wrong| Err(Why::Line(line, wrong)))?;
                    note(tx, &act, &person, &id).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}

/// Lets somebody in; answers what is in the way.
async fn let_in(
    tx: &mut Tx<'_>,
    person: &Person,
    (id, email_id): (&str, &str),
    now_s: i64,
) -> Result<Option<Wrong>, DbError> {
    let user = NewUser {
        id,
        username: (&person.username.shown, &person.username.canonical),
        display_name: person.display_name.as_deref(),
        password_hash: person.password_hash.as_deref(),
        created_at: person.created_at,
        disabled_at: person.disabled.then_some(now_s),
        now_s,
        ..NewUser::default()
    };
    if !new_users::insert(tx, &user).await? {
        return Ok(Some(Wrong::Taken));
    }
    if let Some(email) = &person.email {
        let address = (email.shown.as_str(), email.canonical.as_str());
        let verified_at = person.email_verified.then_some(now_s);
        if !new_users::insert_email(tx, email_id, id, address, person.created_at, verified_at)
            .await?
        {
            return Ok(Some(Wrong::AddressTaken));
        }
    }
    if let Some(metadata) = &person.metadata {
        profiles::set_metadata(tx, id, metadata, now_s).await?;
    }
    if person.admin {
        users::grant(tx, id, Role::Admin.as_str(), now_s).await?;
    }
    Ok(None)
}

/// Records what an account came with, each as if it had been done here.
async fn note(tx: &mut Tx<'_>, act: &Act, person: &Person, id: &str) -> Result<(), DbError> {
    let events = [
        (true, Kind::UserImport, act),
        (person.admin, Kind::RoleGrant, &act.clone().about("role", Role::Admin.as_str())),
        (person.disabled, Kind::UserDisable, act),
    ];
    for (_, kind, act) in events.into_iter().filter(|(happened, ..)| *happened) {
        act.write(tx, kind, Some(id)).await?;
    }
    Ok(())
}
