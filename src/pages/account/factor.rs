//! `/account/factor`: the authenticator app of the account, and its recovery codes.

use axum::response::Response;
use leptos::{prelude::*, tachys::view::any_view::AnyView};

use super::{Head, Part, Row, answer, proof};
use crate::{
    components::{Alert, AppSetup, Ask, Cancel, FormView, Glyph, Icon, Look, Tone, with_name},
    model::{Field, Filled, Form},
    pages::page::{Left, Page, SignedIn},
    server::{
        say,
        service::{
            factors::{self, CODES_LOW, FactorPage, FactorsView, Setup, TotpView},
            session_user::SessionUser,
            trusted::{self, TrustedDevice},
        },
    },
};

/// `GET /account/factor`; strangers are redirected to sign in before anything is rendered.
pub async fn page(SignedIn { page, session_user }: SignedIn) -> Response {
    show(&page, &session_user, None).await
}

/// The page, with the refused form if there is one.
pub(super) async fn show(page: &Page, session_user: &SessionUser, left: Option<Left>) -> Response {
    let shown = factors::of_session_user(&page.app, session_user).await;
    let FactorPage { factors, setup, codes } = match shown {
        Ok(shown) => shown,
        Err(error) => return page.error(&error.into_api()),
    };
    let here = page.trusted();
    let trusted = match trusted::of_session_user(&page.app, session_user, here.as_ref()).await {
        Ok(trusted) => trusted,
        Err(error) => return page.error(&error.into_api()),
    };
    let forms = Forms { page, session_user, left: left.as_ref() };
    // The error of a button, and of a form that is not there any more.
    let is_elsewhere = |left: &&Left| left.form != Form::TotpConfirm || setup.is_none();
    let gone = left.as_ref().filter(is_elsewhere).map(|left| {
        let said = say::error(left.error.code);
        let wait = left.error.retry_after.map(say::try_again);
        view! {
            <Alert tone=Tone::Bad>
                <p>{said} " " {wait}</p>
            </Alert>
        }
    });
    let title = say::factor_title();
    let heading = title.clone();
    answer(page, session_user, Part::Security, title, left.as_ref(), || {
        let (is_new, now_s) = (setup.is_none(), page.app.clock.now_s());
        let state = match factors.totp.clone() {
            Some(totp) => Some(forms.totp(totp, &factors, now_s)),
            None => is_new.then(|| forms.nothing()),
        };
        let setup = setup.map(|setup| forms.setup(setup));
        view! {
            <Head heading lead=Some(say::factor_page_lead()) />
            {gone}
            {(!codes.is_empty()).then(|| forms.codes(&codes))}
            {setup}
            {state}
            {(!trusted.is_empty()).then(|| forms.trusted(trusted, now_s))}
            <Ask />
            {proof(page, session_user)}
        }
        .into_any()
    })
    .await
}

/// The notice that few recovery codes are left.
fn few_codes(factors: &FactorsView) -> Option<AnyView> {
    let left = factors.recovery_codes_left;
    let are_few = factors.totp.is_some() && left <= CODES_LOW;
    are_few.then(|| {
        view! {
            <Alert tone=Tone::Caution heading=say::codes_left(left)>
                <p>{say::codes_few()}</p>
            </Alert>
        }
        .into_any()
    })
}

/// The context of this page's forms.
struct Forms<'p> {
    page: &'p Page,
    session_user: &'p SessionUser,
    left: Option<&'p Left>,
}

