use leptos::prelude::*;
use server_fn::codec::Json;

use crate::{
    browser::BearerClient,
    model::{ApiError, ProfileForm, UserView, Whoami as WhoamiView},
};

/// Who the bearer token says is calling: the guarded server function of the account page.
#[server(prefix = "/action", endpoint = "whoami", client = BearerClient, input = Json, output = Json)]
pub async fn whoami() -> Result<WhoamiView, ApiError> {
    use crate::server::{http::door::Door, service::profile};

    let door = Door::of_action().await?;
    let caller = door.caller()?;
    let user = profile::of_caller(&door.app, &caller).await.map_err(|error| error.into_api())?;
    Ok(WhoamiView {
        sub: caller.user().clone(),
        sid: caller.session().clone(),
        name: user.name().to_owned(),
        roles: user.roles,
    })
}

/// Changes one's own account.
#[server(prefix = "/action", endpoint = "update_profile", client = BearerClient, input = Json, output = Json)]
pub async fn update_profile(form: ProfileForm) -> Result<UserView, ApiError> {
    use crate::server::{http::door::Door, service::profile};

    let door = Door::of_action().await?;
    let caller = door.caller()?;
    let user = profile::update(&door.app, &caller, form, &door.visitor).await;
    user.map_err(|error| error.into_api())
}
