use super::{Admission, Judged, Rules, count, create, judge, refuse_blocked, sign_in, taken};
use crate::{
    model::{RegisterForm, UserView},
    server::{
        App,
        db::new_users,
        error::Result,
        service::{
            ClientInfo,
            flows::Holder,
            login::Entered,
            passkeys::{AskedNew, Bringing, NewcomersPasskey, admit_newcomer, ask_newcomer},
            profile,
            register::created::Created,
        },
    },
};

/// Asks for the passkey of a new account, once its form has nothing wrong that is known before: an authenticator keeps what it makes.
/// Nothing is written.
///
/// # Errors
/// `not_found` where new accounts need a password; `registration_closed`; `invalid_input`, `username_taken`; `too_many_requests`; an
/// error of the database.
pub async fn passkey_options(
    app: &App,
    holder: Holder<'_>,
    form: RegisterForm,
    client_info: &ClientInfo,
) -> Result<AskedNew> {
    Admission::Nothing.is_open(app)?;
    refuse_blocked(app, client_info).await?;
    admit_newcomer(app, holder, client_info).await?;
    let Judged { username, .. } =
        judge(app, form, Rules::Passkey, Admission::Nothing.needs_address(app))?;
    // The answer tells who has an account as a registration does, so it counts as one (S2).
    let _stays = count(app, client_info).await?;
    if !new_users::username_is_free(&app.db, &username.canonical, app.clock.now_s()).await? {
        return Err(taken());
    }
    ask_newcomer(app, holder, &username)
}

/// Registers an account with a passkey, and without a password.
///
/// # Errors
/// `not_found` where new accounts need a password; `flow_over`, `passkey_exists`; else as [`super::with_password`].
pub async fn with_passkey(
    app: &App,
    form: RegisterForm,
    passkey: Bringing<'_>,
    client_info: &ClientInfo,
) -> Result<UserView> {
    Ok(profile::view(carry_out(app, form, passkey, client_info).await?.into_row()))
}

/// The same in a browser, which is signed in then, or has its address confirmed first where it must be.
///
/// # Errors
/// As [`with_passkey`].
pub async fn with_passkey_and_sign_in(
    app: &App,
    form: RegisterForm,
    passkey: Bringing<'_>,
    next: Option<String>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let created = carry_out(app, form, passkey, client_info).await?;
    sign_in(app, &created, next, client_info).await
}

async fn carry_out(
    app: &App,
    form: RegisterForm,
    passkey: Bringing<'_>,
    client_info: &ClientInfo,
) -> Result<Created> {
    let username = form.username.as_deref().unwrap_or_default();
    let new = NewcomersPasskey::of(app, username, passkey, client_info)?;
    create(app, form, Rules::Passkey, Admission::Passkey(Box::new(new)), client_info).await
}
