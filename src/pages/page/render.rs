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
    app::{Shell, ShellProps},
    components::Person,
    model::{ApiError, Form},
    server::{
        http::{cookies, reply},
        say,
        service::{caller, viewer::Viewer},
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
        self.draw(title.into(), false, status, content)
    }

    fn draw(
        &self,
        title: String,
        is_refused: bool,
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
                said: said.as_ref().map(|(said, _)| said.message()),
                now: self.app.clock.now(),
                // Who knows it knows which faults to try.
                version: is_admin.then_some(env!("CARGO_PKG_VERSION")),
                style: site.style().to_owned(),
                scripts: site.scripts(&nonce),
                watched: site.watched().cloned(),
                content,
            });
            (view! { {shell} }.to_html(), nonce)
        });
        owner.unset();
        let policy = content_security_policy(&nonce, site.watched().is_some());
        let mut response = (status, Html(format!("<!doctype html>{html}"))).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // The same address shows different people different pages.
        headers.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(say::current().code()));
        if let Some((_, told)) = said {
            headers.append(header::SET_COOKIE, told);
        }
        response
    }

    /// Renders a page that says what was wrong, with its status and for how long to wait.
    pub fn render_refusal(
        &self,
        title: impl Into<String>,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let mut response = self.draw(title.into(), true, reply::status(error.code), content);
        reply::say_when(response.headers_mut(), error);
        response.extensions_mut().insert(reply::Problem::from(error.clone()));
        response
    }
}

/// Scripts of ours with this answer's nonce, WASM, and nothing else (S69).
fn content_security_policy(nonce: &str, is_watched: bool) -> String {
    // The reload socket of `cargo leptos watch` listens on a port of its own.
    let reload = if is_watched { " ws://localhost:3001 ws://127.0.0.1:3001" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{reload}; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         trusted-types default; require-trusted-types-for 'script'"
    )
}
