use futures::FutureExt;

use super::{
    ClientError, ClientSettings, Fault, Registry, ResourceSettings, compared,
    registry::{USERINFO_ALGORITHM, reload},
};
use crate::server::{
    App,
    db::{
        Tx,
        clients::{self, ClientRow},
    },
    error::{Error, Result},
    secure::seal,
    service::{
        agent::Agent,
        audit::Kind,
        feed::{self, Change},
        keys::{self, TOKEN_LIFE_OF_OTHERS},
        roles::Permission,
        session::CLIENT,
    },
};

type Changed = std::result::Result<(), ClientError>;

/// Whether a text can be a `client_id`: 2 to 63 small letters, digits, dots, dashes and underscores, beginning with a letter or digit.
fn is_id(text: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (2..=63).contains(&text.len())
        && text.bytes().next().is_some_and(is_first)
        && text.bytes().all(|byte| is_first(byte) || b"._-".contains(&byte))
}

/// Checks a `client_id`; Vestibule's own is none of others.
pub(super) fn check_id(id: &str) -> std::result::Result<(), Fault> {
    if is_id(id) && id != CLIENT {
        return Ok(());
    }
    let why = "expected 2 to 63 of a to z, 0 to 9, dots, dashes and underscores";
    Err(Fault::new("id", why))
}

/// Makes a client. Its secret, if it has one, is made apart.
///
/// # Errors
/// `Fault`, `Exists`; `forbidden`, `reauthentication_required`, `too_many_requests`; an error of the database.
pub async fn create(
    app: &App,
    agent: Agent<'_>,
    id: &str,
    settings: &ClientSettings,
    applied_from: Option<&str>,
) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    check_id(id)?;
    check_with(&app.clients.now(), settings)?;
    begin_rings(app, &[settings.id_token_alg.into(), USERINFO_ALGORITHM]).await?;
    let row = row(app, id, settings, applied_from)?;
    let act = agent.act(app).about("client", id).about("kind", settings.kind.as_str());
    let (now_s, life) = (app.clock.now_s(), keys::Declaration::new(app, TOKEN_LIFE_OF_OTHERS));
    let made = app.db.write(move |tx| {
        async move {
            if !clients::insert(tx, &row).await? {
                return Ok(false);
            }
            life.write(tx).await?;
            feed::record(tx, &Change::Clients, now_s).await?;
            act.write(tx, Kind::ClientCreate, None).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    match made.await? {
        true => Ok(reload(app).await?),
        false => Err(ClientError::Exists),
    }
}

/// Gives a client other settings; nothing happens if they are the same.
///
/// # Errors
/// `Fault`, `Missing`, `Applied` for one that comes from a file, unless that is applied again; else as [`create`].
pub async fn edit(
    app: &App,
    agent: Agent<'_>,
    id: &str,
    settings: &ClientSettings,
    applied_from: Option<&str>,
) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    replace(app, agent, id, settings, applied_from, None).await
}

/// Gives a client other settings, if it has these ones still (`seen`).
pub(super) async fn replace(
    app: &App,
    agent: Agent<'_>,
    id: &str,
    settings: &ClientSettings,
    applied_from: Option<&str>,
    seen: Option<String>,
) -> Changed {
    check_with(&app.clients.now(), settings)?;
    begin_rings(app, &[settings.id_token_alg.into(), USERINFO_ALGORITHM]).await?;
    let row = row(app, id, settings, applied_from)?;
    change(app, agent, id, Kind::ClientUpdate, move |tx, before| {
        async move {
            if let Some(file) = before.applied_from.as_ref().filter(|_| row.applied_from.is_none())
            {
                return Err(ClientError::Applied(file.clone()));
            }
            if seen.is_some_and(|seen| seen != before.settings) {
                return Err(ClientError::Overtaken);
            }
            let (was, is) = ((&before.settings, &before.kind), (&row.settings, &row.kind));
            if was == is && before.applied_from == row.applied_from {
                return Ok(false);
            }
            Ok(clients::change(tx, &row).await?)
        }
        .boxed()
    })
    .await
}

/// Disables or enables a client. While it is disabled nobody signs in to it, its tokens are refused, and it gets no others; those that
/// it has now stay refused.
///
/// # Errors
/// `Missing`; else as [`create`].
pub async fn set_disabled(app: &App, agent: Agent<'_>, id: &str, is_disabled: bool) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    let now_s = app.clock.now_s();
    let kind = if is_disabled { Kind::ClientDisable } else { Kind::ClientEnable };
    change(app, agent, id, kind, move |tx, before| {
        async move {
            let at = is_disabled.then_some(now_s);
            Ok(clients::set_disabled(tx, &before.id, at, now_s).await?)
        }
        .boxed()
    })
    .await
}

/// Deletes a client, with its secrets, requests and consents; its tokens are refused, and it is no way back to make another one with its
/// id.
///
/// # Errors
/// `Missing`; else as [`create`].
pub async fn delete(app: &App, agent: Agent<'_>, id: &str) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    change(app, agent, id, Kind::ClientDelete, |tx, before| {
        async move { Ok(clients::delete(tx, &before.id).await?) }.boxed()
    })
    .await
}

