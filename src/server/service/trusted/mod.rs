//! Trusted browsers: in one of them a right password signs in without a code, for some days (S82).
//!
//! A browser is trusted at the second step of a sign-in (`NewTrust`), and shows its cookie at later ones (`look`,
//! `ShownTrust`). Each of these renews the secret in the cookie; the end stays. A new epoch of the account ends all trust;
//! a recovery code and a sign-out everywhere remove the rows.

mod list;
mod shown;

use futures::FutureExt;

pub use list::{TrustedDevice, of_principal, of_session_user, remove, remove_all};
pub(super) use shown::{ShownTrust, SparedTrust, look};

pub use crate::server::secure::trust_token::TrustToken;

use super::{
    ClientInfo,
    audit::{Actor, Kind, Outcome, Record},
    mail::{MailKind, Post},
    prune,
};
use crate::server::{
    App,
    db::{
        Tx,
        trusted_devices::{self, NewTrusted},
        users::UserRow,
    },
    error::Result,
};

/// The most browsers that an account trusts; one more ends the trust in the oldest.
const TRUSTED_MAX: i64 = 20;

/// A browser that a sign-in is to trust.
#[derive(Clone)]
pub(super) struct NewTrust {
    token: TrustToken,
    /// The trust that this browser had, which the new one replaces.
    before: Option<TrustToken>,
    user_agent: Option<String>,
    /// Begin and end, in Unix seconds.
    time: (i64, i64),
}

impl NewTrust {
    /// The trust in the browser of a request; none if no browser is trusted here.
    ///
    /// # Errors
    /// Fails only for malformed ids, which ours are not.
    pub(super) fn new(app: &App, client_info: &ClientInfo) -> Result<Option<Self>> {
        let (now_s, life) = (app.clock.now_s(), app.config.trust_ttl);
        if life == 0 {
            return Ok(None);
        }
        Ok(Some(Self {
            token: TrustToken::issue(app.clock.new_id().parse()?),
            before: client_info.trusted.clone(),
            user_agent: client_info.user_agent.clone(),
            time: (now_s, now_s + life),
        }))
    }

    /// Trusts the browser in the unit of work that opens its session; its owner is told.
    ///
    /// # Errors
    /// Fails if the database or the mail fails.
    pub(super) async fn write(
        &self,
        tx: &mut Tx<'_>,
        user: &UserRow,
        record: &Record,
        post: &Post,
    ) -> Result<()> {
        let (id, hash) = (user.id.as_str(), self.token.hash());
        if let Some(before) = &self.before {
            trusted_devices::remove(tx, id, before.id().as_str()).await?;
        }
        let new = NewTrusted {
            id: self.token.id().as_str(),
            user: (id, user.epoch),
            token_hash: hash.as_str(),
            user_agent: self.user_agent.as_deref(),
            time: self.time,
        };
        trusted_devices::insert(tx, new, TRUSTED_MAX).await?;
        let event = (Kind::TrustedDeviceSet, Outcome::Success);
        let record = record.clone().about("trusted_device", self.token.id().as_str());
        record.write(tx, event, Actor::Person(id), Some(id)).await?;
        post.notify(tx, id, MailKind::BrowserTrusted).await
    }

    /// The cookie, after the commit.
    pub(super) fn issued(&self) -> IssuedTrust {
        let (begin, end) = self.time;
        IssuedTrust { token: self.token.clone(), max_age: end - begin }
    }
}

/// The cookie of a trusted browser, and for how many seconds it is kept.
pub struct IssuedTrust {
    /// Its value.
    pub token: TrustToken,
    /// Its life.
    pub max_age: i64,
}

/// Deletes the rows of browsers whose time is over; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    prune::in_batches(app, move |tx| trusted_devices::forget(tx, now_s, prune::BATCH).boxed()).await
}
