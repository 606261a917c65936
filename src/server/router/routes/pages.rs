//! The rows of pages for everybody, and of their forms.

use crate::{
    pages,
    server::http::{
        access::Access,
        route::{Route, rows},
    },
};

/// Pages that anybody may open, and their forms.
pub(super) fn rows() -> Vec<Route> {
    use Access::{Form, Page, Public};
    rows! {
        GET "/" Page => pages::home::page;
        GET "/docs" Page => |page| async { pages::docs::page(page, super::document()) };
        GET "/register" Page => pages::register::page;
        GET "/login" Page => pages::login::page;
        GET "/login/factor" Page => pages::factor::page;
        GET "/register/passkey" Public => pages::passkey::register_page;
        GET "/login/passkey" Public => pages::passkey::page;
        GET "/login/enrol" Page => pages::enrol::page;
        GET "/invite" Page => pages::invite::page;
        GET "/login/mail" Page => pages::mail_code::ask;
        GET "/login/code" Page => pages::mail_code::code;
        GET "/verify" Page => pages::verify::page;
        GET "/forgot" Page => pages::recovery::forgot;
        GET "/forgot/code" Page => pages::recovery::code;
        GET "/reset" Page => pages::recovery::reset;
        GET "/undo" Page => pages::securing::undo;
        GET "/secure" Page => pages::securing::secure;
        GET "/refuse" Page => pages::securing::refuse;
        GET "/leaving" Page => pages::leaving::page;
        GET "/go" Page => pages::recovery::over;
        GET "/go/{token}" Public => pages::go::page;
        GET "/setup" Page => pages::setup::page;
        GET "/logout" Page => pages::logout::page;
        GET "/oauth/authorize" Page => pages::oauth::authorize;
        GET "/oauth/end_session" Page => pages::oauth::sign_out;
        GET "/oauth/consent" Public => pages::oauth::left_consent;
        GET "/oauth/end_session/confirm" Public => pages::oauth::left_sign_out;
        POST "/oauth/authorize" Public => pages::oauth::post_authorize;
        POST "/oauth/end_session" Public => pages::oauth::post_sign_out;
        POST "/oauth/consent" Form => pages::oauth::post_consent;
        POST "/oauth/end_session/confirm" Form => pages::oauth::post_confirm_sign_out;
        GET "/theme" Page => pages::choices::page;
        GET "/language" Page => pages::choices::page;
        GET "/dev/mail" Public => pages::dev_mail::list;
        GET "/dev/mail/{id}" Public => pages::dev_mail::show;
        GET "/dev/mail-html/{id}" Public => pages::dev_mail::html;
        POST "/login/factor" Form => pages::factor::post;
        POST "/register/passkey" Form => pages::passkey::post_register;
        POST "/login/passkey" Form => pages::passkey::post;
        POST "/passkey/{what}" Form => pages::passkey::options;
        POST "/login/enrol" Form => pages::enrol::post;
        POST "/invite" Form => pages::invite::post;
        POST "/login/mail" Form => pages::mail_code::post_ask;
        POST "/login/code" Form => pages::mail_code::post_code;
        POST "/verify" Form => pages::verify::post;
        POST "/forgot" Form => pages::recovery::post_forgot;
        POST "/forgot/code" Form => pages::recovery::post_code;
        POST "/reset" Form => pages::recovery::post_reset;
        POST "/undo" Form => pages::securing::post_undo;
        POST "/secure" Form => pages::securing::post_secure;
        POST "/refuse" Form => pages::securing::post_refuse;
        POST "/leaving" Form => pages::leaving::post;
        POST "/setup" Form => pages::setup::post;
        POST "/logout" Form => pages::logout::post;
        POST "/theme" Form => pages::choices::theme;
        POST "/language" Form => pages::choices::language;
    }
}
