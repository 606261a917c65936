//! Registering, signing in, refreshing, signing out.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    model::{ApiError, ErrorCode, Field, LoginForm, Problem, RegisterForm, SessionKind},
    server::{
        App,
        http::{
            body::{JsonBody, OptionalJson},
            cookies, guard, origin,
            reply::ProblemDetails,
        },
        service::{
            ClientInfo,
            flows::{Asker, Holder},
            login::{
                self as sign_in, Entered, Errand, LeavingSignIn, PendingSignIn, SecondStep,
                UnconfirmedSignIn,
            },
            principal::Principal,
            register as sign_up,
            session::{self, Issued, IssuedSession, Renewed},
        },
    },
};

/// `POST register`: 201 with the account and its place.
pub async fn register(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<RegisterForm>,
) -> Result<Response, ProblemDetails> {
    let user = sign_up::with_password(&app, form, &client_info).await?;
    let location = [(header::LOCATION, format!("/api/v1/users/{}", user.id))];
    Ok((StatusCode::CREATED, location, Json(user)).into_response())
}

/// `POST login`: an access token, and a refresh token the way it was asked for.
pub async fn login(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<LoginForm>,
) -> Result<Response, ProblemDetails> {
    let kind = form.session;
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    }
    let entered = sign_in::with_password(&app, form, &Errand::PROGRAM, &client_info).await?;
    Ok(unbound(&app, &headers, kind, entered_answer(&app, entered)?))
}

/// A code for a sign-in that waits for its second factor.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorForm {
    /// `flow` of the answer to the first step.
    flow: String,
    /// A code of the authenticator app, or a recovery code.
    code: String,
    /// Trusts the browser: for some days a right password is enough there. Only where the first step asked for the session as a
    /// cookie; without effect where the operator allows no trust, and with a recovery code.
    #[serde(default)]
    trust_device: bool,
}

/// `POST login/factor`: the second step of a sign-in.
pub async fn factor(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<FactorForm>,
) -> Result<Response, ProblemDetails> {
    let half = sign_in::resume(&app, Some(Holder::Program), &form.flow, &client_info).await?;
    if half.is_enrolment() {
        return Err(ErrorCode::FlowOver.into());
    }
    let kind = half.session();
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    } else if form.trust_device {
        return Err(ApiError::field(Field::TrustDevice, Problem::Unknown).into());
    }
    let step = SecondStep { code: &form.code, trusts: form.trust_device };
    let entered = sign_in::second_step(&app, half, step, Asker::Program, &client_info).await?;
    Ok(unbound(&app, &headers, kind, entered_answer(&app, entered)?))
}

/// The answer to a sign-in whose session is a cookie: the browser's flows end.
pub fn unbound(
    app: &App,
    sent: &HeaderMap,
    kind: Option<SessionKind>,
    mut response: Response,
) -> Response {
    if kind == Some(SessionKind::Cookie) {
        for cookie in cookies::unbind(app, sent) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// The answer to a right password or code: the tokens, or the secret with which the sign-in goes on.
///
/// # Errors
/// `factor_required`, `factor_enrolment_required`, `address_unverified`, `account_leaving`.
pub fn entered_answer(app: &App, entered: Entered) -> Result<Response, ProblemDetails> {
    match entered {
        Entered::Session(opened, _) => Ok(answer(app, *opened)),
        Entered::Pending(pending) => {
            let (flow, life) = (pending.token.expose(), PendingSignIn::life());
            let code = match pending.is_enrolment {
                true => ErrorCode::FactorEnrolmentRequired,
                false => ErrorCode::FactorRequired,
            };
            Err(ProblemDetails::goes_on(code, flow, life))
        }
        Entered::Unconfirmed(waiting) => {
            let (flow, life) = (waiting.token.expose(), UnconfirmedSignIn::life());
            Err(ProblemDetails::goes_on(ErrorCode::AddressUnverified, flow, life))
        }
        Entered::Leaving(leaving) => {
            let (flow, life) = (leaving.token.expose(), LeavingSignIn::life());
            Err(ProblemDetails::goes_on(ErrorCode::AccountLeaving, flow, life))
        }
    }
}

/// A refresh token in a body.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshForm {
    /// The token, for clients that do not use the cookie.
    refresh_token: Option<String>,
}

/// `POST token/refresh`: by cookie on our own pages, or by the token in the body.
pub async fn refresh(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    OptionalJson(form): OptionalJson<RefreshForm>,
) -> Result<Response, ProblemDetails> {
    let presented = presented(&app, &headers, &form)?.ok_or(ErrorCode::MissingSession)?;
    let opened = session::refresh(&app, presented, session::CLIENT, &client_info).await?;
    Ok(answer(&app, opened))
}

/// `GET token`: the claims of a token that is good and not revoked. For resource servers that want to know
/// more than a signature tells; no database is asked.
pub async fn token(principal: Principal) -> Response {
    Json(principal.claims()).into_response()
}

/// `POST logout`: ends the session of the cookie, of the token in the body, or of the bearer token.
pub async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    OptionalJson(form): OptionalJson<RefreshForm>,
) -> Result<Response, ProblemDetails> {
    match presented(&app, &headers, &form)? {
        Some(token) => session::end_by_token(&app, token, &client_info).await?,
        None => {
            let principal = guard::bearer(&app, &headers, || client_info.clone()).await?;
            session::end(&app, principal.session(), &client_info).await?;
        }
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    if cookies::session(&app, &headers).is_some() && form.refresh_token.is_none() {
        cookies::forget(&app, &headers, response.headers_mut());
    }
    Ok(response)
}

/// The refresh token of a request: from the body, else from the cookie if the page is ours.
pub fn presented<'r>(
    app: &App,
    headers: &'r HeaderMap,
    form: &'r RefreshForm,
) -> Result<Option<&'r str>, ProblemDetails> {
    if let Some(token) = &form.refresh_token {
        return Ok(Some(token));
    }
    let cookie = cookies::session(app, headers);
    if cookie.is_some() {
        origin::check(app, headers)?;
    }
    Ok(cookie)
}

/// The answer to a sign-in or refresh; the refresh token goes out one way only (S58).
pub fn answer(app: &App, opened: IssuedSession) -> Response {
    let IssuedSession { mut signed_in, issued, .. } = opened;
    signed_in.refresh_token = issued.in_body();
    with_cookies(app, &issued, Json(signed_in).into_response())
}

/// The answer to whatever gives a session a new identity.
pub fn renewed(app: &App, renewed: Renewed) -> Response {
    let Renewed { body, issued } = renewed;
    with_cookies(app, &issued, Json(body).into_response())
}

/// Adds the cookies of a session to its answer.
pub fn with_cookies(app: &App, issued: &Issued, mut response: Response) -> Response {
    for cookie in cookies::set_session(app, issued) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
