//! `/login/factor`: the second step of a sign-in.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::page::{Page, Posted, posted};
use crate::{
    components::{Alert, Drawn, FormView, Look, PasskeyForm, Tone},
    model::{ApiError, ErrorCode, Field, Filled, Form},
    server::{
        App,
        error::Error,
        say,
        service::{
            entry,
            login::{self, Ways},
            proof::HalfSignedIn,
        },
    },
};

/// `GET /login/factor`; without a sign-in that waits, a redirect to its first step.
pub async fn page(page: Page) -> Response {
    let client_info = page.client_info();
    if page.session_user.is_some() {
        return Page::redirect(&page.safe_next(None));
    }
    match login::pending_in(&page.app, client_info.browser.as_ref(), page.pending()).await {
        Ok(half) if half.is_enrolment() => Page::redirect(Form::Enrol.path()),
        Ok(half) => {
            let ways = login::ways(&page.app, &half).await;
            let offer = Offer::of(&half, Filled::default(), ways);
            show(&page, Form::Factor, half.next(), None, offer)
        }
        Err(error) => not_pending(&page, error),
    }
}

/// The answer where no sign-in waits.
pub(super) fn not_pending(page: &Page, error: Error) -> Response {
    match error.code() {
        ErrorCode::FlowOver if page.pending().is_none() => Page::redirect(Form::Login.path()),
        ErrorCode::FlowOver => again(None),
        _ => page.error(&error.into_api()),
    }
}

/// What the page offers besides the code: trust in the browser, and whether its box was ticked.
struct Offer {
    trusts: bool,
    /// Whether the first step was the code of a mail.
    is_by_mail: bool,
    filled: Filled,
    ways: Ways,
}

impl Offer {
    fn of(half: &HalfSignedIn, filled: Filled, ways: Ways) -> Self {
        Self { trusts: half.offers_trust(), is_by_mail: half.is_by_mail(), filled, ways }
    }
}

/// `POST /login/factor` by form: a code of the app, or a recovery code.
pub async fn post(State(app): State<App>, request: Request) -> Response {
    let Posted { page, filled, next, client_info, .. } = match posted(app, request).await {
        Ok(posted) => posted,
        Err(response) => return response,
    };
    let has = |wanted: Field| filled.iter().any(|(field, _)| field == wanted);
    let form = match (has(Field::RecoveryCode), has(Field::Credential)) {
        (true, _) => Form::FactorRecovery,
        (_, true) => Form::PasskeyFactor,
        _ => Form::Factor,
    };
    // A box that was ticked stays so.
    let kept = filled.selected(|field| field == Field::TrustDevice);
    let brought = entry::Brought { pending: page.pending(), ..entry::Brought::default() };
    match entry::enter(&page.app, form, filled, brought, &client_info).await {
        Ok(entered) => page.redirect_entered(&entered, None),
        Err(error) if error.code() == ErrorCode::FlowOver => again(next.as_deref()),
        Err(error) => {
            let browser = client_info.browser.as_ref();
            let half = login::pending_in(&page.app, browser, page.pending()).await;
            let offer = match half {
                Ok(half) => Offer::of(&half, kept, login::ways(&page.app, &half).await),
                Err(_) => {
                    Offer { trusts: false, is_by_mail: false, filled: kept, ways: Ways::default() }
                }
            };
            show(&page, form, next.as_deref(), Some(error.into_api()), offer)
        }
    }
}

/// Back to the first step, because the sign-in took too long.
pub(super) fn again(next: Option<&str>) -> Response {
    Page::redirect(&late(next))
}

/// The page to sign in, which says that the sign-in took too long.
pub(super) fn late(next: Option<&str>) -> String {
    let next = next.map(|next| format!("&next={}", Page::encode(next))).unwrap_or_default();
    format!("{}?reason=late{next}", Form::Login.path())
}

/// The page, with the form that was refused if there is one.
fn show(
    page: &Page,
    refused: Form,
    next: Option<&str>,
    error: Option<ApiError>,
    Offer { trusts, is_by_mail, filled, ways }: Offer,
) -> Response {
    // The error of a passkey is shown where the page begins.
    let shown = if refused == Form::PasskeyFactor { Form::Factor } else { refused };
    let hidden = hidden(next);
    let drawn = |form: Form| Drawn {
        error: error.clone().filter(|_| form == shown),
        hidden: hidden.clone(),
        filled: filled.clone(),
        trust_days: if trusts { page.app.config.trust_ttl / 86_400 } else { 0 },
        ..Drawn::default()
    };
    let look = |form: Form| Look {
        class: if form == Form::Factor { "card" } else { "" },
        button: if form == Form::Factor { "button full" } else { "button quiet full" },
        is_focused: form == refused,
    };
    let is_recovery = refused == Form::FactorRecovery;
    let lead = match (ways.has_app, is_by_mail) {
        (false, _) => say::passkey_factor_lead(),
        (true, true) => say::factor_lead_mail(),
        (true, false) => say::factor_lead(),
    };
    let cards = || {
        let refused_as = error.as_ref().filter(|_| !ways.has_app).map(|error| error.code);
        let refusal = refused_as.map(|code| {
            view! {
                <Alert tone=Tone::Bad>
                    <p>{say::error(code)}</p>
                </Alert>
            }
        });
        let code = ways.has_app.then(|| {
            view! { <FormView form=Form::Factor look=look(Form::Factor) drawn=drawn(Form::Factor) /> }
        });
        let passkey = ways.has_passkeys.then(|| {
            let look = Look { class: "", ..look(Form::PasskeyFactor) };
            view! { <PasskeyForm form=Form::PasskeyFactor look drawn=drawn(Form::PasskeyFactor) /> }
        });
        let recovery = ways.has_app.then(|| {
            view! {
                <details class="card other" open=is_recovery>
                    <summary>{say::factor_recovery()}</summary>
                    <p>{say::factor_recovery_lead()}</p>
                    <FormView
                        form=Form::FactorRecovery
                        look=look(Form::FactorRecovery)
                        drawn=drawn(Form::FactorRecovery)
                    />
                </details>
            }
        });
        view! {
            {refusal}
            {code}
            {passkey}
            {recovery}
        }
        .into_any()
    };
    step(page, (say::factor_heading(), lead), next, error.as_ref(), cards)
}

/// The hidden field with the page after the sign-in.
pub(super) fn hidden(next: Option<&str>) -> Vec<(&'static str, String)> {
    next.map(|next| ("next", next.to_owned())).into_iter().collect()
}

/// A page of the second step of a sign-in: its heading and lead, its cards, and the way back to the first step.
pub(super) fn step(
    page: &Page,
    (heading, lead): (String, String),
    next: Option<&str>,
    error: Option<&ApiError>,
    cards: impl FnOnce() -> AnyView,
) -> Response {
    let back = match next {
        Some(next) => format!("{}?next={}", Form::Login.path(), Page::encode(next)),
        None => Form::Login.path().to_owned(),
    };
    let title = heading.clone();
    let content = || {
        view! {
            <main id="main" class="portal" tabindex="-1">
                <div class="intro">
                    <h1>{heading}</h1>
                    <p>{lead}</p>
                </div>
                {cards()}
                <p class="aside">
                    <a href=back>{say::factor_again()}</a>
                </p>
            </main>
        }
        .into_any()
    };
    match error {
        Some(error) => page.render_refusal(title, error, content),
        None => page.render(title, StatusCode::OK, content),
    }
}
