use futures::FutureExt;

use super::change::{Act, Change};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            Tx,
            addresses::{self, AddressRow},
            users, waiting_addresses,
        },
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Of, Purpose},
            limits::{self, Limit},
            principal::Principal,
            session::Renewed,
        },
    },
};

/// Removes an address of the principal's account.
///
/// One that waits for its confirmation is withdrawn: its mail confirms nothing any more. Nobody is told: the confirmed addresses heard
/// that another one was asked for, and that nothing changes until it is confirmed. A recent proof is not asked for either, because the
/// account has the same ways in as before.
///
/// A confirmed one is put aside for a week, in which it can undo that. All other sessions end, and this one gets a new identity, which
/// is returned.
///
/// # Errors
/// `not_found` if the account has no such address; `too_many_requests`; for a confirmed one also `reauthentication_required`, and
/// `primary_address` for the main one while there are others.
pub async fn remove(
    app: &App,
    principal: &Principal,
    address: &str,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let row = rows.into_iter().find(|row| row.id == address).ok_or(ErrorCode::NotFound)?;
    if row.verified_at.is_some() {
        principal.require_fresh(app)?;
        limits::count_change(app, Limit::AddressChange(user.as_str()), principal, client_info)
            .await?;
        let change = Change::new(app, principal, client_info).await?;
        return change.carry_out(Act::Remove, address).await;
    }
    let (id, address) = (user.to_string(), address.to_owned());
    let (record, now_s) = (Record::new(app, client_info), app.clock.now_s());
    let withdrawn = app.db.write(move |tx| {
        async move {
            // A concurrent confirmation comes before or after all of this.
            users::lock(tx, &id).await?;
            withdraw(tx, (&id, &address), record, now_s).await
        }
        .boxed()
    });
    withdrawn.await?;
    app.profiles.forget(user.as_str());
    Ok(None)
}

/// Makes a confirmed address of the principal's account its main one: the one that is shown and in tokens, and to which the mail for a
/// new password goes that was asked for by the username. The one before stays confirmed, and can undo that for a week. All other
/// sessions end, and this one gets a new identity, which is returned; nothing happens if it is the main one.
///
/// # Errors
/// `reauthentication_required`; `not_found` if the account has no such confirmed address; `too_many_requests`.
pub async fn set_primary(
    app: &App,
    principal: &Principal,
    address: &str,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
    // A wrong id is told before anything is asked for.
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let is_confirmed = |row: &AddressRow| row.id == address && row.verified_at.is_some();
    if !rows.iter().any(is_confirmed) {
        return Err(ErrorCode::NotFound.into());
    }
    principal.require_fresh(app)?;
    limits::count_change(app, Limit::AddressChange(user.as_str()), principal, client_info).await?;
    let change = Change::new(app, principal, client_info).await?;
    change.carry_out(Act::SetPrimary, address).await
}

async fn withdraw(
    tx: &mut Tx<'_>,
    (id, address): (&str, &str),
    record: Record,
    now_s: i64,
) -> Result<()> {
    let canonical =
        waiting_addresses::withdraw(tx, (id, address)).await?.ok_or(ErrorCode::NotFound)?;
    flows::supersede(tx, Purpose::VerifyAddress, Of::UserAt(id, &canonical), now_s).await?;
    feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
    let event = (Kind::AddressWithdraw, Outcome::Success);
    Ok::<_, Error>(record.write(tx, event, Actor::Person(id), Some(id)).await?)
}
