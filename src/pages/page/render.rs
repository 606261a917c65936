//! Rendering of pages: the shell around the content, and the headers.

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

use super::{Page, markers::without_markers};
use crate::{
    app::{STYLE, Shell, ShellProps},
    components::Person,
    model::{ApiError, Form},
    server::{
        http::{coding::Coding, cookies, origin, reply},
        say::{self, Language},
        service::{acts::Said, principal, session_user::SessionUser},
        site::Wake,
    },
};

impl Page {
    /// Renders a page from its title, status and content.
    pub fn render(
        &self,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        self.draw(title.into(), (Wake::AtOnce, false), status, content)
    }

    /// Renders a page with its time of loading the module. A signed-in user's page always loads it,
    /// because it keeps page, cookie and other tabs in agreement.
    pub fn render_waking(
        &self,
        wake: Wake,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let wake =
            if self.session_user.is_some() && wake == Wake::Never { Wake::AtOnce } else { wake };
        self.draw(title.into(), (wake, false), status, content)
    }

    /// Renders a page that never loads the module: a person only passes through.
    pub fn render_alone(
        &self,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        self.draw(title.into(), (Wake::Never, false), status, content)
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
        // The message is for the tab of the action; a redirected tab shows the reason instead.
        let is_sent_away = self.query("reason").is_some();
        let said = cookies::said(&self.app, &self.headers).filter(|_| !is_sent_away);
        let is_admin = self.session_user.as_ref().is_some_and(SessionUser::is_admin);
        let person = self.session_user.as_ref().map(|session_user| Person {
            name: session_user.name().to_owned(),
            username: session_user.username().to_owned(),
            identity: session_user.identity(),
            sign_out: principal::form_token(&self.app, session_user, Form::Logout),
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
                now_s: self.app.clock.now_s(),
                // Who knows it knows which faults to try.
                version: is_admin.then_some(env!("CARGO_PKG_VERSION")),
                script: site.script(&nonce, wake),
                watched: site.watched(),
                content,
            });
            (without_markers(&view! { {shell} }.to_html()), nonce)
        });
        owner.unset();
        // The operator's styles come last, and win.
        let styles: Vec<_> = site.styles(&html).chain(&self.app.brand.style).collect();
        let tags: String = styles.iter().map(|style| style.tag.as_str()).collect();
        let sources: Vec<_> = styles.iter().map(|style| style.source.as_str()).collect();
        let html = html.replacen(STYLE, &tags, 1);
        let policy = content_security_policy(
            &nonce,
            &sources.join(" "),
            (self.form_targets(), self.frames()),
            site.watched().is_some(),
        );
        let mut response = (status, self.encoded(format!("<!doctype html>{html}"))).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // The same URL shows different users different pages.
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

    /// The cookie with the language of the signed-in user, if it changed; by it, other answers know
    /// the language without an account lookup.
    fn language_of_person(&self) -> Option<HeaderValue> {
        let code = self.session_user.as_ref()?.language().map_or("", Language::code);
        let told = cookies::person_language(&self.app, &self.headers).unwrap_or_default();
        (told != code).then(|| cookies::set_person_language(&self.app, code))
    }

    /// Renders a page with an error, its status and its wait.
    pub fn render_refusal(
        &self,
        title: impl Into<String>,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        self.refused(title.into(), Wake::AtOnce, error, content)
    }

    /// The same without the module: a person only passes through.
    pub fn render_refusal_alone(
        &self,
        title: impl Into<String>,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        self.refused(title.into(), Wake::Never, error, content)
    }

    fn refused(
        &self,
        title: String,
        wake: Wake,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let mut response = self.draw(title, (wake, true), reply::status(error.code), content);
        reply::say_when(response.headers_mut(), error);
        response.extensions_mut().insert(reply::ProblemDetails::from(error.clone()));
        response
    }

    /// The other origins that a form of this page may lead to. Browsers compare `form-action` with the redirect that
    /// answers a form as well.
    fn form_targets(&self) -> &[String] {
        match self.path.split('?').next() {
            Some("/login" | "/register") => &self.app.config.return_origins,
            _ => &self.leads_to,
        }
    }

    /// The frames of this page: the inbox of a developer shows a mail in one.
    fn frames(&self) -> &'static str {
        if self.path.starts_with("/dev/mail/") { " frame-src 'self';" } else { "" }
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

    /// Whether the page may be compressed.
    ///
    /// The compressed length reveals whether text in it repeats. A page contains its own URL, so a
    /// site that sends a browser here with guesses in it, and sees the lengths on the network,
    /// could read other text of the page (BREACH). Requests from other sites therefore get account
    /// pages uncompressed, and so do set-up links and the forms that carry the secret of a flow.
    fn may_be_compressed(&self) -> bool {
        let is_private = self.session_user.is_some() && !origin::is_of_ours(&self.headers);
        const WITH_SECRETS: [&str; 10] = [
            "/setup",
            "/invite",
            "/login/code",
            "/verify",
            "/forgot/code",
            "/reset",
            "/undo",
            "/secure",
            "/refuse",
            "/oauth/",
        ];
        let has_secret = WITH_SECRETS.iter().any(|path| self.path.starts_with(path));
        !is_private && !has_secret
    }
}

/// Scripts of ours with this answer's nonce, WASM, our stylesheet, and nothing else (S69).
fn content_security_policy(
    nonce: &str,
    style: &str,
    (form_targets, frames): (&[String], &str),
    is_watched: bool,
) -> String {
    let targets: String = form_targets.iter().map(|origin| format!(" {origin}")).collect();
    // The reload socket of `cargo leptos watch` listens on a port of its own.
    let reload = if is_watched { " ws://localhost:3001 ws://127.0.0.1:3001" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src {style}; \
         img-src 'self' data:; connect-src 'self'{reload}; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'{targets}; frame-ancestors 'none';{frames} \
         trusted-types default; require-trusted-types-for 'script'"
    )
}
