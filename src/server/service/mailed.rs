//! Where the links of mails lead.

use crate::server::{
    App,
    error::Result,
    service::flows::{self, FlowToken, Purpose},
};

/// What a link of a mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// A new password.
    Reset,
    /// The confirmation of an address.
    VerifyAddress,
    /// Taking back that an address was replaced.
    UndoAddress,
    /// Closing an account to everybody in it.
    Secure,
    /// Taking an address off an account that its owner knows nothing of.
    RefuseAddress,
    /// An account of somebody who was invited.
    Invite,
}

/// What the open flow of a link is for; none if the link is unknown, spent or over. One that has confirmed its address still
/// leads to the page that says so. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn purpose_of(app: &App, token: &str) -> Result<Option<Linked>> {
    let Some(link) = FlowToken::parse(token) else {
        return Ok(None);
    };
    Ok(match flows::purpose_of(app, &link).await? {
        Some(Purpose::Reset) => Some(Linked::Reset),
        Some(Purpose::VerifyAddress) => Some(Linked::VerifyAddress),
        Some(Purpose::UndoAddress) => Some(Linked::UndoAddress),
        Some(Purpose::Secure) => Some(Linked::Secure),
        Some(Purpose::RefuseAddress) => Some(Linked::RefuseAddress),
        Some(Purpose::Invite) => Some(Linked::Invite),
        // No mail has a link of these.
        Some(
            Purpose::SetUp
            | Purpose::SignIn
            | Purpose::Confirm
            | Purpose::MailCode
            | Purpose::Totp
            | Purpose::RecoveryCodes
            | Purpose::Passkey
            | Purpose::Keep,
        ) => None,
        None => {
            let confirmed = flows::confirmed_by(app, Purpose::VerifyAddress, &link).await?;
            confirmed.map(|_| Linked::VerifyAddress)
        }
    })
}
