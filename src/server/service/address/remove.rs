use futures::FutureExt;

use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{Tx, addresses, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Of, Purpose},
            limits::{self, Limit},
            principal::Principal,
        },
    },
};

/// Withdraws the address of the principal's account that waits for its confirmation: its mail confirms nothing any more.
///
/// Nobody is told: the confirmed address heard that another one was asked for, and that it stays until then. A recent proof is not
/// asked for either, because the account has the same ways in as before.
///
/// # Errors
/// `not_found` if the account has no such address that waits; `too_many_requests`.
pub async fn remove(
    app: &App,
    principal: &Principal,
    address: &str,
    client_info: &ClientInfo,
) -> Result<()> {
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
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
    Ok(())
}

async fn withdraw(
    tx: &mut Tx<'_>,
    (id, address): (&str, &str),
    record: Record,
    now_s: i64,
) -> Result<()> {
    let canonical = addresses::withdraw(tx, (id, address)).await?.ok_or(ErrorCode::NotFound)?;
    flows::supersede(tx, Purpose::VerifyAddress, Of::UserAt(id, &canonical), now_s).await?;
    feed::record(tx, &feed::Change::Profile(id.to_owned()), now_s).await?;
    let event = (Kind::AddressWithdraw, Outcome::Success);
    Ok::<_, Error>(record.write(tx, event, Actor::Person(id), Some(id)).await?)
}
