use leptos::prelude::*;

use crate::{
    browser::{BearerClient, Json},
    model::{Acted, ApiError, Filled, Form, Whoami as WhoamiView},
};

/// The identity of the bearer token's user: the guarded server function of the account page.
///
/// # Errors
/// `missing_token`, `invalid_token`; errors of the transport.
#[server(prefix = "/action", endpoint = "whoami", client = BearerClient, input = Json, output = Json)]
pub async fn whoami() -> Result<WhoamiView, ApiError> {
    use crate::server::{http::action_context::ActionContext, service::profile};

    let context = ActionContext::of_action();
    let principal = context.principal()?;
    let user =
        profile::of_principal(&context.app, &principal).await.map_err(|error| error.into_api())?;
    Ok(WhoamiView {
        sub: principal.user().clone(),
        sid: principal.session().clone(),
        name: user.name().to_owned(),
        roles: user.roles.clone(),
    })
}

/// Performs the action of a signed-in user's form.
///
/// # Errors
/// Errors of the action, or of the transport.
#[server(prefix = "/action", endpoint = "act", client = BearerClient, input = Json, output = Json)]
pub async fn act(form: Form, filled: Filled) -> Result<Acted, ApiError> {
    use crate::server::{http::action_context::ActionContext, service::acts};

    form.admit(&filled)?;
    let context = ActionContext::of_action();
    let (principal, refresh_token) = (context.principal()?, context.refresh_token.as_deref());
    let done =
        acts::act(&context.app, &principal, form, filled, refresh_token, &context.client_info)
            .await?;
    Ok(context.acted(form, done))
}
