use futures::FutureExt;

use super::{
    ClientError, Fault, ResourceSettings,
    change::{begin_rings, stored},
    compared,
    registry::reload,
};
use crate::server::{
    App,
    db::{
        Tx,
        resources::{self, ResourceRow},
    },
    error::Error,
    service::{
        agent::Agent,
        audit::Kind,
        feed::{self, Change},
        keys::{self, TOKEN_LIFE_OF_OTHERS},
        roles::Permission,
    },
};

type Changed = std::result::Result<(), ClientError>;

/// Makes a resource.
///
/// # Errors
/// `Fault`, `Exists`; `forbidden`, `reauthentication_required`, `too_many_requests`; an error of the database.
pub async fn create(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
    settings: &ResourceSettings,
    applied_from: Option<&str>,
) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    check(app, uri, settings)?;
    if app.clients.now().resource(uri).is_some() {
        return Err(ClientError::Exists);
    }
    begin_rings(app, &[settings.alg.into()]).await?;
    let row = row(app, uri, settings, applied_from)?;
    let act = agent.act(app).about("resource", uri);
    let (now_s, life) = (app.clock.now_s(), keys::Declaration::new(app, TOKEN_LIFE_OF_OTHERS));
    let made = app.db.write(move |tx| {
        async move {
            if !resources::insert(tx, &row).await? {
                return Ok(false);
            }
            life.write(tx).await?;
            feed::record(tx, &Change::Clients, now_s).await?;
            act.write(tx, Kind::ResourceCreate, None).await?;
            Ok::<_, Error>(true)
        }
        .boxed()
    });
    match made.await? {
        true => Ok(reload(app).await?),
        false => Err(ClientError::Exists),
    }
}

/// Gives a resource other settings; nothing happens if they are the same.
///
/// # Errors
/// `Fault`, `Missing`, `Applied` for one that comes from a file, unless that is applied again; else as [`create`].
pub async fn edit(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
    settings: &ResourceSettings,
    applied_from: Option<&str>,
) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    replace(app, agent, uri, settings, applied_from, None).await
}

/// Gives a resource other settings, if it has these ones still (`seen`).
pub(super) async fn replace(
    app: &App,
    agent: Agent<'_>,
    uri: &str,
    settings: &ResourceSettings,
    applied_from: Option<&str>,
    seen: Option<String>,
) -> Changed {
    check(app, uri, settings)?;
    begin_rings(app, &[settings.alg.into()]).await?;
    let row = row(app, uri, settings, applied_from)?;
    change(app, agent, uri, Kind::ResourceUpdate, move |tx, before| {
        async move {
            if let Some(file) = before.applied_from.as_ref().filter(|_| row.applied_from.is_none())
            {
                return Err(ClientError::Applied(file.clone()));
            }
            if seen.is_some_and(|seen| seen != before.settings) {
                return Err(ClientError::Overtaken);
            }
            if (&before.settings, &before.applied_from) == (&row.settings, &row.applied_from) {
                return Ok(false);
            }
            Ok(resources::change(tx, &ResourceRow { uri: before.uri, ..row }).await?)
        }
        .boxed()
    })
    .await
}

/// Disables or enables a resource. While it is disabled nobody gets tokens for it, and those that are there are told to be invalid.
///
/// # Errors
/// `Missing`; else as [`create`].
pub async fn set_disabled(app: &App, agent: Agent<'_>, uri: &str, is_disabled: bool) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    let now_s = app.clock.now_s();
    let kind = if is_disabled { Kind::ResourceDisable } else { Kind::ResourceEnable };
    change(app, agent, uri, kind, move |tx, before| {
        async move {
            let at = is_disabled.then_some(now_s);
            Ok(resources::set_disabled(tx, &before.uri, at, now_s).await?)
        }
        .boxed()
    })
    .await
}

/// Deletes a resource that no client names.
///
/// # Errors
/// `Missing`, `Used`; else as [`create`].
pub async fn delete(app: &App, agent: Agent<'_>, uri: &str) -> Changed {
    agent.permit(app, Permission::ClientsWrite)?;
    agent.count(app).await?;
    let named = |own: &String| compared(own) == compared(uri);
    let mut clients = app.clients.now().clients().into_iter();
    if let Some(client) = clients.find(|client| client.settings.resources.iter().any(named)) {
        return Err(ClientError::Used(client.id().to_owned()));
    }
    change(app, agent, uri, Kind::ResourceDelete, |tx, before| {
        async move { Ok(resources::delete(tx, &before.uri).await?) }.boxed()
    })
    .await
}

/// Changes a locked resource by `work`, which says whether anything changed.
async fn change<W>(app: &App, agent: Agent<'_>, uri: &str, kind: Kind, work: W) -> Changed
where
    W: for<'t> FnOnce(
            &'t mut Tx<'_>,
            ResourceRow,
        )
            -> futures::future::BoxFuture<'t, std::result::Result<bool, ClientError>>
        + Send
        + 'static,
{
    // The spelling that was registered.
    let known = app.clients.now().resource(uri).map(|resource| resource.row.uri.clone());
    let uri = known.ok_or(ClientError::Missing)?;
    let act = agent.act(app).about("resource", uri.as_str());
    let now_s = app.clock.now_s();
    let changed = app.db.write(move |tx| {
        async move {
            let row = resources::lock(tx, &uri).await?.ok_or(ClientError::Missing)?;
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

/// Checks settings; Vestibule's own places are none of others.
pub(super) fn check(
    app: &App,
    uri: &str,
    settings: &ResourceSettings,
) -> std::result::Result<(), Fault> {
    settings.check(uri)?;
    let issuer = app.config.issuer();
    if uri == app.config.audience || uri == issuer || uri.starts_with(&format!("{issuer}/")) {
        return Err(Fault::new("uri", "Vestibule's own; a resource is an API of others"));
    }
    Ok(())
}

fn row(
    app: &App,
    uri: &str,
    settings: &ResourceSettings,
    applied_from: Option<&str>,
) -> crate::server::error::Result<ResourceRow> {
    let now_s = app.clock.now_s();
    Ok(ResourceRow {
        uri: uri.to_owned(),
        settings: stored(settings)?,
        applied_from: applied_from.map(str::to_owned),
        created_at: now_s,
        updated_at: now_s,
        disabled_at: None,
    })
}
