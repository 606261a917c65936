//! One attempt to prove who one is by password: counted before the lookup, settled after the proof.

use futures::FutureExt;

use super::{
    Limit, Source, Taken,
    blocks::{self, Failure},
    take,
};
use crate::server::{
    App,
    error::Result,
    secure::known_device::KnownDevice,
    service::{
        Visitor,
        audit::{Actor, Kind, Outcome, Record},
    },
};

/// The device of a cookie, if we made it.
pub fn known_device(app: &App, cookie: &str) -> Option<KnownDevice> {
    KnownDevice::parse(&app.limits.device_mac, cookie)
}

/// An attempt that may go on.
#[must_use = "an attempt fails, succeeds or is withdrawn"]
pub struct Attempt {
    source: Source,
    account: String,
    device: Option<KnownDevice>,
    /// Of the source: given back after a success, whose earlier failures count on (S30).
    by_source: Taken,
    /// Of the account, the pair and the device: forgotten after a success.
    by_account: Taken,
}

impl Attempt {
    /// Begins to sign in to an account, by its name in canonical form, known or not.
    ///
    /// A device that signed this person in before has a budget of its own, which no stranger can spend.
    ///
    /// # Errors
    /// `source_blocked`, `too_many_requests`, `account_throttled` (429).
    pub async fn begin(app: &App, account: String, visitor: &Visitor) -> Result<Self> {
        let mut attempt = Self {
            source: visitor.source(),
            account,
            device: visitor.device.clone(),
            by_source: Taken::default(),
            by_account: Taken::default(),
        };
        match &attempt.device {
            Some(device) => {
                app.limits.blocks.refuse(attempt.source, true, app.clock.now())?;
                let limit = Limit::SignInDevice(&device.user_id, &device.name);
                attempt.by_account = take(app, &[limit]).await?;
                // Who had the password once may have many devices: together they are no more than one.
                match take(app, &[Limit::SignInDevicesLong(&device.user_id)]).await {
                    Ok(of_all) => attempt.by_account.add(of_all),
                    Err(_) => attempt.as_stranger(app).await?,
                }
            }
            None => attempt.as_stranger(app).await?,
        }
        Ok(attempt)
    }

    /// Begins to prove again who is calling, in a session that is theirs.
    ///
    /// # Errors
    /// `too_many_requests` (429).
    pub async fn again(app: &App, session: &str, user_id: &str, visitor: &Visitor) -> Result<Self> {
        Ok(Self {
            source: visitor.source(),
            account: user_id.to_owned(),
            device: None,
            by_source: Taken::default(),
            by_account: take(app, &[Limit::Proof(session), Limit::ProofLong(session)]).await?,
        })
    }

    /// Now that the account is known: a device of somebody else's is a stranger's.
    ///
    /// # Errors
    /// As those of [`begin`](Self::begin).
    pub async fn recognise(&mut self, app: &App, user_id: Option<&str>) -> Result<()> {
        match &self.device {
            Some(device) if Some(device.user_id.as_str()) != user_id => self.as_stranger(app).await,
            _ => Ok(()),
        }
    }

    async fn as_stranger(&mut self, app: &App) -> Result<()> {
        self.device = None;
        app.limits.blocks.refuse(self.source, false, app.clock.now())?;
        let account = self.account.as_str();
        let by_source = take(app, &[Limit::SignInSource(self.source)]).await?;
        let of_account = [
            Limit::SignInPair(self.source, account),
            Limit::SignInAccount(account),
            Limit::SignInAccountLong(account),
        ];
        match take(app, &of_account).await {
            Ok(by_account) => {
                self.by_source.add(by_source);
                self.by_account.add(by_account);
                Ok(())
            }
            Err(refused) => {
                by_source.give_back(app).await;
                Err(refused)
            }
        }
    }

    /// The proof was right.
    pub async fn succeeded(self, app: &App) {
        self.by_source.give_back(app).await;
        self.by_account.clear(app).await;
    }

    /// Nothing was tried after all.
    pub async fn withdraw(self, app: &App) {
        self.by_source.give_back(app).await;
        self.by_account.give_back(app).await;
    }

    /// The proof was wrong: recorded, and counted against its source in the same unit of work.
    ///
    /// # Errors
    /// The database.
    pub(in crate::server::service) async fn failed(
        self,
        app: &App,
        record: Record,
        event: (Kind, Outcome),
        user_id: Option<String>,
    ) -> Result<()> {
        let failure = Failure::new(app, self.source, &self.account);
        let is_blocked = app.db.write(move |tx| {
            async move {
                record.write(tx, event, Actor::Unknown, user_id.as_deref()).await?;
                failure.count(tx, &record).await
            }
            .boxed()
        });
        match is_blocked.await? {
            true => blocks::blocked(app, self.source).await,
            false => Ok(()),
        }
    }
}
