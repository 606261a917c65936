use futures::FutureExt;

use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{addresses, profiles},
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

/// Confirms an address of the principal's account. A second time is fine, too.
///
/// # Errors
/// `invalid_code` for a code that is wrong or over; `flow_over` for a link that is over or of another account;
/// `address_unavailable` if somebody else has confirmed the address meanwhile.
pub async fn confirm(
    app: &App,
    principal: &Principal,
    shown: Shown<'_>,
    client_info: &ClientInfo,
) -> Result<()> {
    let user = principal.user();
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let (flow, typed) = match shown {
        Shown::Link(link) => (of_link(app, user, link).await?, None),
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
            let is_counted = !is_coded || flows::count_code(tx, &flow, now_s).await?;
            if !is_counted || !is_right {
                let event = (Kind::AddressVerify, Outcome::Refused);
                record.write(tx, event, me, Some(&id)).await?;
                return Ok(false);
            }
            if !flows::spend(tx, &flow, now_s).await? {
                return Err(ErrorCode::FlowOver.into());
            }
            // Where somebody else has confirmed it, the database refuses; their flow is left alone, whose lock could be theirs.
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

/// The open flow of a link, if it is of this account.
async fn of_link(app: &App, user: &UserId, link: &str) -> Result<Flow> {
    let found = match FlowToken::parse(link) {
        Some(link) => flows::peek_link(app, Purpose::VerifyAddress, &link).await?,
        None => None,
    };
    let is_theirs = |flow: &Flow| flow.user.as_ref() == Some(user);
    found.filter(is_theirs).ok_or_else(|| ErrorCode::FlowOver.into())
}

fn refuse(client_info: &ClientInfo) -> Error {
    outcome::refused("address code", client_info, ErrorCode::InvalidCode);
    ErrorCode::InvalidCode.into()
}
