use futures::FutureExt;

use super::{MOST, confirmation::Confirmation};
use crate::{
    model::{ApiError, ErrorCode, Field, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::{self, AddressRow},
            flows::Of,
            mailed_flows, new_users, users, waiting_addresses,
        },
        error::{Error, Result},
        secure::identifier::Email,
        service::{
            ClientInfo,
            audit::{self, Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Purpose},
            limits::{self, Limit, resend_after},
            mail::{MailKind, Post, language_of},
            outcome,
            principal::Principal,
        },
    },
};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// A mail that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Sent {
    /// Time in which the mail can be used, in seconds.
    pub expires_in: i64,
    /// Time after which another one may be asked for, in seconds.
    pub resend_after: i64,
}

/// Who asks for the mail that confirms an address.
#[derive(Clone, Copy)]
pub(in crate::server::service) enum Asks<'a> {
    /// Somebody who is signed in.
    Principal(&'a Principal),
    /// A sign-in to this account that waits until the address is confirmed.
    SignIn(&'a UserId),
}

impl Asks<'_> {
    /// Id of the account.
    fn user(&self) -> &UserId {
        match self {
            Self::Principal(principal) => principal.user(),
            Self::SignIn(user) => user,
        }
    }

    /// Refuses another address where there is no room for it. A sign-in that waits needs none once the account has a confirmed one,
    /// and another one would need a recent proof.
    ///
    /// # Errors
    /// `address_confirmed`, `too_many_addresses`.
    fn require_room(&self, known: &[AddressRow]) -> Result<()> {
        let confirmed = known.iter().filter(|row| row.verified_at.is_some()).count();
        match self {
            Self::SignIn(_) if confirmed > 0 => Err(ErrorCode::AddressConfirmed.into()),
            Self::Principal(_) if confirmed >= MOST => Err(ErrorCode::TooManyAddresses.into()),
            _ => Ok(()),
        }
    }
}

/// Sends another mail to the address that waits for its confirmation; the earlier one is over.
///
/// # Errors
/// `mail_unavailable`; `not_found` if no address waits; `too_many_requests` before the wait is over.
pub async fn send_again(
    app: &App,
    principal: &Principal,
    id: Option<&str>,
    client_info: &ClientInfo,
) -> Result<Sent> {
    send_again_to(app, Asks::Principal(principal), id, client_info).await
}

/// The same for whom it is asked.
///
/// # Errors
/// As [`send_again`].
pub(in crate::server::service) async fn send_again_to(
    app: &App,
    asks: Asks<'_>,
    id: Option<&str>,
    client_info: &ClientInfo,
) -> Result<Sent> {
    let known = addresses::of_account(&app.db, asks.user().as_str()).await?;
    asks.require_room(&known)?;
    let waiting =
        known.into_iter().find(|row| row.verified_at.is_none() && id.is_none_or(|id| id == row.id));
    let row = waiting.ok_or(ErrorCode::NotFound)?;
    let work = Work { shown: row.address, canonical: row.canonical, new: None };
    send(app, asks, work, client_info).await
}

/// Sets an address of an account, in place of one that waits, and sends the mail that confirms it. Confirmed ones are told (S81).
/// Who has the address can choose a new password, so a recent proof is asked for.
///
/// # Errors
/// `reauthentication_required`; `mail_unavailable`; `invalid_input`; `address_confirmed` if the account has confirmed this
/// one; `too_many_addresses` if it has confirmed five; `too_many_requests`.
pub async fn set(
    app: &App,
    principal: &Principal,
    address: &str,
    client_info: &ClientInfo,
) -> Result<Sent> {
    principal.require_fresh(app)?;
    set_for(app, Asks::Principal(principal), parsed(address)?, client_info).await
}

/// An address as somebody typed it.
///
/// # Errors
/// `invalid_input`.
pub fn parsed(address: &str) -> Result<Email> {
    Email::parse(address).map_err(|problem| ApiError::field(Field::Email, problem).into())
}

/// The same for whom it is asked, without a recent proof.
///
/// # Errors
/// As [`set`].
pub(in crate::server::service) async fn set_for(
    app: &App,
    asks: Asks<'_>,
    email: Email,
    client_info: &ClientInfo,
) -> Result<Sent> {
    let Email { shown, canonical } = email;
    let known = addresses::of_account(&app.db, asks.user().as_str()).await?;
    if known.iter().any(|row| row.verified_at.is_some() && row.canonical == canonical) {
        return Err(ErrorCode::AddressConfirmed.into());
    }
    asks.require_room(&known)?;
    // The address that waits already keeps its id.
    let is_known = known.iter().any(|row| row.address == shown);
    let new = (!is_known).then(|| app.clock.new_id());
    let work = Work { shown, canonical, new };
    send(app, asks, work, client_info).await
}

