//! Page requests, and their answers.

mod arrival;
mod error;
mod left;
mod markers;
mod posted;
mod redirect;
mod render;
mod signed_in;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
    response::Response,
};
use leptos::prelude::IntoView;

pub use self::{
    left::Left,
    posted::{Posted, posted, posted_by_anybody},
    signed_in::{SignedIn, let_through},
};
use crate::{
    components::with_name,
    model::ErrorCode,
    server::{
        App,
        http::{
            cookies, language,
            next::{self, unmarked},
        },
        say,
        service::{
            session,
            session_user::{self, SessionUser},
        },
    },
};

/// A request for a page: the app, who is looking, and what they asked for.
#[derive(Clone)]
pub struct Page {
    /// The app.
    pub app: App,
    /// User of the session cookie.
    pub session_user: Option<SessionUser>,
    /// Path and query of this page.
    pub path: String,
    /// The chosen colours: `light`, `dark`, or none for the system's.
    pub theme: Option<&'static str>,
    /// The device that this person ended a session of, on the page before.
    ended: Option<String>,
    /// The other origins to which a form of this page may lead.
    pub leads_to: Vec<String>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut page = Self::anonymous(app.clone(), parts);
        if parts.extensions.get::<SignedIn>().is_some() {
            // The row of the page says that it is for people who are signed in, and its handler that it is for anybody.
            return Err(page.error(&ErrorCode::Internal.into()));
        }
        if let Some(place) = unmarked(&page.path).filter(|_| parts.method.is_safe()) {
            next::own_place(&place).unwrap_or(next::ACCOUNT).clone_into(&mut page.path);
            return Err(page.arrive());
        }
        if let Some(cookie) = cookies::session(app, &parts.headers) {
            match session_user::of_cookie(app, cookie).await {
                Ok(session_user) => {
                    if let Some(session_user) = &session_user {
                        let of_browser = || language::of_browser(app, &parts.headers);
                        say::change_to(session_user.language().unwrap_or_else(of_browser));
                    }
                    page.ended = page.ended_by(session_user.as_ref()).await;
                    page.session_user = session_user;
                }
                Err(error) => return Err(page.error(&error.into_api())),
            }
        }
        Ok(page)
    }
}

impl Page {
    /// The page after a sign-out.
    pub const START: &'static str = "/";

    /// The address that mails come from, in a sentence.
    pub fn mail_from(&self) -> impl IntoView + use<> {
        with_name(&say::mail_from("{}"), &self.app.config.mail.from.address.to_string())
    }

    /// A page request without a session lookup, which needs no database.
    pub fn anonymous(app: App, parts: &Parts) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let theme = match cookies::theme(&app, &parts.headers) {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        Self {
            app,
            session_user: None,
            path,
            theme,
            ended: None,
            leads_to: Vec::new(),
            headers: parts.headers.clone(),
        }
    }

    /// The device of a session that was ended on the page before. Without its name the page says as much as it knows.
    async fn ended_by(&self, session_user: Option<&SessionUser>) -> Option<String> {
        let about = cookies::said_about(&self.app, &self.headers)?;
        session::device_of(&self.app, session_user?, &about).await.ok()?
    }

    /// The name of the service.
    pub fn service(&self) -> &str {
        &self.app.brand.shown.name
    }

    /// A parameter of the query.
    pub fn query(&self, name: &str) -> Option<String> {
        let query = self.path.split_once('?')?.1;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(found, value)| (found == name).then(|| value.into_owned()))
    }

    /// `next` if a browser may be led there, else the account page.
    pub fn safe_next(&self, next: Option<&str>) -> String {
        next::safe_next(&self.app.config.return_origins, next)
    }

    /// Text as the value of a query.
    pub fn encode(text: &str) -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
    }
}
