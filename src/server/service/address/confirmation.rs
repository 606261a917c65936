use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{Tx, flows::Of, reached_addresses},
        error::Result,
        say::Language,
        secure::identifier::Email,
        service::{
            flows::{self, Draft, Holder, NewFlow, Purpose},
            limits::{self, LimitReservation},
            mail::{MailFacts, MailKind, NewMail, language_of},
        },
    },
};

/// A confirmation of an address before it is written.
pub(in crate::server::service) struct Confirmation {
    flow: NewFlow,
    /// By which the owner of the mailbox takes the address off the account.
    refusal: NewFlow,
    user: String,
    address: String,
    canonical: String,
    language: Language,
    facts: MailFacts,
}

impl Confirmation {
    /// The confirmation of an address of an account in an epoch, and the count of its mail.
    ///
    /// # Errors
    /// `too_many_requests` beyond the bound of mails to the address, with the wait; fails if the seal fails.
    pub(in crate::server::service) async fn new(
        app: &App,
        user: (&UserId, i64),
        (address, canonical): (&str, &str),
        language: Language,
    ) -> Result<(Self, LimitReservation)> {
        let counted = limits::take_mail(app, "verify to", canonical).await?;
        let draft = Draft { user: Some(user), address: Some(canonical), ..Draft::default() };
        let (flow, _, mailed) =
            flows::issue_mailed(app, Purpose::VerifyAddress, Holder::Program, draft)?;
        let draft = Draft { user: Some(user), address: Some(canonical), ..Draft::default() };
        let (refusal, link) = flows::issue_linked(app, Purpose::RefuseAddress, draft)?;
        // Nothing that somebody typed is in a mail to an address that nobody has confirmed: it would carry their words.
        let facts = MailFacts { at: app.clock.now_s(), ..MailFacts::mailed(&mailed) };
        let facts = facts.answered_by(&link);
        let confirmation = Self {
            flow,
            refusal,
            user: user.0.to_string(),
            address: address.to_owned(),
            canonical: canonical.to_owned(),
            language,
            facts,
        };
        Ok((confirmation, counted))
    }

    /// The confirmation of the address of a new account, and the count of its mail. None where no mail is sent, and beyond
    /// the bound of mails to the address: the account can ask for one later.
    ///
    /// # Errors
    /// Fails if the seal fails, or the store of limits.
    pub(in crate::server::service) async fn of_newcomer(
        app: &App,
        id: &str,
        email: &Email,
        language: Language,
    ) -> Result<Option<(Self, LimitReservation)>> {
        if !app.mail.is_on() {
            return Ok(None);
        }
        let user = UserId::try_from(id.to_owned())?;
        let address = (&*email.shown, &*email.canonical);
        match Self::new(app, (&user, 0), address, language).await {
            Ok(both) => Ok(Some(both)),
            Err(error) if error.code() == ErrorCode::TooManyRequests => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes the flows and the mail. Where somebody else has confirmed the address, they are told in its place (S2).
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
        self.refusal.insert(tx).await?;
        let owner = reached_addresses::owner(tx, &self.canonical).await?;
        let Some(owner) = owner.filter(|owner| owner.user_id != self.user) else {
            let mail = NewMail {
                kind: MailKind::VerifyAddress,
                user_id: Some(&self.user),
                address: &self.address,
                language: self.language,
                facts: &self.facts,
            };
            return mail.write(app, tx, false).await;
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
        mail.write(app, tx, false).await
    }
}
