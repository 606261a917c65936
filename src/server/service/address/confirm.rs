use futures::FutureExt;

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{addresses, profiles, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Flow, FlowToken, Purpose},
            limits::{self, Limit},
            outcome,
            principal::Principal,
        },
    },
};

/// What the holder of an address shows besides their session.
#[derive(Clone, Copy, Debug)]
pub enum Shown<'s> {
    /// The code of the mail, for an address by its id, or for the one that waits.
    Code(Option<&'s str>, &'s str),
    /// The secret of the mailed link.
    Link(&'s str),
}

/// Confirms an address of the principal's account. A second time is fine, by the same link, too.
///
/// # Errors
/// `too_many_requests` after too many answers;
/// `invalid_code` for a code that is wrong or over; `flow_over` for a link that is over or of another account;
/// `address_unavailable` if somebody else has confirmed the address meanwhile.
pub async fn confirm(
    app: &App,
    principal: &Principal,
    shown: Shown<'_>,
    client_info: &ClientInfo,
) -> Result<()> {
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let (flow, typed) = match shown {
        Shown::Link(link) => match of_link(app, user, link).await? {
            Some(flow) => (flow, None),
            None => return Ok(()),
        },
        Shown::Code(id, typed) => {
            let meant = match id {
                Some(id) => rows.iter().find(|row| row.id == id),
                None => rows.iter().find(|row| row.verified_at.is_none()).or(rows.first()),
            };
            let meant = meant.ok_or(ErrorCode::NotFound)?;
            if meant.verified_at.is_some() {
                return Ok(());
            }
            let found =
                flows::of_address(app, Purpose::VerifyAddress, user, &meant.canonical).await?;
            (found.ok_or_else(|| refuse(client_info))?, Some(typed))
        }
    };
    let canonical = flow.address.clone().ok_or(ErrorCode::FlowOver)?;
    if rows.iter().any(|row| row.canonical == canonical && row.verified_at.is_some()) {
        return Ok(());
    }
    let counted = match typed {
        Some(_) => Some(limits::take(app, &[Limit::Codes(user.as_str())]).await),
        None => None,
    };
    let has_room = counted.as_ref().is_none_or(std::result::Result::is_ok);
    let is_right = has_room && typed.is_none_or(|typed| flow.is_code(app, typed));
    let (record, now_s, id) = (Record::new(app, client_info), app.clock.now_s(), user.to_string());
    let is_coded = typed.is_some();
    let confirmed = app.db.write(move |tx| {
        async move {
            let me = Actor::Person(&id);
            // A concurrent change of the address comes before or after all of this.
            users::lock(tx, &id).await?;
            let is_counted = !is_coded || flows::count_code(tx, Some(&flow), now_s).await?;
            if !is_counted || !is_right {
                let event = (Kind::AddressVerify, Outcome::Refused);
                record.write(tx, event, me, Some(&id)).await?;
                return Ok(false);
            }
            if !flows::spend(tx, &flow, now_s).await? {
                return Err(ErrorCode::FlowOver.into());
            }
            // Where somebody else has confirmed it, the database refuses. Flows of others about it are left alone: to lock
            // them here could wait for a unit that waits for this one, and the database refuses them in the same way.
            if !addresses::confirm(tx, (&id, &canonical), now_s).await? {
                // The account has the address no more.
                return Err(ErrorCode::FlowOver.into());
            }
            record.write(tx, (Kind::AddressVerify, Outcome::Success), me, Some(&id)).await?;
            feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    match confirmed.await {
        Ok(true) => {}
        Ok(false) => return Err(refuse(client_info)),
        Err(Error::Db(error)) if profiles::is_taken(&error) => {
            return Err(ErrorCode::AddressUnavailable.into());
        }
        Err(error) => return Err(error),
    }
    if let Some(Ok(counted)) = counted {
        counted.give_back(app).await;
    }
    app.profiles.forget(principal.user().as_str());
    Ok(())
}

/// The open flow of a link of this account; none if the account has confirmed the address of the link.
async fn of_link(app: &App, user: &UserId, link: &str) -> Result<Option<Flow>> {
    let link = FlowToken::parse(link).ok_or(ErrorCode::FlowOver)?;
    let found = flows::peek_link(app, Purpose::VerifyAddress, &link).await?;
    if let Some(flow) = found.filter(|flow| flow.user.as_ref() == Some(user)) {
        return Ok(Some(flow));
    }
    let confirmed = flows::confirmed_by(app, Purpose::VerifyAddress, &link).await?;
    match confirmed.as_deref() == Some(user.as_str()) {
        true => Ok(None),
        false => Err(ErrorCode::FlowOver.into()),
    }
}

fn refuse(client_info: &ClientInfo) -> Error {
    outcome::refused("address code", client_info, ErrorCode::InvalidCode);
    ErrorCode::InvalidCode.into()
}
