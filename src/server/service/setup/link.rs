//! The set-up link, which works once.

use futures::FutureExt;

use crate::server::{
    App,
    db::{DbResult, Tx, admins},
    error::{Error, Result},
    service::{
        agent::Agent,
        audit::Kind,
        flows::{self, Draft, Flow, FlowToken, Holder, Of, Purpose},
        roles::Permission,
    },
};

/// Makes a new link while no administrator exists. Earlier ones stay valid, because another process
/// may have shown one.
///
/// # Errors
/// `forbidden`, `reauthentication_required`; an error of the database.
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

/// The end of a valid link, in Unix seconds; none for an invalid one. Spends nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn open_until(app: &App, token: &str) -> Result<Option<i64>> {
    Ok(peek(app, token).await?.map(|flow| flow.expires_at))
}

/// The flow of a link, while no administrator exists. Spends nothing.
pub(super) async fn peek(app: &App, token: &str) -> Result<Option<Flow>> {
    match FlowToken::parse(token) {
        Some(token) if !admins::exist(&app.db).await? => {
            flows::peek(app, Purpose::SetUp, Holder::Program, &token).await
        }
        _ => Ok(None),
    }
}

/// Spends a link if it is valid and no administrator exists; all other links end with it. Of
/// several simultaneous claims one makes an administrator.
pub(in crate::server::service) async fn spend(
    tx: &mut Tx<'_>,
    flow: &Flow,
    now_s: i64,
) -> DbResult<bool> {
    if admins::lock(tx).await? || !flows::spend(tx, flow, now_s).await? {
        return Ok(false);
    }
    flows::supersede(tx, Purpose::SetUp, Of::Everybody, now_s).await?;
    Ok(true)
}
