use futures::FutureExt;

use super::IssuedTrust;
use crate::{
    model::UserId,
    server::{
        App,
        db::{
            Tx,
            trusted_devices::{self, Successor, TrustedRow},
            users::{self, UserRow},
        },
        error::{Error, Result},
        secure::trust_token::TrustToken,
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            mail::{MailKind, Post},
            principal::FRESH_FOR,
            session::{Ended, Ending},
        },
    },
};

/// The purpose under which a successor is sealed; only its predecessor opens it.
const SUCCESSOR: &str = "trust successor";
/// Time after a renewal in which the secret before is as good, in seconds: for sign-ins at once, and for an answer that was lost.
const GRACE: i64 = 60;

/// The cookie of a browser that was trusted when it was looked at. Its use decides.
#[derive(Clone)]
pub(in crate::server::service) struct ShownTrust {
    app: App,
    shown: TrustToken,
    next: TrustToken,
    next_sealed: String,
    user: (UserId, i64),
    user_agent: Option<String>,
    since: i64,
    now_s: i64,
}

/// What a secret is to its row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The one in the cookie.
    Current,
    /// The one before, a moment ago.
    Replaced,
    /// An older one, or one that we did not make: the cookie was copied, or comes from a backup of its browser.
    Stale,
}

/// Whether a row is trust of an account in an epoch at this time.
fn is_alive(row: &TrustedRow, (user, epoch): (&UserId, i64), (ttl, now_s): (i64, i64)) -> bool {
    row.user_id == user.as_str() && row.epoch == epoch && now_s < row.ends_at(ttl)
}

fn place(row: &TrustedRow, shown: &TrustToken, now_s: i64) -> Place {
    let hash = shown.hash();
    let is_recent = row.last_used_at.is_some_and(|at| (now_s - at).abs() < GRACE);
    match hash.as_str() {
        hash if hash == row.token_hash => Place::Current,
        hash if is_recent && Some(hash) == row.previous_hash.as_deref() => Place::Replaced,
        _ => Place::Stale,
    }
}

/// Looks at the cookie that a browser shows at a sign-in to an account in an epoch, after the right password. Renews nothing; but
/// a secret that was replaced ends the trust, because somebody else may have the next one.
///
/// # Errors
/// Fails if the database or the seal fails.
pub(in crate::server::service) async fn look(
    app: &App,
    (user, epoch): (&UserId, i64),
    shown: &TrustToken,
    client_info: &ClientInfo,
) -> Result<Option<ShownTrust>> {
    let now_s = app.clock.now_s();
    let row = trusted_devices::by_id(&app.db, shown.id().as_str()).await?;
    let Some(row) = row.filter(|row| is_alive(row, (user, epoch), (app.config.trust_ttl, now_s)))
    else {
        return Ok(None);
    };
    if place(&row, shown, now_s) == Place::Stale {
        end_copied(app, row, client_info).await?;
        return Ok(None);
    }
    let next = TrustToken::issue(shown.id().clone());
    let (context, plain) = (shown.secret().expose(), next.expose());
    Ok(Some(ShownTrust {
        app: app.clone(),
        shown: shown.clone(),
        next_sealed: app.secret.seal(SUCCESSOR, context, plain.as_bytes())?,
        next,
        user: (user.clone(), epoch),
        user_agent: client_info.user_agent.clone(),
        since: row.created_at,
        now_s,
    }))
}

/// Ends the trust in a browser whose replaced secret came back after a right password, and with it all sessions of the account
/// that were opened without a code: somebody who copied the cookie may be in one of them. Its owner is told.
async fn end_copied(app: &App, row: TrustedRow, client_info: &ClientInfo) -> Result<()> {
    let record = Record::new(app, client_info).about("trusted_device", row.id.as_str());
    let (post, ended) = (Post::of_operator(app), Ended::new(app));
    let ended = app.db.write(move |tx| {
        async move {
            let (user, mut ended) = (row.user_id.as_str(), ended);
            users::lock(tx, user).await?;
            if trusted_devices::remove(tx, user, row.id.as_str()).await? {
                let count = ended.end_single(tx, user, Ending::Trust, &record).await?;
                let event = (Kind::TrustedDeviceReuse, Outcome::Refused);
                let record = record.about("sessions_ended", count);
                record.write(tx, event, Actor::Unknown, Some(user)).await?;
                post.notify(tx, user, MailKind::TrustReuse).await?;
            }
            Ok::<_, Error>(ended)
        }
        .boxed()
    });
    ended.await?.make_known();
    Ok(())
}

