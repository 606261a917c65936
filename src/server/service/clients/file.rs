//! The file that `vestibule client apply` reads: clients and resources in TOML, each fault with its line.

use std::fmt;

use serde_json::{Map, Value, json};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{ClientKind, ClientPatch, ClientSettings, ResourcePatch, ResourceSettings};
use crate::server::config;

/// Settings that are times: a text such as `30d`, or a number of seconds.
const TIMES: [&str; 3] = ["grant_idle", "grant_life", "token_life"];

/// A fault of a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FaultAt {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

impl fmt::Display for FaultAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Where the secret of a client is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretFrom {
    /// In a file; a relative path begins in the folder of the file that names it.
    File(String),
    /// In a variable of the environment.
    Env(String),
}

/// A client of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientEntry {
    /// The line of its table.
    pub line: usize,
    /// Its `client_id`.
    pub id: String,
    /// Its settings.
    pub settings: ClientSettings,
    /// Where its secret is.
    pub secret: Option<SecretFrom>,
}

/// A resource of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceEntry {
    /// The line of its table.
    pub line: usize,
    /// Its URI.
    pub uri: String,
    /// Its settings.
    pub settings: ResourceSettings,
}

/// What a file has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// The clients, in the order of the file.
    pub clients: Vec<ClientEntry>,
    /// The resources, in the order of the file.
    pub resources: Vec<ResourceEntry>,
}

/// Reads a file: what it has, and every fault of its form. An entry with a fault is left out.
pub fn read(text: &str) -> (Entries, Vec<FaultAt>) {
    let mut reading = Reading { text, entries: Entries::default(), faults: Vec::new() };
    match DeTable::parse(text) {
        Ok(table) => reading.file(table.get_ref()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            reading.fault(at, error.message().trim_end());
        }
    }
    (reading.entries, reading.faults)
}

struct Reading<'t> {
    text: &'t str,
    entries: Entries,
    faults: Vec<FaultAt>,
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    fn fault(&mut self, at: usize, what: impl Into<String>) {
        let fault = FaultAt { line: self.line(at), what: what.into() };
        self.faults.push(fault);
    }

    fn file(&mut self, table: &DeTable<'_>) {
        for (name, value) in in_order(table) {
            let at = name.span().start;
            let (name, DeValue::Array(tables)) = (name.get_ref().as_ref(), value.get_ref()) else {
                self.fault(at, "expected tables named [[client]] and [[resource]]");
                continue;
            };
            for table in tables.iter() {
                let at = table.span().start;
                let before = self.faults.len();
                match (name, table.get_ref()) {
                    ("client", DeValue::Table(table)) => self.client(at, table, before),
                    ("resource", DeValue::Table(table)) => self.resource(at, table, before),
                    _ => self.fault(at, "expected tables named [[client]] and [[resource]]"),
                }
            }
        }
    }

    fn client(&mut self, at: usize, table: &DeTable<'_>, before: usize) {
        let (mut id, mut secret, mut is_for_everybody) = (None, None, false);
        let mut settings = ClientSettings::new(ClientKind::Web, "");
        for (key, value) in in_order(table) {
            let (key, value, at) = (key.get_ref().as_ref(), value.get_ref(), key.span().start);
            match (key, value) {
                ("id", DeValue::String(text)) => id = Some(text.to_string()),
                ("everybody", DeValue::Boolean(true)) => is_for_everybody = true,
                ("everybody", _) => self.fault(at, "everybody: expected true, or roles instead"),
                ("secret", _) => {
                    self.fault(
                        at,
                        "secret: this file has no secrets; name a secret_file or a secret_env",
                    );
                }
                ("secret_file" | "secret_env", DeValue::String(text)) => {
                    if secret.is_some() {
                        self.fault(at, "secret_file and secret_env: give one of them");
                    }
                    secret = Some(match key {
                        "secret_file" => SecretFrom::File(text.to_string()),
                        _ => SecretFrom::Env(text.to_string()),
                    });
                }
                ("id" | "secret_file" | "secret_env", _) => {
                    self.fault(at, format!("{key}: expected a text"));
                }
                _ => match member::<ClientPatch>(key, value) {
                    Ok(patch) => patch.apply(&mut settings),
                    Err(why) => self.fault(at, format!("{key}: {why}")),
                },
            }
        }
        self.require(at, table, &["id", "kind", "name"]);
        let has_roles = table.contains_key("roles");
        if has_roles && is_for_everybody {
            self.fault(at, "roles and everybody: give one of them");
        } else if settings.kind.has_people() && settings.roles.is_empty() && !is_for_everybody {
            self.fault(at, "it does not say who may use it: give roles, or everybody = true");
        }
        if let (Some(id), true) = (id, self.faults.len() == before) {
            let line = self.line(at);
            self.entries.clients.push(ClientEntry { line, id, settings, secret });
        }
    }

    fn resource(&mut self, at: usize, table: &DeTable<'_>, before: usize) {
        let mut uri = None;
        let mut settings = ResourceSettings::new("");
        for (key, value) in in_order(table) {
            let (key, value, at) = (key.get_ref().as_ref(), value.get_ref(), key.span().start);
            match (key, value) {
                ("uri", DeValue::String(text)) => uri = Some(text.to_string()),
                ("uri", _) => self.fault(at, "uri: expected a text"),
                _ => match member::<ResourcePatch>(key, value) {
                    Ok(patch) => patch.apply(&mut settings),
                    Err(why) => self.fault(at, format!("{key}: {why}")),
                },
            }
        }
        self.require(at, table, &["uri", "name"]);
        if let (Some(uri), true) = (uri, self.faults.len() == before) {
            let line = self.line(at);
            self.entries.resources.push(ResourceEntry { line, uri, settings });
        }
    }

    fn require(&mut self, at: usize, table: &DeTable<'_>, names: &[&str]) {
        for name in names.iter().filter(|name| !table.contains_key(**name)) {
            self.fault(at, format!("{name}: it is missing"));
        }
    }
}

