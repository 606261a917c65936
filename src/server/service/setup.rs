//! The first admin: by a link that works once, for an hour, while there is none (S8).

use futures::FutureExt;

use super::{
    Visitor,
    agent::Agent,
    audit::{Kind, Outcome, Record, once},
    flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
    register::{self, Rules},
    roles::Permission,
};
use crate::{
    model::{ErrorCode, SetupForm},
    server::{
        App,
        db::{DbResult, Tx, admins},
        error::{Error, Result},
        service::session::Opened,
    },
};

/// Makes a new link while no admin exists. Earlier ones go on working: another process may have shown one.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; the database.
pub async fn new_link(app: &App, agent: Agent<'_>) -> Result<Option<FlowToken>> {
    agent.permit(app, Permission::UsersWrite)?;
    if admins::exist(&app.db).await? {
        return Ok(None);
    }
    let (flow, token) = flows::issue(app, Purpose::SetUp, Holder::Program, Draft::default())?;
    let act = agent.act(app);
    app.db
        .write(move |tx| {
            async move {
                flow.insert(tx).await?;
                act.write(tx, Kind::SetupLink, None).await?;
                Ok::<_, Error>(())
            }
            .boxed()
        })
        .await?;
    Ok(Some(token))
}

/// Until when a link works, in Unix seconds; none if it does not. Spends nothing.
///
/// # Errors
/// The database.
pub async fn open_until(app: &App, token: &str) -> Result<Option<i64>> {
    Ok(peek(app, token).await?.map(|flow| flow.expires_at))
}

/// Creates the first admin and signs them in; the account and the link's end are one transaction.
///
/// # Errors
/// `setup_closed` if the link is spent, expired or wrong, or an admin exists; else as registration.
pub async fn claim(app: &App, token: &str, form: SetupForm, visitor: &Visitor) -> Result<Opened> {
    let Some(flow) = peek(app, token).await? else {
        return refuse(app, visitor).await;
    };
    let grant = register::Grant::SetupLink(flow);
    match register::create(app, form.account(), Rules::Ours, grant, visitor).await {
        Ok(created) => register::sign_in(app, &created, visitor).await,
        Err(Error::Api(error)) if error.code == ErrorCode::SetupClosed => {
            refuse(app, visitor).await
        }
        Err(error) => Err(error),
    }
}

async fn peek(app: &App, token: &str) -> Result<Option<Flow>> {
    match FlowToken::parse(token) {
        Some(token) if !admins::exist(&app.db).await? => {
            flows::peek(app, Purpose::SetUp, Holder::Program, &token).await
        }
        _ => Ok(None),
    }
}

/// Spends a link if it is good and no admin exists; all other links end with it. Of several that are claimed at once
/// one makes an admin.
pub(super) async fn spend(tx: &mut Tx<'_>, flow: &Flow, now: i64) -> DbResult<bool> {
    if admins::hold(tx).await? || !flows::spend(tx, flow, now).await? {
        return Ok(false);
    }
    flows::supersede(tx, Purpose::SetUp, Of::Everybody, now).await?;
    Ok(true)
}

/// Anybody can try a link that does not work, so this is recorded once a minute.
async fn refuse(app: &App, visitor: &Visitor) -> Result<Opened> {
    let (name, record) = ("set-up link".to_owned(), Record::new(app, visitor));
    once(app, name, record, (Kind::SetupClaim, Outcome::Refused), None).await?;
    Err(ErrorCode::SetupClosed.into())
}
