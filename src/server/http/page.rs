//! What pages and server functions get from HTTP: who is looking, and the way back.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};
use hydration_context::SsrSharedContext;
use leptos::{
    nonce::{provide_nonce, use_nonce},
    prelude::{Owner, RenderHtml, view},
    tachys::view::any_view::AnyView,
};

use super::{
    body, cookies,
    next::{checked_next, safe_next},
    reply::{self, Problem},
    visitor,
};
use crate::{
    app::{Shell, ShellProps},
    model::{ApiError, ErrorCode},
    pages,
    server::{
        App,
        service::{
            Visitor,
            session::{self, Opened},
            viewer::{self, Viewer},
        },
    },
};

/// A request for a page: the app, who is looking, and what they asked for.
pub struct Page {
    /// The app.
    pub app: App,
    /// Who the session cookie says is looking.
    pub viewer: Option<Viewer>,
    /// Path and query of this page.
    pub path: String,
    /// The colours that the reader chose: `light`, `dark`, or what the system says.
    pub theme: Option<&'static str>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut page = Self::anonymous(app.clone(), parts);
        if let Some(cookie) = cookies::session(app, &parts.headers) {
            match viewer::of_cookie(app, cookie).await {
                Ok(viewer) => page.viewer = viewer,
                Err(error) => return Err(page.error(&error.into_api())),
            }
        }
        Ok(page)
    }
}

impl Page {
    fn anonymous(app: App, parts: &Parts) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let theme = match cookies::get(&parts.headers, cookies::THEME) {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        Self { app, viewer: None, path, theme, headers: parts.headers.clone() }
    }

    /// The viewer of a guarded page, or the way to sign in and come back; nothing is rendered before.
    pub fn require_viewer(&self) -> Result<&Viewer, Redirect> {
        self.viewer.as_ref().ok_or_else(|| {
            let next = Self::encode(&self.path);
            Redirect::to(&format!("/login?next={next}"))
        })
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.path.split_once('?')?.1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
    }

    /// Renders a page that says what was wrong, with its status and for how long to wait.
    pub fn render_refusal(
        &self,
        title: impl Into<String>,
        error: &ApiError,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let mut response = self.render(title, reply::status(error.code), content);
        reply::say_when(response.headers_mut(), error);
        response
    }

    /// Text as the value of a query.
    pub fn encode(text: &str) -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
    }

    /// Renders a page: its title, its status, its content.
    pub fn render(
        &self,
        title: impl Into<String>,
        status: StatusCode,
        content: impl FnOnce() -> AnyView,
    ) -> Response {
        let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
        let (html, nonce) = owner.with(|| {
            provide_nonce();
            let content = content();
            let shell = Shell(ShellProps {
                title: title.into(),
                theme: self.theme,
                path: self.path.clone(),
                identity: self.viewer.as_ref().map(Viewer::identity),
                now: self.app.clock.now(),
                site: self.app.site.clone(),
                content,
            });
            (view! { {shell} }.to_html(), use_nonce().map(|nonce| nonce.to_string()))
        });
        owner.unset();
        let policy = content_security_policy(&nonce.unwrap_or_default());
        let mut response = (status, Html(format!("<!doctype html>{html}"))).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        // The same address shows different people different pages.
        headers.insert(header::VARY, HeaderValue::from_static("Cookie"));
        response
    }

    /// The page of an error.
    pub fn error(&self, error: &ApiError) -> Response {
        pages::error::page(self, error)
    }

    /// The way to a page after a form: 303, so that a reload does not post again.
    pub fn redirect(to: &str) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, place);
        response
    }

    /// The same with the session that was just opened, as a cookie. The token is not in it: the next
    /// page's keeper fetches one.
    pub fn redirect_signed_in(&self, opened: &Opened, next: Option<&str>) -> Response {
        let mut response = Self::redirect(safe_next(next));
        for cookie in cookies::set_session(&self.app, &opened.issued) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Ends the session of the cookie and goes to the start.
    pub async fn sign_out(&self, visitor: &Visitor) -> Result<Response, ApiError> {
        if let Some(cookie) = cookies::session(&self.app, &self.headers) {
            session::end_by_token(&self.app, cookie, visitor).await?;
        }
        let mut response = Self::redirect("/");
        cookies::forget(&self.app, response.headers_mut());
        Ok(response)
    }

    /// The token of the link that this browser was sent to.
    pub fn link(&self) -> Option<&str> {
        cookies::link(&self.app, &self.headers)
    }

    /// Goes to a page without the token of a link in its address; where the link works, the browser keeps the token
    /// for so many seconds. No page is told where the browser came from.
    pub fn redirect_without_link(&self, to: &str, kept: Option<(&str, i64)>) -> Response {
        let mut response = Self::redirect(to);
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        // A link that does not work leaves one that does: any page may send a browser to such a link.
        if let Some((token, seconds)) = kept {
            headers.append(header::SET_COOKIE, cookies::set_link(&self.app, token, seconds));
        }
        response
    }

    /// The same answer, after which the browser has no token of a link.
    pub fn forget_link(&self, mut response: Response) -> Response {
        let removed = cookies::set_link(&self.app, "", 0);
        response.headers_mut().append(header::SET_COOKIE, removed);
        response
    }

    /// The same answer, which removes a session cookie that will never be good again. Only the page where people
    /// sign in does: an answer that comes late, to a script or a page in another tab, must not remove the
    /// cookie of a newer sign-in.
    pub async fn forget_dead_session(&self, mut response: Response) -> Result<Response, ApiError> {
        if let Some(cookie) =
            cookies::session(&self.app, &self.headers).filter(|_| self.viewer.is_none())
            && viewer::is_dead(&self.app, cookie).await?
        {
            response.headers_mut().append(header::SET_COOKIE, cookies::clear_session(&self.app));
        }
        Ok(response)
    }

    /// Remembers the choice of colours and goes back.
    pub fn choose_theme(&self, theme: &str, next: Option<&str>) -> Response {
        let theme = match theme {
            "light" => "light",
            "dark" => "dark",
            _ => "system",
        };
        let mut response = Self::redirect(checked_next(next.unwrap_or("/")).unwrap_or("/"));
        response.headers_mut().insert(header::SET_COOKIE, cookies::set_theme(&self.app, theme));
        response
    }
}

