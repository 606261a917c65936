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
use crate::{
    model::ErrorCode,
    server::{
        App,
        db::{
            Tx,
            authorizations::{self, Allowed},
            consents::{self, ConsentRow},
            users,
        },
        error::{Error, Result},
        secure::{one_time::AuthorizationCode, random, redirect_uri},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            clients::{Client, ClientKind, Consent, Registry},
            limits::{self, Limit},
            session::{self, current},
            session_user::SessionUser,
        },
    },
};

/// Lifetime of a request while a person is busy with it, in seconds.
pub const REQUEST_LIFE: i64 = 1_800;
/// Lifetime of a pushed request before it is opened, in seconds.
pub const PUSHED_LIFE: i64 = 90;
/// Lifetime of a code, in seconds.
const CODE_LIFE: i64 = 60;

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

/// The parameters of an answer to a client, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Where it goes.
    pub back: Back,
    /// What it says.
    pub params: Vec<(&'static str, String)>,
}

impl Decided {
    /// An answer with a code.
    fn allowed(app: &App, back: Back, code: &AuthorizationCode) -> Self {
        Self::with(app, back, vec![("code", code.expose().to_owned())])
    }

    /// An answer with an error.
    pub fn refused(app: &App, back: Back, error: OAuthError) -> Self {
        let params = vec![
            ("error", error.code().to_owned()),
            ("error_description", error.description().to_owned()),
        ];
        Self::with(app, back, params)
    }