/// Changes a locked client by `work`, which says whether anything changed.
pub(super) async fn change<W>(app: &App, agent: Agent<'_>, id: &str, kind: Kind, work: W) -> Changed
where
    W: for<'t> FnOnce(
            &'t mut Tx<'_>,
            ClientRow,
        )
            -> futures::future::BoxFuture<'t, std::result::Result<bool, ClientError>>
        + Send
        + 'static,
{
    let act = agent.act(app).about("client", id);
    let (id, now_s) = (id.to_owned(), app.clock.now_s());
    let changed = app.db.write(move |tx| {
        async move {
            let row = clients::lock(tx, &id).await?.ok_or(ClientError::Missing)?;
            if work(tx, row).await? {
                feed::record(tx, &Change::Clients, now_s).await?;
                act.write(tx, kind, None).await?;
            }
            Ok::<_, ClientError>(())
        }
        .boxed()
    });
    changed.await?;
    Ok(reload(app).await?)
}

/// Checks settings with the resources that are registered.
fn check_with(registry: &Registry, settings: &ClientSettings) -> std::result::Result<(), Fault> {
    check(settings, |uri| registry.resource(uri).map(|resource| &resource.settings))
}

/// Checks settings with the resources that they name.
pub(super) fn check<'r>(
    settings: &ClientSettings,
    resource: impl Fn(&str) -> Option<&'r ResourceSettings>,
) -> std::result::Result<(), Fault> {
    settings.check()?;
    let mut known = Vec::new();
    for uri in &settings.resources {
        let found =
            resource(uri).ok_or_else(|| Fault::of("resources", uri, "is no resource here"))?;
        known.extend(found.scopes.keys());
    }
    let about_person = |word: &&String| super::IDENTITY_SCOPES.contains(&&***word);
    let unknown = |word: &&String| !about_person(word) && *word != "roles" && !known.contains(word);
    if let Some(word) = settings.scopes.iter().flatten().find(unknown) {
        return Err(Fault::of("scopes", word, "is a word of none of its resources"));
    }
    let mut uris: Vec<_> = settings.resources.iter().map(|uri| compared(uri)).collect();
    uris.sort_unstable();
    if uris.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Fault::new("resources", "one is named twice"));
    }
    Ok(())
}

fn row(
    app: &App,
    id: &str,
    settings: &ClientSettings,
    applied_from: Option<&str>,
) -> Result<ClientRow> {
    let now_s = app.clock.now_s();
    Ok(ClientRow {
        id: id.to_owned(),
        kind: settings.kind.as_str().to_owned(),
        settings: stored(settings)?,
        settings_hash: seal::sha256(settings.shown().as_bytes()),
        tokens_not_before: now_s,
        applied_from: applied_from.map(str::to_owned),
        created_at: now_s,
        updated_at: now_s,
        used_at: None,
        disabled_at: None,
    })
}

/// Settings as the database has them.
pub(super) fn stored(settings: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(settings).map_err(|error| Error::Internal(error.to_string()))
}

/// Begins the rings of keys that sign with these algorithms, unless they have begun.
pub(super) async fn begin_rings(app: &App, algorithms: &[keys::KeyAlgorithm]) -> Changed {
    for algorithm in algorithms {
        if let Some(name) = keys::RingName::for_others(*algorithm) {
            keys::begin(app, name).await?;
        }
    }
    Ok(())
}
