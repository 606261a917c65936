//! Authentication. A session is opened, and its `auth_time` set, only with an `Authenticated`, which only this module
//! creates.

mod half;
mod mailed;
mod method;
mod password;
mod throttled;
mod unconfirmed;
mod using;
mod verified;

pub(super) use half::FirstStep;
pub use half::{HalfSignedIn, resume};
pub(super) use mailed::by_mail;
pub(super) use method::Acr;
pub use method::{Method, Methods};
pub(super) use password::PasswordAttempt;
pub use unconfirmed::{Unconfirmed, waiting};
pub(super) use unconfirmed::{is_unconfirmed, wait};
pub(super) use using::by_password;
pub(super) use verified::Verified;

use super::{
    factors::{CodeKind, Enrolment, RightCode},
    flows::Flow,
    passkeys::UsedPasskey,
    principal::Principal,
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{
            DbResult, Tx, trusted_devices,
            users::{self, UserRow},
        },
        error::Result,
        service::{
            flows,
            register::created::Created,
            trusted::{NewTrust, ShownTrust},
        },
    },
};

/// The second factor of a proof.
#[derive(Clone)]
enum Second {
    /// The account had none when it was read.
    None,
    /// The browser is trusted, so that none is asked for.
    Trusted(Box<ShownTrust>),
    /// It was given in the same session, within the time for which a proof is fresh.
    Recent,
    /// A right code, which is spent with the proof; and the pending sign-in that it completes, if there is one.
    Code(RightCode, Option<Box<Flow>>),
    /// A right answer of a passkey, which is spent with the proof; and the pending sign-in that it completes, if there is one.
    Passkey(Box<UsedPasskey>, Option<Box<Flow>>),
    /// A flow has all that was given, with the time (Unix seconds) at which it is spent, and the kind of the code that was given with
    /// it: a sign-in that waited for its address, or the code of a mail.
    Carried(Box<Flow>, i64, Option<CodeKind>),
    /// A new app, confirmed by a code of it, which is stored with the use of the proof; and the pending sign-in that it completes.
    Enrolment(Box<Enrolment>, Box<Flow>),
}

/// A completed authentication, with the state of the account that must be unchanged when it is used.
#[derive(Clone)]
pub(super) struct Authenticated {
    user: UserId,
    methods: Methods,
    /// Time of the authentication, in Unix seconds.
    at: i64,
    /// Epoch of the account when it was read.
    epoch: i64,
    /// The hash that matched the password.
    hash_seen: Option<String>,
    /// A stronger hash of the same password, to be stored with the use of the proof.
    stronger: Option<String>,
    /// Whether the password is below the policy.
    is_weak: bool,
    /// The second factor.
    second: Second,
    /// The browser that is to be trusted with the use of the proof.
    new_trust: Option<NewTrust>,
}

impl Authenticated {
    /// The proof of a session that has just set up its authenticator app: its last proof, and the code that confirmed the
    /// app, which the unit of work stores as used.
    pub(super) fn by_enrolment(principal: &Principal) -> Self {
        let claims = principal.claims();
        let before = Methods::of_claim(&claims.amr);
        Self {
            user: claims.sub.clone(),
            methods: match before.acr() {
                // That of a passkey, or of another code.
                Acr::Aal2 => before,
                Acr::Aal1 => before.and_code(false),
            },
            at: claims.auth_time,
            epoch: claims.epoch,
            hash_seen: None,
            stronger: None,
            is_weak: false,
            second: Second::Recent,
            new_trust: None,
        }
    }

    /// The proof of an account that was just created, by the request that created it.
    pub(super) fn by_registration(app: &App, created: &Created) -> Self {
        Self {
            user: created.user().id.clone(),
            methods: match created.syncs() {
                Some(syncs) => Methods::by_passkey(syncs),
                None => Methods::of(Method::Password),
            },
            at: app.clock.now_s(),
            epoch: created.user().epoch,
            hash_seen: created.hash().map(str::to_owned),
            stronger: None,
            is_weak: false,
            second: Second::None,
            new_trust: None,
        }
    }

    /// The proof by a passkey alone, whose answer was right. It is spent when the account is locked.
    pub(super) fn by_passkey(app: &App, used: Box<UsedPasskey>) -> Self {
        Self {
            user: used.user().clone(),
            methods: Methods::by_passkey(used.syncs()),
            at: app.clock.now_s(),
            epoch: used.epoch(),
            hash_seen: None,
            stronger: None,
            is_weak: false,
            second: Second::Passkey(used, None),
            new_trust: None,
        }
    }

    /// Id of the account.
    pub(super) fn user(&self) -> &UserId {
        &self.user
    }

    /// Epoch of the account when it was read.
    pub(super) fn epoch(&self) -> i64 {
        self.epoch
    }

    /// Authentication methods.
    pub(super) fn methods(&self) -> &Methods {
        &self.methods
    }

