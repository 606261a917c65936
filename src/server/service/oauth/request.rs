//! An authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1), read and checked. Nothing here knows who
//! is signed in.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Back, NoWayBack, OAuthError, Params, Refusal, ResponseMode, scopes::wanted};
use crate::server::{
    secure::{pkce, redirect_uri},
    service::{
        clients::{Client, Par, Pkce, Registry},
        proof::Acr,
    },
};

/// The beginning of the name of a stored request (RFC 9126 section 2.2).
pub const REQUEST_URI: &str = "urn:ietf:params:oauth:request_uri:";

/// What the client wants the person to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// Nothing: nobody is shown a page.
    None,
    /// Sign in, even if somebody is.
    Login,
    /// Say yes or no, even if that was said.
    Consent,
    /// Choose an account.
    SelectAccount,
    /// Make an account.
    Create,
}

impl Prompt {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "none" => Self::None,
            "login" => Self::Login,
            "consent" => Self::Consent,
            "select_account" => Self::SelectAccount,
            "create" => Self::Create,
            _ => return None,
        })
    }
}

/// A request that may be put to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Where the answer goes, as the client sent it.
    pub redirect_uri: String,
    /// How it gets there.
    pub mode: ResponseMode,
    /// Returned as it came.
    pub state: Option<String>,
    /// The words that the client may ask for, each once.
    pub scope: Vec<String>,
    /// The resources, in their registered spelling.
    pub resources: Vec<String>,
    /// For the ID token.
    pub nonce: Option<String>,
    /// The S256 challenge.
    pub challenge: Option<String>,
    /// What the person has to do.
    pub prompt: Vec<Prompt>,
    /// Seconds since the person has signed in, at most.
    pub max_age: Option<i64>,
    /// Whether two factors are wished.
    pub wants_aal2: bool,
    /// What the field of the name has at first.
    pub login_hint: Option<String>,
    /// The person that the client expects.
    pub expected: Option<String>,
}

impl AuthorizationRequest {
    /// Whether the client wants this.
    pub fn prompts(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }

    /// Whether the scope has a word.
    pub fn has(&self, word: &str) -> bool {
        self.scope.iter().any(|own| own == word)
    }
}

impl From<&AuthorizationRequest> for Back {
    fn from(request: &AuthorizationRequest) -> Self {
        Self {
            redirect_uri: request.redirect_uri.clone(),
            mode: request.mode,
            state: request.state.clone(),
        }
    }
}

/// The person of an ID token that a client sends as a hint; none if its key is gone.
pub type Hint = Result<Option<String>, OAuthError>;

/// The client of a request, and where an answer to it goes.
///
/// # Errors
/// `Refusal::Page`.
pub fn client(registry: &Registry, params: &Params) -> Result<Arc<Client>, Refusal> {
    let id = params.one("client_id").ok_or(Refusal::Page(NoWayBack::Client))?;
    let client = registry.enabled(id).filter(|client| client.settings.kind.has_people());
    client.cloned().ok_or(Refusal::Page(NoWayBack::Client))
}

/// Checks a request of a client; `is_pushed` if the client has sent it itself and shown who it is. `hint` reads an ID token of ours.
///
/// # Errors
/// The refusal.
pub fn check(
    registry: &Registry,
    client: &Client,
    params: &Params,
    is_pushed: bool,
    hint: impl Fn(&str) -> Hint,
) -> Result<AuthorizationRequest, Refusal> {
    let back = back(client, params)?;
    read(registry, client, params, &back, is_pushed, hint)
        .map_err(|error| Refusal::Client(Box::new(back), error))
}

fn back(client: &Client, params: &Params) -> Result<Back, Refusal> {
    let asked = params.one("redirect_uri").ok_or(Refusal::Page(NoWayBack::RedirectUri))?;
    if !client.is_redirect(asked) {
        return Err(Refusal::Page(NoWayBack::RedirectUri));
    }
    let mode = match params.one("response_mode") {
        Some("form_post") if takes_form(asked) => ResponseMode::FormPost,
        _ => ResponseMode::Query,
    };
    let state = params.one("state").filter(|state| is_printable(state, 2048)).map(str::to_owned);
    Ok(Back { redirect_uri: asked.to_owned(), mode, state })
}

/// Whether a form can go to a redirect URI: to no scheme of a program's own, and to no address of IPv6, which no policy can name.
fn takes_form(uri: &str) -> bool {
    redirect_uri::origin(uri).is_some_and(|origin| !origin.contains('['))
}

