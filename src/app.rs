//! The shell around every page. Server only: the browser builds islands alone.

use std::sync::Arc;

use leptos::{
    attr::custom::custom_attribute,
    config::LeptosOptions,
    hydration::AutoReload,
    nonce::use_nonce,
    prelude::*,
    tachys::{html::InertElement, view::any_view::AnyView},
};

use crate::{
    components::{Foot, LanguageSwitch, Logo, Menu, Over, Person, ThemeSwitch},
    islands::Live,
    model::{Brand, Form, ThemeColour, media},
    server::say::{self, Language},
};

/// A Trusted Types policy for markup that Leptos makes by innerHTML, which is refused by default.
/// It passes inert markup and rejects executable one; scripts from text have no policy at all. The
/// content security policy is the second line: nothing runs without the nonce (S70).
const INERT_MARKUP_ONLY: &str = r#"window.trustedTypes?.createPolicy("default",{createHTML:h=>/<(script|iframe|object|embed|base|meta|link)\b|[\s\/"']on\w+\s*=|javascript:/i.test(h)?null:h})"#;

/// A placeholder of the stylesheet: the parts that a page needs are known once it is drawn.
pub const STYLE: &str = "<style></style>";

/// One document: head, header, the page's own content, footer.
#[component]
pub fn Shell(
    /// Title of the window.
    title: String,
    /// Whether the page reports a refusal.
    is_refused: bool,
    /// Name, logo and colours of the service.
    brand: Arc<Brand>,
    /// Language of the page.
    language: Language,
    /// `light` or `dark`, if the reader chose one.
    theme: Option<&'static str>,
    /// Path of this page, for the way back to it.
    path: String,
    /// The signed-in user.
    person: Option<Person>,
    /// Message about the previous action.
    said: Option<String>,
    /// Current time in Unix seconds, from which the browser computes the difference of its clock.
    now_s: i64,
    /// Version of Vestibule, for administrators.
    version: Option<&'static str>,
    /// Tag that loads the module, with the nonce of this answer; none if nothing on the page needs
    /// it.
    script: Option<String>,
    /// Options for the script of `cargo leptos watch`, if that runs.
    watched: Option<LeptosOptions>,
    /// Content of the page, including `<main>`.
    content: AnyView,
) -> impl IntoView {
    let service = brand.name.clone();
    let direction = if language.is_rtl() { "rtl" } else { "ltr" };
    // Signed-in users choose in the menu, and in their profile; two pages have the choices themselves.
    let is_choice = matches!(path.split('?').next(), Some("/theme" | "/language"));
    let choices = (person.is_none() && !is_choice).then(|| {
        let path = path.clone();
        view! {
            <ThemeSwitch theme path=path.clone() />
            <LanguageSwitch path />
        }
    });
    let refused = say::window_title(say::window_title_refused(title.clone()), &service);
    let titles = [say::window_title(title, &service), refused];
    let title = titles.get(usize::from(is_refused)).cloned().unwrap_or_default();
    let head = head(title, &brand, theme, script, watched);
    view! {
        <html lang=language.code() dir=direction data-theme=theme>
            {head}
            <body>
                <Live>
                    <a class="button skip" href="#main">
                        {say::skip()}
                    </a>
                    <header class="header">
                        <a class="brand" href="/" aria-label=say::home_of(&service)>
                            <Logo brand=brand.clone() theme />
                        </a>
                        {person
                            .clone()
                            .map(|person| {
                                let path = path.clone();
                                view! { <Menu person theme path /> }
                            })}
                    </header>
                    <Notices person=person.clone() now_s said titles />
                    {content}
                    <footer class="footer">
                        <Foot brand version />
                        <div class="choosers">
                            {choices}
                        </div>
                    </footer>
                    {person.map(|person| view! { <Over username=person.username /> })}
                </Live>
            </body>
        </html>
    }
}

/// The `<head>` of the page.
fn head(
    title: String,
    brand: &Brand,
    theme: Option<&'static str>,
    script: Option<String>,
    watched: Option<LeptosOptions>,
) -> impl IntoView + use<> {
    let description = say::description(&brand.name);
    let colours = brand.theme.clone();
    view! {
        <head>
            <meta charset="utf-8" />
            <title>{title}</title>
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <meta name="description" content=description />
            <meta name="color-scheme" content="light dark" />
            <ThemeColours colours theme />
            {InertElement::new(STYLE)}
            <link rel="icon" href="/favicon.ico" sizes="32x32" />
            <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
            <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
            <link rel="manifest" href="/site.webmanifest" />
            <script nonce=use_nonce() inner_html=INERT_MARKUP_ONLY></script>
            {watched.map(|options| view! { <AutoReload options /> })}
            {script.map(InertElement::new)}
        </head>
    }
}

/// The colour of the browser's own bars: that of the page, in the chosen scheme.
#[component]
fn ThemeColours(colours: ThemeColour, theme: Option<&'static str>) -> impl IntoView {
    [("light", colours.light), ("dark", colours.dark)]
        .map(|(scheme, colour)| {
            let media = media(scheme, theme);
            view! { <meta content=colour name="theme-color" {..custom_attribute("media", media)} /> }
        })
        .collect_view()
}

/// Notices for the user, which script shows when they are true, and the identity of the page for
/// script.
#[component]
fn Notices(
    person: Option<Person>,
    now_s: i64,
    said: Option<String>,
    /// Titles of the window: normally, and after a refusal.
    titles: [String; 2],
) -> impl IntoView {
    let [title, refused] = titles;
    // Notices about a session are only on the pages of signed-in users.
    let is_somebodys = person.is_some();
    let back = is_somebodys.then(say::signed_in_again);
    let [sub, sid, epoch] = match person.map(|person| person.identity) {
        Some(me) => [me.sub.to_string(), me.sid.to_string(), me.epoch.to_string()].map(Some),
        None => [None, None, None],
    };
    let notice = |id: &'static str, words: String| {
        view! {
            <p class="notice" id=id hidden>
                {words}
            </p>
        }
    };
    view! {
        <div
            class="notices"
            id="notices"
            role="status"
            data-sub=sub
            data-sid=sid
            data-epoch=epoch
            data-now=now_s
            data-title=title
            data-refused=refused
            data-network=say::error_network_failure()
            data-internal=say::error_internal()
            data-caps=say::caps_lock()
            data-again=say::try_again_now()
            data-when=say::try_again_when("{}")
            data-back=back
        >
            {is_somebodys.then(|| notice("notice-storage", say::storage_blocked()))}
            {notice("notice-offline", say::offline())}
            {notice("notice-failed", say::script_failed())}
            {is_somebodys
                .then(|| {
                    view! {
                        <p class="notice" id="notice-over" hidden>
                            {say::over_heading()}
                            " "
                            <button class="link" type="button" data-open="over">
                                {say::button(Form::Login)}
                            </button>
                        </p>
                    }
                })}
        </div>
        <div class="toasts" role="status">
            <p class="toast" id="toast">
                {said}
            </p>
        </div>
    }
}
