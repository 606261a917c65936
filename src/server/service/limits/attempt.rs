//! One password attempt: counted before the account lookup, settled after the verification.

use futures::FutureExt;

use super::{
    Limit, LimitReservation, Source,
    failure::{self, Failure},
    known_source,
    reservation::{Counted, write_down},
    take,
    unlock::{of_account, of_sign_ins},
};
use crate::server::{
    App,
    db::{of_spare, users},
    error::{Error, Result},
    secure::known_device::KnownDevice,
    service::{
        ClientInfo,
        audit::{Actor, Kind, Outcome, Record},
        factors,
        mail::Post,
    },
};

/// The device of a cookie that Vestibule made within the last year.
pub fn known_device(app: &App, cookie: &str) -> Option<KnownDevice> {
    KnownDevice::parse(&app.limits.device_mac, cookie, app.clock.now_s())
}

/// A permitted attempt.
#[must_use = "an attempt fails, succeeds or is withdrawn"]
pub struct Attempt {
    pub(super) source: Source,
    /// Typed name of the account, in canonical form; in a session, the id of the account.
    pub(super) account: String,
    /// Id of the account, once known.
    pub(super) user_id: Option<String>,
    pub(super) device: Option<KnownDevice>,
    /// Counts of this attempt, including the success counted in advance.
    pub(super) taken: LimitReservation,
    pub(super) success: LimitReservation,
}

impl Attempt {
    /// Begins a sign-in to an account by its canonical name, existing or not.
    ///
    /// A known device of the account has a limit of its own, which no stranger can use up; so has a
    /// known network.
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
        // The success is counted in advance, so that simultaneous attempts are limited like
        // successive ones; and last, so that a refused attempt never uses up the owner's limit.
        match take(app, &[Limit::SignedIn(&attempt.account)]).await {
            Ok(success) => Ok(Self { success, ..attempt }),
            Err(refused) => {
                attempt.withdraw(app).await;
                Err(refused)
            }
        }
    }

    /// Begins a reauthentication in a session of the account.
    ///
    /// # Errors
    /// `too_many_requests`; `source_blocked` if the operator blocked the source (429).
    pub async fn again(
        app: &App,
        session: &str,
        user_id: &str,
        client_info: &ClientInfo,
    ) -> Result<Self> {
        app.limits.blocks.refuse(client_info.source(), true, app.clock.now_s())?;
        // The long run counts by account, because a session may get another id.
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

    /// Checks the known device against the account: another account's device counts as a
    /// stranger's, and so does one from an earlier epoch.
    ///
    /// # Errors
    /// Errors of [`begin`](Self::begin), or of the database.
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
        // Nothing was tried at the account of the device.
        std::mem::take(&mut self.taken).give_back(app).await;
        self.admit_stranger(app).await
    }

    async fn admit(&mut self, app: &App) -> Result<()> {
        let Some(device) = &self.device else {
            return self.admit_stranger(app).await;
        };
        app.limits.blocks.refuse(self.source, true, app.clock.now_s())?;
        self.taken = take(app, &[Limit::SignInDevice(&device.user_id, &device.name)]).await?;
        // A former holder of the password may have collected many devices, so they are limited
        // together.
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
        let refused = match app.limits.blocks.refuse(self.source, false, app.clock.now_s()) {
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
        app.limits.blocks.refuse(self.source, true, app.clock.now_s())?;
        let limits = [
            Limit::SignInKnownSource(network, &self.account),
            Limit::SignInKnownSourcesLong(&self.account),
        ];
        // Retry-After is the shorter of the two waits.
        take(app, &limits).await.map_err(|also| sooner(refused, also))
    }

    /// Settles a right proof: resets all failures at the account, and records the network as known.
    pub async fn succeeded(self, app: &App) {
        self.settled(app, of_account).await;
    }

    /// Settles a right password in a trusted browser, as [`succeeded`](Self::succeeded) does; but wrong codes and wrong proofs stay
    /// counted, because no code was given.
    pub async fn succeeded_by_trust(self, app: &App) {
        self.settled(app, of_sign_ins).await;
    }

    async fn settled(self, app: &App, counts: fn(&App, &str, &[String]) -> Vec<Counted>) {
        let Self { source, user_id, taken, .. } = self;
        let mut others = Vec::new();
        let noted = async {
            let Some(user_id) = &user_id else {
                return Ok(());
            };
            let names = users::names(&app.db, user_id).await?;
            others = counts(app, user_id, &names);
            known_source::record(app, &names, source).await
        };
        // The sign-in succeeded; a failed note must not fail it, nor take the time that its session
        // needs.
        if let Err(error) = of_spare(noted).await {
            tracing::error!(%error, "a known network was not noted");
        }
        taken.succeeded(app, others).await;
    }

    /// Settles a right password that needs a second factor: failures of strangers stay counted, and the network stays
    /// unknown, until that succeeds too. The pending sign-in is counted for its source, or its known device, and not as a
    /// sign-in to the account: somebody who knows the password would keep its owner out. One too many counts as a failure of
    /// its source, so that the next one is refused before its hash.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub async fn half_succeeded(self, app: &App, user_id: &str) -> Result<()> {
        let from = match &self.device {
            Some(device) => device.name.clone(),
            None => self.source.to_string(),
        };
        self.success.give_back(app).await;
        match take(app, &[Limit::PendingSignIn(user_id, &from)]).await {
            Ok(_stays) => {
                self.taken.give_back(app).await;
                Ok(())
            }
            Err(refused) => {
                self.taken.give_back_of_account(app).await;
                Err(refused)
            }
        }
    }

    /// Withdraws the attempt, because nothing was tried.
    pub async fn withdraw(self, app: &App) {
        self.taken.give_back(app).await;
        self.success.give_back(app).await;
    }

    /// Settles a wrong proof: records it, and counts it against its source in the same unit of
    /// work. The owner of the account is told of wrong codes after a right password (S32).
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn failed(
        self,
        app: &App,
        record: Record,
        event: (Kind, Outcome),
        (user_id, post): (Option<String>, &Post),
    ) -> Result<()> {
        let post = post.clone();
        let failure = Failure::new(app, self.source, &self.account);
        let (long, now_ms) = (self.taken.to_write(app), app.clock.now_ms());
        self.success.give_back(app).await;
        self.taken.failed(app).await;
        let blocked = app.db.write(move |tx| {
            async move {
                write_down(tx, &long, now_ms).await?;
                record.write(tx, event, Actor::Unknown, user_id.as_deref()).await?;
                if let (Outcome::WrongCode, Some(user_id)) = (event.1, &user_id) {
                    factors::wrong_code(tx, user_id, &post).await?;
                }
                failure.count(tx, &record).await
            }
            .boxed()
        });
        failure::blocked(app, self.source, blocked.await?).await
    }
}

/// The refusal with the shorter wait.
fn sooner(one: Error, other: Error) -> Error {
    let wait = |error: &Error| match error {
        Error::Api(refused) => refused.retry_after.unwrap_or(0),
        _ => u32::MAX,
    };
    if wait(&other) < wait(&one) { other } else { one }
}
