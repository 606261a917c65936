//! Passkeys (WebAuthn level 3): added, named and removed by their owner, and used to sign in, as the only factor or as the second
//! one (S82).
//!
//! [`begin`] and [`confirm`] add one in a session. [`options()`] and `look` are the two halves of a use: what an authenticator is
//! asked, and what it answers. `UsedPasskey::spend` uses the answer, in the unit of work that it authorises. An authenticator
//! verifies who uses it, or its answer is refused: so a passkey counts as two factors.

mod add;
mod answers;
mod ceremony;
mod change;
mod list;
mod look;
mod newcomer;
mod options;
mod page;
mod prove;
mod usable;

use futures::FutureExt;

pub use add::{begin, confirm};
pub use answers::{AssertionAnswer, AssertionResponse, AttestationResponse, RegistrationAnswer};
pub use ceremony::{Asked, Purpose, options};
pub use change::{remove, rename};
pub use list::{PasskeyView, Passkeys, of_account, of_principal};
pub use newcomer::{AskedNew, Bringing, is_unknown};
pub use options::{
    AuthenticatorSelection, CreationOptions, Descriptor, Entity, Parameter, RequestOptions,
    UserEntity,
};

pub use page::{PasskeyPage, of_session_user};
pub use usable::elsewhere;

pub(super) use look::UsedPasskey;
use look::{Looked, look};
pub(super) use newcomer::{NewcomersPasskey, admit_newcomer, ask_newcomer};
pub(super) use prove::prove;
pub(super) use usable::{are_usable, are_usable_in};

use super::{
    ClientInfo,
    limits::{self, Limit},
    principal::Principal,
    prune,
};
use crate::{
    model::ErrorCode,
    server::{App, config::Config, db::passkeys, error::Result, secure::passkey::Expected},
};

/// Time for an answer, in seconds.
pub const LIFE: i64 = 300;

/// The most passkeys of an account.
pub const PASSKEYS_MAX: usize = 20;

/// What passkeys are for: a name, and the origins whose pages may ask for them.
#[derive(Clone, Copy)]
struct Rp<'c> {
    id: &'c str,
    origins: &'c [String],
}

impl<'c> Rp<'c> {
    /// That of this service.
    ///
    /// # Errors
    /// `not_found` where browsers make none: at an address of numbers.
    fn of(config: &'c Config) -> Result<Self> {
        let id = config.rp_id.as_deref().ok_or(ErrorCode::NotFound)?;
        Ok(Self { id, origins: &config.passkey_origins })
    }

    /// What an answer to a challenge must have.
    fn expects<'e>(&'e self, challenge: &'e str) -> Expected<'e> {
        Expected { challenge, origins: self.origins, rp_id: self.id }
    }
}

/// The origins whose pages may ask for passkeys of this service, where browsers make any: for `/.well-known/webauthn`.
pub fn related_origins(config: &Config) -> Option<&[String]> {
    config.rp_id.as_ref().map(|_| config.passkey_origins.as_slice())
}

/// Counts a change of passkeys.
async fn count(app: &App, principal: &Principal, client_info: &ClientInfo) -> Result<()> {
    let limit = Limit::Write(principal.user().as_str());
    limits::count_change(app, limit, principal, client_info).await
}

/// Deletes challenges that were answered and are over; runs once a minute.
///
/// # Errors
/// Fails if the database fails.
pub async fn sweep(app: &App) -> Result<()> {
    let now_s = app.clock.now_s();
    prune::in_batches(app, move |tx| passkeys::forget_challenges(tx, now_s, prune::BATCH).boxed())
        .await
}
