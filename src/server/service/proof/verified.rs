use super::{Authenticated, FirstStep, Methods, Second};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        error::Result,
        secure::trust_token::TrustToken,
        service::{
            ClientInfo,
            audit::Outcome,
            factors::{self, Looked},
            principal::Principal,
            trusted,
        },
    },
};

/// The result of a verification.
pub(super) enum Proven {
    /// The password is right.
    Right(Box<Verified>),
    /// The password or the code is wrong: the reason for the log, which the answer omits (S21), the account, if there is one,
    /// and by how many seconds the clock of the code's app seems to be off.
    Wrong(Outcome, Option<String>, Option<i64>),
}

/// A verified password.
pub(in crate::server::service) enum Verified {
    /// All that the account asks for.
    Whole(Authenticated),
    /// The account has a second factor, which is missing, or has none though a role demands it.
    Half(FirstStep),
}

impl Verified {
    /// Id of the account.
    pub(super) fn user(&self) -> &UserId {
        match self {
            Self::Whole(who) => who.user(),
            Self::Half(first) => first.user(),
        }
    }

    /// The whole proof.
    ///
    /// # Errors
    /// `factor_required`.
    pub(in crate::server::service) fn whole(self) -> Result<Authenticated> {
        match self {
            Self::Whole(who) => Ok(who),
            Self::Half(_) => Err(ErrorCode::FactorRequired.into()),
        }
    }
}

/// The proof of an account with a second factor, whose password was right, by what its browser shows: whole where it is trusted.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn in_browser(
    app: &App,
    who: Authenticated,
    shown: &TrustToken,
    client_info: &ClientInfo,
) -> Result<Proven> {
    let trust = trusted::look(app, (&who.user, who.epoch), shown, client_info).await?;
    Ok(Proven::Right(Box::new(match trust {
        Some(trust) => {
            let (at, second) = (trust.auth_time(), Second::Trusted(Box::new(trust)));
            Verified::Whole(Authenticated { at, second, ..who })
        }
        None => Verified::Half(FirstStep::of(who, false)),
    })))
}

/// The proof of an account with a second factor, whose password was right: whole with a right code, or in a session that is
/// fresh, if one is given.
///
/// # Errors
/// Fails if the database fails.
pub(super) async fn with_second(
    app: &App,
    who: Authenticated,
    code: Option<&str>,
    session: Option<&Principal>,
    is_demanded: bool,
) -> Result<Proven> {
    if let Some(code) = code {
        return Ok(match factors::look(app, &who.user, code).await? {
            Looked::Right(code) => {
                let methods = who.methods.clone().and_code(code.is_recovery());
                let second = Second::Code(code, None);
                Proven::Right(Box::new(Verified::Whole(Authenticated { second, methods, ..who })))
            }
            Looked::Wrong(offset) => {
                Proven::Wrong(Outcome::WrongCode, Some(who.user.to_string()), offset)
            }
        });
    }
    let fresh = session.filter(|principal| principal.require_fresh(app).is_ok());
    let verified = match fresh {
        Some(principal) => {
            let claims = principal.claims();
            let methods = Methods::of_claim(&claims.amr);
            let (at, second) = (claims.auth_time, Second::Recent);
            Verified::Whole(Authenticated { at, methods, second, ..who })
        }
        None => Verified::Half(FirstStep::of(who, is_demanded)),
    };
    Ok(Proven::Right(Box::new(verified)))
}
