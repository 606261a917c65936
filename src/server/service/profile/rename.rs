//! Changes of the username.

use futures::FutureExt;

use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, Problem},
    server::{
        App,
        db::{credentials, former_usernames, profiles, users},
        error::{Error, Result},
        secure::{identifier::Username, secret::Secret},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            hashing::PermitHolder,
            limits::{self, Limit},
            mail::{MailFacts, MailKind, Post},
            principal::Principal,
        },
    },
};

/// Time for which a former name stays reserved for its account, in seconds: 90 days.
const KEPT_FOR: i64 = 90 * 86_400;

/// Gives the principal's account another username; nothing is written without an effective change.
///
/// Sessions continue, and the account keeps its epoch, because tokens name an account by id. The
/// old name is reserved for it for 90 days.
///
/// # Errors
/// `reauthentication_required`; `invalid_input`, also for a name that is the password;
/// `username_taken`, `too_many_requests`, `overloaded`.
pub async fn rename(
    app: &App,
    principal: &Principal,
    name: &str,
    client_info: &ClientInfo,
) -> Result<()> {
    principal.require_fresh(app)?;
    let wrong = |problem| ApiError::field(Field::Username, problem);
    let name = Username::parse(name).map_err(wrong)?;
    let id = principal.user().to_string();
    let user = users::by_id(&app.db, &id).await?.ok_or(ErrorCode::NotFound)?;
    if user.username == name.shown {
        return Ok(());
    }
    limits::count_change(app, Limit::Renaming(&id), principal, client_info).await?;
    if is_password(app, &id, &name, client_info).await? {
        return Err(wrong(Problem::OwnPassword).into());
    }
    let (record, now_s, canonical) =
        (Record::new(app, client_info), app.clock.now_s(), name.canonical.clone());
    let post = Post::of_client(app, client_info);
    let written = app.db.write(move |tx| {
        async move {
            users::lock(tx, &id).await?;
            let before = users::by_id_in(tx, &id).await?.ok_or(ErrorCode::NotFound)?.username;
            if !profiles::set_username(tx, &id, &name.shown, &name.canonical, now_s).await? {
                return Ok(None);
            }
            // Checked after the name is ours: a concurrent rename is over then.
            if former_usernames::is_kept(tx, &name.canonical, Some(&id), now_s).await? {
                return Err(taken().into());
            }
            let old = Username::canonical(&before);
            if old != name.canonical {
                former_usernames::keep(tx, &old, &id, now_s + KEPT_FOR).await?;
            }
            let event = (Kind::UsernameChange, Outcome::Success);
            record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
            let facts = MailFacts { before: Some(before), ..MailFacts::default() };
            post.notify_about(tx, &id, MailKind::UsernameChanged, facts).await?;
            feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            Ok::<_, Error>(Some(old))
        }
        .boxed()
    });
    match written.await {
        Err(Error::Db(error)) if profiles::is_taken(&error) => Err(taken().into()),
        Err(error) => Err(error),
        Ok(None) => Ok(()),
        Ok(Some(old)) => {
            app.profiles.forget(principal.user().as_str());
            limits::renamed(app, (old, canonical), client_info.source()).await;
            Ok(())
        }
    }
}

fn taken() -> ApiError {
    let fields = vec![FieldError::new(Field::Username, Problem::Taken)];
    ApiError { fields, ..ErrorCode::UsernameTaken.into() }
}

/// Whether a name, as typed or in small letters, is the password of the account.
async fn is_password(
    app: &App,
    id: &str,
    name: &Username,
    client_info: &ClientInfo,
) -> Result<bool> {
    let stored = credentials::by_id(&app.db, id).await?.and_then(|found| found.password_hash);
    let Some(stored) = stored else { return Ok(false) };
    let mut names = vec![name.shown.clone(), name.canonical.clone()];
    names.dedup();
    let holder = PermitHolder::Client(client_info.source(), id);
    let tried = app.passwords.hashing.run(holder, move |hashing| {
        for name in names {
            if hashing.verify(&Secret::new(name), Some(&stored))? {
                return Ok(true);
            }
        }
        Ok(false)
    });
    tried.await?
}
