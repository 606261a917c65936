//! The second factor of an account: an authenticator app (TOTP, RFC 6238), and recovery codes for the day without it (S82).
//!
//! [`begin`] makes a seed, [`confirm`] stores it once a code of the app was right, [`remove`] removes it. `look` judges a
//! code, and `RightCode::spend` uses it, in the unit of work that it authorises.

mod at_sign_in;
mod change;
mod code;
mod codes;
mod enrol;
mod enrolment;
mod shown;

use serde::Serialize;
use utoipa::ToSchema;

pub use at_sign_in::{of_sign_in, warn, warning};
pub use codes::{kept, new_codes};
pub use enrol::{Confirmed, Setup, begin, confirm, remove};
pub use shown::{FactorPage, of_account, of_principal, of_session_user};

pub(super) use at_sign_in::look_at_new;
pub(super) use code::{CodeKind, Looked, RightCode, look};
pub(super) use enrolment::Enrolment;

use super::mail::{MailKind, Post};
use crate::server::{
    db::{Tx, factors},
    error::Result,
    secure::seal::InstanceSecret,
};

/// The purpose under which seeds are sealed.
pub(super) const SEED: &str = "totp seed";

/// Number of recovery codes of an account.
pub const CODES: usize = 10;
/// Number of recovery codes at which their owner is told to make new ones.
pub const CODES_LOW: i64 = 3;
/// Number of wrong codes after a right password at which the owner is told, and again after each so many.
const TOLD_AFTER: i64 = 3;

/// The second factor of an account. Times are Unix seconds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FactorsView {
    /// The authenticator app; null without one.
    pub totp: Option<TotpView>,
    /// Number of recovery codes that are left.
    pub recovery_codes_left: i64,
}

/// An authenticator app.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TotpView {
    /// When it was set up.
    pub created_at: i64,
    /// When a code of it was last right.
    pub used_at: Option<i64>,
}

/// Seals all seeds under another secret. Where the old one is lost they stay as they are: recovery codes alone work then.
///
/// # Errors
/// Fails if a seed does not open, or the database fails.
pub(super) async fn reseal(
    tx: &mut Tx<'_>,
    going: Option<&InstanceSecret>,
    coming: &InstanceSecret,
) -> Result<()> {
    let Some(going) = going else {
        return Ok(());
    };
    for (user_id, sealed) in factors::seeds(tx).await? {
        // One that an earlier loss made unreadable stays so.
        if let Ok(seed) = going.open(SEED, &user_id, &sealed) {
            factors::set_seed(tx, &user_id, &coming.seal(SEED, &user_id, &seed)?).await?;
        }
    }
    Ok(())
}

/// Counts a wrong code after a right password, and tells the owner of the account after some (S32): somebody knows the
/// password.
///
/// # Errors
/// Fails if the database or the mail fails.
pub(super) async fn wrong_code(tx: &mut Tx<'_>, user_id: &str, post: &Post) -> Result<()> {
    if let Some(failed) = factors::count_failed(tx, user_id).await?
        && failed % TOLD_AFTER == 0
    {
        post.notify(tx, user_id, MailKind::WrongCodes).await?;
    }
    Ok(())
}
