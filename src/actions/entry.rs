use leptos::prelude::*;

use crate::{
    browser::PublicClient,
    model::{
        ApiError, Arrival, Json, LoginForm, RegisterForm, SetupForm, Strength as StrengthView,
        StrengthForm,
    },
};

/// Signs in: the session becomes a cookie, the access token is for localStorage.
#[server(prefix = "/action", endpoint = "login", client = PublicClient, input = Json, output = Json)]
pub async fn login(form: LoginForm, next: Option<String>) -> Result<Arrival, ApiError> {
    use crate::server::{http::door::Door, service::login};

    let door = Door::of_action();
    let form = LoginForm { session: Some(crate::model::SessionKind::Cookie), ..form };
    let opened = login::with_password(&door.app, form, &door.visitor).await;
    door.arrive(opened.map_err(|error| error.into_api())?, next)
}

/// Registers and signs in.
#[server(prefix = "/action", endpoint = "register", client = PublicClient, input = Json, output = Json)]
pub async fn register(form: RegisterForm, next: Option<String>) -> Result<Arrival, ApiError> {
    use crate::server::{http::door::Door, service::register};

    let door = Door::of_action();
    let opened = register::and_sign_in(&door.app, form, &door.visitor).await;
    door.arrive(opened.map_err(|error| error.into_api())?, next)
}

/// Creates the first admin and signs them in.
#[server(prefix = "/action", endpoint = "setup", client = PublicClient, input = Json, output = Json)]
pub async fn setup(form: SetupForm) -> Result<Arrival, ApiError> {
    use crate::server::{http::door::Door, service::setup};

    let door = Door::of_action();
    let token = door.link.as_deref().unwrap_or_default();
    let opened = setup::claim(&door.app, token, form, &door.visitor).await?;
    door.forget_link();
    door.arrive(opened, None)
}

/// How hard a password is to guess, while it is typed; nothing is kept of it.
#[server(prefix = "/action", endpoint = "strength", client = PublicClient, input = Json, output = Json)]
pub async fn strength(form: StrengthForm) -> Result<StrengthView, ApiError> {
    use crate::server::{http::door::Door, service::passwords};

    let door = Door::of_action();
    passwords::strength(&door.app, form, &door.visitor).await.map_err(|error| error.into_api())
}