/// Whether a text has at most so many visible characters of ASCII, or spaces.
fn is_printable(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

fn read(
    registry: &Registry,
    client: &Client,
    params: &Params,
    back: &Back,
    is_pushed: bool,
    hint: impl Fn(&str) -> Hint,
) -> Result<AuthorizationRequest, OAuthError> {
    use OAuthError::InvalidRequest;
    if params.are_repeated() {
        return Err(InvalidRequest("A parameter stands twice."));
    }
    if params.has("request") {
        return Err(OAuthError::RequestNotSupported);
    }
    if params.has("request_uri") {
        return Err(OAuthError::RequestUriNotSupported);
    }
    if params.has("registration") {
        return Err(OAuthError::RegistrationNotSupported);
    }
    if client.settings.par == Par::Required && !is_pushed {
        return Err(InvalidRequest("This client pushes its requests."));
    }
    match params.one("response_type") {
        Some("code") => {}
        Some(_) => return Err(OAuthError::UnsupportedResponseType),
        None => return Err(InvalidRequest("There is no response_type.")),
    }
    if !matches!(params.one("response_mode"), None | Some("query" | "form_post")) {
        return Err(InvalidRequest("The response modes are query and form_post."));
    }
    if params.one("response_mode") == Some("form_post") && back.mode != ResponseMode::FormPost {
        return Err(InvalidRequest("A form cannot be posted to this redirect_uri."));
    }
    if params.one("state").is_some() && back.state.is_none() {
        return Err(InvalidRequest("The state is too long, or not of visible ASCII."));
    }
    let nonce = params.one("nonce");
    if nonce.is_some_and(|nonce| !is_printable(nonce, 512)) {
        return Err(InvalidRequest("The nonce is too long, or not of visible ASCII."));
    }
    let challenge = challenge(client, params)?;
    let prompt = prompt(params)?;
    let max_age = max_age(params)?;
    let login_hint = params.one("login_hint").filter(|hint| hint.len() <= 255);
    let (scope, resources) = wanted(registry, client, params)?;
    let expected = match params.one("id_token_hint") {
        Some(token) => hint(token)?,
        None => None,
    };
    let wants_aal2 = params
        .one("acr_values")
        .is_some_and(|values| values.split(' ').next() == Some(Acr::Aal2.as_str()));
    Ok(AuthorizationRequest {
        redirect_uri: back.redirect_uri.clone(),
        mode: back.mode,
        state: back.state.clone(),
        scope,
        resources,
        nonce: nonce.map(str::to_owned),
        challenge,
        prompt,
        max_age,
        wants_aal2,
        login_hint: login_hint.map(str::to_owned),
        expected,
    })
}

fn challenge(client: &Client, params: &Params) -> Result<Option<String>, OAuthError> {
    use OAuthError::InvalidRequest;
    match (params.one("code_challenge"), params.one("code_challenge_method")) {
        (None, None) if client.settings.pkce == Pkce::Optional => Ok(None),
        (None, _) => Err(InvalidRequest("There is no code_challenge (RFC 7636).")),
        (Some(challenge), Some("S256")) if pkce::is_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => {
            Err(InvalidRequest("The code_challenge is not the base64url of a SHA-256."))
        }
        (Some(_), _) => Err(InvalidRequest("The one code_challenge_method is S256.")),
    }
}

fn prompt(params: &Params) -> Result<Vec<Prompt>, OAuthError> {
    use OAuthError::InvalidRequest;
    let words = params.one("prompt").unwrap_or_default().split(' ').filter(|word| !word.is_empty());
    let prompt: Option<Vec<_>> = words.map(Prompt::named).collect();
    let prompt = prompt.ok_or(InvalidRequest("The prompt has an unknown word."))?;
    if prompt.contains(&Prompt::None) && prompt.len() > 1 {
        return Err(InvalidRequest("The prompt none stands alone."));
    }
    Ok(prompt)
}

fn max_age(params: &Params) -> Result<Option<i64>, OAuthError> {
    let Some(text) = params.one("max_age") else {
        return Ok(None);
    };
    let is_number = text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse().ok().filter(|_| is_number) {
        Some(seconds) => Ok(Some(seconds)),
        None => Err(OAuthError::InvalidRequest("The max_age is no number of seconds.")),
    }
}
