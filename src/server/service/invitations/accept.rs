use super::open;
use crate::{
    model::{RegisterForm, SetupForm},
    server::{
        App,
        error::Result,
        service::{
            ClientInfo,
            login::Entered,
            mail::Post,
            register::{self, Admission, Rules},
        },
    },
};

/// Makes the account of an invitation, and signs in to it, or has a second factor set up first where a role demands one.
///
/// # Errors
/// `flow_over` if the link is spent, expired or revoked, or its maker may not give its roles any more; `address_unavailable` if an
/// account has confirmed the address meanwhile; else as registration.
pub async fn accept(
    app: &App,
    link: &str,
    form: SetupForm,
    next: Option<String>,
    client_info: &ClientInfo,
) -> Result<Entered> {
    let invited = open(app, link).await?;
    let form = RegisterForm { email: Some(invited.address.clone()), ..form.account() };
    let admission = Admission::Invitation(Box::new(invited), Post::of_operator(app));
    let created = register::create(app, form, Rules::Ours, admission, client_info).await?;
    register::sign_in(app, &created, next, client_info).await
}
