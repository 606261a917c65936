//! Writing mails, in the unit of work of the change that they are about.

use super::{
    kind::{Advice, MailKind},
    words::{MailFacts, language},
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            Tx,
            addresses::{self, ConfirmedRow},
            outbox::{self, NewMailRow},
            users::{self, UserRow},
        },
        error::{Error, Result},
        say::Language,
        service::{
            ClientInfo,
            flows::{self, Draft, Purpose},
        },
    },
};

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Writes notices about an account to its confirmed addresses, within a unit of work.
#[derive(Clone)]
pub(in crate::server::service) struct Post {
    app: App,
    agent: Option<String>,
    now_s: i64,
}

impl Post {
    /// A post for what a client does to its own account.
    pub(in crate::server::service) fn of_client(app: &App, client_info: &ClientInfo) -> Self {
        let agent = Some(client_info.user_agent.clone().unwrap_or_default());
        Self { app: app.clone(), agent, now_s: app.clock.now_s() }
    }

    /// A post for what the people who run the service do to an account.
    pub(in crate::server::service) fn of_operator(app: &App) -> Self {
        Self { app: app.clone(), agent: None, now_s: app.clock.now_s() }
    }

    /// Whether any mail can reach an account.
    pub(in crate::server::service) fn reaches(&self, user: &UserRow) -> bool {
        self.app.mail.is_on() && user.email_verified_at.is_some()
    }

    /// Writes a notice to all confirmed addresses of an account, as it is now. The change must have happened.
    ///
    /// # Errors
    /// As [`NewMail::write`].
    pub(in crate::server::service) async fn notify(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        kind: MailKind,
    ) -> Result<()> {
        self.notify_about(tx, user_id, kind, MailFacts::default()).await
    }

    /// The same with more facts; time, username and device are added.
    ///
    /// # Errors
    /// As [`NewMail::write`].
    pub(in crate::server::service) async fn notify_about(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        kind: MailKind,
        facts: MailFacts,
    ) -> Result<()> {
        self.write(tx, user_id, Some(user_id), kind, facts).await
    }

    /// Writes the last mail to an account, which does not go with its row: it is about no account any more.
    ///
    /// # Errors
    /// As [`NewMail::write`].
    pub(in crate::server::service) async fn farewell(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        kind: MailKind,
    ) -> Result<()> {
        self.write(tx, user_id, None, kind, MailFacts::default()).await
    }

    async fn write(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        about: Option<&str>,
        kind: MailKind,
        facts: MailFacts,
    ) -> Result<()> {
        if !self.app.mail.is_on() {
            return Ok(());
        }
        let confirmed = addresses::confirmed(tx, user_id).await?;
        if let (Some(max), false) = (kind.daily_max(), confirmed.is_empty()) {
            let since = self.now_s - DAY;
            let written = outbox::of_kind_since(tx, user_id, kind.as_str(), since).await?;
            if written >= max * confirmed.len() as i64 {
                return Ok(());
            }
        }
        // The people who run the service ask for deletions too, and then nobody in the account did.
        let is_own = kind != MailKind::DeletionAsked || self.agent.is_some();
        let is_disputable = kind.is_disputable() && is_own;
        let mut facts = facts;
        if kind.advice() == Advice::Keep {
            let user = users::by_id_in(tx, user_id).await?;
            facts.is_disabled = user.is_some_and(|user| user.disabled_at.is_some());
        }
        for row in confirmed {
            let facts = match is_disputable {
                true => self.disputable(tx, user_id, &row, facts.clone()).await?,
                false => facts.clone(),
            };
            self.to_one(tx, about, &row, kind, facts).await?;
        }
        Ok(())
    }

