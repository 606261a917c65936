//! `/account/address`: the address of the account, and its confirmation.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, answer};
use crate::{
    components::{Alert, Cancel, FormView, Look, Tone, with_name},
    model::{Field, Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{
            address::{self, AddressView},
            session_user::SessionUser,
        },
    },
};

/// `GET /account/address`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let link = page.link().unwrap_or_default();
    let known = address::of_session_user(&page.app, session_user).await;
    let of_link = address::is_for(&page.app, session_user, link).await;
    let (addresses, of_link) = match known.and_then(|known| Ok((known, of_link?))) {
        Ok(known) => known,
        Err(error) => return page.error(&error.into_api()),
    };
    let drawn = |form: Form, filled: Filled| {
        Left::drawn(left.as_ref(), &page.app, session_user, form, filled)
    };
    let form = |form: Form, filled: Filled, class: &'static str| {
        let look = Look { class, button: "button", is_focused: false };
        let cancel = (form == Form::Address).then_some(Cancel::To(Part::Profile.path()));
        view! { <FormView form look drawn=drawn(form, filled) cancel /> }.into_any()
    };
    let waiting = addresses.iter().find(|address| address.verified_at.is_none());
    let confirmed = addresses.iter().find(|address| address.verified_at.is_some());
    let refused = left.as_ref().map(|left| left.form);
    let content = match (of_link, waiting, confirmed) {
        (Some(true), ..) => {
            let mut filled = Filled::default();
            filled.set(Field::Flow, link);
            let waiting = waiting.map(|waiting| named(say::address_link("{}"), waiting));
            view! { <section class="card narrow">{waiting} {form(Form::VerifyLink, filled, "")}</section> }
                .into_any()
        }
        (_, Some(waiting), _) => {
            let mended = Filled::default();
            view! {
                <section class="card narrow">
                    {named(say::address_sent("{}"), waiting)}
                    {form(Form::VerifyCode, Filled::default(), "")}
                </section>
                <section class="card narrow">
                    <h2>{say::address_again()}</h2>
                    <p>{say::address_again_lead()}</p>
                    {form(Form::VerifyAgain, Filled::default(), "")}
                    <h2>{say::address_mend()}</h2>
                    {form(Form::Address, mended, "")}
                </section>
            }
            .into_any()
        }
        (_, None, Some(confirmed)) => {
            view! { <section class="card narrow">{named(say::address_is("{}"), confirmed)}</section> }
                .into_any()
        }
        (_, None, None) => form(Form::Address, Filled::default(), "card narrow"),
    };
    let other = (of_link == Some(false) && refused.is_none()).then(|| {
        view! {
            <Alert tone=Tone::Caution heading=say::address_other()>
                <p>{say::address_other_lead()}</p>
            </Alert>
        }
    });
    let title = say::address_title();
    let heading = title.clone();
    answer(page, session_user, Part::Profile, title, left.as_ref(), || {
        view! {
            <Head heading lead=Some(say::address_lead()) />
            {other}
            {content}
        }
        .into_any()
    })
    .await
}

/// A sentence with an address in it.
fn named(words: String, address: &AddressView) -> AnyView {
    view! { <p>{with_name(&words, &address.address)}</p> }.into_any()
}
