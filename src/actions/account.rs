use leptos::prelude::*;

use crate::{
    browser::BearerClient,
    model::{ApiError, Json, Whoami as WhoamiView},
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

/// Changes one's display name; empty clears it. Answers the name as it is now.
#[server(prefix = "/action", endpoint = "rename", client = BearerClient, input = Json, output = Json)]
pub async fn rename(display_name: String) -> Result<Option<String>, ApiError> {
    use crate::{
        model::ProfileForm,
        server::{http::door::Door, service::profile},
    };

    let door = Door::of_action();
    let caller = door.caller()?;
    let form = ProfileForm { display_name: Some(Some(display_name)), metadata: None };
    let user = profile::update(&door.app, &caller, form, &door.visitor).await;
    Ok(user.map_err(|error| error.into_api())?.display_name)
}
