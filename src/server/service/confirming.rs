//! Confirming the address at a sign-in, where the settings demand it before an account opens anything.
//!
//! A right sign-in to such an account begins a flow, [`Unconfirmed`]. With it the mail is sent again, the address is mended and
//! confirmed, and then the session is opened. The browser has the account by the flow, and the mailbox by a code or a link.

use super::{
    ClientInfo,
    address::{self, AddressPage, Asks, Sent, Shown},
    audit::Kind,
    flows::{Asker, BrowserToken, FlowToken, Holder},
    limits::{self, Limit},
    login::{self, Entered},
    outcome,
    proof::{self, Unconfirmed},
};
use crate::{
    model::ErrorCode,
    server::{App, error::Result, metrics::Attempt, secure::identifier::Email},
};

/// The sign-in of a secret that waits for its address, where it was begun.
///
/// # Errors
/// `flow_over`; an error of the database.
pub async fn waiting(app: &App, holder: Holder<'_>, token: &str) -> Result<Unconfirmed> {
    let found = match FlowToken::parse(token) {
        Some(token) => proof::waiting(app, holder, &token).await?,
        None => None,
    };
    found.ok_or_else(|| ErrorCode::FlowOver.into())
}

/// The same for the page of a browser.
///
/// # Errors
/// As [`waiting`].
pub async fn waiting_in(
    app: &App,
    browser: Option<&BrowserToken>,
    token: Option<&str>,
) -> Result<Unconfirmed> {
    match browser.zip(token) {
        Some((browser, token)) => waiting(app, Holder::Browser(browser), token).await,
        None => Err(ErrorCode::FlowOver.into()),
    }
}

/// What the page of such a sign-in shows about its address, and about the link that the browser followed. Changes nothing.
///
/// # Errors
/// Fails if the database fails.
pub async fn shown(app: &App, sign_in: &Unconfirmed, link: &str) -> Result<AddressPage> {
    address::of_user(app, sign_in.user(), link).await
}

/// Sends the mail that confirms the address once more; to another address, if one is given, which takes its place.
///
/// # Errors
/// `not_found` if no address waits; `too_many_requests` before the wait is over.
pub async fn send(
    app: &App,
    sign_in: &Unconfirmed,
    email: Option<Email>,
    client_info: &ClientInfo,
) -> Result<Sent> {
    let asks = Asks::SignIn(sign_in.user());
    match email {
        Some(email) => address::set_for(app, asks, email, client_info).await,
        None => address::send_again_to(app, asks, None, client_info).await,
    }
}

/// Confirms the address, if it is not confirmed by now, and opens the session.
///
/// # Errors
/// `invalid_code` for a code that is wrong or over; `flow_over`; `address_unavailable` if somebody else has confirmed the
/// address meanwhile; `too_many_requests` and `source_blocked` by the source.
pub async fn confirm(
    app: &App,
    sign_in: Unconfirmed,
    shown: Shown<'_>,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let wanted = [Limit::Recovery(client_info.source())];
    let step = ("address code", Kind::AddressVerify);
    limits::count_source(app, step, &wanted, client_info).await?;
    address::confirm_first(app, sign_in.user(), shown, client_info).await?;
    let browser = asker.browser(client_info.browser.as_ref());
    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
    let (kind, next) = (sign_in.session(), sign_in.next().map(str::to_owned));
    let who = sign_in.complete(app, client_info)?;
    let opened = login::open(app, who, (kind, next.clone()), holder, client_info).await;
    // None if the account was disabled, or has another password.
    let opened = opened.and_then(|opened| Ok(opened.ok_or(ErrorCode::FlowOver)?));
    outcome::record(app, Attempt::SignIn, client_info, &opened);
    let entered = opened.map(|opened| Entered::Session(Box::new(opened), next));
    login::or_waiting(entered, browser.as_ref())
}
