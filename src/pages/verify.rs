//! `/verify`: where a right sign-in to an account ends whose address must be confirmed first, and goes on once it is.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{
    factor::again,
    page::{Page, Posted, posted},
};
use crate::{
    components::{Alert, Drawn, FormView, Look, Tone, with_name},
    model::{ApiError, ErrorCode, Field, Filled, Form},
    server::{
        App,
        error::Error,
        say,
        service::{
            acts,
            address::{self, AddressPage, Mailed, Shown},
            confirming,
            flows::Asker,
            proof::Unconfirmed,
        },
    },
};

/// `GET /verify`; without a sign-in that waits, a redirect to its first step.
pub async fn page(page: Page) -> Response {
    if page.session_user.is_some() {
        return Page::redirect(&page.safe_next(None));
    }
    let client_info = page.client_info();
    let browser = client_info.browser.as_ref();
    match confirming::waiting_in(&page.app, browser, page.unconfirmed()).await {
        Ok(sign_in) => show(&page, &sign_in, None).await,
        Err(error) => not_waiting(&page, error),
    }
}

/// The answer where no sign-in waits.
fn not_waiting(page: &Page, error: Error) -> Response {
    match error.code() {
        ErrorCode::FlowOver if page.unconfirmed().is_none() => Page::redirect(Form::Login.path()),
        ErrorCode::FlowOver => again(None),
        _ => page.error(&error.into_api()),
    }
}

/// `POST /verify` by form: the code or the link of the mail, another mail, another address, or the way in.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, form, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let form = form.filter(|form| form.path() == Form::ConfirmCode.path());
    let form = form.unwrap_or(Form::ConfirmCode);
    let browser = client_info.browser.as_ref();
    let sign_in = match confirming::waiting_in(&page.app, browser, page.unconfirmed()).await {
        Ok(sign_in) => sign_in,
        Err(error) => return not_waiting(&page, error),
    };
    if let Err(error) = form.require(&filled, page.app.config.password_policy()) {
        return show(&page, &sign_in, Some((form, filled, error))).await;
    }
    let shown = match form {
        Form::ConfirmAgain | Form::ConfirmAddress => {
            let address = (form == Form::ConfirmAddress).then(|| filled.of(Field::Email));
            let sent = match address.map(address::parsed).transpose() {
                Ok(address) => confirming::send(&page.app, &sign_in, address, &client_info).await,
                Err(error) => Err(error),
            };
            return match sent {
                // Not by a link that this browser followed before: it is about the address before.
                Ok(_) => page.forget_link(Page::redirect(Form::ConfirmCode.path())),
                Err(error) => show(&page, &sign_in, Some((form, filled, error.into_api()))).await,
            };
        }
        Form::ConfirmLink => Shown::Link(filled.of(Field::Flow)),
        _ => Shown::Code(None, filled.of(Field::Code)),
    };
    match confirming::confirm(&page.app, sign_in, shown, Asker::Page, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, None),
        Err(error) => {
            let error = acts::wrong_code(error).into_api();
            match confirming::waiting_in(&page.app, browser, page.unconfirmed()).await {
                Ok(sign_in) => show(&page, &sign_in, Some((form, filled, error))).await,
                Err(error) => not_waiting(&page, error),
            }
        }
    }
}

