//! A request for a proof by a passkey. Its challenge is sealed and handed to the client, so that nothing is stored before an
//! answer comes; when one does, the challenge is spent on the server.

use serde::{Deserialize, Serialize};

use super::{
    LIFE, Rp,
    options::{Descriptor, RequestOptions},
};
use crate::{
    model::{ErrorCode, SessionId, UserId},
    server::{
        App,
        db::passkeys,
        error::{Error, Result},
        secure::{passkey, seal},
        service::{
            ClientInfo,
            flows::Holder,
            limits::{self, Limit, Source},
            outcome,
        },
    },
};

/// The purpose under which ceremonies are sealed.
const CEREMONY: &str = "passkey ceremony";

/// What a proof is for, and where it was begun. An answer for one is of no use for another, nor in another browser.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'p> {
    /// A sign-in by anybody who has a passkey.
    SignIn(Holder<'p>),
    /// The registration of an account without a password, by its canonical username.
    Register(Holder<'p>, &'p str),
    /// The second step of a sign-in, by its flow and account.
    Second(&'p str, &'p UserId),
    /// A fresh proof in a session of an account.
    Proof(&'p SessionId, &'p UserId),
}

impl<'p> Purpose<'p> {
    /// The context in which it is sealed.
    fn context(self) -> String {
        match self {
            Self::SignIn(holder) => format!("sign-in {}", holder.name()),
            Self::Register(holder, username) => format!("register {} {username}", holder.name()),
            Self::Second(flow, _) => format!("second {flow}"),
            Self::Proof(session, _) => format!("proof {session}"),
        }
    }

    /// The limit of its requests: that of the session or sign-in that it belongs to, or else of the source.
    pub(super) fn options_limit(self, source: Source) -> Limit<'p> {
        match self {
            Self::SignIn(_) | Self::Register(..) => Limit::PasskeyOptions(source),
            Self::Second(flow, _) => Limit::PasskeyOptionsWithin(flow),
            Self::Proof(session, _) => Limit::PasskeyOptionsWithin(session.as_str()),
        }
    }

    /// The limit of its answers.
    pub(super) fn answer_limit(self, source: Source) -> Limit<'p> {
        match self {
            Self::SignIn(_) | Self::Register(..) => Limit::PasskeySource(source),
            Self::Second(flow, _) => Limit::PasskeyWithin(flow),
            Self::Proof(session, _) => Limit::PasskeyWithin(session.as_str()),
        }
    }

    /// The account whose passkey may answer; none for any.
    pub(super) fn owner(self) -> Option<&'p UserId> {
        match self {
            Self::SignIn(_) | Self::Register(..) => None,
            Self::Second(_, user) | Self::Proof(_, user) => Some(user),
        }
    }
}

/// A request for a proof.
pub struct Asked {
    /// It, sealed: it comes back with the answer.
    pub ceremony: String,
    /// What the authenticator is asked.
    pub options: RequestOptions,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
pub(super) struct Ceremony {
    pub(super) challenge: String,
    pub(super) expires_at: i64,
    /// The name under which authenticators are to keep the passkeys of a new account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) handle: Option<String>,
}

impl Ceremony {
    pub(super) fn new(app: &App, handle: Option<String>) -> Self {
        Self { challenge: passkey::challenge(), expires_at: app.clock.now_s() + LIFE, handle }
    }

    pub(super) fn seal(&self, app: &App, purpose: Purpose<'_>) -> Result<String> {
        let plain = serde_json::to_vec(self).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(app.secret.seal(CEREMONY, &purpose.context(), &plain)?)
    }

    /// Opens a ceremony that is not over, and was sealed for this purpose.
    ///
    /// # Errors
    /// `flow_over`.
    pub(super) fn open(app: &App, purpose: Purpose<'_>, text: &str) -> Result<Self> {
        let over = || Error::from(ErrorCode::FlowOver);
        let plain = app.secret.open(CEREMONY, &purpose.context(), text).map_err(|_| over())?;
        let ceremony: Self = serde_json::from_slice(&plain).map_err(|_| over())?;
        if app.clock.now_s() < ceremony.expires_at { Ok(ceremony) } else { Err(over()) }
    }

    /// What is stored of it once it was answered.
    pub(super) fn hash(&self) -> String {
        seal::sha256(self.challenge.as_bytes())
    }
}

/// Counts a request for what a passkey is asked.
///
/// # Errors
/// `too_many_requests`.
pub(super) async fn count_options(
    app: &App,
    purpose: Purpose<'_>,
    client_info: &ClientInfo,
) -> Result<()> {
    match limits::take(app, &[purpose.options_limit(client_info.source())]).await {
        Ok(_stays) => Ok(()),
        Err(error) => {
            outcome::refused("passkey options", client_info, error.code());
            Err(error)
        }
    }
}

/// Asks for a proof by a passkey. Nothing is written.
///
/// # Errors
/// `not_found` where there are no passkeys, or the account has none; `too_many_requests`; an error of the database.
pub async fn options(app: &App, purpose: Purpose<'_>, client_info: &ClientInfo) -> Result<Asked> {
    let rp = Rp::of(&app.config)?;
    count_options(app, purpose, client_info).await?;
    let allowed = match purpose.owner() {
        Some(owner) => {
            let rows = passkeys::of_account(&app.db, owner.as_str()).await?;
            let allowed = Descriptor::of_all(&rows, rp);
            if allowed.is_empty() {
                return Err(ErrorCode::NotFound.into());
            }
            allowed
        }
        None => Vec::new(),
    };
    let ceremony = Ceremony::new(app, None);
    Ok(Asked {
        ceremony: ceremony.seal(app, purpose)?,
        options: RequestOptions::new(rp, ceremony.challenge, allowed),
    })
}
