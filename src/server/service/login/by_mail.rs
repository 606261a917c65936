use super::{Entered, begin, open, or_waiting};
use crate::{
    model::{ErrorCode, SessionKind},
    server::{
        App,
        error::Result,
        metrics::Attempt,
        service::{
            ClientInfo,
            by_name::{self, Asked, SIGN_IN},
            flows::{Asker, Holder},
            login::Errand,
            outcome,
            proof::{self, Verified},
        },
    },
};

/// Whether people can ask for a code by mail that signs in.
pub fn is_by_mail(app: &App) -> bool {
    app.config.mail_code && app.mail.is_on()
}

/// Sends a code that signs in to the confirmed address of a name.
///
/// # Errors
/// `not_found` where the settings allow none; `mail_unavailable`, `invalid_input`; `too_many_requests` and `source_blocked` by the
/// source alone.
pub async fn ask_by_mail(
    app: &App,
    identifier: &str,
    asker: Asker,
    client_info: &ClientInfo,
) -> Result<Asked> {
    require(app)?;
    by_name::ask(app, SIGN_IN, identifier, asker, client_info).await
}

/// Signs in with such a code, where the mail was asked for. It is the first step alone: a second factor is asked for. The
/// password stays as it is.
///
/// # Errors
/// `not_found` where the settings allow none; `invalid_code` for a wrong code, and for a flow that is over, spent or nobody's;
/// `too_many_requests` and `source_blocked` by the source.
pub async fn by_mail(
    app: &App,
    (flow, typed): (&str, &str),
    kind: Option<SessionKind>,
    errand: Errand,
    client_info: &ClientInfo,
) -> Result<Entered> {
    require(app)?;
    let flow = by_name::code(app, SIGN_IN, (flow, typed), client_info).await?;
    let browser = errand.asker.browser(client_info.browser.as_ref());
    let holder = browser.as_ref().map_or(Holder::Program, Holder::Browser);
    let entered = match proof::by_mail(app, flow).await? {
        Some(Verified::Whole(who)) => {
            let opened = open(app, who, (kind, errand.next), holder, client_info).await;
            let opened = opened.map(|opened| opened.map(Entered::from)).and_then(still);
            outcome::record(app, Attempt::SignIn, client_info, &opened);
            opened
        }
        Some(Verified::Half(first)) => {
            let (browser, next) = (browser.as_ref(), errand.next);
            let begun = begin(app, first, kind, next, browser, client_info).await.and_then(still);
            if begun.is_ok() {
                outcome::half(app, Attempt::SignIn, client_info);
            }
            begun
        }
        None => Err(ErrorCode::InvalidCode.into()),
    };
    or_waiting(entered, browser.as_ref())
}

/// The account may have been disabled meanwhile: then the code is over.
fn still(entered: Option<Entered>) -> Result<Entered> {
    Ok(entered.ok_or(ErrorCode::InvalidCode)?)
}

fn require(app: &App) -> Result<()> {
    match app.config.mail_code {
        true => Ok(()),
        false => Err(ErrorCode::NotFound.into()),
    }
}