/// Scripts of ours with this answer's nonce, WASM, and nothing else (S69).
fn content_security_policy(nonce: &str) -> String {
    // The reload socket of `cargo leptos watch` listens on a port of its own.
    #[expect(clippy::disallowed_methods, reason = "cargo-leptos tells this way")]
    let watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let reload = match watched {
        true => " ws://localhost:3001 ws://127.0.0.1:3001",
        false => "",
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{reload}; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
         trusted-types default; require-trusted-types-for 'script'"
    )
}

/// A form that was posted to a page, and the page to show it again.
pub struct Posted<T> {
    /// The page.
    pub page: Page,
    /// What was filled in.
    pub form: T,
    /// From where.
    pub visitor: Visitor,
}

/// Reads a form; that a page of ours posted it, the guard has seen. A refusal is a page too.
pub async fn posted<T: serde::de::DeserializeOwned>(
    app: App,
    request: Request,
) -> Result<Posted<T>, Response> {
    let (mut parts, body) = request.into_parts();
    let page = Page::from_request_parts(&mut parts, &app).await?;
    let refuse = |code: ErrorCode| page.error(&code.into());
    if !body::is_form(&parts.headers) {
        return Err(refuse(ErrorCode::UnsupportedMediaType));
    }
    let bytes = body::read(body).await.map_err(|problem| page.error(problem.error()))?;
    let visitor = visitor::of(&page.app, &parts);
    let request = Request::from_parts(parts, Body::from(bytes));
    match axum::Form::<T>::from_request(request, &()).await {
        Ok(axum::Form(form)) => Ok(Posted { page, form, visitor }),
        Err(_) => Err(refuse(ErrorCode::InvalidInput)),
    }
}

/// The answer for an address that is nowhere: a page for people, a problem for programs.
pub async fn not_found(
    axum::extract::State(app): axum::extract::State<App>,
    request: Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let path = parts.uri.path();
    let program =
        ["/api/", "/action/", "/.well-known/", "/pkg/"].iter().any(|p| path.starts_with(p));
    let accepts = parts.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let wants_page = accepts.is_some_and(|accept| accept.contains("text/html"));
    if program || !wants_page || !matches!(parts.method, Method::GET | Method::HEAD) {
        return Problem::from(ErrorCode::NotFound).into_response();
    }
    match Page::from_request_parts(&mut parts, &app).await {
        Ok(page) => page.error(&ErrorCode::NotFound.into()),
        Err(response) => response,
    }
}
