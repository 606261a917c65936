//! Every route and every server function, in one table: router, guard and tests come from it.

use axum::{
    extract::{Request, State},
    http::Method,
    response::Response,
    routing::{MethodFilter, MethodRouter, on},
};

use crate::{
    pages,
    server::{
        App,
        http::{access::Access, body, brand, health, tutorial, v1},
        service::roles::Permission,
    },
};

/// A line of the table.
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path as axum writes it.
    pub path: &'static str,
    /// Who may come in.
    pub access: Access,
    /// What answers.
    pub handler: MethodRouter<App>,
}

/// Server functions by path, all of them for pages of ours only; one that is not here stops the start.
pub const ACTIONS: &[(&str, Access)] = &[
    ("/action/enter", Access::Public),
    ("/action/strength", Access::Public),
    ("/action/whoami", Access::Bearer),
    ("/action/act", Access::Bearer),
];

/// Declares lines of the table.
macro_rules! table {
    ($($method:ident $path:literal $access:expr => $handler:expr;)*) => {
        vec![$(Route {
            method: Method::$method,
            path: $path,
            access: $access,
            handler: on(MethodFilter::$method, $handler),
        },)*]
    };
}

/// The table.
pub fn table() -> Vec<Route> {
    use Access::{Bearer, Form, FormOrJson, Page, Public};
    let users_read = Access::Permission(Permission::UsersRead);
    let users_write = Access::Permission(Permission::UsersWrite);
    table! {
        // Accounts and tokens
        POST "/api/v1/register" Public => v1::auth::register;
        POST "/api/v1/login" Public => v1::auth::login;
        POST "/api/v1/token/refresh" Public => v1::auth::refresh;
        POST "/api/v1/logout" Public => v1::auth::logout;
        GET "/api/v1/token" Bearer => v1::auth::token;
        GET "/.well-known/jwks.json" Public => v1::keys::jwks;

        // One's own account
        GET "/api/v1/me" Bearer => v1::me::show;
        PATCH "/api/v1/me" Bearer => v1::me::update;
        PUT "/api/v1/me/password" Bearer => v1::me::change_password;
        POST "/api/v1/me/reauthenticate" Bearer => v1::sessions::reauthenticate;
        GET "/api/v1/me/sessions" Bearer => v1::sessions::list;
        DELETE "/api/v1/me/sessions" Bearer => v1::sessions::end_mine;
        DELETE "/api/v1/me/sessions/{id}" Bearer => v1::sessions::end_one;
        GET "/api/v1/me/security-history" Bearer => v1::history::list;

        // Other people's accounts
        GET "/api/v1/users" users_read => v1::users::list;
        GET "/api/v1/users/{id}" users_read => v1::users::show;
        PATCH "/api/v1/users/{id}" users_write => v1::users::update;

        // Pages
        GET "/" Page => pages::home::page;
        GET "/register" Page => pages::register::page;
        GET "/login" Page => pages::login::page;
        GET "/account" Page => pages::account::profile::page;
        GET "/account/security" Page => pages::account::security::page;
        GET "/account/password" Page => pages::account::password::page;
        GET "/account/devices" Page => pages::account::devices::page;
        GET "/account/activity" Page => pages::account::activity::page;
        GET "/account/developer" Page => pages::account::developer::page;
        GET "/account/ready" Page => pages::account::ready::page;
        GET "/.well-known/change-password" Public => pages::account::password::well_known;
        GET "/setup" Page => pages::setup::page;
        GET "/logout" Page => pages::logout::page;
        GET "/theme" Page => pages::choices::page;
        GET "/language" Page => pages::choices::page;
        GET "/account/confirm" Page => pages::account::acts::left;
        POST "/account" Form => pages::account::acts::post;
        POST "/account/password" Form => pages::account::acts::post;
        POST "/account/devices" Form => pages::account::acts::post;
        POST "/account/confirm" Form => pages::account::acts::post;
        POST "/setup" Form => pages::setup::post;
        POST "/logout" Form => pages::logout::post;
        POST "/theme" Form => pages::choices::theme;
        POST "/language" Form => pages::choices::language;

        // The tutorials' names; a form posted to the same path is the page's
        POST "/register" FormOrJson => register;
        POST "/login" FormOrJson => login;
        GET "/protected" Public => tutorial::protected;
        GET "/users" Public => tutorial::users;
        GET "/get_name" Public => tutorial::get_name;

        // The service itself
        GET "/api/v1" Public => brand::index;
        GET "/brand/{file}" Public => brand::file;
        GET "/site.webmanifest" Public => brand::manifest;
        GET "/robots.txt" Public => brand::robots;
        GET "/.well-known/security.txt" Public => brand::security;

        // Probes and diagnosis
        GET "/api/v1/reflection" Public => v1::reflection::show;
        GET "/healthz" Public => health::live;
        GET "/readyz" Public => health::ready;
    }
}

/// `POST /register`: a form goes to the page, JSON to the tutorials' handler.
async fn register(State(app): State<App>, request: Request) -> Response {
    if body::is_form(request.headers()) {
        return pages::register::post(app, request).await;
    }
    tutorial::register(app, request).await
}

/// `POST /login`: a form goes to the page, JSON to the tutorials' handler.
async fn login(State(app): State<App>, request: Request) -> Response {
    if body::is_form(request.headers()) {
        return pages::login::post(app, request).await;
    }
    tutorial::login(app, request).await
}
