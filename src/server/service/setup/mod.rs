//! The first admin: by a link that works once, for an hour, while there is none (S8).

pub(super) mod link;

use self::link::peek;
pub use self::link::{new_link, open_until};
use super::{
    Visitor,
    audit::{Kind, Outcome, Record, once},
    outcome,
    register::{self, Rules},
    session::Opened,
};
use crate::{
    model::{ErrorCode, SetupForm},
    server::{
        App,
        error::{Error, Result},
    },
};

/// Creates the first admin and signs them in; the account and the link's end are one transaction.
///
/// # Errors
/// `setup_closed` if the link is spent, expired or wrong, or an admin exists; else as registration.
pub async fn claim(app: &App, token: &str, form: SetupForm, visitor: &Visitor) -> Result<Opened> {
    let Some(flow) = peek(app, token).await? else {
        return refuse(app, visitor).await;
    };
    let grant = register::Grant::SetupLink(flow);
    match register::create(app, form.account(), Rules::Ours, grant, visitor).await {
        Ok(created) => register::sign_in(app, &created, visitor).await,
        Err(Error::Api(error)) if error.code == ErrorCode::SetupClosed => {
            refuse(app, visitor).await
        }
        Err(error) => Err(error),
    }
}

/// Refuses a link that does not work. Recorded once a minute, because anybody can try.
async fn refuse(app: &App, visitor: &Visitor) -> Result<Opened> {
    let (name, record) = ("set-up link".to_owned(), Record::new(app, visitor));
    outcome::refused("set-up", visitor, ErrorCode::SetupClosed);
    once(app, name, record, (Kind::SetupClaim, Outcome::Refused), None).await?;
    Err(ErrorCode::SetupClosed.into())
}