/// The trusted browser of somebody who ends the trust in all others: it gets a secret of which there is no copy.
#[derive(Clone)]
pub(in crate::server::service) struct SparedTrust {
    shown: TrustToken,
    next: TrustToken,
    ttl: i64,
    now_s: i64,
}

impl SparedTrust {
    /// Of the cookie that a browser shows.
    pub(in crate::server::service) fn of(app: &App, shown: &TrustToken) -> Self {
        let next = TrustToken::issue(shown.id().clone());
        Self { shown: shown.clone(), next, ttl: app.config.trust_ttl, now_s: app.clock.now_s() }
    }

    /// Removes the trust in all browsers of an account but this one, in a unit of work that has locked the account's row. None if this
    /// one is not trusted, or showed a secret that is not its current one: then it is removed too.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn alone(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
    ) -> Result<Option<IssuedTrust>> {
        let id = self.shown.id().as_str();
        let row = trusted_devices::by_id_in(tx, id).await?.filter(|row| {
            is_alive(row, (&user.id, user.epoch), (self.ttl, self.now_s))
                && place(row, &self.shown, self.now_s) == Place::Current
        });
        let kept = row.as_ref().map(|_| id);
        trusted_devices::remove_all(tx, user.id.as_str(), kept).await?;
        let Some(row) = row else { return Ok(None) };
        trusted_devices::set_secret(tx, id, self.next.hash().as_str()).await?;
        Ok(Some(IssuedTrust {
            token: self.next.clone(),
            max_age: row.ends_at(self.ttl) - self.now_s,
        }))
    }
}

impl ShownTrust {
    /// The `auth_time` of the sign-in. No code was given, so it is not fresh: it is as old as the trust, and too old to be fresh.
    pub(in crate::server::service) fn auth_time(&self) -> i64 {
        self.since.min(self.now_s - FRESH_FOR)
    }

    /// Id of the trusted browser.
    pub(in crate::server::service) fn id(&self) -> &str {
        self.shown.id().as_str()
    }

    /// Whether the trust holds, in a unit of work that has locked the account's row.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn holds(
        &self,
        tx: &mut Tx<'_>,
        epoch: i64,
    ) -> Result<bool> {
        let row = trusted_devices::by_id_in(tx, self.id()).await?;
        let (user, seen) = (&self.user.0, self.user.1);
        Ok(row.is_some_and(|row| {
            epoch == seen
                && is_alive(&row, (user, epoch), (self.app.config.trust_ttl, self.now_s))
                && place(&row, &self.shown, self.now_s) != Place::Stale
        }))
    }

    /// Renews the secret in the same unit of work, and returns the cookie: to all that showed the same secret at once the same
    /// one. None where it cannot be told again, so that the browser keeps the one that it has.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn renew(
        &self,
        tx: &mut Tx<'_>,
    ) -> Result<Option<IssuedTrust>> {
        let (shown, next) = (self.shown.hash(), self.next.hash());
        let successor = Successor {
            hash: next.as_str(),
            sealed: &self.next_sealed,
            user_agent: self.user_agent.as_deref(),
        };
        let is_mine =
            trusted_devices::renew(tx, (self.id(), shown.as_str()), successor, self.now_s).await?;
        let Some(row) = trusted_devices::by_id_in(tx, self.id()).await? else {
            return Ok(None);
        };
        let token = match is_mine {
            true => Some(self.next.clone()),
            false => self.successor(&row),
        };
        let ends_at = row.ends_at(self.app.config.trust_ttl);
        Ok(token.map(|token| IssuedTrust { token, max_age: ends_at - self.now_s }))
    }

    /// The secret that another sign-in put in the place of the one that was shown.
    fn successor(&self, row: &TrustedRow) -> Option<TrustToken> {
        let sealed = row.successor_sealed.as_deref()?;
        // After a rotation of the instance secret it cannot be opened.
        let plain = self.app.secret.open(SUCCESSOR, self.shown.secret().expose(), sealed).ok()?;
        TrustToken::parse(&String::from_utf8(plain).ok()?)
    }
}
