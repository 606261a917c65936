//! What server functions get from HTTP.

use axum::http::{header, request::Parts};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

use super::{cookies, next::safe_next, visitor};
use crate::{
    model::{ApiError, Arrival, ErrorCode},
    server::{
        App,
        service::{Visitor, caller::Caller, session::Opened},
    },
};

/// What a server function gets from HTTP.
pub struct Door {
    /// The app.
    pub app: App,
    /// From where.
    pub visitor: Visitor,
    /// The token of the link that the browser was sent to.
    pub link: Option<String>,
    caller: Option<Caller>,
}

impl Door {
    /// The door of the server function that is running.
    ///
    /// # Panics
    /// Outside of a server function.
    pub fn of_action() -> Self {
        let app = expect_context::<App>();
        let parts = expect_context::<Parts>();
        let caller = parts.extensions.get::<Caller>().cloned();
        let link = cookies::link(&app, &parts.headers).map(str::to_owned);
        Self { visitor: visitor::of(&app, &parts), link, app, caller }
    }

    /// Who calls; the guard has verified it.
    pub fn caller(&self) -> Result<Caller, ApiError> {
        self.caller.clone().ok_or(ErrorCode::MissingToken.into())
    }

    /// Removes the token of the link from the browser.
    pub fn forget_link(&self) {
        let removed = cookies::set_link(&self.app, "", 0);
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, removed);
    }

    /// Sets the cookie of a session just opened and hands the access token over.
    pub fn arrive(&self, opened: Opened, next: Option<String>) -> Result<Arrival, ApiError> {
        let answer = expect_context::<ResponseOptions>();
        for cookie in cookies::set_session(&self.app, &opened.issued) {
            answer.append_header(header::SET_COOKIE, cookie);
        }
        Ok(Arrival {
            access_token: opened.signed_in.access_token,
            next: safe_next(next.as_deref()).to_owned(),
        })
    }
}
