//! The HTTP context of server functions.

use axum::http::{HeaderMap, header, request::Parts};
use leptos::prelude::expect_context;
use leptos_axum::ResponseOptions;

use super::{
    client_info, cookies,
    next::{marked, marked_next, safe_next},
};
use crate::{
    model::{Acted, ApiError, ErrorCode, Form, SignInResponse},
    server::{
        App,
        service::{ClientInfo, acts::Done, login::Entered, principal::Principal},
    },
};

/// The page after an action: the destination of its form, but none that requires a session that has
/// ended.
pub fn where_to(form: Form, done: &Done) -> &'static str {
    if done.has_left { "/" } else { form.leads_to() }
}

/// The HTTP context of a server function.
pub struct ActionContext {
    /// The app.
    pub app: App,
    /// The client.
    pub client_info: ClientInfo,
    /// The token of the link that the browser followed.
    pub link: Option<String>,
    /// The secret of the browser's sign-in that waits for its second factor.
    pub pending: Option<String>,
    /// The refresh token of this browser's session.
    pub refresh_token: Option<String>,
    /// Whether the browser has sent a cookie of ours.
    keeps_cookies: bool,
    principal: Option<Principal>,
    /// The headers of the request.
    sent: HeaderMap,
}

impl ActionContext {
    /// The context of the running server function.
    ///
    /// # Panics
    /// Panics outside of a server function.
    pub fn of_action() -> Self {
        let app = expect_context::<App>();
        let parts = expect_context::<Parts>();
        let principal = parts.extensions.get::<Principal>().cloned();
        let link = cookies::link(&app, &parts.headers).map(str::to_owned);
        let pending = cookies::pending(&app, &parts.headers).map(str::to_owned);
        let refresh_token = cookies::session(&app, &parts.headers).map(str::to_owned);
        let keeps_cookies = cookies::are_kept(&app, &parts.headers);
        Self {
            client_info: client_info::of(&app, &parts),
            link,
            pending,
            refresh_token,
            keeps_cookies,
            sent: parts.headers,
            app,
            principal,
        }
    }

    /// The principal that the guard has verified.
    ///
    /// # Errors
    /// `missing_token` if the route's access requires no principal.
    pub fn principal(&self) -> Result<Principal, ApiError> {
        self.principal.clone().ok_or(ErrorCode::MissingToken.into())
    }

    /// Removes the token of the link from the browser.
    pub fn forget_link(&self) {
        let removed = cookies::set_link(&self.app, "", 0);
        expect_context::<ResponseOptions>().append_header(header::SET_COOKIE, removed);
    }

    /// Sets the cookies of a completed action, and returns the next page.
    pub fn acted(&self, form: Form, done: Done) -> Acted {
        let answer = expect_context::<ResponseOptions>();
        for (name, value) in cookies::of_done(&self.app, &self.sent, &done) {
            answer.append_header(name, value);
        }
        Acted {
            next: where_to(form, &done).to_owned(),
            access_token: done.renewed.map(|renewed| renewed.body.access_token),
        }
    }

    /// The page after a sign-in: a place that was asked for, if it is one to go to.
    pub fn safe_next(&self, next: Option<&str>) -> String {
        safe_next(&self.app.config.return_origins, next)
    }

    /// Sets the cookie of a session that was just opened, and returns the access token; or the cookies of a sign-in that goes on,
    /// and the page on which it does.
    ///
    /// # Errors
    /// None at present: the type is the one of server functions.
    pub fn arrive(
        &self,
        entered: Entered,
        next: Option<String>,
    ) -> Result<SignInResponse, ApiError> {
        let answer = expect_context::<ResponseOptions>();
        let set = |cookie| answer.append_header(header::SET_COOKIE, cookie);
        Ok(match entered {
            Entered::Session(opened, own) => {
                let unbound = cookies::unbind(&self.app, &self.sent);
                cookies::set_session(&self.app, &opened.issued).chain(unbound).for_each(set);
                let place = self.safe_next(own.or(next).as_deref());
                SignInResponse {
                    access_token: Some(opened.signed_in.access_token),
                    next: if self.keeps_cookies { place } else { marked_next(&place) },
                }
            }
            Entered::Pending(pending) => {
                cookies::set_pending(&self.app, &pending).for_each(set);
                self.goes_on(pending.form())
            }
            Entered::Unconfirmed(waiting) => {
                cookies::set_unconfirmed(&self.app, &self.sent, &waiting).for_each(set);
                self.goes_on(Form::ConfirmCode)
            }
            Entered::Leaving(leaving) => {
                cookies::set_leaving(&self.app, &self.sent, &leaving).for_each(set);
                self.goes_on(Form::Keep)
            }
        })
    }

    /// The page with the next form of a sign-in.
    fn goes_on(&self, form: Form) -> SignInResponse {
        let place = form.path();
        let next = if self.keeps_cookies { place.into() } else { marked(place) };
        SignInResponse { access_token: None, next }
    }
}
