//! What the owner of a mailbox does about an account that gave its address: it is taken off, by the link of the mail alone. Looking
//! changes nothing.

use futures::FutureExt;

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, users, waiting_addresses},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Flow, FlowToken, Of, Purpose},
            limits::{self, Limit},
        },
    },
};

/// The address that a link takes off an account, as typed. Changes nothing.
///
/// # Errors
/// `flow_over` if the link is unknown, used or over, or the account has the address no more, or has confirmed it.
pub async fn refuses(app: &App, link: &str) -> Result<String> {
    Ok(subject(app, link).await?.2)
}

/// Takes the address that waits for its confirmation off its account, because the owner of the mailbox knows nothing of it. The
/// account is told on its page. Returns it.
///
/// # Errors
/// `flow_over`, as [`refuses`]; `too_many_requests` and `source_blocked` by the source.
pub async fn refuse(app: &App, link: &str, client_info: &ClientInfo) -> Result<UserId> {
    let by_source = [Limit::Recovery(client_info.source())];
    limits::count_source(app, ("address", Kind::AddressRefuse), &by_source, client_info).await?;
    let (flow, user, _) = subject(app, link).await?;
    let (id, record, now_s) = (user.to_string(), Record::new(app, client_info), app.clock.now_s());
    let refused =
        app.db.write(move |tx| async move { write(tx, &id, &flow, record, now_s).await }.boxed());
    refused.await?;
    app.profiles.forget(user.as_str());
    Ok(user)
}

async fn subject(app: &App, link: &str) -> Result<(Flow, UserId, String)> {
    let link = FlowToken::parse(link).ok_or(ErrorCode::FlowOver)?;
    let flow = flows::peek_link(app, Purpose::RefuseAddress, &link).await?;
    let flow = flow.ok_or(ErrorCode::FlowOver)?;
    let user = flow.user.clone().ok_or(ErrorCode::FlowOver)?;
    let whose = (user.as_str(), flow.address.as_deref().unwrap_or_default());
    let shown = waiting_addresses::shown(&app.db, whose).await?.ok_or(ErrorCode::FlowOver)?;
    Ok((flow, user, shown))
}

async fn write(tx: &mut Tx<'_>, id: &str, flow: &Flow, record: Record, now_s: i64) -> Result<()> {
    let canonical = flow.address.as_deref().unwrap_or_default();
    // A concurrent confirmation, or withdrawal, comes before or after all of this.
    let is_open = users::lock(tx, id).await? && flows::spend(tx, flow, now_s).await?;
    if !is_open || !waiting_addresses::take_off(tx, (id, canonical)).await? {
        return Err(ErrorCode::FlowOver.into());
    }
    flows::supersede(tx, Purpose::VerifyAddress, Of::UserAt(id, canonical), now_s).await?;
    feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
    let event = (Kind::AddressRefuse, Outcome::Success);
    Ok::<_, Error>(record.write(tx, event, Actor::Unknown, Some(id)).await?)
}
