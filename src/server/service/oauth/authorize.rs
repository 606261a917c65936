//! Authorization requests: read, stored while a person is busy with them, and decided.

use std::sync::Arc;

use futures::FutureExt;

use super::{
    AuthorizationRequest, Back, NoWayBack, OAuthError, Params, Person, REQUEST_URI, Refusal, Shown,
    Standing, Verdict, authenticate,
    claims::subject,
    judge::judge,
    request::{check, client},
    scopes::{by_resource, is_about_person, missing},
    verify::hint,
};
use crate::server::{
    App,
    db::{authorizations, consents},
    error::{Error, Result},
    secure::random,
    service::{
        ClientInfo,
        clients::{Client, Consent, Registry},
        limits::{self, Limit},
        session_user::SessionUser,
    },
};

/// Lifetime of a request while a person is busy with it, in seconds.
pub const REQUEST_LIFE: i64 = 1_800;
/// Lifetime of a pushed request before it is opened, in seconds.
pub const PUSHED_LIFE: i64 = 90;

/// A request with its client.
pub struct Opened {
    /// Its id, once it is stored.
    pub id: Option<String>,
    /// The client.
    pub client: Arc<Client>,
    /// What it asks for.
    pub request: AuthorizationRequest,
    /// When it came, in Unix seconds.
    pub started_at: i64,
    /// Whether the client has pushed it, and this is the first look at it.
    pub is_just_pushed: bool,
    registry: Arc<Registry>,
}

/// What happens next, and what is to be asked.
pub struct Step {
    /// What happens next.
    pub verdict: Verdict,
    /// What the person has to allow, all of it and not only what is new.
    pub asked: Vec<Asked>,
}

impl Step {
    /// Whether the person may allow it now.
    pub fn may_be_allowed(&self) -> bool {
        matches!(self.verdict, Verdict::Ask | Verdict::Answer)
    }
}

/// A line of what a person is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The word of the scope.
    pub word: String,
    /// The resource, with its name and its own words for people; none for what is about the person.
    pub resource: Option<(String, String)>,
    /// Whether it was not allowed before, while something else was.
    pub is_new: bool,
}

/// Reads a new request, which is not stored yet.
///
/// # Errors
/// The refusal.
pub fn begin(app: &App, params: &Params) -> std::result::Result<Opened, Refusal> {
    if params.is_repeated("client_id") || params.is_repeated("redirect_uri") {
        return Err(Refusal::Page(NoWayBack::Malformed));
    }
    let registry = app.clients.now();
    let client = client(&registry, params)?;
    let request = read(app, &registry, &client, params, false)?;
    let started_at = app.clock.now_s();
    Ok(Opened { id: None, client, request, started_at, is_just_pushed: false, registry })
}

fn read(
    app: &App,
    registry: &Registry,
    client: &Client,
    params: &Params,
    is_pushed: bool,
) -> std::result::Result<AuthorizationRequest, Refusal> {
    let expected = |token: &str| Ok(hint(app, client.id(), token)?.map(|claims| claims.sub));
    check(registry, client, params, is_pushed, expected)
}

/// A request that the client has pushed.
pub struct Pushed {
    /// Its name for the next request.
    pub request_uri: String,
    /// Time for which it waits, in seconds.
    pub expires_in: i64,
}

/// Stores a request that the client sends itself (RFC 9126).
///
/// # Errors
/// What the authorization endpoint would say; `invalid_client`.
pub async fn push(
    app: &App,
    authorization: Option<&str>,
    params: &Params,
    client_info: &ClientInfo,
) -> std::result::Result<Pushed, OAuthError> {
    let registry = app.clients.now();
    let shown = Shown::read(authorization, params)?;
    let client = authenticate(app, &registry, &shown, client_info).await?;
    if !client.settings.kind.has_people() {
        return Err(OAuthError::UnauthorizedClient("Nobody signs in to this kind of client."));
    }
    let request = match read(app, &registry, &client, params, true) {
        Ok(request) => request,
        Err(Refusal::Client(_, error)) => return Err(error),
        Err(Refusal::Page(_)) => {
            return Err(OAuthError::InvalidRequest("The redirect_uri is none of this client."));
        }
    };
    // One server pushes for all the people of its app.
    let limit = match client.settings.is_confidential() {
        true => Limit::Pushed(client.id()),
        false => Limit::Authorize(client_info.source()),
    };
    let _stays = limits::take(app, &[limit]).await?;
    let now_s = app.clock.now_s();
    let id = insert(app, &client, &request, (None, now_s + PUSHED_LIFE)).await?;
    Ok(Pushed { request_uri: format!("{REQUEST_URI}{id}"), expires_in: PUSHED_LIFE })
}

/// Stores a request of a client: when it was opened, and when it ends.
async fn insert(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    (opened_at, expires_at): (Option<i64>, i64),
) -> Result<String> {
    let (id, now_s) = (random::token(), app.clock.now_s());
    let text =
        serde_json::to_string(request).map_err(|error| Error::Internal(error.to_string()))?;
    let (stored, client_id) = (id.clone(), client.id().to_owned());
    let written = app.db.write(move |tx| {
        async move {
            let row = (stored.as_str(), client_id.as_str(), text.as_str());
            authorizations::insert(tx, row, (now_s, opened_at, expires_at)).await?;
            Ok::<_, Error>(())
        }
        .boxed()
    });
    written.await?;
    Ok(id)
}

