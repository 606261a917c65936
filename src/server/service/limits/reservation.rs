use super::{
    Limit, Rate,
    limit::OnSuccess,
    store::{Bucket, Key},
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{DbResult, Tx, limits},
        error::Result,
    },
};

/// A counted limit.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    pub(super) key: Key,
    /// The name of the limit.
    pub(super) name: &'static str,
    pub(super) rate: Rate,
    pub(super) code: ErrorCode,
    /// Whether the shared store counts it.
    pub(super) is_shared: bool,
    pub(super) is_long: bool,
    pub(super) on_success: OnSuccess,
}

impl Counted {
    pub(super) fn bucket(&self) -> Bucket {
        Bucket::new(self.key, self.rate)
    }
}

/// The counts of one attempt.
#[must_use = "a success gives its counts back"]
#[derive(Default)]
pub struct LimitReservation(Vec<Counted>);

/// Counts one attempt under all of these limits, or under none.
///
/// The shared store counts shared limits; if it is unavailable, this process counts alone. Each
/// process then admits as much as it would alone, and nobody is locked out.
///
/// # Errors
/// The code of the first full limit (429), with the seconds until the next attempt.
pub async fn take(app: &App, wanted: &[Limit<'_>]) -> Result<LimitReservation> {
    app.limits.counts.take(app, wanted).await.map(LimitReservation)
}

impl LimitReservation {
    /// Returns the counts, because nothing was tried.
    pub async fn give_back(self, app: &App) {
        app.limits.counts.give_back(app, &self.0).await;
    }

    /// Returns the counts of the account as a whole; those of the source stay.
    pub(super) async fn give_back_of_account(self, app: &App) {
        let of_account = self.0.into_iter().filter(|one| one.code == ErrorCode::AccountThrottled);
        app.limits.counts.give_back(app, &of_account.collect::<Vec<_>>()).await;
    }

    /// Deletes the counts, including earlier failures.
    pub async fn clear(self, app: &App) {
        app.limits.counts.forget(app, &self.0).await;
    }

    /// Settles a success by the rule of each limit. Counts under other names of the same account
    /// are deleted afterwards: a fixed order of locks avoids deadlocks.
    pub(super) async fn succeeded(self, app: &App, of_account: Vec<Counted>) {
        let of = |what| self.0.iter().filter(move |one| one.on_success == what).copied();
        let back: Vec<Counted> = of(OnSuccess::GiveBack).collect();
        let is_own = |one: &Counted| of_account.iter().all(|other| other.key != one.key);
        let forgotten: Vec<Counted> =
            of(OnSuccess::Forget).filter(is_own).chain(of_account.iter().copied()).collect();
        app.limits.counts.give_back(app, &back).await;
        app.limits.counts.forget(app, &forgotten).await;
    }

    /// Settles a failure: only the counts of successes are returned.
    pub(super) async fn failed(self, app: &App) {
        let kept = self.0.into_iter().filter(|one| one.on_success == OnSuccess::Keep);
        app.limits.counts.give_back(app, &kept.collect::<Vec<_>>()).await;
    }

    /// The counts that must survive a restart, for the unit of work that records the failure; none
    /// with a shared store.
    pub(super) fn to_write(&self, app: &App) -> Vec<Bucket> {
        let long = self.0.iter().filter(|one| one.is_long && app.limits.counts.is_alone());
        long.map(Counted::bucket).collect()
    }

    pub(super) fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// Adds one attempt to each of these rows.
pub(super) async fn write_down(tx: &mut Tx<'_>, long: &[Bucket], now_ms: i64) -> DbResult<()> {
    for Bucket { key, rate } in long {
        limits::count(tx, (key, rate.every_ms, rate.tolerance_ms()), now_ms).await?;
    }
    Ok(())
}
