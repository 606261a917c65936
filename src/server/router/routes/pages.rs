//! The rows of pages and their forms.

use crate::{
    pages,
    server::{
        http::{
            access::Access,
            route::{Route, rows},
        },
        service::roles::Permission,
    },
};

/// Pages and their forms.
pub(super) fn rows() -> Vec<Route> {
    use Access::{Form, Page, PageFor, Public, SignedIn};
    let audit_read = PageFor(Permission::AuditRead);
    rows! {
        GET "/" Page => pages::home::page;
        GET "/docs" Page => |page| async { pages::docs::page(page, super::document()) };
        GET "/register" Page => pages::register::page;
        GET "/login" Page => pages::login::page;
        GET "/setup" Page => pages::setup::page;
        GET "/logout" Page => pages::logout::page;
        GET "/theme" Page => pages::choices::page;
        GET "/language" Page => pages::choices::page;
        GET "/account" SignedIn => pages::account::profile::page;
        GET "/account/security" SignedIn => pages::account::security::page;
        GET "/account/password" SignedIn => pages::account::password::page;
        GET "/account/devices" SignedIn => pages::account::devices::page;
        GET "/account/activity" SignedIn => pages::account::activity::page;
        GET "/account/developer" SignedIn => pages::account::developer::page;
        GET "/account/ready" audit_read => pages::account::ready::page;
        GET "/account/confirm" Public => pages::account::acts::left;
        GET "/.well-known/change-password" Public => pages::account::password::well_known;
        POST "/account" Form => pages::account::acts::post;
        POST "/account/password" Form => pages::account::acts::post;
        POST "/account/devices" Form => pages::account::acts::post;
        POST "/account/confirm" Form => pages::account::acts::post;
        POST "/setup" Form => pages::setup::post;
        POST "/logout" Form => pages::logout::post;
        POST "/theme" Form => pages::choices::theme;
        POST "/language" Form => pages::choices::language;
    }
}
