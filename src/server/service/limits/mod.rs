//! How often something may be tried: one enum of limits, counted before anything is looked up.

pub mod attempt;
pub mod blocks;
mod bucket;
mod memory;
mod source;

use aws_lc_rs::hmac;
use futures::FutureExt;

pub use self::{blocks::Blocks, bucket::Rate, source::Source};
use self::{memory::Memory, source::shown};
use super::Visitor;
use crate::{
    model::{ApiError, ErrorCode},
    server::{
        App,
        config::LimitStore,
        db::{self, limits},
        error::{Error, Result},
        secure::seal::InstanceSecret,
    },
};

/// A bucket's name: the limit and whom it is about, hashed, because people type passwords as names.
type Key = [u8; 16];

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// What is limited, and whom it is about.
#[derive(Clone, Copy, Debug)]
pub enum Limit<'l> {
    /// Failed sign-ins from one source.
    SignInSource(Source),
    /// Failed sign-ins from one source to one account.
    SignInPair(Source, &'l str),
    /// Failed sign-ins to one account, from wherever.
    SignInAccount(&'l str),
    /// The same in the long run: a hundred, then one a day (NIST SP 800-63B-4 section 3.2.2).
    SignInAccountLong(&'l str),
    /// Failed sign-ins from a device on which this person has signed in before.
    SignInDevice(&'l str, &'l str),
    /// Wrong passwords given in a session to prove again who is calling.
    Proof(&'l str),
    /// Registrations from one source.
    Registration(Source),
    /// Questions of one source how good a password is, while it is typed.
    Advice(Source),
    /// Refreshes from one source that were refused.
    RefreshSource(Source),
    /// Refreshes of one session.
    RefreshSession(&'l str),
}

impl Limit<'_> {
    /// How many at once, and how often after that.
    pub fn rate(self) -> Rate {
        let (burst, every_ms) = match self {
            Self::SignInSource(_) => (60, 3 * SECOND),
            Self::SignInPair(..) => (10, 30 * SECOND),
            Self::SignInAccount(_) => (20, 15 * MINUTE),
            Self::SignInAccountLong(_) => (100, DAY),
            Self::SignInDevice(..) | Self::Proof(_) => (10, MINUTE),
            Self::Registration(_) => (20, 2 * MINUTE),
            Self::RefreshSource(_) => (100, SECOND),
            Self::Advice(_) => (120, SECOND),
            Self::RefreshSession(_) => (300, SECOND),
        };
        Rate { burst, every_ms }
    }

    /// What somebody is told who is over it (429).
    pub fn code(self) -> ErrorCode {
        match self {
            Self::SignInAccount(_) | Self::SignInAccountLong(_) => ErrorCode::AccountThrottled,
            _ => ErrorCode::TooManyRequests,
        }
    }

    /// Whether it guards a secret, and so counts for all processes together; the others guard only the
    /// process itself.
    fn is_shared(self) -> bool {
        !matches!(self, Self::Advice(_) | Self::RefreshSource(_) | Self::RefreshSession(_))
    }

    fn text(self) -> String {
        match self {
            Self::SignInSource(source) => format!("sign-in source {source}"),
            Self::SignInPair(source, account) => format!("sign-in pair {source} {account}"),
            Self::SignInAccount(account) => format!("sign-in account {account}"),
            Self::SignInAccountLong(account) => format!("sign-in account-long {account}"),
            Self::SignInDevice(user, device) => format!("sign-in device {user} {device}"),
            Self::Proof(session) => format!("proof {session}"),
            Self::Registration(source) => format!("registration {source}"),
            Self::Advice(source) => format!("advice {source}"),
            Self::RefreshSource(source) => format!("refresh source {source}"),
            Self::RefreshSession(session) => format!("refresh session {session}"),
        }
    }
}

impl Visitor {
    /// Where they come from, as attempts are counted.
    pub fn source(&self) -> Source {
        Source::of(self.client_ip.as_deref())
    }
}

/// The counts of this process, and the way to those that are shared.
pub struct Limits {
    key: hmac::Key,
    store: LimitStore,
    memory: Memory,
}

/// A limit that was counted.
#[derive(Clone, Copy)]
struct Counted {
    key: Key,
    rate: Rate,
    code: ErrorCode,
    is_shared: bool,
}

/// What was counted for one attempt.
#[must_use = "a success gives its counts back"]
#[derive(Default)]
pub struct Taken(Vec<Counted>);

impl Limits {
    /// Empty, counting where the settings say.
    pub fn new(store: LimitStore, secret: &InstanceSecret) -> Self {
        Self { key: secret.mac_key("limits"), store, memory: Memory::default() }
    }

    /// The short name of something that must not be stored as it is.
    fn name(&self, text: &str) -> Key {
        let mut key = Key::default();
        let mac = hmac::sign(&self.key, text.as_bytes());
        key.copy_from_slice(&mac.as_ref()[..size_of::<Key>()]);
        key
    }

    fn counted(&self, limit: Limit<'_>) -> Counted {
        Counted {
            key: self.name(&limit.text()),
            rate: limit.rate(),
            code: limit.code(),
            is_shared: limit.is_shared() && self.store == LimitStore::Database,
        }
    }

    /// Counts in this process, all or none.
    fn take_own(&self, all: &[Counted], now_ms: i64) -> Result<()> {
        for (n, one) in all.iter().enumerate() {
            if let Err(early_ms) = self.memory.take(one.key, one.rate, now_ms) {
                self.give_back_own(&all[..n]);
                return Err(refusal(one.code, early_ms));
            }
        }
        Ok(())
    }

    fn give_back_own(&self, all: &[Counted]) {
        all.iter().for_each(|one| self.memory.give_back(one.key, one.rate));
    }

    /// Forgets what counts for nothing any more: once a minute.
    pub fn sweep(&self, now_ms: i64) {
        self.memory.sweep(now_ms);
    }
}

/// Counts one more under each of these limits, or under none of them.
///
/// Shared ones are counted in the database, where it can be reached; else this process's own counts decide.
/// Each process then lets through as much as it would alone, and nobody is locked out.
///
/// # Errors
/// The code of the first limit that is reached (429), with the seconds until one more may come.
pub async fn take(app: &App, wanted: &[Limit<'_>]) -> Result<Taken> {
    let limits = &app.limits;
    if limits.store == LimitStore::Off {
        return Ok(Taken::default());
    }
    let now_ms = app.clock.now_ms();
    let all: Vec<Counted> = wanted.iter().map(|limit| limits.counted(*limit)).collect();
    let (shared, own): (Vec<_>, Vec<_>) = all.iter().copied().partition(|one| one.is_shared);
    limits.take_own(&own, now_ms)?;
    if !shared.is_empty() {
        let taken = match take_shared(app, shared.clone(), now_ms).await {
            Err(Error::Db(error)) => {
                tracing::error!(%error, "cannot count attempts in the database");
                limits.take_own(&shared, now_ms)
            }
            outcome => outcome,
        };
        if let Err(refused) = taken {
            limits.give_back_own(&own);
            return Err(refused);
        }
    }
    Ok(Taken(all))
}

async fn take_shared(app: &App, shared: Vec<Counted>, now_ms: i64) -> Result<()> {
    let taken = app.db.write(move |tx| {
        async move {
            for one in shared {
                let bucket = (shown_key(one.key), one.rate.every_ms, one.rate.tolerance_ms());
                if let Some(arrival_ms) = limits::take(tx, bucket, now_ms).await? {
                    let early_ms = one.rate.take(Some(arrival_ms), now_ms).err().unwrap_or(1);
                    return Err(refusal(one.code, early_ms));
                }
            }
            Ok(())
        }
        .boxed()
    });
    taken.await
}

impl Taken {
    /// Takes the counts back: nothing was tried, or it was right.
    pub async fn give_back(self, app: &App) {
        self.settle(app, false).await;
    }

    /// Forgets all that was counted, earlier failures too.
    pub async fn clear(self, app: &App) {
        self.settle(app, true).await;
    }

    async fn settle(self, app: &App, is_cleared: bool) {
        match is_cleared {
            true => self.0.iter().for_each(|one| app.limits.memory.clear(one.key)),
            false => app.limits.give_back_own(&self.0),
        }
        let shared = self.0.into_iter().filter(|one| one.is_shared);
        let shared: Vec<_> = shared.map(|one| (shown_key(one.key), one.rate.every_ms)).collect();
        if shared.is_empty() {
            return;
        }
        let settled = app.db.write(move |tx| {
            async move {
                for (key, every_ms) in &shared {
                    match is_cleared {
                        true => limits::clear(tx, key).await?,
                        false => limits::give_back(tx, key, *every_ms).await?,
                    }
                }
                Ok::<_, Error>(())
            }
            .boxed()
        });
        if let Err(error) = settled.await {
            tracing::error!(%error, "cannot take counts back in the database");
        }
    }

    fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }
}

/// Forgets in the database what counts for nothing any more: once a minute.
///
/// # Errors
/// The database.
pub async fn prune(app: &App) -> Result<()> {
    let (now, now_ms) = (app.clock.now(), app.clock.now_ms());
    let pruned = app.db.write(move |tx| {
        async move {
            limits::forget_expired(tx, now_ms).await?;
            db::blocks::forget_expired(tx, now / 60 - blocks::MINUTES, now).await
        }
        .boxed()
    });
    Ok(pruned.await?)
}

fn shown_key(key: Key) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

    URL_SAFE_NO_PAD.encode(key)
}

/// 429 with the whole seconds until it makes sense to come back.
fn refusal(code: ErrorCode, early_ms: i64) -> Error {
    let seconds = early_ms.div_euclid(1_000) + 1;
    ApiError { retry_after: u32::try_from(seconds).ok(), ..code.into() }.into()
}
