//! Set-up of the first administrator, by a link that works once, for an hour, while there is none
//! (S8).

pub(super) mod link;

use self::link::peek;
pub use self::link::{new_link, open_until};
use super::{
    ClientInfo,
    audit::{Kind, Outcome, Record, once},
    flows::Asker,
    login::{self, Entered},
    outcome,
    proof::{Authenticated, FirstStep},
    register::{self, Rules},
    roles,
};
use crate::{
    model::{ErrorCode, SessionKind, SetupForm},
    server::{
        App,
        error::{Error, Result},
    },
};

/// Creates the first administrator and signs them in, or has them set up a second factor first where their role demands it; the
/// account and the end of the link are one transaction.
///
/// # Errors
/// `setup_closed` if the link is spent, expired or wrong, or an administrator exists; else as
/// registration.
pub async fn claim(
    app: &App,
    token: &str,
    form: SetupForm,
    next: Option<String>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let Some(flow) = peek(app, token).await? else {
        return refuse(app, client_info).await;
    };
    let grant = register::Admission::SetupLink(flow);
    match register::create(app, form.account(), Rules::Ours, grant, client_info).await {
        Ok(created) if roles::demand_factor(&app.config, created.user().roles.as_deref()) => {
            let first = FirstStep::to_enrol(Authenticated::by_registration(app, &created));
            let browser = Asker::Page.browser(client_info.browser.as_ref());
            let kind = Some(SessionKind::Cookie);
            let begun = login::begin(app, first, kind, next, browser.as_ref(), client_info).await?;
            // None if an operator disabled the account at this moment.
            Ok(begun.ok_or(ErrorCode::InvalidCredentials)?)
        }
        Ok(created) => register::sign_in(app, &created, next, client_info).await,
        Err(Error::Api(error)) if error.code == ErrorCode::SetupClosed => {
            refuse(app, client_info).await
        }
        Err(error) => Err(error),
    }
}

/// Refuses an invalid link. Recorded once a minute, because anybody can try.
async fn refuse(app: &App, client_info: &ClientInfo) -> Result<Entered> {
    let (name, record) = ("set-up link".to_owned(), Record::new(app, client_info));
    outcome::refused("set-up", client_info, ErrorCode::SetupClosed);
    once(app, name, record, (Kind::SetupClaim, Outcome::Refused), None).await?;
    Err(ErrorCode::SetupClosed.into())
}
