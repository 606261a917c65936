//! Signing in by a passkey, and confirming by one.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    addresses::NoFields,
    auth::{entered_answer, renewed, unbound},
    passkeys::{CHALLENGE, CREDENTIAL_ID, HANDLE, NewPasskey, NewPasskeyOptions},
};
use crate::{
    model::{RegisterForm, SessionKind},
    server::{
        App,
        http::{
            body::{JsonBody, OptionalJson},
            description::Example,
            origin,
            reply::ProblemDetails,
        },
        service::{
            ClientInfo,
            flows::{Asker, Holder},
            login::{self, Errand, PasskeyStep},
            passkeys::{
                self, Asked, AssertionAnswer, Bringing, CreationOptions, Purpose,
                RegistrationAnswer, RequestOptions,
            },
            principal::Principal,
            register as sign_up, session,
        },
    },
};

/// What an authenticator is asked for a proof.
#[derive(Serialize, ToSchema)]
pub struct PasskeyRequest {
    /// Comes back with the answer.
    ceremony: String,
    /// For `PublicKeyCredential.parseRequestOptionsFromJSON`.
    public_key: RequestOptions,
}

impl From<Asked> for PasskeyRequest {
    fn from(asked: Asked) -> Self {
        Self { ceremony: asked.ceremony, public_key: asked.options }
    }
}

/// The name of an account that is to be registered with a passkey.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewcomerName {
    /// Letters, digits and `. _ -`: three to sixty-four of them.
    #[schema(min_length = 3, max_length = 64)]
    username: String,
    /// Its address, if it has one: checked before the authenticator makes a passkey.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
}

/// What an authenticator is asked for the passkey of a new account.
#[derive(Serialize, ToSchema)]
pub struct NewcomerRequest {
    /// Comes back with the answer.
    ceremony: String,
    /// For `PublicKeyCredential.parseCreationOptionsFromJSON`.
    public_key: CreationOptions,
}

/// `POST register/passkey/options`.
pub async fn ask_newcomer(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(NewcomerName { username, email }): JsonBody<NewcomerName>,
) -> Result<Json<NewcomerRequest>, ProblemDetails> {
    let form = RegisterForm { username: Some(username), email, ..RegisterForm::default() };
    let asked = sign_up::passkey_options(&app, Holder::Program, form, &client_info).await?;
    Ok(Json(NewcomerRequest { ceremony: asked.ceremony, public_key: asked.options }))
}

/// An account that is registered with a passkey, and without a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    /// The name that was asked for.
    #[schema(min_length = 3, max_length = 64)]
    username: String,
    /// Optional; identifies the account only once verified.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// `ceremony` of what the authenticator was asked.
    ceremony: String,
    /// The answer of the authenticator, as `toJSON` writes it.
    credential: RegistrationAnswer,
    /// A name for the passkey; without one it gets the name of its authenticator.
    #[serde(default)]
    #[schema(max_length = 64)]
    name: Option<String>,
}

/// `POST register/passkey`: 201 with the account and its place.
pub async fn register(
    State(app): State<App>,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<Newcomer>,
) -> Result<Response, ProblemDetails> {
    let Newcomer { username, email, ceremony, credential, name } = form;
    let name = name.unwrap_or_default();
    let holder = Holder::Program;
    let passkey = Bringing { holder, ceremony: &ceremony, answer: &credential, name: &name };
    let form = RegisterForm { username: Some(username), email, ..RegisterForm::default() };
    let user = sign_up::with_passkey(&app, form, passkey, &client_info).await?;
    let location = [(header::LOCATION, format!("/api/v1/users/{}", user.id))];
    Ok((StatusCode::CREATED, location, Json(user)).into_response())
}

/// A sign-in that waits for its second factor, if it is one.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyFlow {
    /// `flow` of the answer `factor_required`; none to sign in by a passkey alone.
    #[serde(default)]
    flow: Option<String>,
}

/// `POST login/passkey/options`.
pub async fn ask(
    State(app): State<App>,
    client_info: ClientInfo,
    OptionalJson(form): OptionalJson<PasskeyFlow>,
) -> Result<Json<PasskeyRequest>, ProblemDetails> {
    let asked = match form.flow {
        None => passkeys::options(&app, Purpose::SignIn(Holder::Program), &client_info).await?,
        Some(flow) => {
            let half = login::resume(&app, Some(Holder::Program), &flow, &client_info).await?;
            let purpose = Purpose::Second(half.flow().id(), half.user());
            passkeys::options(&app, purpose, &client_info).await?
        }
    };
    Ok(Json(asked.into()))
}