impl Forms<'_> {
    fn form(
        &self,
        form: Form,
        look: Look,
        ask: Option<(String, String)>,
        cancel: Option<Cancel>,
    ) -> AnyView {
        let drawn =
            Left::drawn(self.left, &self.page.app, self.session_user, form, Filled::default());
        view! { <FormView form look drawn ask cancel /> }.into_any()
    }

    /// A button alone.
    fn button(&self, form: Form, button: &'static str, ask: (String, String)) -> AnyView {
        self.form(form, Look { button, ..Look::default() }, Some(ask), None)
    }

    /// Without an app.
    fn nothing(&self) -> AnyView {
        let look = Look { button: "button", ..Look::default() };
        view! {
            <section class="card narrow">
                <p>{say::factor_none()}</p>
                {self.form(Form::TotpBegin, look, None, None)}
            </section>
        }
        .into_any()
    }

    /// While an app is being set up.
    fn setup(&self, setup: Setup) -> AnyView {
        let Setup { secret, uri, .. } = setup;
        let look = Look { button: "button", is_focused: false, class: "" };
        let cancel = Some(Cancel::To(Part::Security.path()));
        view! {
            <section class="card narrow">
                <AppSetup secret uri />
                {self.form(Form::TotpConfirm, look, None, cancel)}
            </section>
        }
        .into_any()
    }

    /// With an app.
    fn totp(&self, totp: TotpView, factors: &FactorsView, now_s: i64) -> AnyView {
        let used = totp.used_at.map(|at| say::factor_used(say::ago(now_s - at)));
        let value = view! { {say::factor_since(say::day(totp.created_at))} " " {used} }.into_any();
        let codes = view! { {say::codes_left(factors.recovery_codes_left)} }.into_any();
        let ask = (say::ask_codes(), say::ask_codes_lead());
        let again = self.button(Form::CodesNew, "button way", ask);
        let replace = (say::ask_factor(), say::ask_factor_lead());
        let is_demanded = self.session_user.demands_factor();
        let remove = (say::ask_factor_remove(), say::ask_factor_remove_lead());
        view! {
            {few_codes(factors)}
            <section class="card" aria-label=say::factor_title()>
                <dl class="rows">
                    <Row term=say::factor_app() value />
                    <Row term=say::recovery_codes() value=codes action=Some(again) />
                </dl>
                <p class="hint">{say::factor_replace()}</p>
                {is_demanded.then(|| view! { <p class="hint">{say::factor_demanded()}</p> })}
                <div class="buttons">
                    {self.button(Form::TotpBegin, "button quiet", replace)}
                    {(!is_demanded)
                        .then(|| self.button(Form::TotpRemove, "button quiet", remove))}
                </div>
            </section>
        }
        .into_any()
    }

    /// The browsers that are asked for no code.
    fn trusted(&self, devices: Vec<TrustedDevice>, now_s: i64) -> AnyView {
        let is_one = devices.len() == 1;
        let rows = devices.into_iter().map(|device| self.device(device, now_s)).collect_view();
        let ask = (say::ask_trust_all(), say::ask_trust_all_lead());
        view! {
            <section class="card" aria-label=say::factor_trusted()>
                <h2>{say::factor_trusted()}</h2>
                <p>{say::factor_trusted_lead()}</p>
                <ul class="rows">{rows}</ul>
                {(!is_one)
                    .then(|| {
                        let button = self.button(Form::TrustEndAll, "button quiet", ask);
                        view! { <div class="buttons">{button}</div> }
                    })}
            </section>
        }
        .into_any()
    }

    /// A trusted browser, with its form.
    fn device(&self, trusted: TrustedDevice, now_s: i64) -> AnyView {
        let TrustedDevice { id, current, device, created_at, last_used_at, expires_at, .. } =
            trusted;
        let mut filled = Filled::default();
        filled.set(Field::TrustedDevice, id.as_str());
        let drawn =
            Left::drawn(self.left, &self.page.app, self.session_user, Form::TrustEnd, filled);
        let look = Look { button: "button way", ..Look::default() };
        let ask = Some((say::ask_trust(device.as_str()), say::ask_trust_lead()));
        let label = Some(say::trust_end_name(device.as_str()));
        let used = last_used_at.map(|at| say::factor_used(say::ago(now_s - at)));
        view! {
            <li>
                <span class="mark"><Icon glyph=Glyph::Laptop /></span>
                <div>
                    <h3>
                        {device}
                        {current.then(|| view! { " " <span class="tag">{say::this_browser()}</span> })}
                    </h3>
                    <p>{say::trusted_since(say::day(created_at), say::day(expires_at))} " " {used}</p>
                </div>
                <FormView form=Form::TrustEnd look drawn label ask />
            </li>
        }
        .into_any()
    }

    /// New recovery codes, until their owner has kept them.
    fn codes(&self, codes: &[String]) -> AnyView {
        let text = codes.join("\n");
        let about = say::codes_file("{}", "{n}");
        let about =
            about.replace("{}", self.page.service()).replace("{n}", self.session_user.username());
        let file = format!(
            "data:text/plain;charset=utf-8,{}",
            Page::encode(&format!("{about}\n\n{text}\n"))
        );
        let look = Look { button: "button", ..Look::default() };
        let kept = Form::CodesKept;
        let mut drawn =
            Left::drawn(self.left, &self.page.app, self.session_user, kept, Filled::default());
        // After a sign-in that set the app up.
        if let Some(next) = self.page.query("next") {
            drawn.hidden.push(("next", self.page.safe_next(Some(&next))));
        }
        view! {
            <section class="card" id="codes" aria-label=say::recovery_codes()>
                <h2>{say::recovery_codes()}</h2>
                <p>{with_name(&say::codes_lead("{}"), self.session_user.username())}</p>
                <pre class="codes" id="codes-text" translate="no" dir="ltr" tabindex="0">{text}</pre>
                <div class="buttons">
                    <button
                        class="button quiet"
                        type="button"
                        data-copy="codes-text"
                        data-said=say::codes_copied()
                        data-refused=say::copying_refused()
                        hidden
                    >
                        {say::codes_copy()}
                    </button>
                    <a class="button quiet" download="recovery-codes.txt" href=file>
                        {say::codes_download()}
                    </a>
                    <button class="button quiet" type="button" data-print hidden>
                        {say::codes_print()}
                    </button>
                </div>
                <FormView form=kept look drawn />
            </section>
        }
        .into_any()
    }
}
