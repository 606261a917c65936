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
}

impl Linked {
    const ALL: [(Self, Purpose); 2] =
        [(Self::Reset, Purpose::Reset), (Self::VerifyAddress, Purpose::VerifyAddress)];
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
    for (linked, purpose) in Linked::ALL {
        if flows::peek_link(app, purpose, &link).await?.is_some() {
            return Ok(Some(linked));
        }
    }
    let confirmed = flows::confirmed_by(app, Purpose::VerifyAddress, &link).await?;
    Ok(confirmed.map(|_| Linked::VerifyAddress))
}