/// The answer of a passkey at a sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyLogin {
    /// `ceremony` of what it was asked.
    ceremony: String,
    /// The answer of the authenticator, as `toJSON` writes it.
    credential: AssertionAnswer,
    /// `flow` of the answer `factor_required`, where it was asked for that.
    #[serde(default)]
    flow: Option<String>,
    /// Transport of a refresh token; none without one. With `flow` it is as the first step asked for.
    #[serde(default)]
    session: Option<SessionKind>,
}

/// `POST login/passkey`.
pub async fn login(
    State(app): State<App>,
    headers: HeaderMap,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<PasskeyLogin>,
) -> Result<Response, ProblemDetails> {
    let step = PasskeyStep { ceremony: &form.ceremony, answer: &form.credential };
    let half = match &form.flow {
        Some(flow) => Some(login::resume(&app, Some(Holder::Program), flow, &client_info).await?),
        None => None,
    };
    let kind = half.as_ref().map_or(form.session, |half| half.session());
    if kind == Some(SessionKind::Cookie) {
        origin::check(&app, &headers)?;
    }
    let entered = match half {
        Some(half) => {
            login::second_by_passkey(&app, half, step, Asker::Program, &client_info).await?
        }
        None => login::with_passkey(&app, step, kind, &Errand::PROGRAM, &client_info).await?,
    };
    Ok(unbound(&app, &headers, kind, entered_answer(&app, entered)?))
}

/// `POST me/reauthenticate/options`.
pub async fn ask_again(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    OptionalJson(NoFields {}): OptionalJson<NoFields>,
) -> Result<Json<PasskeyRequest>, ProblemDetails> {
    let purpose = Purpose::Proof(principal.session(), principal.user());
    Ok(Json(passkeys::options(&app, purpose, &client_info).await?.into()))
}

/// The answer of a passkey in a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasskeyProof {
    /// `ceremony` of what it was asked.
    ceremony: String,
    /// The answer of the authenticator, as `toJSON` writes it.
    credential: AssertionAnswer,
}

/// `POST me/reauthenticate/passkey`.
pub async fn reauthenticate(
    State(app): State<App>,
    principal: Principal,
    client_info: ClientInfo,
    JsonBody(form): JsonBody<PasskeyProof>,
) -> Result<Response, ProblemDetails> {
    let answer = (form.ceremony.as_str(), &form.credential);
    let proven = session::reauthenticate_by_passkey(&app, &principal, answer, &client_info).await?;
    Ok(renewed(&app, proven))
}

fn assertion() -> Value {
    json!({ "id": CREDENTIAL_ID, "response": {
        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
        "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MdAAAAAA",
        "signature": "MEUCIQ",
        "userHandle": HANDLE,
    } })
}

impl Example for PasskeyRequest {
    fn example() -> Value {
        json!({ "ceremony": "c2VhbGVk", "public_key": {
            "challenge": CHALLENGE,
            "timeout": 300_000,
            "rpId": "id.example.com",
            "allowCredentials": [],
            "userVerification": "required",
        } })
    }
}

impl Example for NewcomerName {
    fn example() -> Value {
        json!({ "username": "ada" })
    }
}

impl Example for NewcomerRequest {
    fn example() -> Value {
        let mut asked = NewPasskeyOptions::example();
        json!({ "ceremony": "c2VhbGVk", "public_key": asked["public_key"].take() })
    }
}

impl Example for Newcomer {
    fn example() -> Value {
        let mut new = NewPasskey::example();
        json!({ "username": "ada", "ceremony": "c2VhbGVk", "credential": new["credential"].take() })
    }
}

impl Example for PasskeyFlow {
    fn example() -> Value {
        json!({})
    }
}

impl Example for PasskeyLogin {
    fn example() -> Value {
        json!({ "ceremony": "c2VhbGVk", "credential": assertion(), "session": "token" })
    }
}

impl Example for PasskeyProof {
    fn example() -> Value {
        json!({ "ceremony": "c2VhbGVk", "credential": assertion() })
    }
}
