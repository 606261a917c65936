//! The words of these pages.

use super::AUTHORIZE;
use crate::{
    pages::page::Page,
    server::{
        say,
        service::oauth::{self, Asked, Opened, Params},
    },
};

/// A line of what is asked, in words.
pub(super) fn asked(line: &Asked) -> String {
    match &line.resource {
        Some((_, meaning)) => meaning.clone(),
        None => about_person(&line.word).unwrap_or_else(|| line.word.clone()),
    }
}

/// A word of a scope in words: those about the person, and those of the resources that have it.
pub fn scope(page: &Page, word: &str) -> String {
    let of_resource = || {
        let resources = page.app.clients.now().resources();
        resources.iter().find_map(|resource| resource.settings.scopes.get(word).cloned())
    };
    about_person(word).or_else(of_resource).unwrap_or_else(|| word.to_owned())
}

fn about_person(word: &str) -> Option<String> {
    Some(match word {
        "openid" => say::scope_openid(),
        "profile" => say::scope_profile(),
        "email" => say::scope_email(),
        "offline_access" => say::scope_offline(),
        "roles" => say::scope_roles(),
        _ => return None,
    })
}

/// The address of a stored request.
pub(super) fn again(opened: &Opened, id: &str) -> String {
    let uri = Page::encode(&oauth::request_uri(id));
    format!("{AUTHORIZE}?client_id={}&request_uri={uri}", Page::encode(opened.client.id()))
}

/// The name of the client to which a person goes on after a sign-in, by the destination.
pub fn client_of(page: &Page, next: &str) -> Option<String> {
    let query = next.strip_prefix(AUTHORIZE)?.strip_prefix('?')?;
    let params = Params::parse(query.as_bytes()).ok()?;
    let registry = page.app.clients.now();
    let client = registry.enabled(params.one("client_id")?)?;
    Some(client.settings.name.clone())
}
