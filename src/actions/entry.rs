use leptos::prelude::*;

use crate::{
    browser::{Json, PublicClient},
    model::{ApiError, Arrival, Filled, Form, Strength as StrengthView, StrengthForm},
};

/// Opens a session by one of the forms for it: the session becomes a cookie, the access token is for localStorage.
#[server(prefix = "/action", endpoint = "enter", client = PublicClient, input = Json, output = Json)]
pub async fn enter(form: Form, filled: Filled, next: Option<String>) -> Result<Arrival, ApiError> {
    use crate::server::{http::door::Door, service::entry};

    form.admit(&filled)?;
    let door = Door::of_action();
    let opened = entry::enter(&door.app, form, filled, door.link.as_deref(), &door.visitor).await?;
    if form == Form::Setup {
        door.forget_link();
    }
    door.arrive(opened, next)
}

/// How hard a password is to guess, while it is typed; nothing is kept of it.
#[server(prefix = "/action", endpoint = "strength", client = PublicClient, input = Json, output = Json)]
pub async fn strength(form: StrengthForm) -> Result<StrengthView, ApiError> {
    use crate::server::{http::door::Door, service::passwords};

    let door = Door::of_action();
    passwords::strength(&door.app, form, &door.visitor).await.map_err(|error| error.into_api())
}
