//! Set-up of the first administrator, by a link that works once, for an hour, while there is none
//! (S8).

pub(super) mod link;

use self::link::peek;
pub use self::link::{new_link, open_until};
use super::{
    ClientInfo,
    audit::{Kind, Outcome, Record, once},
    login::Entered,
    outcome,
    register::{self, Admission, Rules},
};
use crate::{
    model::{ErrorCode, SetupForm},
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
    let grant = Admission::SetupLink(flow);
    match register::create(app, form.account(), Rules::Ours, grant, client_info).await {
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
