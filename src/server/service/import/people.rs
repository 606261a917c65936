use futures::FutureExt;

use super::{AT_ONCE, Plan, line::Person};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            Tx,
            import::{self, Imported},
            users,
        },
        error::{Error, Result},
        service::{
            Visitor,
            audit::{Actor, Kind, Outcome, Record},
            roles::Role,
        },
    },
};

/// Lets everybody in; tells after each unit of work how many are in by then.
///
/// # Errors
/// `invalid_input` if a line of the plan is wrong; `username_taken` if somebody took a name or verified an
/// address since it was made. Nobody of that unit of work is in then, and everybody of those before.
pub async fn carry_out(app: &App, plan: Plan, mut tell: impl FnMut(usize)) -> Result<()> {
    if !plan.wrong.is_empty() {
        return Err(ErrorCode::InvalidInput.into());
    }
    let mut done = 0;
    for part in plan.people.chunks(AT_ONCE) {
        let record = Record::new(app, &Visitor::default());
        let now = app.clock.now();
        let part: Vec<_> = part
            .iter()
            .map(|person| (person.clone(), app.clock.new_id(), app.clock.new_id()))
            .collect();
        done += part.len();
        app.db
            .write(move |tx| {
                async move {
                    for (person, id, email_id) in part {
                        let ids = (id.as_str(), email_id.as_str());
                        if !let_in(tx, &person, ids, now).await? {
                            return Err(ErrorCode::UsernameTaken.into());
                        }
                        let event = (Kind::UserImport, Outcome::Success);
                        record.write(tx, event, Actor::Operator, Some(&id)).await?;
                    }
                    Ok::<_, Error>(())
                }
                .boxed()
            })
            .await?;
        tell(done);
    }
    Ok(())
}

async fn let_in(
    tx: &mut Tx<'_>,
    person: &Person,
    (id, email_id): (&str, &str),
    now: i64,
) -> Result<bool> {
    let user = Imported {
        id,
        username: (&person.username.shown, &person.username.canonical),
        display_name: person.display_name.as_deref(),
        password_hash: person.password_hash.as_deref(),
        created_at: person.created_at,
        disabled_at: person.disabled.then_some(now),
        now,
    };
    if !import::insert(tx, &user).await? {
        return Ok(false);
    }
    if let Some(email) = &person.email {
        let address = (email.shown.as_str(), email.canonical.as_str());
        let verified_at = person.email_verified.then_some(now);
        if !import::insert_email(tx, email_id, id, address, person.created_at, verified_at).await? {
            return Ok(false);
        }
    }
    if person.admin {
        users::grant(tx, id, Role::Admin.as_str(), now).await?;
    }
    Ok(true)
}