fn in_order<'t, 'd>(
    table: &'t DeTable<'d>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'d, str>>, &'t Spanned<DeValue<'d>>)> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(name, _)| name.span().start);
    lines
}

/// One setting as a patch.
fn member<P: serde::de::DeserializeOwned>(key: &str, value: &DeValue<'_>) -> Result<P, String> {
    let value = match value {
        DeValue::String(text) if TIMES.contains(&key) => {
            config::seconds(text, 1..=i64::from(i32::MAX)).map(Value::from)?
        }
        value => plain(value).ok_or("expected a text, a number, a list or a table of texts")?,
    };
    serde_json::from_value(json!({ key: value })).map_err(|error| error.to_string())
}

/// A value in JSON, if it has one there.
fn plain(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => Value::from(number.to_string().parse::<i64>().ok()?),
        DeValue::Boolean(boolean) => Value::from(*boolean),
        DeValue::Array(items) => {
            Value::Array(items.iter().map(|item| plain(item.get_ref())).collect::<Option<_>>()?)
        }
        DeValue::Table(table) => {
            let member =
                |(name, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>)| {
                    Some((name.get_ref().to_string(), plain(value.get_ref())?))
                };
            Value::Object(table.iter().map(member).collect::<Option<Map<_, _>>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::Signature, *};

    fn faults(text: &str) -> Vec<String> {
        read(text).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = r#"
[[client]]
id = "grafana"
kind = "web"
name = "Grafana"
redirect_uris = ["https://grafana.example.com/login"]
secret_file = "grafana.secret"
roles = ["admin"]
grant_life = "30d"

[[resource]]
uri = "https://api.example.com"
name = "Orders"
scopes = { "orders:read" = "See your orders" }
alg = "ES256"
token_life = 120
"#;
        let (entries, faults) = read(text);
        assert_eq!(faults, []);
        let (client, resource) = (&entries.clients[0], &entries.resources[0]);
        assert_eq!((client.line, &*client.id), (2, "grafana"));
        assert_eq!(client.secret, Some(SecretFrom::File("grafana.secret".into())));
        assert_eq!(
            (client.settings.grant_life, &*client.settings.roles),
            (Some(2_592_000), &["admin".to_owned()][..])
        );
        assert_eq!((resource.line, resource.settings.alg), (11, Signature::Es256));
        assert_eq!((resource.settings.token_life, resource.settings.scopes.len()), (Some(120), 1));
    }

    #[test]
    fn every_fault_has_its_line() {
        let text = "[[client]]\nid = \"a1\"\nkind = \"wob\"\nsecret = \"x\"\n[[resource]]\nuri = 1\ncolour = \"red\"\n[other]\n";
        let found = faults(text);
        for (line, word) in [
            (1, "name"),
            (1, "who may use it"),
            (3, "wob"),
            (4, "secret_file"),
            (5, "name"),
            (6, "uri"),
            (7, "colour"),
            (8, "[[client]]"),
        ] {
            let begins = format!("line {line}: ");
            assert!(
                found.iter().any(|fault| fault.starts_with(&begins) && fault.contains(word)),
                "{line} {word}: {found:#?}"
            );
        }
        assert_eq!(found.len(), 8, "{found:#?}");
        assert_eq!(faults("[[client]").len(), 1);
    }
}
