use leptos::prelude::*;

use crate::{
    browser::{Json, PublicClient},
    model::{ApiError, Filled, Form, SignInResponse, Strength as StrengthView, StrengthForm},
};

/// Opens a session by one of the forms for it: the session becomes a cookie, the access token is
/// for localStorage. Where a second factor is missing, or the account is leaving, there is
/// neither, and the next page asks what to do.
///
/// # Errors
/// Errors of the form, or of the transport.
#[server(prefix = "/action", endpoint = "enter", client = PublicClient, input = Json, output = Json)]
pub async fn enter(
    form: Form,
    filled: Filled,
    next: Option<String>,
) -> Result<SignInResponse, ApiError> {
    use crate::server::{http::action_context::ActionContext, service::entry};

    form.admit(&filled)?;
    let context = ActionContext::of_action();
    let safe = context.safe_next(next.as_deref());
    let brought = entry::Brought {
        link: context.link.as_deref(),
        pending: context.pending.as_deref(),
        next: Some(&safe),
    };
    let (app, client_info) = (&context.app, &context.client_info);
    let entered = entry::enter(app, form, filled, brought, client_info).await?;
    if form == Form::Setup {
        context.forget_link();
    }
    context.arrive(entered, next)
}

/// The strength of a password while it is typed; nothing of it is stored.
///
/// # Errors
/// `too_many_requests`, `overloaded`; errors of the transport.
#[server(prefix = "/action", endpoint = "strength", client = PublicClient, input = Json, output = Json)]
pub async fn strength(form: StrengthForm) -> Result<StrengthView, ApiError> {
    use crate::server::{http::action_context::ActionContext, service::passwords};

    let context = ActionContext::of_action();
    passwords::strength(&context.app, form, &context.client_info)
        .await
        .map_err(|error| error.into_api())
}