    /// Adds the link by which the reader at an address says that it was not them.
    async fn disputable(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        row: &ConfirmedRow,
        facts: MailFacts,
    ) -> Result<MailFacts> {
        let user = UserId::try_from(user_id.to_owned())?;
        let draft =
            Draft { user: Some((&user, 0)), address: Some(&row.canonical), ..Draft::default() };
        let (flow, link) = flows::issue_linked(&self.app, Purpose::Secure, draft)?;
        flow.insert(tx).await?;
        Ok(facts.answered_by(&link))
    }

    /// Writes a notice to one address of an account, with the link by which its reader says that it was not them.
    ///
    /// # Errors
    /// As [`NewMail::write`].
    pub(in crate::server::service) async fn tell_disputable(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        row: &ConfirmedRow,
        kind: MailKind,
    ) -> Result<()> {
        if !self.app.mail.is_on() {
            return Ok(());
        }
        let facts = self.disputable(tx, user_id, row, MailFacts::default()).await?;
        self.to_one(tx, Some(user_id), row, kind, facts).await
    }

    /// Writes a notice about an account to one address that is or was its own; time, username and device are added.
    ///
    /// # Errors
    /// As [`NewMail::write`].
    pub(in crate::server::service) async fn tell(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        row: &ConfirmedRow,
        kind: MailKind,
        facts: MailFacts,
    ) -> Result<()> {
        self.to_one(tx, Some(user_id), row, kind, facts).await
    }

    async fn to_one(
        &self,
        tx: &mut Tx<'_>,
        about: Option<&str>,
        row: &ConfirmedRow,
        kind: MailKind,
        facts: MailFacts,
    ) -> Result<()> {
        if !self.app.mail.is_on() {
            return Ok(());
        }
        let usual = self.app.config.mail.language;
        let facts = MailFacts {
            at: self.now_s,
            username: row.username.clone(),
            agent: self.agent.clone(),
            ..facts
        };
        let mail = NewMail {
            kind,
            user_id: about,
            address: &row.address,
            language: language(&row.profile, row.locale.as_deref(), usual),
            facts: &facts,
        };
        mail.write(&self.app, tx, false).await
    }
}

/// A new mail to one address.
pub struct NewMail<'m> {
    /// Kind.
    pub kind: MailKind,
    /// Account that it is about, if any.
    pub user_id: Option<&'m str>,
    /// Address, as stored.
    pub address: &'m str,
    /// Language of its words.
    pub language: Language,
    /// What its words are made of.
    pub facts: &'m MailFacts,
}

impl NewMail<'_> {
    /// Inserts the row. A decoy is never sent: it makes the same writes for an address that gets no mail (S2).
    ///
    /// # Errors
    /// `unavailable` if the instance secret was replaced; fails if the database or the seal fails.
    pub async fn write(&self, app: &App, tx: &mut Tx<'_>, is_decoy: bool) -> Result<()> {
        let (id, now_s) = (app.clock.new_id(), app.clock.now_s());
        let ends_at = now_s + self.kind.life();
        let payload = serde_json::to_vec(self.facts);
        let payload = payload.map_err(|error| Error::Internal(error.to_string()))?;
        let row = NewMailRow {
            id: &id,
            kind: self.kind.as_str(),
            user_id: self.user_id,
            address_sealed: &app.secret.seal(ADDRESS, &id, self.address.as_bytes())?,
            locale: self.language.code(),
            payload_sealed: &app.secret.seal(PAYLOAD, &id, &payload)?,
            priority: self.kind.priority(),
            is_decoy,
            created_at: now_s,
            // A link may end before the longest life of its kind.
            expires_at: self.facts.until.map_or(ends_at, |until| until.min(ends_at)),
        };
        match outbox::insert(tx, &row, &app.secret.check_value()).await? {
            true => Ok(()),
            // This process will start again with the new secret within a second or so.
            false => Err(ErrorCode::Unavailable.into()),
        }
    }
}

/// The purpose under which addresses are sealed.
pub(super) const ADDRESS: &str = "mail address";
/// The purpose under which payloads are sealed.
pub(super) const PAYLOAD: &str = "mail payload";