/// The name of a stored request.
pub fn request_uri(id: &str) -> String {
    format!("{REQUEST_URI}{id}")
}

/// Opens a stored request: again and again, for half an hour.
///
/// # Errors
/// `Page(Over)` for one that is decided, over, unknown or of another client; an error of the database.
pub async fn open(
    app: &App,
    client_id: &str,
    request_uri: &str,
) -> Result<std::result::Result<Opened, NoWayBack>> {
    let registry = app.clients.now();
    let Some(client) = registry.enabled(client_id).cloned() else {
        return Ok(Err(NoWayBack::Client));
    };
    let Some(id) = request_uri.strip_prefix(REQUEST_URI).filter(|id| random::is_token(id)) else {
        return Ok(Err(NoWayBack::Over));
    };
    let now_s = app.clock.now_s();
    let row = authorizations::by_id(&app.db, id).await?;
    let row = row.filter(|row| {
        row.client_id == client.id() && row.decided_at.is_none() && row.expires_at > now_s
    });
    let Some(row) = row else {
        return Ok(Err(NoWayBack::Over));
    };
    if row.opened_at.is_none() {
        let id = row.id.clone();
        let opened = app.db.write(move |tx| {
            async move {
                Ok::<_, Error>(authorizations::open(tx, &id, now_s, now_s + REQUEST_LIFE).await?)
            }
            .boxed()
        });
        // Another look was faster, which opened it too.
        let _ = opened.await?;
    }
    let request: AuthorizationRequest = serde_json::from_str(&row.request)
        .map_err(|error| Error::Internal(format!("stored request: {error}")))?;
    // Its address may have been taken off the client since.
    if !client.is_redirect(&request.redirect_uri) {
        return Ok(Err(NoWayBack::RedirectUri));
    }
    let (started_at, is_just_pushed) = (row.created_at, row.opened_at.is_none());
    Ok(Ok(Opened { id: Some(row.id), client, request, started_at, is_just_pushed, registry }))
}

impl Opened {
    /// Stores the request, unless it is; returns its id.
    ///
    /// # Errors
    /// `too_many_requests`; an error of the database.
    pub async fn keep(&self, app: &App, client_info: &ClientInfo) -> Result<String> {
        if let Some(id) = &self.id {
            return Ok(id.clone());
        }
        let _stays = limits::take(app, &[Limit::Authorize(client_info.source())]).await?;
        let now_s = app.clock.now_s();
        insert(app, &self.client, &self.request, (Some(now_s), now_s + REQUEST_LIFE)).await
    }

    /// Where its answer goes.
    pub fn back(&self) -> Back {
        (&self.request).into()
    }

    pub(super) fn wanted(&self) -> Vec<(String, Vec<String>)> {
        let (scope, resources) = (&self.request.scope, &self.request.resources);
        by_resource(&self.registry, &self.client, scope, resources)
    }
}

/// What happens next with a request, for the person who is signed in.
///
/// # Errors
/// Fails if the database fails.
pub async fn ask(
    app: &App,
    opened: &Opened,
    session_user: Option<&SessionUser>,
    has_chosen: bool,
) -> Result<Step> {
    let (request, client) = (&opened.request, &opened.client);
    let mut standing = Standing { started_at: opened.started_at, has_chosen, is_consented: false };
    let Some(session_user) = session_user else {
        return Ok(Step { verdict: judge(request, client, None, standing), asked: Vec::new() });
    };
    let claims = session_user.claims();
    let person = Person {
        subject: subject(client, claims.sub.as_str()),
        roles: claims.roles.iter().map(String::as_str).collect(),
        auth_time: claims.auth_time,
        acr: claims.acr.as_deref().unwrap_or_default(),
        has_factor: session_user.has_factor() || session_user.has_passkeys(),
    };
    let given = consents::of(&app.db, claims.sub.as_str(), Some(client.id())).await?;
    let wanted = opened.wanted();
    let new = missing(&wanted, &given, &client.row.settings_hash);
    standing.is_consented = new.is_empty();
    let verdict = judge(request, client, Some(&person), standing);
    let is_new = |resource: &str, word: &String| {
        !given.is_empty() && new.iter().any(|(of, words)| of == resource && words.contains(word))
    };
    let mut asked = Vec::new();
    for (uri, words) in &wanted {
        let resource = opened.registry.resource(uri).filter(|_| !uri.is_empty());
        for word in words {
            let said = resource.map(|to| {
                let meaning = to.settings.scopes.get(word).cloned().unwrap_or_default();
                (to.settings.name.clone(), meaning)
            });
            asked.push(Asked { word: word.clone(), resource: said, is_new: is_new(uri, word) });
        }
    }
    // First what is about the person.
    asked.sort_by_key(|line| !is_about_person(&line.word));
    Ok(Step { verdict, asked })
}

impl Opened {
    /// Whether the client is one of the operator's own, about which nobody is asked.
    pub fn is_own(&self) -> bool {
        self.client.settings.consent == Consent::Skip
    }
}
