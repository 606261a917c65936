use futures::FutureExt;

use crate::{
    model::{ApiError, ErrorCode, Field, UserId},
    server::{
        App,
        db::{Tx, addresses, flows::Of, mailed_flows, new_users, users},
        error::{Error, Result},
        say::Language,
        secure::identifier::Email,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            feed,
            flows::{self, Draft, Holder, NewFlow, Purpose},
            limits::{self, Limit},
            mail::{MailFacts, MailKind, NewMail, language_of},
            principal::Principal,
        },
    },
};

/// A day, in seconds.
const DAY: i64 = 86_400;
/// Time after which the second mail may be asked for, then the third, in seconds; the last one is that of all further ones.
const RESEND: [i64; 4] = [60, 120, 300, 900];

/// A mail that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Sent {
    /// Time in which the mail can be used, in seconds.
    pub expires_in: i64,
    /// Time after which another one may be asked for, in seconds.
    pub resend_after: i64,
}

impl Sent {
    /// The answer after so many mails of a day.
    fn after(count: i64) -> Self {
        Self { expires_in: Purpose::VerifyAddress.life(), resend_after: resend_after(count) }
    }
}

/// The wait after so many mails of a day, in seconds.
fn resend_after(count: i64) -> i64 {
    let nth = usize::try_from(count - 1).unwrap_or(0).min(RESEND.len() - 1);
    RESEND[nth]
}

/// A confirmation of an address before it is written.
pub(in crate::server::service) struct Confirmation {
    flow: NewFlow,
    user: String,
    address: String,
    canonical: String,
    language: Language,
    facts: MailFacts,
    is_decoy: bool,
}

impl Confirmation {
    /// The confirmation of an address of an account in an epoch; none where no mail is sent. Beyond the bound of mails to the
    /// address, a decoy is written.
    ///
    /// # Errors
    /// Fails if the seal fails, or the store of limits.
    pub(in crate::server::service) async fn new(
        app: &App,
        user: (&UserId, i64),
        (address, canonical): (&str, &str),
        language: Language,
    ) -> Result<Option<Self>> {
        if !app.mail.is_on() {
            return Ok(None);
        }
        let to = format!("verify to {canonical}");
        let is_decoy = match limits::take(app, &[Limit::MailTo(&to), Limit::MailToDaily(&to)]).await
        {
            Ok(_stays) => false,
            Err(error) if error.code() == ErrorCode::TooManyRequests => true,
            Err(error) => return Err(error),
        };
        let draft = Draft { user: Some(user), address: Some(canonical), ..Draft::default() };
        let (flow, _, mailed) =
            flows::issue_mailed(app, Purpose::VerifyAddress, Holder::Program, draft)?;
        // Nothing that somebody typed is in a mail to an address that nobody has confirmed: it would carry their words.
        let facts = MailFacts { at: app.clock.now_s(), ..MailFacts::mailed(&mailed) };
        Ok(Some(Self {
            flow,
            user: user.0.to_string(),
            address: address.to_owned(),
            canonical: canonical.to_owned(),
            language,
            facts,
            is_decoy,
        }))
    }

