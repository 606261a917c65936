//! The tutorials' own routes: their literal requests work, or fail with an explanation.
//!
//! Tutorial mode loosens the rules of these paths and no other, on a loopback address only.

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Serialize;
use utoipa::ToSchema;

use super::{body::JsonBody, client_info, guard, reply::ProblemDetails, v1};
use crate::{
    model::{ErrorCode, LoginForm, RegisterForm, UserView},
    server::{
        App,
        service::{
            ClientInfo, accounts, login as sign_in,
            principal::{self, Principal},
            profile, register as sign_up,
            roles::Permission,
        },
    },
};

/// The paths whose rules tutorial mode loosens.
pub const PATHS: [&str; 5] = ["/register", "/login", "/protected", "/users", "/get_name"];

/// The answer to a registration.
#[derive(Serialize, ToSchema)]
#[schema(as = TutorialRegistered)]
pub struct Registered {
    /// A sentence of the tutorials.
    message: &'static str,
    /// The new account.
    user: UserView,
}

/// An answer that is a sentence.
#[derive(Serialize, ToSchema)]
#[schema(as = TutorialMessage)]
pub struct Message {
    /// A sentence of the tutorials.
    message: &'static str,
}

/// The answer to a question for the own name.
#[derive(Serialize, ToSchema)]
#[schema(as = TutorialName)]
pub struct Named {
    /// A sentence of the tutorials.
    message: &'static str,
    /// The display name, else the username.
    name: String,
}

/// Accounts without paging.
#[derive(Serialize, ToSchema)]
#[schema(as = TutorialUsers)]
pub struct Users(Vec<UserView>);

/// `POST /register`: the articles' JSON.
pub async fn register(app: App, request: Request) -> Response {
    let outcome = async {
        let (parts, body) = request.into_parts();
        let client_info = client_info::of(&app, &parts);
        let request = Request::from_parts(parts, body);
        let JsonBody(form) = JsonBody::<RegisterForm>::from_request(request, &()).await?;
        let user = sign_up::with_any_password(&app, form, &client_info).await?;
        let place = [(header::LOCATION, format!("/api/v1/users/{}", user.id))];
        let body = Registered { message: "User registered successfully!", user };
        Ok::<_, ProblemDetails>((StatusCode::CREATED, place, Json(body)).into_response())
    };
    alias(outcome.await)
}

/// `POST /login`: the JSON of the tutorials, or in tutorial mode HTTP Basic.
pub async fn login(app: App, request: Request) -> Response {
    let outcome = async {
        let (parts, body) = request.into_parts();
        let client_info = client_info::of(&app, &parts);
        let form = match basic(&parts.headers) {
            Some(form) if app.config.tutorial_compat => form.ok_or(ErrorCode::NotUtf8)?,
            Some(_) => {
                return Err(ProblemDetails::with_detail(
                    ErrorCode::InvalidCredentials,
                    "Send the username and password as JSON in the body, not as HTTP Basic.",
                ));
            }
            None => {
                let request = Request::from_parts(parts, body);
                JsonBody::<LoginForm>::from_request(request, &()).await?.0
            }
        };
        // The cookie belongs to our own pages, not to these paths.
        let form = LoginForm { session: None, ..form };
        v1::auth::entered_answer(&app, sign_in::in_tutorial(&app, form, &client_info).await?)
    };
    alias(outcome.await)
}

/// `GET /protected`.
pub async fn protected(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
) -> Response {
    let greet = |_: Principal| Json(Message { message: "This is a protected route!" });
    let raw = raw_token(&headers);
    let principal = who(&app, &headers, &client_info).await;
    let mut response = alias(principal.map(|principal| greet(principal).into_response()));
    if raw.is_some() && response.status().is_success() {
        // RFC 9745: the date since which the raw token is deprecated, which is the first version of
        // these rules.
        response.headers_mut().insert("deprecation", HeaderValue::from_static("@0"));
    }
    response
}

/// `GET /users`.
pub async fn users(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
) -> Response {
    let outcome = async {
        let principal = who(&app, &headers, &client_info).await?;
        match accounts::list_in_tutorial(&app, &principal).await.map_err(ProblemDetails::from) {
            Err(refused) if refused.code() == ErrorCode::Forbidden => {
                let permission = Permission::UsersRead;
                Err(guard::insufficient_scope(&app, &principal, permission, &client_info).await)
            }
            listed => Ok(Json(Users(listed?)).into_response()),
        }
    };
    alias(outcome.await)
}

/// `GET /get_name`.
pub async fn get_name(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
) -> Response {
    let outcome = async {
        let principal = who(&app, &headers, &client_info).await?;
        let user = profile::of_principal(&app, &principal).await?;
        let body = Named { message: "User found", name: user.name().to_owned() };
        Ok::<_, ProblemDetails>(Json(body).into_response())
    };
    alias(outcome.await)
}

/// The principal of a bearer token, or in tutorial mode of a raw one.
async fn who(
    app: &App,
    headers: &HeaderMap,
    client_info: &ClientInfo,
) -> Result<Principal, ProblemDetails> {
    match raw_token(headers) {
        Some(token) if app.config.tutorial_compat => Ok(principal::verify(app, token)?),
        Some(_) => Err(ProblemDetails::with_detail(
            ErrorCode::InvalidToken,
            "Write the header as: Authorization: Bearer <token>",
        )),
        None => guard::bearer(app, headers, || client_info.clone()).await,
    }
}

/// A raw token in the Authorization header.
fn raw_token(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = lines.next()?.to_str().ok()?;
    (lines.next().is_none() && !line.contains(' ')).then_some(line)
}

/// The credentials of HTTP Basic (RFC 7617), if present; the inner value is none if they are not
/// UTF-8.
fn basic(headers: &HeaderMap) -> Option<Option<LoginForm>> {
    let line = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, credentials) = line.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let Ok(decoded) = String::from_utf8(STANDARD.decode(credentials).unwrap_or_default()) else {
        return Some(None);
    };
    let (username, password) = decoded.split_once(':').unwrap_or_default();
    Some(Some(LoginForm {
        identifier: Some(username.into()),
        password: Some(password.into()),
        session: None,
    }))
}

/// The answer in the form of the tutorials: `msg` beside `message`.
fn alias(outcome: Result<Response, ProblemDetails>) -> Response {
    outcome.unwrap_or_else(|problem| {
        let msg = match problem.code() {
            ErrorCode::MissingToken => Some("Missing Authorization Header"),
            _ => None,
        };
        problem.for_alias(msg).into_response()
    })
}