/// The address of a mail.
struct Work {
    shown: String,
    canonical: String,
    /// Id of the address if the account does not have it yet.
    new: Option<String>,
}

/// Counts the mail and writes it, after its address if that is new.
async fn send(app: &App, asks: Asks<'_>, work: Work, client_info: &ClientInfo) -> Result<Sent> {
    if !app.mail.is_on() {
        return Err(ErrorCode::MailUnavailable.into());
    }
    let user = asks.user();
    count(app, asks, work.new.is_some(), client_info).await?;
    let person = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let locale = addresses::locale(&app.db, user.as_str()).await?;
    let language = language_of(&person.profile, locale.as_deref(), app.config.mail.language);
    let address = (work.shown.as_str(), work.canonical.as_str());
    let (confirmation, counted) =
        Confirmation::new(app, (user, person.epoch), address, language).await?;
    let post = Post::of_client(app, client_info);
    let (in_unit, record, now_s) = (app.clone(), Record::new(app, client_info), app.clock.now_s());
    let (id, is_first) = (user.to_string(), matches!(asks, Asks::SignIn(_)));
    let written = app.db.write(move |tx| {
        async move {
            users::lock(tx, &id).await?;
            if is_first && !addresses::is_without(tx, &id).await? {
                return Err(ErrorCode::AddressConfirmed.into());
            }
            if work.new.is_some() {
                work.insert(tx, &id, now_s).await?;
                post.notify(tx, &id, MailKind::AddressAsked).await?;
            }
            let sent = count_sent(tx, (&id, &work.canonical), now_s).await?;
            confirmation.write(&in_unit, tx, now_s).await?;
            let kind = if work.new.is_some() { Kind::AddressSet } else { Kind::AddressAsk };
            record.write(tx, (kind, Outcome::Success), Actor::Person(&id), Some(&id)).await?;
            feed::record(tx, &feed::Change::Profile(id), now_s).await?;
            Ok::<_, Error>(sent)
        }
        .boxed()
    });
    match written.await {
        Ok(sent) => {
            app.profiles.forget(user.as_str());
            let resend_after = resend_after(sent);
            Ok(Sent { expires_in: Purpose::VerifyAddress.life(), resend_after })
        }
        Err(error) => {
            // No mail was written, so none is counted.
            counted.give_back(app).await;
            Err(error)
        }
    }
}

/// Counts the request by account and source. Each address gets a mail, perhaps a stranger's.
async fn count(app: &App, asks: Asks<'_>, is_new: bool, client_info: &ClientInfo) -> Result<()> {
    let user = asks.user().as_str();
    let of_account = is_new.then_some(Limit::Addressing(user));
    let of_source = Limit::mailed_flows(client_info.source());
    let wanted: Vec<_> =
        of_account.into_iter().chain([Limit::Write(user)]).chain(of_source).collect();
    match limits::take(app, &wanted).await {
        Ok(_stays) => Ok(()),
        Err(error) => {
            outcome::refused("change", client_info, error.code());
            Err(match asks {
                Asks::Principal(principal) => {
                    audit::limited_again(app, principal, error, client_info).await
                }
                Asks::SignIn(_) => audit::limited(app, Kind::AddressAsk, error, client_info).await,
            })
        }
    }
}

impl Work {
    /// Inserts the address in place of those that wait.
    async fn insert(&self, tx: &mut Tx<'_>, user: &str, now_s: i64) -> Result<()> {
        let confirmed = addresses::confirmed(tx, user).await?;
        if confirmed.len() >= MOST {
            return Err(ErrorCode::TooManyAddresses.into());
        }
        if confirmed.iter().any(|row| row.canonical == self.canonical) {
            return Err(ErrorCode::AddressConfirmed.into());
        }
        flows::supersede(tx, Purpose::VerifyAddress, Of::User(user), now_s).await?;
        waiting_addresses::forget(tx, user).await?;
        let (both, id) =
            ((&*self.shown, &*self.canonical), self.new.as_deref().unwrap_or_default());
        match new_users::insert_email(tx, id, user, both, now_s, None).await? {
            true => Ok(()),
            false => Err(ErrorCode::AddressUnavailable.into()),
        }
    }
}

/// The number of mails of a day, with the one that is about to be written.
///
/// # Errors
/// `too_many_requests` before the wait after the last one is over.
async fn count_sent(tx: &mut Tx<'_>, whose: (&str, &str), now_s: i64) -> Result<i64> {
    let purpose = Purpose::VerifyAddress.as_str();
    let (count, last) = mailed_flows::begun_since(tx, purpose, whose, now_s - DAY).await?;
    match last.map_or(0, |last| last + resend_after(count) - now_s) {
        wait @ 1.. => {
            let error = ErrorCode::TooManyRequests.into();
            Err(ApiError { retry_after: u32::try_from(wait).ok(), ..error }.into())
        }
        _ => Ok(count + 1),
    }
}
