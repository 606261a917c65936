//! `/account/address`: the addresses of the account, and their confirmation.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, answer, proof};
use crate::{
    components::{Alert, Ask, Cancel, FormView, Look, Tone, with_name},
    model::{Field, Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{
            address::{self, AddressPage, AddressView, MOST, Mailed},
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
    let forms = Forms { page, session_user, left: left.as_ref() };
    let (is_on, count) = (page.app.mail.is_on(), confirmed.len());
    let known = (count > 0).then(|| forms.list(confirmed));
    let (content, drawn): (Option<AnyView>, &[Form]) = match (&mailed, waiting) {
        (Mailed::Link(address), _) => {
            let mut filled = Filled::default();
            filled.set(Field::Flow, link);
            let opened = named(say::address_link("{}"), address);
            let button = forms.draw(Form::VerifyLink, filled, "");
            let content = view! { <section class="card narrow">{opened} {button}</section> };
            (Some(content.into_any()), &[Form::VerifyLink])
        }
        _ if !is_on => {
            let off = view! { <section class="card narrow"><p>{say::address_off()}</p></section> };
            ((count == 0).then(|| off.into_any()), &[])
        }
        (mailed, Some(waiting)) => (
            Some(forms.waiting(waiting, *mailed == Mailed::Code)),
            &[Form::VerifyCode, Form::VerifyAgain],
        ),
        (_, None) if count == 0 => {
            (Some(forms.draw(Form::Address, Filled::default(), "card narrow")), &[Form::Address])
        }
        (_, None) if count < MOST => {
            let content = view! {
                <section class="card narrow">
                    <h2>{say::address_change()}</h2>
                    <p>{say::address_change_lead()}</p>
                    {forms.draw(Form::Address, Filled::default(), "")}
                </section>
            };
            (Some(content.into_any()), &[Form::Address])
        }
        (_, None) => (None, &[]),
    };
    // The error of a button, and of a form that is not there any more.
    let is_gone = |form: Form| !form.has_fields() || !drawn.contains(&form);
    let gone = left.as_ref().filter(|left| is_gone(left.form)).map(|left| {
        let said = say::error(left.error.code);
        let wait = left.error.retry_after.map(say::try_again);
        view! {
            <Alert tone=Tone::Bad>
                <p>{said} " " {wait}</p>
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
            {known}
            {content}
            {(count > 0).then(|| view! { <Ask /> })}
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}

/// The context of this page's forms.
struct Forms<'p> {
    page: &'p Page,
    session_user: &'p SessionUser,
    left: Option<&'p Left>,
}

impl Forms<'_> {
    fn draw(&self, form: Form, filled: Filled, class: &'static str) -> AnyView {
        let drawn = Left::drawn(self.left, &self.page.app, self.session_user, form, filled);
        let look = Look { class, button: "button", is_focused: false };
        let cancel = (form == Form::Address).then_some(Cancel::To(Part::Profile.path()));
        view! { <FormView form look drawn cancel /> }.into_any()
    }

    /// A button about one address, with its label and its question.
    fn button(
        &self,
        form: Form,
        address: &str,
        label: Option<String>,
        ask: Option<(String, String)>,
    ) -> AnyView {
        let mut filled = Filled::default();
        filled.set(Field::Address, address);
        let drawn = Left::drawn(self.left, &self.page.app, self.session_user, form, filled);
        let look = Look { button: "button way", ..Look::default() };
        view! { <FormView form look drawn label ask /> }.into_any()
    }

    /// The confirmed addresses, with what can be done about each.
    fn list(&self, confirmed: Vec<AddressView>) -> AnyView {
        let is_alone = confirmed.len() == 1;
        let rows = confirmed.into_iter().map(|AddressView { id, address, primary, .. }| {
            let name = address.as_str();
            let choose = (!primary).then(|| {
                let ask = (say::ask_primary(name), say::ask_primary_lead());
                self.button(Form::AddressPrimary, &id, Some(say::primary_name(name)), Some(ask))
            });
            // The main one goes last.
            let remove = (!primary || is_alone).then(|| {
                let ask = (say::ask_remove(name), say::ask_remove_lead());
                self.button(Form::AddressRemove, &id, Some(say::remove_name(name)), Some(ask))
            });
            view! {
                <li>
                    <div>
                        <bdi translate="no">{address}</bdi>
                        {primary.then(|| view! { " " <span class="tag">{say::address_main()}</span> })}
                    </div>
                    {choose}
                    {remove}
                </li>
            }
        });
        view! {
            <section class="card" aria-label=say::address_confirmed()>
                <ul class="rows">{rows.collect_view()}</ul>
            </section>
        }
        .into_any()
    }

    /// The address that waits for its confirmation: its code, another mail, and its withdrawal.
    fn waiting(&self, waiting: AddressView, has_code: bool) -> AnyView {
        let AddressView { id, address, .. } = waiting;
        // The code of a mail that is over would be refused.
        let code = has_code.then(|| {
            let sent = named(say::address_sent("{}"), &address);
            let code = self.draw(Form::VerifyCode, Filled::default(), "");
            let from = view! { <p>{self.page.mail_from()}</p> };
            view! { <section class="card narrow">{sent} {from} {code}</section> }
        });
        let lead = match has_code {
            true => view! { <p class="lead">{say::address_again_lead()}</p> }.into_any(),
            false => named(say::address_unsent("{}"), &address),
        };
        let heading = has_code.then(|| view! { <h2>{say::address_again()}</h2> });
        view! {
            {code}
            <section class="card narrow">
                {heading} {lead} {self.draw(Form::VerifyAgain, Filled::default(), "")}
                <h2>{say::address_mend()}</h2>
                {self.button(Form::AddressRemove, &id, None, None)}
            </section>
        }
        .into_any()
    }
}

/// A sentence with an address in it.
fn named(words: String, address: &str) -> AnyView {
    view! { <p>{with_name(&words, address)}</p> }.into_any()
}
