//! A request for a page, and the answers to it.

mod arrival;
mod error;
mod left;
mod posted;
mod redirect;
mod render;
mod signed_in;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
    response::Response,
};

pub use self::{
    left::Left,
    posted::{Posted, posted, posted_by_anybody},
    signed_in::SignedIn,
};
use crate::server::{
    App,
    http::{
        cookies, language,
        next::{safe_next, unmarked},
    },
    say,
    service::{
        session,
        viewer::{self, Viewer},
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
    /// The device that this person ended a session of, on the page before.
    ended: Option<String>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for Page {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut page = Self::anonymous(app.clone(), parts);
        if let Some(place) = unmarked(&page.path).filter(|_| parts.method.is_safe()) {
            safe_next(Some(&place)).clone_into(&mut page.path);
            return Err(page.arrive());
        }
        if let Some(cookie) = cookies::session(app, &parts.headers) {
            match viewer::of_cookie(app, cookie).await {
                Ok(viewer) => {
                    if let Some(viewer) = &viewer {
                        let of_browser = || language::of_browser(app, &parts.headers);
                        say::change_to(viewer.language().unwrap_or_else(of_browser));
                    }
                    page.ended = page.ended_by(viewer.as_ref()).await;
                    page.viewer = viewer;
                }
                Err(error) => return Err(page.error(&error.into_api())),
            }
        }
        Ok(page)
    }
}

impl Page {
    /// Where a browser goes that is signed out.
    pub const START: &'static str = "/";

    /// The same without a look at who is there: it needs no database.
    pub fn anonymous(app: App, parts: &Parts) -> Self {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let theme = match cookies::theme(&app, &parts.headers) {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        Self { app, viewer: None, path, theme, ended: None, headers: parts.headers.clone() }
    }

    /// The device of a session that was ended on the page before. Without its name the page says as much as it knows.
    async fn ended_by(&self, viewer: Option<&Viewer>) -> Option<String> {
        let about = cookies::said_about(&self.app, &self.headers)?;
        session::device_of(&self.app, viewer?, &about).await.ok()?
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

    /// Text as the value of a query.
    pub fn encode(text: &str) -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
    }
}
