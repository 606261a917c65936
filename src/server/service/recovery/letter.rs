use crate::{
    model::UserId,
    server::{
        App,
        db::{Tx, addresses::ConfirmedRow},
        error::Result,
        service::{
            ClientInfo,
            flows::{self, Draft, Of, Purpose},
            mail::{MailFacts, MailKind, NewMail, language_of},
        },
    },
};

/// The mail for a new password that nobody asked for at `/forgot`, because the account was closed: it has a link, and no code.
pub(in crate::server::service) struct NewPassword {
    app: App,
    agent: Option<String>,
}

impl NewPassword {
    /// The mail after what a client did.
    pub(in crate::server::service) fn new(app: &App, client_info: &ClientInfo) -> Self {
        Self { app: app.clone(), agent: client_info.user_agent.clone() }
    }

    /// Writes it to addresses of an account in an epoch, each with a flow of its own: the first that is used ends the others.
    ///
    /// # Errors
    /// Fails if the database or the seal fails.
    pub(in crate::server::service) async fn write(
        &self,
        tx: &mut Tx<'_>,
        user: (&UserId, i64),
        to: &[ConfirmedRow],
    ) -> Result<()> {
        let Self { app, agent } = self;
        let (id, now_s) = (user.0.as_str(), app.clock.now_s());
        flows::supersede(tx, Purpose::Reset, Of::User(id), now_s).await?;
        for row in to.iter().filter(|_| app.mail.is_on()) {
            let draft = Draft { user: Some(user), ..Draft::default() };
            let (flow, link) = flows::issue_linked(app, Purpose::Reset, draft)?;
            flow.insert(tx).await?;
            let facts = MailFacts {
                at: now_s,
                username: row.username.clone(),
                agent: agent.clone(),
                ..MailFacts::linked(&link)
            };
            let usual = app.config.mail.language;
            let mail = NewMail {
                kind: MailKind::AfterClosing,
                user_id: Some(id),
                address: &row.address,
                language: language_of(&row.profile, row.locale.as_deref(), usual),
                facts: &facts,
            };
            mail.write(app, tx, false).await?;
        }
        Ok(())
    }
}