    /// Time of the authentication, in Unix seconds.
    pub(super) fn at(&self) -> i64 {
        self.at
    }

    /// Whether the verified password is below the policy.
    pub(super) fn is_weak(&self) -> bool {
        self.is_weak
    }

    /// The code that the proof spends, if it does.
    pub(super) fn code(&self) -> Option<&RightCode> {
        match &self.second {
            Second::Code(code, _) => Some(code),
            _ => None,
        }
    }

    /// The passkey that the proof uses, if it does.
    pub(super) fn passkey(&self) -> Option<&UsedPasskey> {
        match &self.second {
            Second::Passkey(used, _) => Some(used),
            _ => None,
        }
    }

    /// The kind of the code of the second factor that was given, now or before the sign-in waited.
    pub(super) fn factor(&self) -> Option<CodeKind> {
        match &self.second {
            Second::Code(code, _) => Some(code.kind()),
            Second::Carried(_, _, kind) => *kind,
            Second::Passkey(..) => Some(CodeKind::Passkey),
            _ => None,
        }
    }

    /// The app that the proof sets up, if it does.
    pub(super) fn enrolment(&self) -> Option<&Enrolment> {
        match &self.second {
            Second::Enrolment(new, _) => Some(new),
            _ => None,
        }
    }

    /// Whether the first step was the code of a mail.
    pub(super) fn is_by_mail(&self) -> bool {
        self.methods.begin_with(Method::Otp)
    }

    /// Whether no second factor was given.
    pub(super) fn is_single(&self) -> bool {
        self.methods.acr() == Acr::Aal1
    }

    /// The trust that takes the place of a code, if it does.
    pub(super) fn trust(&self) -> Option<&ShownTrust> {
        match &self.second {
            Second::Trusted(shown) => Some(shown),
            _ => None,
        }
    }

    /// The browser that is to be trusted.
    pub(super) fn new_trust(&self) -> Option<&NewTrust> {
        self.new_trust.as_ref()
    }

    /// Locks the account's row as the first statement of a unit of work, so that a change of the
    /// account comes before or after all of the unit; and spends what the proof spends.
    ///
    /// Returns the account as it is now; none if the proof is no longer valid, because the account
    /// is disabled, has another password, has got a second factor, or trusts the browser no longer.
    ///
    /// # Errors
    /// `flow_over` if the pending sign-in is over, or the challenge of a passkey was answered; `invalid_code` if somebody else has
    /// used the code; `invalid_passkey` if the passkey was removed; an error of the database.
    pub(super) async fn lock_account(&self, tx: &mut Tx<'_>) -> Result<Option<UserRow>> {
        let Some(user) = self.lock_row(tx).await? else {
            return Ok(None);
        };
        let id = user.id.as_str();
        match &self.second {
            Second::None if user.totp_at.is_some() => return Ok(None),
            // Somebody else was faster, or the account has changed.
            Second::Enrolment(..) if user.totp_at.is_some() || user.epoch != self.epoch => {
                return Ok(None);
            }
            Second::Enrolment(_, flow) => {
                if !flows::spend(tx, flow, self.at).await? {
                    return Err(ErrorCode::FlowOver.into());
                }
            }
            Second::Carried(flow, now_s, _) if !flows::spend(tx, flow, *now_s).await? => {
                return Err(ErrorCode::FlowOver.into());
            }
            Second::Trusted(shown) if !shown.holds(tx, user.epoch).await? => return Ok(None),
            Second::Code(code, flow) => {
                if let Some(flow) = flow
                    && !flows::spend(tx, flow, self.at).await?
                {
                    return Err(ErrorCode::FlowOver.into());
                }
                if !code.spend(tx, id, self.at).await? {
                    return Err(ErrorCode::InvalidCode.into());
                }
                // Its owner may have lost the app with a device.
                if code.is_recovery() {
                    trusted_devices::remove_all(tx, id, None).await?;
                }
            }
            Second::Passkey(used, flow) => {
                if let Some(flow) = flow
                    && !flows::spend(tx, flow, self.at).await?
                {
                    return Err(ErrorCode::FlowOver.into());
                }
                used.spend(tx, self.at).await?;
            }
            Second::None | Second::Trusted(_) | Second::Carried(..) | Second::Recent => {}
        }
        Ok(Some(user))
    }

    /// The hash that the account has once the proof is used.
    fn hash_after(&self) -> Option<&str> {
        self.stronger.as_deref().or(self.hash_seen.as_deref())
    }

    /// Locks the account's row; none if the account is disabled or has another password.
    async fn lock_row(&self, tx: &mut Tx<'_>) -> DbResult<Option<UserRow>> {
        let (id, seen) = (self.user.as_str(), self.hash_seen.as_deref());
        if !users::lock_unchanged(tx, id, seen, self.stronger.as_deref()).await? {
            return Ok(None);
        }
        users::by_id_in(tx, id).await
    }
}
