//! Grants of other clients: sessions that came from a session of a person's browser.

use serde::{Deserialize, Serialize};

use super::{
    chain,
    ended::{By, Ended, Ending},
    ends_at,
    mint::kind_name,
};
use crate::{
    model::{ErrorCode, SessionId, SessionKind},
    server::{
        App,
        db::{
            Tx, grants,
            sessions::{self, NewSession, SessionRow},
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::session_token::SessionToken,
        service::{
            ClientInfo,
            audit::Record,
            feed::{self, Change},
            roles::{self, Role},
        },
    },
};

/// Most open grants of a client from one session; one more ends the least used. Some apps ask anew whenever they are loaded.
const OF_SESSION_MAX: usize = 10;
/// Most open grants of a client that outlive their session.
const OFFLINE_MAX: usize = 50;

/// What a grant is for, beside its scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantOf {
    /// The resources that the request named; none if it named none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The resources that its scope was about when it was allowed; it never opens another one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Seconds without use after which it ends.
    pub idle: i64,
}

impl GrantOf {
    /// What a stored grant is for.
    ///
    /// # Errors
    /// Fails if the session is no grant.
    pub fn read(row: &SessionRow) -> Result<Self> {
        let text = row.grant_of.as_deref().unwrap_or_default();
        serde_json::from_str(text).map_err(|error| Error::Internal(format!("grant: {error}")))
    }
}

/// A grant to be opened.
pub(in crate::server::service) struct NewGrant<'g> {
    /// Its id.
    pub(in crate::server::service) id: &'g SessionId,
    /// The client.
    pub(in crate::server::service) client_id: &'g str,
    /// The allowed scope.
    pub(in crate::server::service) scope: &'g str,
    /// What it is for.
    pub(in crate::server::service) of: &'g GrantOf,
    /// Seconds after which it ends.
    pub(in crate::server::service) life: i64,
    /// Whether it outlives its parent.
    pub(in crate::server::service) is_offline: bool,
    /// The client of the request.
    pub(in crate::server::service) client_info: &'g ClientInfo,
}

impl NewGrant<'_> {
    /// Opens the grant of a living session, in a unit that has locked the account's row; the refresh token, and its end in Unix seconds.
    /// None if the session is over.
    pub(in crate::server::service) async fn write(
        &self,
        app: &App,
        tx: &mut Tx<'_>,
        user: &UserRow,
        parent: &SessionRow,
        record: &Record,
        ended: &mut Ended,
    ) -> Result<Option<(SessionToken, i64)>> {
        let now_s = app.clock.now_s();
        if app.tokens.promised.contains(&parent.id)
            || chain(parent, &app.config).is_over(app.clock.now_ms())
        {
            return Ok(None);
        }
        let owner = (user.id.as_str(), self.client_id);
        let (of, most) = match self.is_offline {
            true => (None, OFFLINE_MAX),
            false => (Some(parent.id.as_str()), OF_SESSION_MAX),
        };
        let open = grants::open_of(tx, owner, of, now_s).await?;
        for least_used in open.iter().take((open.len() + 1).saturating_sub(most)) {
            ended.end(tx, least_used, Ending::TooMany, By::Rule, record).await?;
        }
        let token = SessionToken::issue(&app.tokens.grant_mac, self.id, 0)
            .ok_or_else(|| Error::Internal("session id is not a UUID".into()))?;
        let life = now_s + self.life;
        let expires_at =
            if self.is_offline { life } else { life.min(ends_at(parent, &app.config)) };
        let of =
            serde_json::to_string(self.of).map_err(|error| Error::Internal(error.to_string()))?;
        let hash = token.hash();
        let row = NewSession {
            id: self.id.as_str(),
            user_id: user.id.as_str(),
            kind: kind_name(Some(SessionKind::Token)),
            current_hash: Some(&hash),
            epoch: user.epoch,
            auth_time: parent.auth_time,
            created_at: now_s,
            now_s,
            idle_expires_at: expires_at.min(now_s + self.of.idle),
            expires_at,
            client_ip: self.client_info.client_ip.as_deref(),
            user_agent: self.client_info.user_agent.as_deref(),
            amr: &parent.amr,
            acr: &parent.acr,
            client_id: self.client_id,
            scope: Some(self.scope),
            grant: Some((parent.id.as_str(), self.is_offline.then_some(now_s), &of)),
        };
        sessions::insert(tx, &row).await?;
        Ok(Some((token, expires_at)))
    }
}

/// A session under its current id, found by a former one, inside a unit of work.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn current(
    tx: &mut Tx<'_>,
    id: &str,
) -> Result<Option<SessionRow>> {
    let mut id = id.to_owned();
    for _ in 0..super::end::IDENTITIES_MAX {
        let Some(row) = sessions::by_id_in(tx, &id).await? else {
            return Ok(None);
        };
        match row.renewed_as {
            Some(renewed_as) => id = renewed_as,
            None => return Ok(Some(row)),
        }
    }
    Ok(None)
}

impl Ended {
    /// Ends all open grants of a person's client; returns how many. What ends them has an event of its own.
    pub(in crate::server::service) async fn end_client(
        &mut self,
        tx: &mut Tx<'_>,
        (owner, client_id): (&str, &str),
        ending: Ending,
        now_s: i64,
    ) -> Result<usize> {
        let ids = grants::revoke_of_client(tx, owner, client_id, ending.reason(), now_s).await?;
        for id in &ids {
            feed::record(tx, &Change::Session(id.clone()), now_s).await?;
        }
        let count = ids.len();
        self.add(ids);
        Ok(count)
    }
}

/// Ends a grant of a client, which asks for it or has lost it; `false` if it was over.
///
/// # Errors
/// `invalid_grant` if it is one of another client; fails if the database fails.
pub(in crate::server::service) async fn end_grant(
    app: &App,
    session: &SessionId,
    client_id: &str,
    ending: Ending,
    client_info: &ClientInfo,
) -> Result<bool> {
    match sessions::by_id(&app.db, session.as_str()).await? {
        Some(row) if row.client_id == client_id && row.parent_id.is_some() => {
            super::end::end_as(app, session, ending, client_info).await
        }
        _ => Err(ErrorCode::InvalidGrant.into()),
    }
}

/// Ends the grants of clients that are for a role which an account has lost, and for no other one of it; returns their ids.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn end_for_role(
    app: &App,
    tx: &mut Tx<'_>,
    user_id: &str,
    lost: Role,
    now_s: i64,
) -> Result<Vec<String>> {
    let user = users::by_id_in(tx, user_id).await?;
    let left = roles::of(user.and_then(|user| user.roles).as_deref());
    let left: Vec<_> = left.into_iter().map(Role::as_str).collect();
    let (mut ended, reason) = (Vec::new(), Ending::Role.reason());
    for client in app.clients.now().clients() {
        let is_for_it = client.settings.roles.iter().any(|role| role == lost.as_str());
        if is_for_it && !client.is_for(&left) {
            let ids = grants::revoke_of_client(tx, user_id, client.id(), reason, now_s).await?;
            ended.extend(ids);
        }
    }
    Ok(ended)
}
