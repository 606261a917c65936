use super::{
    chain,
    ended::{By, Ended, Ending},
    ends_at,
    mint::{Issued, TokenGrant, kind, kind_name, mint},
    open::device,
    rotation::{Presenter, Refusal},
};
use crate::{
    model::{ErrorCode, RenewedSession, SessionId, SessionKind},
    server::{
        App,
        db::{
            Tx,
            sessions::{self, NewSession, SessionRow},
            users::UserRow,
        },
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{
            ClientInfo,
            audit::Record,
            principal::{FRESH_FOR, Principal},
            proof::Authenticated,
        },
    },
};

/// A session with a new identity.
pub struct Renewed {
    /// The body of the answer.
    pub body: RenewedSession,
    /// The rest of the answer.
    pub issued: Issued,
}

/// A new identity of a session: another id and another refresh token, so that a copy of the old
/// ones is invalid (S111). Made before the unit of work.
pub(in crate::server::service) struct Renewal {
    app: App,
    old: SessionId,
    id: SessionId,
    token: SessionToken,
    client_info: ClientInfo,
    now_s: i64,
}

/// The written result: the new session and its account.
pub(in crate::server::service) struct NewIdentity {
    row: SessionRow,
    user: UserRow,
    /// The sessions that ended in the unit, including the old identity.
    ended: Ended,
}

impl Renewal {
    /// A new identity for the principal's session.
    ///
    /// # Errors
    /// Fails only for malformed ids, which ours are not.
    pub(in crate::server::service) fn new(
        app: &App,
        principal: &Principal,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        let id: SessionId = app.clock.new_id().parse()?;
        let token = SessionToken::issue(&app.tokens.session_mac, &id, 0)
            .ok_or_else(|| Error::Internal("session id is not a UUID".into()))?;
        Ok(Self {
            app: app.clone(),
            old: principal.session().clone(),
            id,
            token,
            client_info: client_info.clone(),
            now_s: app.clock.now_s(),
        })
    }

    /// The new id.
    pub(in crate::server::service) fn id(&self) -> &SessionId {
        &self.id
    }

    /// Checks that refresh would accept a refresh token of the session at this moment.
    ///
    /// # Errors
    /// `invalid_grant`; `stale_token` for a late one; an error of the database.
    pub(super) async fn check(&self, tx: &mut Tx<'_>, shown: &SessionToken) -> Result<()> {
        let row = sessions::by_id_in(tx, self.old.as_str()).await?;
        let row = row.ok_or(ErrorCode::InvalidGrant)?;
        let chain = chain(&row, &self.app.config);
        match chain.present(shown, Presenter::Same, self.app.clock.now_ms()) {
            Ok(_) => Ok(()),
            Err(Refusal::Stale) => Err(ErrorCode::StaleToken.into()),
            Err(_) => Err(ErrorCode::InvalidGrant.into()),
        }
    }

    /// Gives the session its new identity, in a unit of work that has locked the account's row. A
    /// new proof, if given, makes it fresh; its ends and kind stay.
    ///
    /// `ended` has the sessions that the same unit ends for other reasons.
    ///
    /// # Errors
    /// `invalid_token` if the session has just ended, so that the unit is rolled back; an error of
    /// the database.
    pub(in crate::server::service) async fn write(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
        proof: Option<&Authenticated>,
        record: &Record,
        mut ended: Ended,
    ) -> Result<NewIdentity> {
        let old = sessions::by_id_in(tx, self.old.as_str()).await?;
        let old = old.ok_or(ErrorCode::InvalidToken)?;
        let now_ms = self.app.clock.now_ms();
        if chain(&old, &self.app.config).is_over(now_ms)
            || !ended.end(tx, old.id.as_str(), Ending::Renewed, By::Owner, record).await?
        {
            return Err(ErrorCode::InvalidToken.into());
        }
        let (amr, acr) = match proof {
            Some(who) => (who.methods().to_string(), who.methods().acr().as_str().to_owned()),
            None => (old.amr.clone(), old.acr.clone()),
        };
        let hash = kind(&old).map(|_| self.token.hash());
        let row = NewSession {
            id: self.id.as_str(),
            user_id: user.id.as_str(),
            kind: kind_name(kind(&old)),
            current_hash: hash.as_deref(),
            epoch: user.epoch,
            auth_time: proof.map_or(old.auth_time, Authenticated::at),
            created_at: old.created_at,
            now_s: self.now_s,
            idle_expires_at: old.expires_at.min(self.now_s + self.app.config.session_idle_ttl),
            expires_at: old.expires_at,
            client_ip: self.client_info.client_ip.as_deref(),
            user_agent: self.client_info.user_agent.as_deref(),
            amr: &amr,
            acr: &acr,
            client_id: &old.client_id,
            scope: old.scope.as_deref(),
            grant: None,
        };
        sessions::insert(tx, &row).await?;
        sessions::set_renewed_as(tx, old.id.as_str(), self.id.as_str()).await?;
        sessions::adopt(tx, old.id.as_str(), self.id.as_str()).await?;
        let row = sessions::by_id_in(tx, self.id.as_str()).await?;
        let row = row.ok_or_else(|| Error::Internal("new session".into()))?;
        Ok(NewIdentity { row, user: user.clone(), ended })
    }

    /// Applies the result after the commit: the ended sessions are refused in this process, and the
    /// answer has the new tokens.
    ///
    /// # Errors
    /// Fails if the signing key fails.
    pub(in crate::server::service) fn finish(self, new: NewIdentity) -> Result<Renewed> {
        let Self { app, id, token, client_info, now_s, .. } = self;
        let NewIdentity { row, user, ended } = new;
        ended.make_known();
        let ends_at = ends_at(&row, &app.config);
        let minted = mint(&app, &user, &TokenGrant::of(&row, &id, 0, ends_at))?;
        let kind = kind(&row);
        let is_browser = kind == Some(SessionKind::Cookie);
        let device = is_browser.then(|| device(&app, &user, client_info.device)).flatten();
        let issued = Issued {
            refresh: kind.map(|kind| (kind, token)),
            max_age: ends_at - now_s,
            device,
            trust: None,
        };
        let body = RenewedSession {
            access_token: minted.access_token,
            token_type: "Bearer".into(),
            expires_in: minted.expires_in,
            fresh_for: (row.auth_time + FRESH_FOR - now_s).max(0) as u32,
            refresh_token: issued.in_body(),
        };
        Ok(Renewed { body, issued })
    }
}
