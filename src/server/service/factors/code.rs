use serde::{Deserialize, Serialize};

use crate::{
    model::UserId,
    server::{
        App,
        db::{
            DbResult, Tx,
            factors::{self, TotpRow},
        },
        error::Result,
        secure::{
            recovery_code::RecoveryCode,
            totp::{self, Seed},
        },
    },
};

/// A code that was right when it was looked at. Its use decides: see [`spend`](Self::spend).
#[derive(Clone, Debug)]
pub(in crate::server::service) enum RightCode {
    /// A code of the authenticator app, by its time step.
    Totp(i64),
    /// A recovery code, by its hash.
    Recovery(String),
}

/// The kind of what was given as a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::server::service) enum CodeKind {
    /// A code of the authenticator app.
    #[serde(rename = "totp")]
    Totp,
    /// A recovery code.
    #[serde(rename = "recovery_code")]
    Recovery,
    /// The answer of a passkey.
    #[serde(rename = "passkey")]
    Passkey,
}

impl CodeKind {
    /// Its name in events.
    pub(in crate::server::service) fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Recovery => "recovery_code",
            Self::Passkey => "passkey",
        }
    }
}

/// What a typed code is.
pub(in crate::server::service) enum Looked {
    /// Right.
    Right(RightCode),
    /// Wrong, old or used: which of them is told to nobody. With the seconds by which the clock of the app seems to be off,
    /// for the operator.
    Wrong(Option<i64>),
}

/// Looks at a typed code of an account's authenticator app, or recovery code. Spends nothing.
///
/// # Errors
/// Fails if the database fails.
pub(in crate::server::service) async fn look(
    app: &App,
    user: &UserId,
    typed: &str,
) -> Result<Looked> {
    let Some(row) = factors::totp(&app.db, user.as_str()).await? else {
        return Ok(Looked::Wrong(None));
    };
    let Some(digits) = totp::typed(typed) else {
        return recovery(app, user, typed).await;
    };
    let Some(seed) = seed(app, user, &row) else {
        return Ok(Looked::Wrong(None));
    };
    let now_s = app.clock.now_s();
    Ok(match seed.step_of(&digits, row.last_step, now_s) {
        Some(step) => Looked::Right(RightCode::Totp(step)),
        None => Looked::Wrong(seed.offset_of(&digits, now_s)),
    })
}

async fn recovery(app: &App, user: &UserId, typed: &str) -> Result<Looked> {
    let Some(code) = RecoveryCode::parse(typed) else {
        return Ok(Looked::Wrong(None));
    };
    let hash = code.hash(user.as_str());
    Ok(match factors::has_code(&app.db, user.as_str(), &hash).await? {
        true => Looked::Right(RightCode::Recovery(hash)),
        false => Looked::Wrong(None),
    })
}

/// The seed of a row; none if another instance secret sealed it, so that recovery codes alone work.
fn seed(app: &App, user: &UserId, row: &TotpRow) -> Option<Seed> {
    let opened = app.secret.open(super::SEED, user.as_str(), &row.seed_sealed);
    let seed = opened.ok().and_then(|bytes| Seed::of_bytes(&bytes));
    if seed.is_none() {
        tracing::error!(%user, "the seed of an authenticator app cannot be opened; its owner needs a recovery code");
    }
    seed
}

impl RightCode {
    /// Spends the code in a unit of work; `false` if somebody else was faster.
    ///
    /// # Errors
    /// Fails if the database fails.
    pub(in crate::server::service) async fn spend(
        &self,
        tx: &mut Tx<'_>,
        user_id: &str,
        now_s: i64,
    ) -> DbResult<bool> {
        match self {
            Self::Totp(step) => factors::use_step(tx, user_id, *step, now_s).await,
            Self::Recovery(hash) => factors::spend_code(tx, user_id, hash, now_s).await,
        }
    }

    /// Its kind.
    pub(in crate::server::service) fn kind(&self) -> CodeKind {
        match self {
            Self::Totp(_) => CodeKind::Totp,
            Self::Recovery(_) => CodeKind::Recovery,
        }
    }

    /// Whether it is a recovery code.
    pub(in crate::server::service) fn is_recovery(&self) -> bool {
        matches!(self, Self::Recovery(_))
    }
}
