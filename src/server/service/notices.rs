//! The choice of notices: mails about sign-ins from new browsers can be turned off, and no others.

use futures::FutureExt;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ClientInfo,
    audit::{Actor, Kind, Outcome, Record},
    limits::{self, Limit},
    mail::{MailKind, Post},
    principal::Principal,
    session_user::SessionUser,
};
use crate::{
    model::{ErrorCode, UserId},
    server::{
        App,
        db::{profiles, users},
        error::{Error, Result},
    },
};

/// The notices that an account gets by its own choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NoticeChoices {
    /// Whether a sign-in from a new browser or program is told.
    pub sign_in: bool,
}

/// The choices of the principal's account.
///
/// # Errors
/// `not_found` if the account does not exist; an error of the database.
pub async fn of_principal(app: &App, principal: &Principal) -> Result<NoticeChoices> {
    of_account(app, principal.user()).await
}

/// The choices of the session user's account, for a page.
///
/// # Errors
/// As [`of_principal`].
pub async fn of_session_user(app: &App, session_user: &SessionUser) -> Result<NoticeChoices> {
    of_account(app, session_user.user()).await
}

async fn of_account(app: &App, user: &UserId) -> Result<NoticeChoices> {
    let user = users::by_id(&app.db, user.as_str()).await?.ok_or(ErrorCode::NotFound)?;
    Ok(NoticeChoices { sign_in: user.sign_in_quiet_at.is_none() })
}

/// Turns the mails about sign-ins from new browsers on or off. It asks for a recent proof, and turning them off is told: somebody
/// who comes in with a stolen password would do it first.
///
/// # Errors
/// `reauthentication_required`, `too_many_requests`; an error of the database.
pub async fn choose(
    app: &App,
    principal: &Principal,
    choices: NoticeChoices,
    client_info: &ClientInfo,
) -> Result<()> {
    principal.require_fresh(app)?;
    let user = principal.user().to_string();
    limits::count_change(app, Limit::Write(&user), principal, client_info).await?;
    let quiet_at = (!choices.sign_in).then(|| app.clock.now_s());
    let record = Record::new(app, client_info).about("sign_in", choices.sign_in);
    let post = Post::of_client(app, client_info);
    let chosen = app.db.write(move |tx| {
        async move {
            if !profiles::set_sign_in_quiet(tx, &user, quiet_at).await? {
                return Ok(());
            }
            let event = (Kind::NoticesChoose, Outcome::Success);
            record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            if quiet_at.is_some() {
                post.notify(tx, &user, MailKind::SignInQuiet).await?;
            }
            Ok::<_, Error>(())
        }
        .boxed()
    });
    chosen.await
}
