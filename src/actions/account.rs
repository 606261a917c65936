use leptos::prelude::*;

use crate::{
    browser::{BearerClient, Json},
    model::{Acted, ApiError, Filled, Form, Whoami as WhoamiView},
};

/// Who the bearer token says is calling: the guarded server function of the account page.
#[server(prefix = "/action", endpoint = "whoami", client = BearerClient, input = Json, output = Json)]
pub async fn whoami() -> Result<WhoamiView, ApiError> {
    use crate::server::{http::door::Door, service::profile};

    let door = Door::of_action();
    let caller = door.caller()?;
    let user = profile::of_caller(&door.app, &caller).await.map_err(|error| error.into_api())?;
    Ok(WhoamiView {
        sub: caller.user().clone(),
        sid: caller.session().clone(),
        name: user.name().to_owned(),
        roles: user.roles,
    })
}

/// Does what a form of a person who is signed in asks for.
#[server(prefix = "/action", endpoint = "act", client = BearerClient, input = Json, output = Json)]
pub async fn act(form: Form, filled: Filled) -> Result<Acted, ApiError> {
    use crate::server::{http::door::Door, service::acts};

    form.admit(&filled)?;
    let door = Door::of_action();
    let (caller, refresh_token) = (door.caller()?, door.refresh_token.as_deref());
    let done = acts::act(&door.app, &caller, form, filled, refresh_token, &door.visitor).await?;
    Ok(door.acted(form, done))
}
