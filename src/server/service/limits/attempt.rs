//! One password attempt: counted before the account lookup, settled after the verification.

use futures::FutureExt;

use super::{
    Limit, LimitReservation, Source,
    failure::{self, Failure},
    known_source,
    reservation::write_down,
    take,
    unlock::of_account,
};
use crate::server::{
    App,
    db::{of_spare, users},
    error::{Error, Result},
    secure::known_device::KnownDevice,
    service::{
        ClientInfo,
        audit::{Actor, Kind, Outcome, Record},
    },
};

/// The device of a cookie, if we made it within the last year.
pub fn known_device(app: &App, cookie: &str) -> Option<KnownDevice> {
    KnownDevice::parse(&app.limits.device_mac, cookie, app.clock.now())
}

/// An attempt that may go on.
#[must_use = "an attempt fails, succeeds or is withdrawn"]
pub struct Attempt {
    source: Source,
    /// The account's name as it was typed, in canonical form; of a session the account's id.
    account: String,
    /// Whose account it is, once that is known.
    user_id: Option<String>,
    device: Option<KnownDevice>,
    /// What was counted for this attempt, and what was counted as a success beforehand.
    taken: LimitReservation,
    success: LimitReservation,
}

impl Attempt {
    /// Begins to sign in to an account, by its name in canonical form, known or not.
    ///
    /// A device that signed this person in before has a budget of its own, which no stranger can spend; so has a
    /// network from which they signed in before.
    ///
    /// # Errors
    /// `source_blocked`, `too_many_requests`, `account_throttled` (429).
    pub async fn begin(app: &App, account: String, client_info: &ClientInfo) -> Result<Self> {
        let mut attempt = Self {
            source: client_info.source(),
            account,
            user_id: None,
            device: client_info.device.clone(),
            taken: LimitReservation::default(),
            success: LimitReservation::default(),
        };
        attempt.admit(app).await?;
        // A success is counted beforehand, so that many at once are no more than one by one; and last, so that
        // an attempt that is refused never uses up the owner's.
        match take(app, &[Limit::SignedIn(&attempt.account)]).await {
            Ok(success) => Ok(Self { success, ..attempt }),
            Err(refused) => {
                attempt.withdraw(app).await;
                Err(refused)
            }
        }
    }

    /// Begins to prove again who is calling, in a session that is theirs.
    ///
    /// # Errors
    /// `too_many_requests`; `source_blocked` where the operator blocked the source (429).
    pub async fn again(
        app: &App,
        session: &str,
        user_id: &str,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        app.limits.blocks.refuse(client_info.source(), true, app.clock.now())?;
        // In the long run by account: a session may get another id.
        let limits = [Limit::Proven(user_id), Limit::Proof(session), Limit::ProofLong(user_id)];
        Ok(Self {
            source: client_info.source(),
            account: user_id.to_owned(),
            user_id: Some(user_id.to_owned()),
            device: None,
            taken: take(app, &limits).await?,
            success: LimitReservation::default(),
        })
    }

    /// Now that the account is known: a device of somebody else's is a stranger's, and so is one from before the
    /// account's epoch moved.
    ///
    /// # Errors
    /// As those of [`begin`](Self::begin); the database.
    pub async fn recognise(&mut self, app: &App, user_id: Option<&str>) -> Result<()> {
        self.user_id = user_id.map(str::to_owned);
        let Some(device) = &self.device else {
            return Ok(());
        };
        let epoch = match user_id.filter(|user_id| *user_id == device.user_id) {
            Some(user_id) => users::epoch(&app.db, user_id).await?,
            None => None,
        };
        if epoch == Some(device.epoch) {
            return Ok(());
        }
        // Nothing was tried at the account that the device is known for.
        std::mem::take(&mut self.taken).give_back(app).await;
        self.admit_stranger(app).await
    }

    async fn admit(&mut self, app: &App) -> Result<()> {
        let Some(device) = &self.device else {
            return self.admit_stranger(app).await;
        };
        app.limits.blocks.refuse(self.source, true, app.clock.now())?;
        self.taken = take(app, &[Limit::SignInDevice(&device.user_id, &device.name)]).await?;
        // Somebody who once had the password may have collected many devices: limit them together.
        match take(app, &[Limit::SignInDevicesLong(&device.user_id)]).await {
            Ok(of_all) => {
                self.taken.add(of_all);
                Ok(())
            }
            Err(_) => {
                std::mem::take(&mut self.taken).give_back(app).await;
                self.admit_stranger(app).await
            }
        }
    }

    async fn admit_stranger(&mut self, app: &App) -> Result<()> {
        self.device = None;
        let refused = match app.limits.blocks.refuse(self.source, false, app.clock.now()) {
            Ok(()) => take(app, &Limit::of_stranger(self.source, &self.account)).await,
            Err(blocked) => Err(blocked),
        };
        self.taken = match refused {
            Ok(taken) => taken,
            Err(refused) => self.admit_known_source(app, refused).await?,
        };
        Ok(())
    }

    /// Admits a refused attempt if the account was recently signed in to from the same network.
    async fn admit_known_source(&self, app: &App, refused: Error) -> Result<LimitReservation> {
        let Some(network) = known_source::known(app, &self.account, self.source).await? else {
            return Err(refused);
        };
        app.limits.blocks.refuse(self.source, true, app.clock.now())?;
        let limits = [
            Limit::SignInKnownSource(network, &self.account),
            Limit::SignInKnownSourcesLong(&self.account),
        ];
        // Retry-After is the shorter of the two waits.
        take(app, &limits).await.map_err(|also| sooner(refused, also))
    }

    /// The proof was right. All failures at the account are forgotten, and the network is known
    /// from now on.
    pub async fn succeeded(self, app: &App) {
        let Self { source, user_id, taken, .. } = self;
        let mut others = Vec::new();
        let noted = async {
            let Some(user_id) = &user_id else {
                return Ok(());
            };
            let names = users::names(&app.db, user_id).await?;
            others = of_account(app, user_id, &names);
            known_source::note(app, &names, source).await
        };
        // The sign-in succeeded; a failed note must not fail it, nor take the time that its session needs.
        if let Err(error) = of_spare(noted).await {
            tracing::error!(%error, "a known network was not noted");
        }
        taken.succeeded(app, others).await;
    }

    /// The proof was right, and another one is missing: strangers' failures stay counted, and the network unknown,
    /// until that is right too.
    pub async fn half_succeeded(self, app: &App) {
        self.taken.give_back(app).await;
    }

    /// Nothing was tried after all.
    pub async fn withdraw(self, app: &App) {
        self.taken.give_back(app).await;
        self.success.give_back(app).await;
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
        let (long, now_ms) = (self.taken.to_write(app), app.clock.now_ms());
        self.success.give_back(app).await;
        self.taken.failed(app).await;
        let blocked = app.db.write(move |tx| {
            async move {
                write_down(tx, &long, now_ms).await?;
                record.write(tx, event, Actor::Unknown, user_id.as_deref()).await?;
                failure.count(tx, &record).await
            }
            .boxed()
        });
        failure::blocked(app, self.source, blocked.await?).await
    }
}

/// The refusal that is over first.
fn sooner(one: Error, other: Error) -> Error {
    let wait = |error: &Error| match error {
        Error::Api(refused) => refused.retry_after.unwrap_or(0),
        _ => u32::MAX,
    };
    if wait(&other) < wait(&one) { other } else { one }
}
