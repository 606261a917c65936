use futures::future::BoxFuture;

use super::{
    password::{PasswordAttempt, Whose},
    verified::{Proven, Verified},
};
use crate::{
    model::ErrorCode,
    server::{
        App,
        error::Result,
        metrics::Attempt as Attempted,
        service::{
            audit::{Actor, Outcome, Record},
            outcome,
        },
    },
};

/// Number of proofs until the account is stable: a concurrent sign-in may replace an old hash by a
/// stronger one.
const LOOKS: u32 = 3;

/// Authenticates a user by password, and uses the proof.
///
/// `used` does all that the proof is for in one unit of work, which begins with [`super::Authenticated::lock_account`] (or
/// [`super::FirstStep::begin`], where a second factor is missing), and returns none if the proof is no longer valid. Then the proof is
/// made again, because another sign-in may have made the hash stronger meanwhile.
///
/// Unknown names, wrong passwords and disabled accounts take the same path, time and words. A wrong
/// password is counted and recorded as a refusal of the intended action (S18, S27).
///
/// # Errors
/// `invalid_credentials`, `invalid_code`, `too_many_requests`, `account_throttled`, `source_blocked`, `overloaded`;
/// errors of `used`.
pub(in crate::server::service) async fn by_password<'u, T>(
    app: &App,
    attempt: PasswordAttempt<'_>,
    used: impl Fn(Verified) -> BoxFuture<'u, Result<Option<T>>> + Sync,
) -> Result<T> {
    let what_for = match attempt.whose {
        Whose::Name(_) => Attempted::SignIn,
        Whose::Principal(_) => Attempted::Proof,
    };
    let client_info = attempt.client_info;
    let mut is_half = false;
    let outcome = proven(app, attempt, used, &mut is_half).await;
    match is_half && outcome.is_ok() {
        true => outcome::half(app, what_for, client_info),
        false => outcome::record(app, what_for, client_info, &outcome),
    }
    outcome
}

async fn proven<'u, T>(
    app: &App,
    attempt: PasswordAttempt<'_>,
    used: impl Fn(Verified) -> BoxFuture<'u, Result<Option<T>>> + Sync,
    is_half: &mut bool,
) -> Result<T> {
    // Checked first, so that a request beyond our capacity costs nothing else.
    attempt.has_room(app)?;
    let mut counted = attempt.begin(app).await?;
    let proof = match attempt.verify(app, Some(&mut counted)).await {
        Ok(Proven::Right(verified)) => *verified,
        Ok(Proven::Wrong(outcome, user_id, offset)) => {
            attempt.failed(app, counted, outcome, (user_id, offset)).await?;
            return Err(match outcome {
                Outcome::WrongCode => ErrorCode::InvalidCode.into(),
                _ => ErrorCode::InvalidCredentials.into(),
            });
        }
        Err(error) => {
            counted.withdraw(app).await;
            return Err(attempt.limited(app, error).await);
        }
    };
    let user = proof.user().to_string();
    // A code is right once it is spent, so its counts wait for that.
    let waiting = match &proof {
        Verified::Whole(who) if who.code().is_some() => Some(counted),
        Verified::Whole(who) => {
            match who.trust() {
                Some(_) => counted.succeeded_by_trust(app).await,
                None => counted.succeeded(app).await,
            }
            None
        }
        Verified::Half(_) => {
            if let Err(error) = counted.half_succeeded(app, &user).await {
                return Err(attempt.limited(app, error).await);
            }
            *is_half = true;
            None
        }
    };
    let done = use_up(app, &attempt, proof, used).await;
    match (waiting, &done) {
        (Some(counted), Ok(_)) => counted.succeeded(app).await,
        (Some(counted), Err(error)) if error.code() == ErrorCode::InvalidCode => {
            attempt.failed(app, counted, Outcome::WrongCode, (Some(user), None)).await?;
        }
        (Some(counted), Err(_)) => counted.withdraw(app).await,
        (None, _) => {}
    }
    done
}

/// Uses a proof; makes it again, and uses that, where the account has changed meanwhile.
async fn use_up<'u, T>(
    app: &App,
    attempt: &PasswordAttempt<'_>,
    mut proof: Verified,
    used: impl Fn(Verified) -> BoxFuture<'u, Result<Option<T>>> + Sync,
) -> Result<T> {
    let user = proof.user().clone();
    for _ in 0..LOOKS {
        if let Some(done) = used(proof).await? {
            return Ok(done);
        }
        match attempt.verify(app, None).await? {
            Proven::Right(again) => proof = *again,
            Proven::Wrong(..) => break,
        }
    }
    let (record, event) =
        (Record::new(app, attempt.client_info), (attempt.what_for, Outcome::Overtaken));
    record.write_alone(app, event, Actor::Unknown, Some(user.as_str())).await?;
    Err(ErrorCode::InvalidCredentials.into())
}
