//! Redirects, and the cookies that they set.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Page;
use crate::{
    model::{ApiError, Form},
    server::{
        http::{cookies, next::marked_next},
        service::{
            ClientInfo,
            acts::Done,
            by_name::Asked,
            flows::{BrowserToken, Purpose},
            login::Entered,
            session::{Issued, IssuedSession},
            session_user,
            trusted::TrustToken,
        },
    },
};

impl Page {
    /// A redirect after a form: 303, so that a reload does not post again.
    pub fn redirect(to: &str) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
        response.headers_mut().insert(header::LOCATION, place);
        response
    }

    /// A redirect with the session that was just opened, as a cookie; it does not contain the access token: script on the
    /// next page fetches one. Or a redirect to the page on which the sign-in goes on.
    pub fn redirect_entered(&self, entered: &Entered, next: Option<&str>) -> Response {
        match entered {
            Entered::Session(opened, own) => {
                self.redirect_signed_in(opened, own.as_deref().or(next))
            }
            Entered::Pending(pending) => {
                self.goes_on(pending.form(), cookies::set_pending(&self.app, pending))
            }
            Entered::Unconfirmed(waiting) => self.goes_on(
                Form::ConfirmCode,
                cookies::set_unconfirmed(&self.app, &self.headers, waiting),
            ),
            Entered::Leaving(leaving) => {
                self.goes_on(Form::Keep, cookies::set_leaving(&self.app, &self.headers, leaving))
            }
        }
    }

    /// A redirect to the page with the next form of a sign-in, with the cookies that bind it to this browser.
    fn goes_on(&self, form: Form, bound: impl Iterator<Item = HeaderValue>) -> Response {
        let mut response = Self::redirect(&self.with_cookie(form.path()));
        for cookie in bound {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    fn redirect_signed_in(&self, opened: &IssuedSession, next: Option<&str>) -> Response {
        let place = self.safe_next(next);
        let mut response = Self::redirect(&match cookies::are_kept(&self.app, &self.headers) {
            true => place,
            false => marked_next(&place),
        });
        let unbound = cookies::unbind(&self.app, &self.headers);
        for cookie in cookies::set_session(&self.app, &opened.issued).chain(unbound) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// A redirect of somebody who asked for a mail by a name, with the cookies that bind its flow to this browser. If nothing was
    /// begun, the browser keeps what it has, whose mail may be read now.
    pub fn redirect_asked(&self, to: &str, asked: &Asked) -> Response {
        let mut response = Self::redirect(&self.with_cookie(to));
        let before = match asked.purpose {
            Purpose::MailCode => self.mail_code(),
            _ => self.recovery(),
        };
        if !asked.is_begun && before.is_some() {
            return response;
        }
        for cookie in cookies::set_asked(&self.app, asked) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    /// The secret of the flow that keeps an account, and the browser's.
    pub fn leaving(&self) -> Option<(&str, BrowserToken)> {
        let flow = cookies::leaving(&self.app, &self.headers)?;
        Some((flow, BrowserToken::parse(cookies::browser(&self.app, &self.headers)?)?))
    }

    /// The secret of the sign-in of this browser that waits until the address is confirmed.
    pub fn unconfirmed(&self) -> Option<&str> {
        cookies::unconfirmed(&self.app, &self.headers)
    }

    /// The secret of the way back that this browser began.
    pub fn recovery(&self) -> Option<&str> {
        cookies::recovery(&self.app, &self.headers)
    }

    /// The secret of the sign-in by mail that this browser began.
    pub fn mail_code(&self) -> Option<&str> {
        cookies::mail_code(&self.app, &self.headers)
    }

    /// The secret of the sign-in of this browser that waits for its second factor.
    pub fn pending(&self) -> Option<&str> {
        cookies::pending(&self.app, &self.headers)
    }

    /// What this browser shows where it is trusted.
    pub fn trusted(&self) -> Option<TrustToken> {
        cookies::trusted(&self.app, &self.headers)
    }

    /// The client, as far as flows are bound to it.
    pub fn client_info(&self) -> ClientInfo {
        let browser = cookies::browser(&self.app, &self.headers).and_then(BrowserToken::parse);
        ClientInfo { browser, ..ClientInfo::default() }
    }

    /// The answer to a browser whose session is over: it forgets the session, and what is stored here.
    pub fn forget_person(&self, mut response: Response) -> Response {
        cookies::forget(&self.app, &self.headers, response.headers_mut());
        response
    }

    /// Adds the session's new identity to an answer.
    pub fn keep_session(&self, response: &mut Response, issued: &Issued) {
        for cookie in cookies::set_session(&self.app, issued) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }

    /// A redirect after an action, with its cookies.
    pub fn redirect_done(&self, to: &str, done: &Done) -> Response {
        let mut response = Self::redirect(to);
        for (name, value) in cookies::of_done(&self.app, &self.headers, done) {
            response.headers_mut().append(name, value);
        }
        response
    }

    /// A redirect to sign in and come back to a page of ours. A user whose session ended gets a
    /// notice.
    pub fn redirect_to_sign_in(&self, next: &str) -> Response {
        let reason = if self.refresh_token().is_some() { "&reason=over" } else { "" };
        Self::redirect(&format!("/login?next={}{reason}", Self::encode(next)))
    }

    /// The refresh token of this browser's session.
    pub fn refresh_token(&self) -> Option<&str> {
        cookies::session(&self.app, &self.headers)
    }

    /// The token of the set-up link that this browser followed.
    pub fn link(&self) -> Option<&str> {
        cookies::link(&self.app, &self.headers)
    }

    /// A redirect to a page without the link's token in its URL; for a valid link, the browser
    /// stores the token for so many seconds. No page gets the previous URL as referrer.
    pub fn redirect_without_link(&self, to: &str, kept: Option<(&str, i64)>) -> Response {
        let mut response = match kept {
            Some(_) => Self::redirect(&self.with_cookie(to)),
            None => Self::redirect(to),
        };
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        // An invalid link does not replace a valid one, because any page may send a browser to such
        // a link.
        if let Some((token, seconds)) = kept {
            headers.append(header::SET_COOKIE, cookies::set_link(&self.app, token, seconds));
        }
        response
    }

    /// Adds the removal of the link's token to an answer.
    pub fn forget_link(&self, mut response: Response) -> Response {
        let removed = cookies::set_link(&self.app, "", 0);
        response.headers_mut().append(header::SET_COOKIE, removed);
        response
    }

    /// Adds the removal of an invalid session cookie to an answer.
    ///
    /// Only the sign-in page does this: a late answer, to a script or a page in another tab, must
    /// not remove the cookie of a newer sign-in.
    ///
    /// # Errors
    /// Fails if the database fails.
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
