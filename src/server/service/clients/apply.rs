//! A file of clients and resources, put in force: nothing happens where it has a fault, and nothing where all is so already.

use zeroize::Zeroizing;

use super::{
    ClientError, Registry, change,
    checking::{Checking, has},
    compared,
    file::{self, ClientEntry, Entries, FaultAt, ResourceEntry, SecretFrom},
    registry::reload,
    resource_change, secrets,
};
use crate::server::{
    App,
    service::{agent::Agent, roles::Permission},
};

/// How a file is applied.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Change nothing, and say what would be done.
    pub dry_run: bool,
    /// Disable what came from a file of this name and is in it no longer.
    pub prune: bool,
}

/// What was done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was made.
    Made,
    /// It got other settings or another secret.
    Changed,
    /// It was so already.
    Same,
    /// It is in the file no longer, and was disabled.
    Disabled,
}

impl Outcome {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Same => "same",
            Self::Disabled => "disabled",
        }
    }
}

/// A row of a file, or one that was disabled because the file has it no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// `client` or `resource`.
    pub what: &'static str,
    /// Its id or URI.
    pub name: String,
    /// What was done with it.
    pub outcome: Outcome,
    /// Whether it is disabled: a file enables nothing that somebody has disabled.
    pub is_disabled: bool,
}

/// The reason why a file was not applied, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The file has faults; nothing was changed.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<FaultAt>),
    /// A row failed; those before it are in force.
    #[error("{0}: {1}")]
    Row(String, ClientError),
    /// The service failed before any row.
    #[error(transparent)]
    Other(#[from] ClientError),
}

/// Applies the text of a file with this name. `secret` reads a secret that the file names.
///
/// # Errors
/// `Faults` with every fault; `Row` for a row that failed; `forbidden`, `reauthentication_required`.
pub async fn apply(
    app: &App,
    agent: Agent<'_>,
    (name, text): (&str, &str),
    secret: impl Fn(&SecretFrom) -> Result<Zeroizing<String>, String>,
    options: Options,
) -> Result<Vec<Applied>, ApplyError> {
    agent.permit(app, Permission::ClientsWrite).map_err(ClientError::from)?;
    reload(app).await.map_err(ClientError::from)?;
    let registry = app.clients.now();
    let (entries, mut faults) = file::read(text);
    let is_whole = faults.is_empty();
    let checking = Checking { app, registry: &registry, name, entries: &entries, is_whole };
    let secrets = checking.secrets(secret, &mut faults);
    checking.resources(&mut faults);
    checking.clients(&secrets, &mut faults);
    if !faults.is_empty() {
        faults.sort();
        return Err(ApplyError::Faults(faults));
    }
    let applying = Applying { app, agent, registry: &registry, name, options };
    let mut done = Vec::new();
    for entry in &entries.resources {
        done.push(applying.resource(entry).await.map_err(failed(&entry.uri))?);
    }
    for (entry, secret) in entries.clients.iter().zip(&secrets) {
        let secret = secret.as_ref().map(|secret| secret.as_str());
        done.push(applying.client(entry, secret).await.map_err(failed(&entry.id))?);
    }
    if options.prune {
        applying.prune(&entries, &mut done).await?;
    }
    Ok(done)
}

fn failed(name: &str) -> impl FnOnce(ClientError) -> ApplyError {
    move |error| ApplyError::Row(name.to_owned(), error)
}

/// The work on each row.
struct Applying<'a> {
    app: &'a App,
    agent: Agent<'a>,
    /// What was there before.
    registry: &'a Registry,
    name: &'a str,
    options: Options,
}

impl Applying<'_> {
    async fn resource(&self, entry: &ResourceEntry) -> Result<Applied, ClientError> {
        let (app, agent, from) = (self.app, self.agent, Some(self.name));
        let known = self.registry.resource(&entry.uri);
        let is_same = |known: &super::Resource| {
            known.settings == entry.settings && known.row.applied_from.as_deref() == from
        };
        let outcome = match known {
            None => Outcome::Made,
            Some(known) if is_same(known) => Outcome::Same,
            Some(_) => Outcome::Changed,
        };
        match outcome {
            _ if self.options.dry_run => {}
            Outcome::Made => {
                resource_change::create(app, agent, &entry.uri, &entry.settings, from).await?;
            }
            Outcome::Changed => {
                resource_change::edit(app, agent, &entry.uri, &entry.settings, from).await?;
            }
            Outcome::Same | Outcome::Disabled => {}
        }
        let is_disabled = known.is_some_and(|known| known.row.disabled_at.is_some());
        Ok(Applied { what: "resource", name: entry.uri.clone(), outcome, is_disabled })
    }

    async fn client(
        &self,
        entry: &ClientEntry,
        secret: Option<&str>,
    ) -> Result<Applied, ClientError> {
        let (app, agent, from) = (self.app, self.agent, Some(self.name));
        let known = self.registry.client(&entry.id);
        let is_same = |known: &super::Client| {
            known.settings == entry.settings && known.row.applied_from.as_deref() == from
        };
        let settings = match known {
            None => Outcome::Made,
            Some(known) if is_same(known) => Outcome::Same,
            Some(_) => Outcome::Changed,
        };
        let secrets: &[_] = known.map_or(&[], |known| &known.secrets);
        let new_secret = secret.filter(|secret| !has(secrets, secret));
        let is_disabled = known.is_some_and(|known| !known.is_enabled());
        if !self.options.dry_run {
            match settings {
                Outcome::Made => {
                    change::create(app, agent, &entry.id, &entry.settings, from).await?;
                }
                Outcome::Changed => {
                    change::edit(app, agent, &entry.id, &entry.settings, from).await?;
                }
                Outcome::Same | Outcome::Disabled => {}
            }
            if new_secret.is_some() {
                secrets::add(app, agent, &entry.id, None, new_secret).await?;
            }
        }
        let outcome = match settings {
            Outcome::Same if new_secret.is_some() => Outcome::Changed,
            settings => settings,
        };
        Ok(Applied { what: "client", name: entry.id.clone(), outcome, is_disabled })
    }

    async fn prune(&self, entries: &Entries, done: &mut Vec<Applied>) -> Result<(), ApplyError> {
        let (app, agent, from) = (self.app, self.agent, Some(self.name));
        let gone = |what, name: &str| Applied {
            what,
            name: name.to_owned(),
            outcome: Outcome::Disabled,
            is_disabled: true,
        };
        for client in self.registry.clients() {
            let is_there = entries.clients.iter().any(|entry| entry.id == client.id());
            if !is_there && client.is_enabled() && client.row.applied_from.as_deref() == from {
                if !self.options.dry_run {
                    let disabled = change::set_disabled(app, agent, client.id(), true).await;
                    disabled.map_err(failed(client.id()))?;
                }
                done.push(gone("client", client.id()));
            }
        }
        for resource in self.registry.resources() {
            let (row, key) = (&resource.row, compared(&resource.row.uri));
            let is_there = entries.resources.iter().any(|entry| compared(&entry.uri) == key);
            if !is_there && row.disabled_at.is_none() && row.applied_from.as_deref() == from {
                if !self.options.dry_run {
                    let disabled = resource_change::set_disabled(app, agent, &row.uri, true).await;
                    disabled.map_err(failed(&row.uri))?;
                }
                done.push(gone("resource", &row.uri));
            }
        }
        Ok(())
    }
}
