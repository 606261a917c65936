use futures::FutureExt;

use super::change::{self, Change, Changed};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, addresses, profiles, users},
        error::{Error, Result},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Flow, FlowToken, Purpose},
            limits::{self, Limit},
            outcome,
            principal::Principal,
            session::Renewed,
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

/// Confirms an address of the principal's account. A second time is fine, by the same link, too. The first one is the main one.
/// Another one comes beside it: all other sessions end, and this one gets a new identity, which is returned.
///
/// # Errors
/// `too_many_requests` after too many answers;
/// `invalid_code` for a code that is wrong or over; `flow_over` for a link that is over or of another account;
/// `address_unavailable` if somebody else has confirmed the address meanwhile; `too_many_addresses`; `invalid_token` if the session
/// ended meanwhile.
pub async fn confirm(
    app: &App,
    principal: &Principal,
    shown: Shown<'_>,
    client_info: &ClientInfo,
) -> Result<Option<Renewed>> {
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
    let Some(found) = find(app, user, shown, client_info).await? else {
        return Ok(None);
    };
    let change = Change::new(app, principal, client_info).await?;
    let changed = found.confirm(app, Some(change), client_info).await?;
    changed.map(|changed| change::finish(app, *changed)).transpose()
}

/// Confirms the first address of an account, outside of a session; nothing happens if it has confirmed one by now.
///
/// # Errors
/// As [`confirm`]; `flow_over` if the account confirms another one at the same time.
pub(in crate::server::service) async fn confirm_first(
    app: &App,
    user: &UserId,
    shown: Shown<'_>,
    client_info: &ClientInfo,
) -> Result<()> {
    let known = addresses::of_account(&app.db, user.as_str()).await?;
    if known.iter().any(|row| row.verified_at.is_some()) {
        return Ok(());
    }
    if let Some(found) = find(app, user, shown, client_info).await? {
        found.confirm(app, None, client_info).await?;
    }
    Ok(())
}

/// The flow that confirms an address of an account, and the code that was typed for it.
struct Found<'s> {
    user: &'s UserId,
    flow: Flow,
    canonical: String,
    typed: Option<&'s str>,
}

/// Finds the flow of what is shown; none if the address is confirmed.
async fn find<'s>(
    app: &App,
    user: &'s UserId,
    shown: Shown<'s>,
    client_info: &ClientInfo,
) -> Result<Option<Found<'s>>> {
    let rows = addresses::of_account(&app.db, user.as_str()).await?;
    let (flow, typed) = match shown {
        Shown::Link(link) => match of_link(app, user, link).await? {
            Some(flow) => (flow, None),
            None => return Ok(None),
        },
        Shown::Code(id, typed) => {
            let meant = match id {
                Some(id) => rows.iter().find(|row| row.id == id),
                None => rows.iter().find(|row| row.verified_at.is_none()).or(rows.first()),
            };
            let meant = meant.ok_or(ErrorCode::NotFound)?;
            if meant.verified_at.is_some() {
                return Ok(None);
            }
            let found =
                flows::of_address(app, Purpose::VerifyAddress, user, &meant.canonical).await?;
            (found.ok_or_else(|| refuse(client_info))?, Some(typed))
        }
    };
    let canonical = flow.address.clone().ok_or(ErrorCode::FlowOver)?;
    let is_confirmed =
        rows.iter().any(|row| row.canonical == canonical && row.verified_at.is_some());
    Ok((!is_confirmed).then_some(Found { user, flow, canonical, typed }))
}

impl Found<'_> {
    /// Counts the code, and writes the confirmation; with a change, where the account has others.
    async fn confirm(
        self,
        app: &App,
        change: Option<Change>,
        client_info: &ClientInfo,
    ) -> Result<Option<Box<Changed>>> {
        let Self { user, flow, canonical, typed } = self;
        let counted = match typed {
            Some(_) => Some(limits::take(app, &[Limit::Codes(user.as_str())]).await),
            None => None,
        };
        let has_room = counted.as_ref().is_none_or(std::result::Result::is_ok);
        let work = Work {
            is_right: has_room && typed.is_none_or(|typed| flow.is_code(app, typed)),
            is_coded: typed.is_some(),
            change,
            id: user.to_string(),
            flow,
            canonical,
            record: Record::new(app, client_info),
            now_s: app.clock.now_s(),
        };
        let confirmed = app.db.write(move |tx| async move { work.write(tx).await }.boxed());
        let changed = match confirmed.await {
            Ok(Confirmed::Refused) => return Err(refuse(client_info)),
            Ok(Confirmed::First) => None,
            Ok(Confirmed::Added(changed)) => Some(changed),
            Err(Error::Db(error)) if profiles::is_taken(&error) => {
                return Err(ErrorCode::AddressUnavailable.into());
            }
            Err(error) => return Err(error),
        };
        if let Some(Ok(counted)) = counted {
            counted.give_back(app).await;
        }
        app.profiles.forget(user.as_str());
        Ok(changed)
    }
}

/// The inputs of the unit of work.
struct Work {
    id: String,
    flow: Flow,
    canonical: String,
    is_coded: bool,
    is_right: bool,
    change: Option<Change>,
    record: Record,
    now_s: i64,
}

/// What came of it.
enum Confirmed {
    /// The code was wrong or over.
    Refused,
    /// The account had no confirmed address.
    First,
    /// The account has others.
    Added(Box<Changed>),
}

impl Work {
    async fn write(self, tx: &mut Tx<'_>) -> Result<Confirmed> {
        let Self { id, flow, canonical, is_coded, is_right, change, record, now_s } = self;
        let me = Actor::Person(&id);
        // A concurrent change of the address comes before or after all of this.
        users::lock(tx, &id).await?;
        let is_counted = !is_coded || flows::count_code(tx, Some(&flow), now_s).await?;
        if !is_counted || !is_right {
            let event = (Kind::AddressVerify, Outcome::Refused);
            record.write(tx, event, me, Some(&id)).await?;
            return Ok(Confirmed::Refused);
        }
        if !flows::spend(tx, &flow, now_s).await? {
            return Err(ErrorCode::FlowOver.into());
        }
        if !addresses::is_without(tx, &id).await? {
            let change = change.ok_or(ErrorCode::FlowOver)?;
            let changed = change.add(tx, &canonical).await?;
            return Ok(Confirmed::Added(Box::new(changed)));
        }
        // Where somebody else has confirmed it, the database refuses, as for another address.
        if !addresses::confirm(tx, (&id, &canonical), now_s).await? {
            // The account has the address no more.
            return Err(ErrorCode::FlowOver.into());
        }
        feed::record(tx, &feed::Change::Profile(id.clone()), now_s).await?;
        record.write(tx, (Kind::AddressVerify, Outcome::Success), me, Some(&id)).await?;
        Ok(Confirmed::First)
    }
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
