//! `/account/address`: the address of the account, and its confirmation.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, answer, proof};
use crate::{
    components::{Alert, Cancel, FormView, Look, Tone, with_name},
    model::{Field, Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{
            address::{self, AddressPage, Mailed},
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
    let shown = address::of_session_user(&page.app, session_user, link).await;
    let AddressPage { waiting, confirmed, mailed, refused } = match shown {
        Ok(shown) => shown,
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
    let (content, forms): (AnyView, &[Form]) = match (&mailed, waiting, confirmed) {
        (Mailed::Link(address), ..) => {
            let mut filled = Filled::default();
            filled.set(Field::Flow, link);
            let opened = named(say::address_link("{}"), address);
            let button = form(Form::VerifyLink, filled, "");
            let content = view! { <section class="card narrow">{opened} {button}</section> };
            (content.into_any(), &[Form::VerifyLink])
        }
        (_, _, None) if !page.app.mail.is_on() => {
            (card(view! { <p>{say::address_off()}</p> }.into_any()), &[])
        }
        (mailed, Some(waiting), confirmed) => {
            // The code of a mail that is over would be refused.
            let code = (*mailed == Mailed::Code).then(|| {
                let sent = named(say::address_sent("{}"), &waiting.address);
                let code = form(Form::VerifyCode, Filled::default(), "");
                let from = view! { <p>{page.mail_from()}</p> };
                view! { <section class="card narrow">{sent} {from} {code}</section> }
            });
            let lead = match &code {
                Some(_) => view! { <p>{say::address_again_lead()}</p> }.into_any(),
                None => named(say::address_unsent("{}"), &waiting.address),
            };
            let heading = code.is_some().then(|| view! { <h2>{say::address_again()}</h2> });
            let until =
                confirmed.map(|confirmed| card(named(say::address_until("{}"), &confirmed.address)));
            let mut meant = Filled::default();
            meant.set(Field::Address, &*waiting.id);
            let content = view! {
                {until}
                {code}
                <section class="card narrow">
                    {heading} {lead} {form(Form::VerifyAgain, Filled::default(), "")}
                    <h2>{say::address_mend()}</h2>
                    {form(Form::AddressRemove, meant, "")}
                </section>
            };
            (content.into_any(), &[Form::VerifyCode, Form::VerifyAgain])
        }
        (_, None, Some(confirmed)) if page.app.mail.is_on() => {
            let content = view! {
                {card(named(say::address_is("{}"), &confirmed.address))}
                <section class="card narrow">
                    <h2>{say::address_change()}</h2>
                    <p>{say::address_change_lead()}</p>
                    {form(Form::Address, Filled::default(), "")}
                </section>
            };
            (content.into_any(), &[Form::Address])
        }
        (_, None, Some(confirmed)) => (card(named(say::address_is("{}"), &confirmed.address)), &[]),
        (_, None, None) => {
            (form(Form::Address, Filled::default(), "card narrow"), &[Form::Address])
        }
    };
    // The error of a form that is not there any more.
    let gone = left.as_ref().filter(|left| !forms.contains(&left.form)).map(|left| {
        let said = say::error(left.error.code);
        view! {
            <Alert tone=Tone::Bad>
                <p>{said}</p>
            </Alert>
        }
    });
    let refused = refused.map(|address| {
        view! { <Alert tone=Tone::Caution>{named(say::address_disowned("{}"), &address)}</Alert> }
    });
    let other = (mailed == Mailed::Other && left.is_none()).then(|| {
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
            {gone}
            {refused}
            {other}
            {content}
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}

/// A sentence with an address in it.
fn named(words: String, address: &str) -> AnyView {
    view! { <p>{with_name(&words, address)}</p> }.into_any()
}

fn card(content: AnyView) -> AnyView {
    view! { <section class="card narrow">{content}</section> }.into_any()
}
