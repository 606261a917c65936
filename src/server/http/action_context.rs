//! What server functions get from HTTP.

use axum::http::{header, request::Parts};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

use super::{
    client_info, cookies,
    next::{marked_next, safe_next},
};
use crate::{
    model::{Acted, ApiError, ErrorCode, Form, SignInResponse},
    server::{
        App,
        service::{ClientInfo, acts::Done, principal::Principal, session::IssuedSession},
    },
};

/// Where a browser goes after an act: where its form leads to, and nowhere that needs a session where that is over.
pub fn where_to(form: Form, done: &Done) -> &'static str {
    if done.has_left { "/" } else { form.leads_to() }
}

/// What a server function gets from HTTP.
pub struct ActionContext {
    /// The app.
    pub app: App,
    /// From where.
    pub client_info: ClientInfo,
    /// The token of the link that the browser was sent to.
    pub link: Option<String>,
    /// The refresh token of this browser's session.
    pub refresh_token: Option<String>,
    /// Whether the browser has sent a cookie of ours.
    keeps_cookies: bool,
    principal: Option<Principal>,
}

impl ActionContext {
    /// The door of the server function that is running.
    ///
    /// # Panics
    /// Outside of a server function.
    pub fn of_action() -> Self {
        let app = expect_context::<App>();
        let parts = expect_context::<Parts>();
        let principal = parts.extensions.get::<Principal>().cloned();
        let link = cookies::link(&app, &parts.headers).map(str::to_owned);
        let refresh_token = cookies::session(&app, &parts.headers).map(str::to_owned);
        let keeps_cookies = cookies::are_kept(&app, &parts.headers);
        Self {
            client_info: client_info::of(&app, &parts),
            link,
            refresh_token,
            keeps_cookies,
            app,
            principal,
        }
    }

    /// Who calls; the guard has verified it.
    pub fn principal(&self) -> Result<Principal, ApiError> {
        self.principal.clone().ok_or(ErrorCode::MissingToken.into())
    }

    /// Removes the token of the link from the browser.
    pub fn forget_link(&self) {
        let removed = cookies::set_link(&self.app, "", 0);
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, removed);
    }

    /// Sets the cookies of an act that was done, and says where to go now.
    pub fn acted(&self, form: Form, done: Done) -> Acted {
        let answer = expect_context::<ResponseOptions>();
        for (name, value) in cookies::of_done(&self.app, &done) {
            answer.append_header(name, value);
        }
        Acted {
            next: where_to(form, &done).to_owned(),
            access_token: done.renewed.map(|renewed| renewed.body.access_token),
        }
    }

    /// Sets the cookie of a session just opened and hands the access token over.
    pub fn arrive(
        &self,
        opened: IssuedSession,
        next: Option<String>,
    ) -> Result<SignInResponse, ApiError> {
        let answer = expect_context::<ResponseOptions>();
        for cookie in cookies::set_session(&self.app, &opened.issued) {
            answer.append_header(header::SET_COOKIE, cookie);
        }
        let place = safe_next(&self.app.config.return_origins, next.as_deref());
        Ok(SignInResponse {
            access_token: opened.signed_in.access_token,
            next: if self.keeps_cookies { place } else { marked_next(&place) },
        })
    }
}
