//! The check of a whole file of clients and resources, before anything is changed.

use zeroize::Zeroizing;

use super::{
    ClientError, ClientSettings, Fault, Registry, SECRETS_MAX, change, compared,
    file::{ClientEntry, Entries, FaultAt, ResourceEntry, SecretFrom},
    resource_change, secrets,
};
use crate::server::{
    App,
    db::client_secrets::SecretRow,
    secure::client_secret::{self, ClientSecret},
};

/// The secrets of clients, in the order of a file.
pub(super) type Secrets = Vec<Option<Zeroizing<String>>>;

/// A look at a file, before anything is changed.
pub(super) struct Checking<'c> {
    pub(super) app: &'c App,
    pub(super) registry: &'c Registry,
    pub(super) name: &'c str,
    pub(super) entries: &'c Entries,
    /// Whether all entries are there.
    pub(super) is_whole: bool,
}

impl Checking<'_> {
    /// Reads the secrets that the file names, in the order of its clients.
    pub(super) fn secrets(
        &self,
        read: impl Fn(&SecretFrom) -> Result<Zeroizing<String>, String>,
        faults: &mut Vec<FaultAt>,
    ) -> Secrets {
        let mut secret = |entry: &ClientEntry| match read(entry.secret.as_ref()?) {
            Ok(text) => Some(text),
            Err(what) => {
                faults.push(FaultAt { line: entry.line, what: format!("{}: {what}", entry.id) });
                None
            }
        };
        self.entries.clients.iter().map(&mut secret).collect()
    }

    /// Checks the resources.
    pub(super) fn resources(&self, faults: &mut Vec<FaultAt>) {
        let rows = &self.entries.resources;
        for (at, entry) in rows.iter().enumerate() {
            let mut fault = |what: String| {
                faults.push(FaultAt { line: entry.line, what: format!("{}: {what}", entry.uri) });
            };
            if let Err(why) = resource_change::check(self.app, &entry.uri, &entry.settings) {
                fault(why.to_string());
            }
            if rows[..at].iter().any(|other| compared(&other.uri) == compared(&entry.uri)) {
                fault("it is there twice".into());
            }
            let known = self.registry.resource(&entry.uri);
            let owner = known.and_then(|known| known.row.applied_from.as_deref());
            if let Some(other) = owner.filter(|owner| *owner != self.name) {
                fault(format!("it was applied from {other}"));
            }
        }
    }

    /// Checks the clients.
    pub(super) fn clients(&self, secrets: &Secrets, faults: &mut Vec<FaultAt>) {
        let rows = &self.entries.clients;
        for (at, (entry, secret)) in rows.iter().zip(secrets).enumerate() {
            let mut fault = |what: String| {
                faults.push(FaultAt { line: entry.line, what: format!("{}: {what}", entry.id) });
            };
            let checked = change::check_id(&entry.id).and_then(|()| self.settings(&entry.settings));
            if let Err(why) = checked {
                fault(why.to_string());
            }
            if rows[..at].iter().any(|other| other.id == entry.id) {
                fault("it is there twice".into());
            }
            let known = self.registry.client(&entry.id);
            let owner = known.and_then(|known| known.row.applied_from.as_deref());
            if let Some(other) = owner.filter(|owner| *owner != self.name) {
                fault(format!("it was applied from {other}"));
            }
            if entry.secret.is_some() && !entry.settings.is_confidential() {
                fault(ClientError::NoSecrets.to_string());
            }
            let Some(secret) = secret else { continue };
            if ClientSecret::of_operator(secret).is_none() {
                fault(format!("its secret: {}", secrets::EXPECTED));
            }
            let now_s = self.app.clock.now_s();
            let works = |expires_at: Option<i64>| expires_at.is_none_or(|at| at > now_s);
            if let Some(client) = known.filter(|client| !has(&client.secrets, secret)) {
                let working = client.secrets.iter().filter(|secret| works(secret.expires_at));
                if working.count() as i64 >= SECRETS_MAX {
                    fault(ClientError::TooManySecrets.to_string());
                }
            }
        }
    }

    /// Checks settings with the resources that will be there.
    fn settings(&self, settings: &ClientSettings) -> Result<(), Fault> {
        if !self.is_whole {
            return settings.check();
        }
        change::check(settings, |uri| {
            let is_it = |entry: &&ResourceEntry| compared(&entry.uri) == compared(uri);
            let in_file = self.entries.resources.iter().find(is_it).map(|entry| &entry.settings);
            in_file.or_else(|| self.registry.resource(uri).map(|known| &known.settings))
        })
    }
}

/// Whether one of these is the secret.
pub(super) fn has(secrets: &[SecretRow], shown: &str) -> bool {
    let hash = client_secret::hash(shown);
    secrets.iter().any(|secret| secret.hash == hash)
}
