//! Rendering: the shell around a page's content, and the headers of a page.

use std::sync::Arc;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use hydration_context::SsrSharedContext;
use leptos::{
    nonce::{provide_nonce, use_nonce},
    prelude::{Owner, RenderHtml, view},
    tachys::view::any_view::AnyView,
};

use super::Page;
use crate::{
    app::{STYLE, Shell, ShellProps},
    components::Person,
    model::{ApiError, Form},
    server::{
        http::{coding::Coding, cookies, origin, reply},
        say::{self, Language},
        service::{acts::Said, caller, viewer::Viewer},
        site::Wake,
    },
};

impl Page {
    /// Renders a page: its title, its status, its content.
    pub fn render(
        &self,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        self.draw(title.into(), (Wake::AtOnce, false), status, content)
    }

    /// The same for a page that says when it loads the module. One of a person who is signed in always does: it keeps page,
    /// cookie and other tabs in agreement.
    pub fn render_waking(
        &self,
        wake: Wake,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let wake = if self.viewer.is_some() && wake == Wake::Never { Wake::AtOnce } else { wake };
        self.draw(title.into(), (wake, false), status, content)
    }

    fn draw(
        &self,
        title: String,
        (wake, is_refused): (Wake, bool),
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
        let site = &self.app.site;
        // What was done is told to the tab that did it: one that was sent away hears why.
        let is_sent_away = self.query("reason").is_some();
        let said = cookies::said(&self.app, &self.headers).filter(|_| !is_sent_away);
        let is_admin = self.viewer.as_ref().is_some_and(Viewer::is_admin);
        let person = self.viewer.as_ref().map(|viewer| Person {
            name: viewer.name().to_owned(),
            username: viewer.username().to_owned(),
            identity: viewer.identity(),
            sign_out: caller::form_token(&self.app, viewer, Form::Logout),
        });
        let (html, nonce) = owner.with(|| {
            provide_nonce();
            let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
            let content = content();
            let shell = Shell(ShellProps {
                title,
                is_refused,
                brand: self.app.brand.shown.clone(),
                language: say::current(),
                theme: self.theme,
                path: self.path.clone(),
                person,
                said: said.as_ref().map(|(said, _)| match (said, &self.ended) {
                    (Said::SessionEnded, Some(device)) => say::said_device(device),
                    _ => said.message(),
                }),
                now: self.app.clock.now(),
                // Who knows it knows which faults to try.
                version: is_admin.then_some(env!("CARGO_PKG_VERSION")),
                script: site.script(&nonce, wake),
                watched: site.watched().cloned(),
                content,
            });
            (view! { {shell} }.to_html(), nonce)
        });
        owner.unset();
        // What the operator chose comes last, and wins.
        let styles: Vec<_> = site.styles(&html).chain(&self.app.brand.style).collect();
        let tags: String = styles.iter().map(|style| style.tag.as_str()).collect();
        let sources: Vec<_> = styles.iter().map(|style| style.source.as_str()).collect();
        let html = html.replacen(STYLE, &tags, 1);
        let policy = content_security_policy(&nonce, &sources.join(" "), site.watched().is_some());
        let mut response = (status, self.encoded(format!("<!doctype html>{html}"))).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // The same address shows different people different pages.
        headers.insert(
            header::VARY,
            HeaderValue::from_static("Accept-Encoding, Accept-Language, Cookie"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(say::current().code()));
        if let Some((_, told)) = said {
            headers.append(header::SET_COOKIE, told);
        }
        if let Some(cookie) = self.language_of_person() {
            headers.append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The cookie by which answers know the language of the person without a look at the account, where it says something else.
    fn language_of_person(&self) -> Option<HeaderValue> {
        let code = self.viewer.as_ref()?.language().map_or("", Language::code);
        let told = cookies::person_language(&self.app, &self.headers).unwrap_or_default();
        (told != code).then(|| cookies::set_person_language(&self.app, code))
    }

    /// Renders a page that says what was wrong, with its status and for how long to wait.
    pub fn render_refusal(
        &self,
        title: impl Into<String>,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let mut response =
            self.draw(title.into(), (Wake::AtOnce, true), reply::status(error.code), content);
        reply::say_when(response.headers_mut(), error);
        response.extensions_mut().insert(reply::Problem::from(error.clone()));
        response
    }

    /// The page, compressed as the browser takes it and as may be.
    fn encoded(&self, html: String) -> Response {
        let coding = Coding::of(&self.headers).filter(|_| self.may_be_compressed());
        let encoded = coding.and_then(|coding| Some((coding, coding.encode(&html).ok()?)));
        match encoded {
            Some((coding, bytes)) => {
                ([(header::CONTENT_ENCODING, coding.name())], Html(bytes)).into_response()
            }
            None => Html(html).into_response(),
        }
    }

    /// The length of what is compressed tells whether text in it repeats. A page repeats its own address, so a site that
    /// sends a browser here with guesses in it, and hears the lengths on the line, would read what else is in it
    /// (BREACH). What a person sees of their account is not told to those; neither is a link to set up.
    fn may_be_compressed(&self) -> bool {
        let is_private = self.viewer.is_some() && !origin::is_of_ours(&self.headers);
        !is_private && !self.path.starts_with("/setup")
    }
}

/// Scripts of ours with this answer's nonce, WASM, our stylesheet, and nothing else (S69).
fn content_security_policy(nonce: &str, style: &str, is_watched: bool) -> String {
    // The reload socket of `cargo leptos watch` listens on a port of its own.
    let reload = if is_watched { " ws://localhost:3001 ws://127.0.0.1:3001" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src {style}; \
         img-src 'self' data:; connect-src 'self'{reload}; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         trusted-types default; require-trusted-types-for 'script'"
    )
}
