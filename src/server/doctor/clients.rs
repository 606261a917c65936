//! Checks of the clients of others.

use super::Finding::{self, Warning};
use crate::server::{
    App, dates,
    service::clients::{Client, ClientKind, Pkce},
};

/// Time before the end of a secret from which there is a warning, in seconds.
const SOON: i64 = 14 * 86_400;

/// What deserves a look about each client that is in use.
pub fn check(app: &App) -> Vec<Finding> {
    let now_s = app.clock.now_s();
    let clients = app.clients.now().clients();
    let used = clients.iter().filter(|client| client.is_enabled());
    used.flat_map(|client| of(client, app.config.is_https(), now_s)).collect()
}

fn of(client: &Client, is_https: bool, now_s: i64) -> Vec<Finding> {
    let (id, settings) = (client.id(), &client.settings);
    let mut findings = Vec::new();
    if settings.pkce == Pkce::Optional {
        findings.push(Warning(
            format!(
                "the client {id} may ask without a challenge (PKCE): a stolen code is enough there"
            ),
            format!("if its library knows PKCE: vestibule client edit {id} --pkce required"),
        ));
    }
    let mut uris = settings.redirect_uris.iter();
    if is_https
        && settings.kind != ClientKind::Native
        && let Some(uri) = uris.find(|uri| uri.starts_with("http://"))
    {
        findings.push(Warning(
            format!("the client {id} gets codes over plain http, at {uri}"),
            "take the address of a developer's machine off a client that people use".into(),
        ));
    }
    if settings.is_confidential() {
        findings.extend(secrets(client, now_s));
    }
    findings
}

/// The last of its secrets decides how long a client works.
fn secrets(client: &Client, now_s: i64) -> Option<Finding> {
    let id = client.id();
    let add = format!("vestibule client secret add {id}, and give the new one to the app");
    let last = client.secrets.iter().map(|secret| secret.expires_at.unwrap_or(i64::MAX)).max();
    match last {
        None => Some(Warning(format!("the client {id} has no secret, and gets no tokens"), add)),
        Some(at) if at <= now_s => {
            Some(Warning(format!("the last secret of the client {id} has ended"), add))
        }
        Some(at) if at <= now_s + SOON => Some(Warning(
            format!("the last secret of the client {id} ends on {}", dates::rfc3339(at)),
            add,
        )),
        Some(_) => None,
    }
}