    /// Every answer has the state as it came, and says who gives it (RFC 9207).
    fn with(app: &App, back: Back, mut params: Vec<(&'static str, String)>) -> Self {
        params.extend(back.state.clone().map(|state| ("state", state)));
        params.push(("iss", app.tokens.expected.issuer.clone()));
        Self { back, params }
    }

    /// The address with the answer in its query.
    pub fn address(&self) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.params)
            .finish();
        let uri = &self.back.redirect_uri;
        let joint = if uri.contains('?') { '&' } else { '?' };
        format!("{uri}{joint}{query}")
    }
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
    let _stays = limits::take(app, &[Limit::Authorize(client_info.source())]).await?;
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
                Ok::<_, Error>(
                    authorizations::open(tx, &id, now_s, now_s + REQUEST_LIFE).await?,
                )
            }
            .boxed()
        });
        // Another look was faster, which opened it too.
        let _ = opened.await?;
    }
    let request: AuthorizationRequest = serde_json::from_str(&row.request)
        .map_err(|error| Error::Internal(format!("stored request: {error}")))?;
    // Another address may have been taken off the client since.
    let (own, places) = (&client.settings.redirect_uris, client.settings.kind.places());
    let is_meant =
        |own: &String| redirect_uri::is_meant(own, &request.redirect_uri, places);
    if !own.iter().any(is_meant) {
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

    fn wanted(&self) -> Vec<(String, Vec<String>)> {
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
    let mut standing =
        Standing { started_at: opened.started_at, has_chosen, is_consented: false };
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
        !given.is_empty()
            && new.iter().any(|(of, words)| of == resource && words.contains(word))
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

/// Allows a request: the client gets a code. With `is_asked`, the person has said yes, which is remembered.
///
/// # Errors
/// `flow_over` if it was decided, or the session is over; an error of the database.
pub async fn allow(
    app: &App,
    opened: &Opened,
    session_user: &SessionUser,
    is_asked: bool,
    client_info: &ClientInfo,
) -> Result<Decided> {
    let code = AuthorizationCode::issue();
    let (user, session) = (session_user.user().to_string(), session_user.session().to_string());
    let epoch = session_user.claims().epoch;
    let (grant_id, now_s) = (app.clock.new_id(), app.clock.now_s());
    let (client, request) = (opened.client.clone(), opened.request.clone());
    let (wanted, stored) = (opened.wanted(), opened.id.clone());
    let (hash, scope) = (code.hash(), request.scope.join(" "));
    let text =
        serde_json::to_string(&request).map_err(|error| Error::Internal(error.to_string()))?;
    let record = Record::new(app, client_info)
        .about("client", client.id())
        .about("scope", scope.as_str());
    let owned = app.clone();
    let allowed = app.db.write(move |tx| {
        async move {
            users::lock(tx, &user).await?;
            let over = || Error::from(ErrorCode::FlowOver);
            let row = users::by_id_in(tx, &user).await?.ok_or_else(over)?;
            let alive = current(tx, &session).await?.filter(|row| {
                !session::chain(row, &owned.config).is_over(owned.clock.now_ms())
            });
            if row.disabled_at.is_some() || row.epoch != epoch || alive.is_none() {
                return Err(over());
            }
            let id = match stored {
                Some(id) => id,
                None => {
                    let id = random::token();
                    let times = (now_s, Some(now_s), now_s + REQUEST_LIFE);
                    authorizations::insert(tx, (&id, client.id(), &text), times).await?;
                    id
                }
            };
            let decision = Allowed {
                who: (&user, &session, epoch),
                grant_id: &grant_id,
                scope: &scope,
                code: (hash.as_str(), now_s + CODE_LIFE),
            };
            if !authorizations::allow(tx, &id, &decision, now_s).await? {
                return Err(over());
            }
            if is_asked {
                remember(tx, (&user, &client), &wanted, now_s).await?;
                let event = (Kind::AppAllow, Outcome::Success);
                record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            } else {
                consents::touch(tx, &user, client.id(), now_s).await?;
            }
            Ok(())
        }
        .boxed()
    });
    allowed.await?;
    Ok(Decided::allowed(app, opened.back(), &code))
}

/// Remembers what a person has allowed, beside what they allowed before to the client as it is now.
async fn remember(
    tx: &mut Tx<'_>,
    (user, client): (&str, &Client),
    wanted: &[(String, Vec<String>)],
    now_s: i64,
) -> Result<()> {
    let given = consents::of_in(tx, user, client.id()).await?;
    for (resource, words) in wanted {
        let before = given.iter().find(|row| {
            row.resource == *resource && row.settings_hash == client.row.settings_hash
        });
        let mut all = words.clone();
        let kept = before.map(|row| row.scope.split(' ')).into_iter().flatten();
        for word in kept {
            if !all.iter().any(|own| own == word) {
                all.push(word.to_owned());
            }
        }
        let row = ConsentRow {
            user_id: user.to_owned(),
            client_id: client.id().to_owned(),
            resource: resource.clone(),
            scope: all.join(" "),
            settings_hash: client.row.settings_hash.clone(),
            granted_at: before.map_or(now_s, |row| row.granted_at),
            used_at: now_s,
        };
        consents::put(tx, &row).await?;
    }
    Ok(())
}

/// Denies a stored request: the client is told.
///
/// # Errors
/// `flow_over` if it was decided; an error of the database.
pub async fn deny(
    app: &App,
    opened: &Opened,
    session_user: &SessionUser,
    client_info: &ClientInfo,
) -> Result<Decided> {
    let (user, id) = (session_user.user().to_string(), opened.id.clone().unwrap_or_default());
    let now_s = app.clock.now_s();
    let record = Record::new(app, client_info).about("client", opened.client.id());
    let denied = app.db.write(move |tx| {
        async move {
            if !authorizations::deny(tx, &id, &user, now_s).await? {
                return Err(Error::from(ErrorCode::FlowOver));
            }
            let event = (Kind::AppDeny, Outcome::Success);
            record.write(tx, event, Actor::Person(&user), Some(&user)).await?;
            Ok(())
        }
        .boxed()
    });
    denied.await?;
    Ok(Decided::refused(app, opened.back(), OAuthError::AccessDenied))
}

impl Opened {
    /// Whether people are asked about this client, so that its page says whether anybody has looked at it.
    pub fn is_own(&self) -> bool {
        self.client.settings.consent == Consent::Skip
    }

    /// Whether it is a program on the computer of the person.
    pub fn is_native(&self) -> bool {
        self.client.settings.kind == ClientKind::Native
    }
}
