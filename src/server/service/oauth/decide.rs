//! The decision about an authorization request, and the answer that its client gets.

use futures::FutureExt;

use super::{Back, OAuthError, Opened, authorize::REQUEST_LIFE};
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
        secure::{one_time::AuthorizationCode, random},
        service::{
            ClientInfo,
            audit::{Actor, Kind, Outcome, Record},
            clients::Client,
            limits::{self, Limit},
            session::{self, current},
            session_user::SessionUser,
        },
    },
};

/// Lifetime of a code, in seconds.
const CODE_LIFE: i64 = 60;

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

/// Allows a request: the client gets a code. With `is_asked`, the person has said yes, which is remembered.
///
/// # Errors
/// `flow_over` if it was decided, or the session is over; `too_many_requests`; an error of the database.
pub async fn approve(
    app: &App,
    opened: &Opened,
    session_user: &SessionUser,
    is_asked: bool,
    client_info: &ClientInfo,
) -> Result<Decided> {
    if opened.id.is_none() {
        // One that waits was counted when it was stored.
        let _stays = limits::take(app, &[Limit::Authorize(client_info.source())]).await?;
    }
    let code = AuthorizationCode::issue();
    let (user, session) = (session_user.user().to_string(), session_user.session().to_string());
    let epoch = session_user.claims().epoch;
    let (grant_id, now_s) = (app.clock.new_id(), app.clock.now_s());
    let (client, request) = (opened.client.clone(), opened.request.clone());
    let (wanted, stored) = (opened.wanted(), opened.id.clone());
    let (hash, scope) = (code.hash(), request.scope.join(" "));
    let text =
        serde_json::to_string(&request).map_err(|error| Error::Internal(error.to_string()))?;
    let record =
        Record::new(app, client_info).about("client", client.id()).about("scope", scope.as_str());
    let owned = app.clone();
    let allowed = app.db.write(move |tx| {
        async move {
            users::lock(tx, &user).await?;
            let over = || Error::from(ErrorCode::FlowOver);
            let row = users::by_id_in(tx, &user).await?.ok_or_else(over)?;
            let alive = current(tx, &session)
                .await?
                .filter(|row| !session::chain(row, &owned.config).is_over(owned.clock.now_ms()));
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
            if !authorizations::approve(tx, &id, &decision, now_s).await? {
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
        let before = given
            .iter()
            .find(|row| row.resource == *resource && row.settings_hash == client.row.settings_hash);
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
