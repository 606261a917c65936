//! The shell around every page. Server only: islands are all that the browser builds.

use leptos::{
    config::LeptosOptions,
    hydration::AutoReload,
    nonce::use_nonce,
    prelude::*,
    tachys::{html::InertElement, view::any_view::AnyView},
};

use crate::{
    components::{Drawn, FormView, Logo, Look, Over},
    islands::Live,
    model::{Form, Identity, PasswordPolicy},
};

/// Islands make their markup by innerHTML, which Trusted Types refuse by default. This policy lets pass what
/// islands make and refuses what runs; scripts from text have no policy at all. What it may miss, the
/// content security policy stops: it lets nothing run that lacks the nonce (S70).
const INERT_MARKUP_ONLY: &str = r#"window.trustedTypes?.createPolicy("default",{createHTML:h=>/<(script|iframe|object|embed|base|meta|link)\b|[\s\/"']on\w+\s*=|javascript:/i.test(h)?null:h})"#;

/// One document: head, header, the page's own content, footer.
#[component]
pub fn Shell(
    /// What the window is called.
    title: String,
    /// `light` or `dark` where the reader chose one.
    theme: Option<&'static str>,
    /// This page, to come back to.
    path: String,
    /// Who is looking.
    identity: Option<Identity>,
    /// The token of the form to sign out, where somebody is signed in.
    sign_out: Option<String>,
    /// What was done on the page before.
    said: Option<&'static str>,
    /// Unix seconds, so that the browser knows how its clock differs.
    now: i64,
    /// The version of Vestibule, for those who may know it.
    version: Option<&'static str>,
    /// The tag of the stylesheet.
    style: String,
    /// The tag that loads the module, with the nonce of this answer; none where nothing on the page needs it.
    script: Option<String>,
    /// What the script of `cargo leptos watch` needs, where that runs.
    watched: Option<LeptosOptions>,
    /// The page's content, `<main>` included.
    content: AnyView,
) -> impl IntoView {
    let name = match version {
        Some(version) => format!("Vestibule {version}"),
        None => "Vestibule".to_owned(),
    };
    let is_somebodys = identity.is_some();
    view! {
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <title>{format!("{title} · Vestibule")}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {InertElement::new(style)}
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script nonce=use_nonce() inner_html=INERT_MARKUP_ONLY></script>
                {watched.map(|options| view! { <AutoReload options /> })}
                {script.map(InertElement::new)}
            </head>
            <body>
                <Live>
                    <a class="button skip" href="#main">
                        "Skip to content"
                    </a>
                    <header class="header">
                        <a class="brand" href="/" aria-label="Vestibule, home">
                            <Logo />
                        </a>
                        {sign_out
                            .map(|token| {
                                let drawn = Drawn { token: Some(token), ..Drawn::default() };
                                let look = Look { class: "", button: "button plain", says: None };
                                let policy = PasswordPolicy { min_chars: 1 };
                                view! {
                                    <nav class="nav" aria-label="Account">
                                        <a class="button plain" href="/account">
                                            "Account"
                                        </a>
                                        <FormView form=Form::Logout look policy drawn label=None ask=None />
                                    </nav>
                                }
                            })}
                    </header>
                    <Notices identity now said />
                    {content}
                    <footer class="footer">
                        <p>{name}</p>
                        <ThemeSwitch theme path />
                    </footer>
                    // Nobody's session ends on a page of nobody.
                    {is_somebodys.then(|| view! { <Over /> })}
                </Live>
            </body>
        </html>
    }
}

/// What a person should know, and what script has to know of the page: whose it is.
#[component]
fn Notices(identity: Option<Identity>, now: i64, said: Option<&'static str>) -> impl IntoView {
    let [sub, sid, epoch] = match identity {
        Some(me) => [me.sub.to_string(), me.sid.to_string(), me.epoch.to_string()].map(Some),
        None => [None, None, None],
    };
    view! {
        <div class="notices" id="notices" data-sub=sub data-sid=sid data-epoch=epoch data-now=now>
            <p class="notice" role="status" id="notice-storage"></p>
            <p class="notice" role="status" id="notice-offline"></p>
            <p class="notice" role="status" id="notice-back"></p>
            <div class="toasts" role="status">
                <p class="toast" id="toast">
                    {said}
                </p>
            </div>
        </div>
    }
}

/// Light, dark, or as the system has it: a form, so that it works without WASM.
#[component]
fn ThemeSwitch(theme: Option<&'static str>, path: String) -> impl IntoView {
    let choice = |value: &'static str, label: &'static str| {
        let pressed = if theme.unwrap_or("system") == value { "true" } else { "false" };
        view! {
            <button name="theme" value=value aria-pressed=pressed>
                {label}
            </button>
        }
    };
    view! {
        <form class="theme" method="post" action="/theme" aria-label="Colour theme">
            <input type="hidden" name="next" value=path />
            {choice("system", "System")}
            {choice("light", "Light")}
            {choice("dark", "Dark")}
        </form>
    }
}