    /// Writes the flow and the mail. Where somebody else has confirmed the address, they are told in its place (S2).
    ///
    /// # Errors
    /// Fails if the database or the seal fails.
    pub(in crate::server::service) async fn write(
        &self,
        app: &App,
        tx: &mut Tx<'_>,
        now_s: i64,
    ) -> Result<()> {
        let of = Of::UserAt(&self.user, &self.canonical);
        flows::supersede(tx, Purpose::VerifyAddress, of, now_s).await?;
        self.flow.insert(tx).await?;
        let owner = addresses::owner(tx, &self.canonical).await?;
        let Some(owner) = owner.filter(|owner| owner.user_id != self.user) else {
            let mail = NewMail {
                kind: MailKind::VerifyAddress,
                user_id: Some(&self.user),
                address: &self.address,
                language: self.language,
                facts: &self.facts,
            };
            return mail.write(app, tx, self.is_decoy).await;
        };
        let usual = app.config.mail.language;
        let facts = MailFacts { at: now_s, username: owner.username, ..MailFacts::default() };
        let mail = NewMail {
            kind: MailKind::AddressUsed,
            user_id: Some(&owner.user_id),
            address: &owner.address,
            language: language_of(&owner.profile, owner.locale.as_deref(), usual),
            facts: &facts,
        };
        mail.write(app, tx, self.is_decoy).await
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
    if !app.mail.is_on() {
        return Err(ErrorCode::MailUnavailable.into());
    }
    let user = principal.user();
    let waiting = addresses::of_account(&app.db, user.as_str()).await?;
    let waiting = waiting
        .into_iter()
        .find(|row| row.verified_at.is_none() && id.is_none_or(|id| id == row.id));
    let row = waiting.ok_or(ErrorCode::NotFound)?;
    let now_s = app.clock.now_s();
    let whose = (user.as_str(), row.canonical.as_str());
    let purpose = Purpose::VerifyAddress.as_str();
    let (count, last) = mailed_flows::begun_since(&app.db, purpose, whose, now_s - DAY).await?;
    let wait = last.map_or(0, |last| last + resend_after(count) - now_s);
    if wait > 0 {
        let error = ErrorCode::TooManyRequests.into();
        return Err(ApiError { retry_after: u32::try_from(wait).ok(), ..error }.into());
    }
    let person = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    let language = language_of(&person.profile, row.locale.as_deref(), app.config.mail.language);
    let address = (row.address.as_str(), row.canonical.as_str());
    let confirmation = Confirmation::new(app, (user, person.epoch), address, language).await?;
    let confirmation = confirmation.ok_or(ErrorCode::MailUnavailable)?;
    let (in_unit, record, id) = (app.clone(), Record::new(app, client_info), user.to_string());
    let written = app.db.write(move |tx| {
        async move {
            users::lock(tx, &id).await?;
            confirmation.write(&in_unit, tx, now_s).await?;
            let event = (Kind::AddressAsk, Outcome::Success);
            Ok::<_, Error>(record.write(tx, event, Actor::Person(&id), Some(&id)).await?)
        }
        .boxed()
    });
    written.await?;
    Ok(Sent::after(count + 1))
}

/// Sets the address of an account that has confirmed none, in place of one that waits, and sends the mail that confirms it.
///
/// # Errors
/// `mail_unavailable`; `invalid_input`; `address_confirmed` if the account has a confirmed one; `too_many_requests`.
pub async fn set(
    app: &App,
    principal: &Principal,
    address: &str,
    client_info: &ClientInfo,
) -> Result<Sent> {
    if !app.mail.is_on() {
        return Err(ErrorCode::MailUnavailable.into());
    }
    let wrong = |problem| ApiError::field(Field::Email, problem);
    let email = Email::parse(address).map_err(wrong)?;
    let user = principal.user();
    limits::count_change(app, Limit::Write(user.as_str()), principal, client_info).await?;
    let person = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    if person.email_verified_at.is_some() {
        return Err(ErrorCode::AddressConfirmed.into());
    }
    let locale = addresses::locale(&app.db, user.as_str()).await?;
    let language = language_of(&person.profile, locale.as_deref(), app.config.mail.language);
    let both = (email.shown.as_str(), email.canonical.as_str());
    let confirmation = Confirmation::new(app, (user, person.epoch), both, language).await?;
    let confirmation = confirmation.ok_or(ErrorCode::MailUnavailable)?;
    let (in_unit, record, now_s) = (app.clone(), Record::new(app, client_info), app.clock.now_s());
    let (id, address_id) = (user.to_string(), app.clock.new_id());
    let written = app.db.write(move |tx| {
        async move {
            users::lock(tx, &id).await?;
            let now = users::by_id_in(tx, &id).await?.ok_or(ErrorCode::NotFound)?;
            if now.email_verified_at.is_some() {
                return Err(ErrorCode::AddressConfirmed.into());
            }
            flows::supersede(tx, Purpose::VerifyAddress, Of::User(&id), now_s).await?;
            addresses::forget_unconfirmed(tx, &id).await?;
            let both = (email.shown.as_str(), email.canonical.as_str());
            new_users::insert_email(tx, &address_id, &id, both, now_s, None).await?;
            confirmation.write(&in_unit, tx, now_s).await?;
            let event = (Kind::AddressSet, Outcome::Success);
            record.write(tx, event, Actor::Person(&id), Some(&id)).await?;
            Ok::<_, Error>(feed::record(tx, &feed::Change::Profile(id), now_s).await?)
        }
        .boxed()
    });
    written.await?;
    app.profiles.forget(principal.user().as_str());
    Ok(Sent::after(1))
}
