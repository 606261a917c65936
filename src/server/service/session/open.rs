use super::mint::{Grant, Opened, answer, kind_name, mint};
use crate::{
    model::{SessionId, SessionKind},
    server::{
        App,
        db::{
            DbResult, Tx,
            sessions::{self, NewSession},
            users::UserRow,
        },
        error::{Error, Result},
        secure::{known_device::KnownDevice, session_token::SessionToken},
        service::Visitor,
    },
};

/// A session about to be opened: ids and tokens are made before the unit of work.
pub(in crate::server::service) struct Opening {
    id: SessionId,
    kind: Option<SessionKind>,
    token: Option<SessionToken>,
    now: i64,
    idle_expires_at: i64,
    expires_at: i64,
    visitor: Visitor,
}

impl Opening {
    /// A session that begins now.
    pub(in crate::server::service) fn new(
        app: &App,
        kind: Option<SessionKind>,
        visitor: &Visitor,
    ) -> Result<Self> {
        let id = SessionId::new(app.clock.new_id());
        let now = app.clock.now();
        let (token, idle, absolute) = match kind {
            // A session without a refresh token ends with its access token.
            None => (None, app.config.access_token_ttl, app.config.access_token_ttl),
            Some(_) => {
                let token = SessionToken::issue(&app.tokens.session_mac, &id, 0)
                    .ok_or_else(|| Error::Internal("session id is not a UUID".into()))?;
                (Some(token), app.config.session_idle_ttl, app.config.session_ttl)
            }
        };
        Ok(Self {
            id,
            kind,
            token,
            now,
            idle_expires_at: now + idle.min(absolute),
            expires_at: now + absolute,
            visitor: visitor.clone(),
        })
    }

    /// Writes the row.
    pub(in crate::server::service) async fn insert(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
    ) -> DbResult<()> {
        let hash = self.token.as_ref().map(SessionToken::hash);
        let row = NewSession {
            id: self.id.as_str(),
            user_id: &user.id,
            kind: kind_name(self.kind),
            current_hash: hash.as_deref(),
            epoch: user.epoch,
            now: self.now,
            idle_expires_at: self.idle_expires_at,
            expires_at: self.expires_at,
            client_ip: self.visitor.client_ip.as_deref(),
            user_agent: self.visitor.user_agent.as_deref(),
        };
        sessions::insert(tx, &row).await
    }

    /// After the commit: the answer.
    pub(in crate::server::service) fn finish(self, app: &App, user: UserRow) -> Result<Opened> {
        let grant = Grant {
            session: &self.id,
            generation: 0,
            auth_time: self.now,
            ends_at: self.expires_at,
        };
        let known = self.visitor.device.as_ref();
        let known = known.filter(|device| device.user_id == user.id && device.epoch == user.epoch);
        let is_browser = self.kind == Some(SessionKind::Cookie);
        let (mac, owner) = (&app.limits.device_mac, (user.id.as_str(), user.epoch));
        let device = is_browser.then(|| KnownDevice::issue(mac, owner, known, self.now));
        let minted = mint(app, &user, &grant)?;
        Ok(Opened {
            signed_in: answer(user, minted),
            refresh: self.kind.zip(self.token),
            max_age: self.expires_at - self.now,
            device: device.flatten(),
        })
    }
}
