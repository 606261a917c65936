//! The first admin: by a link that works once, for an hour, while there is none (S8).

use futures::FutureExt;

use super::{
    Visitor,
    audit::{Actor, Kind, Outcome, Record, once},
    register::{self, Rules},
};
use crate::{
    model::{ErrorCode, SetupForm},
    server::{
        App,
        db::setup,
        error::{Error, Result},
        secure::{random, seal},
        service::session::Opened,
    },
};

/// How long a link works, in seconds.
pub const LINK_TTL: i64 = 3600;
/// The most bytes of a link's token; what has more is none, and nobody looks for it.
const TOKEN_MAX: usize = 128;

/// Makes a new link while no admin exists; earlier ones end. Answers its token, shown once.
pub async fn new_link(app: &App) -> Result<Option<String>> {
    if setup::admin_exists(&app.db).await? {
        return Ok(None);
    }
    let token = random::token();
    let hash = seal::sha256(token.as_bytes());
    let now = app.clock.now();
    let record = Record::new(app, &Visitor::default());
    app.db
        .write(move |tx| {
            async move {
                setup::replace(tx, &hash, now, now + LINK_TTL).await?;
                let event = (Kind::SetupLink, Outcome::Success);
                record.write(tx, event, Actor::System, None).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    Ok(Some(token))
}

/// Whether a link would work now; spends nothing, so that a look at it costs nothing.
pub async fn is_open(app: &App, token: &str) -> Result<bool> {
    if token.len() > TOKEN_MAX {
        return Ok(false);
    }
    Ok(setup::is_open(&app.db, &seal::sha256(token.as_bytes()), app.clock.now()).await?)
}

/// Creates the first admin and signs them in; the account and the link's end are one transaction.
///
/// # Errors
/// `setup_closed` if the link is spent, expired or wrong, or an admin exists; else as registration.
pub async fn claim(app: &App, form: SetupForm, visitor: &Visitor) -> Result<Opened> {
    if !is_open(app, &form.token).await? {
        return refuse(app, visitor).await;
    }
    let grant = register::Grant::SetupLink(seal::sha256(form.token.as_bytes()));
    match register::create(app, form.account(), Rules::Ours, grant, visitor).await {
        Ok(created) => register::sign_in(app, &created, visitor).await,
        Err(Error::Api(error)) if error.code == ErrorCode::SetupClosed => {
            refuse(app, visitor).await
        }
        Err(error) => Err(error),
    }
}

/// Anybody can try a link that does not work, so this is recorded once a minute.
async fn refuse(app: &App, visitor: &Visitor) -> Result<Opened> {
    let (name, record) = ("set-up link".to_owned(), Record::new(app, visitor));
    once(app, name, record, (Kind::SetupClaim, Outcome::Refused), None).await?;
    Err(ErrorCode::SetupClosed.into())
}
