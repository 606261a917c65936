//! Answers that lead elsewhere, and the cookies that they set.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Page;
use crate::{
    model::ApiError,
    server::{
        http::{cookies, next::marked_next},
        service::{
            acts::Done,
            session::{Issued, IssuedSession},
            session_user,
        },
    },
};

impl Page {
    /// The way to a page after a form: 303, so that a reload does not post again.
    pub fn redirect(to: &str) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, place);
        response
    }

    /// The same with the session that was just opened, as a cookie. The token is not in it: the next
    /// page's keeper fetches one.
    pub fn redirect_signed_in(&self, opened: &IssuedSession, next: Option<&str>) -> Response {
        let place = self.safe_next(next);
        let mut response = Self::redirect(&match cookies::are_kept(&self.app, &self.headers) {
            true => place,
            false => marked_next(&place),
        });
        for cookie in cookies::set_session(&self.app, &opened.issued) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// Gives the browser the session's new identity beside an answer.
    pub fn keep_session(&self, response: &mut Response, issued: &Issued) {
        for cookie in cookies::set_session(&self.app, issued) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// The way on after an act, with its cookies.
    pub fn redirect_done(&self, to: &str, done: &Done) -> Response {
        let mut response = Self::redirect(to);
        for (name, value) in cookies::of_done(&self.app, done) {
            response.headers_mut().append(name, value);
        }
        response
    }

    /// The way to sign in and come back to a page of ours. A person who was signed in hears that it is over.
    pub fn redirect_to_sign_in(&self, next: &str) -> Response {
        let reason = if self.refresh_token().is_some() { "&reason=over" } else { "" };
        Self::redirect(&format!("/login?next={}{reason}", Self::encode(next)))
    }

    /// The refresh token of this browser's session.
    pub fn refresh_token(&self) -> Option<&str> {
        cookies::session(&self.app, &self.headers)
    }

    /// The token of the link that this browser was sent to.
    pub fn link(&self) -> Option<&str> {
        cookies::link(&self.app, &self.headers)
    }

    /// Goes to a page without the token of a link in its address; where the link works, the browser keeps the token
    /// for so many seconds. No page is told where the browser came from.
    pub fn redirect_without_link(&self, to: &str, kept: Option<(&str, i64)>) -> Response {
        let mut response = match kept {
            Some(_) => Self::redirect(&self.with_cookie(to)),
            None => Self::redirect(to),
        };
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
            cookies::session(&self.app, &self.headers).filter(|_| self.session_user.is_none())
            && session_user::is_dead(&self.app, cookie).await?
        {
            response.headers_mut().append(header::SET_COOKIE, cookies::clear_session(&self.app));
        }
        Ok(response)
    }
}