/// The page, with the form that was refused if there is one.
async fn show(
    page: &Page,
    sign_in: &Unconfirmed,
    refused: Option<(Form, Filled, ApiError)>,
) -> Response {
    let link = page.link().unwrap_or_default();
    let AddressPage { waiting, confirmed, mailed, refused: disowned } =
        match confirming::shown(&page.app, sign_in, link).await {
            Ok(shown) => shown,
            Err(error) => return page.error(&error.into_api()),
        };
    let waiting = waiting.map(|row| row.address);
    let confirmed = confirmed.into_iter().next().map(|row| row.address);
    let form = |form: Form, mut filled: Filled, class: &'static str| {
        let left = refused.as_ref().filter(|(of, ..)| *of == form);
        if let Some((_, typed, _)) = left {
            filled = typed.clone();
        }
        let error = left.map(|(.., error)| error.clone());
        let hidden = vec![("form", form.name().to_owned())];
        let is_first = matches!(form, Form::ConfirmCode | Form::ConfirmLink | Form::ConfirmDone);
        let button = if is_first { "button full" } else { "button quiet full" };
        let look = Look { class, button, is_focused: false };
        let drawn = Drawn { filled, error, hidden, ..Drawn::default() };
        view! { <FormView form look drawn /> }.into_any()
    };
    let empty = Filled::default;
    let (lead, content, forms): (AnyView, AnyView, &[Form]) = match (&mailed, waiting, confirmed) {
        (_, _, Some(address)) => {
            let lead = named(say::address_is("{}"), &address);
            (lead, form(Form::ConfirmDone, empty(), "card"), &[Form::ConfirmDone])
        }
        (Mailed::Link(address), ..) => {
            let mut filled = empty();
            filled.set(Field::Flow, link);
            let lead = named(say::address_link("{}"), address);
            (lead, form(Form::ConfirmLink, filled, "card"), &[Form::ConfirmLink])
        }
        (mailed, Some(waiting), None) => {
            let is_sent = *mailed == Mailed::Code;
            let code = is_sent.then(|| {
                let code = form(Form::ConfirmCode, empty(), "card");
                let from = page.mail_from();
                view! { {code} <p class="aside small">{from}</p> }
            });
            let lead = match is_sent {
                true => named(say::address_sent("{}"), &waiting),
                false => named(say::address_unsent("{}"), &waiting),
            };
            let again = is_sent.then(|| view! { <p class="lead">{say::address_again_lead()}</p> });
            let content = view! {
                {code}
                <section class="card">
                    <h2>{say::address_again()}</h2>
                    {again}
                    {form(Form::ConfirmAgain, empty(), "")}
                </section>
                <section class="card">
                    <h2>{say::address_mend()}</h2>
                    {form(Form::ConfirmAddress, empty(), "")}
                </section>
            };
            let forms = &[Form::ConfirmCode, Form::ConfirmAgain, Form::ConfirmAddress];
            (lead, content.into_any(), forms)
        }
        (_, None, None) => {
            let lead = view! { <p>{say::verify_none()}</p> }.into_any();
            (lead, form(Form::ConfirmAddress, empty(), "card"), &[Form::ConfirmAddress])
        }
    };
    let error = refused.as_ref().map(|(.., error)| error.clone());
    // The error of a button, and of a form that is not there any more.
    let is_gone = |form: &Form| !form.has_fields() || !forms.contains(form);
    let gone = refused.as_ref().filter(|(form, ..)| is_gone(form)).map(|(.., error)| {
        let said = say::error(error.code);
        let wait = error.retry_after.map(say::try_again);
        view! {
            <Alert tone=Tone::Bad>
                <p>{said} " " {wait}</p>
            </Alert>
        }
    });
    let other = (mailed == Mailed::Other).then(|| {
        view! {
            <Alert tone=Tone::Caution>
                <p>{say::address_other()}</p>
            </Alert>
        }
    });
    let disowned = disowned.map(|address| {
        view! { <Alert tone=Tone::Caution>{named(say::address_disowned("{}"), &address)}</Alert> }
    });
    let content = || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{say::verify_title()}</h1>
                    {gone}
                    {other}
                    {disowned}
                    {lead}
                </div>
                {content}
                <p class="aside">
                    <a href=Form::Login.path()>{say::factor_again()}</a>
                </p>
            </main>
        }
        .into_any()
    };
    match &error {
        Some(error) => page.render_refusal(say::verify_title(), error, content),
        None => page.render(say::verify_title(), StatusCode::OK, content),
    }
}

/// A sentence with an address in it.
fn named(words: String, address: &str) -> AnyView {
    view! { <p>{with_name(&words, address)}</p> }.into_any()
}
