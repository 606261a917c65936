//! Which words of a scope are about which resource.

use std::sync::Arc;

use super::{OAuthError, Params};
use crate::server::{
    db::consents::ConsentRow,
    service::clients::{Audience, Client, IDENTITY_SCOPES, Registry, Resource, compared, is_word},
};

/// The word that puts roles into tokens; it is about the person and about every resource.
pub const ROLES: &str = "roles";

/// Whether a scope, separated by spaces, has a word.
pub fn has(scope: &str, word: &str) -> bool {
    scope.split(' ').any(|own| own == word)
}

/// Whether a word is about the person, whatever the resource.
pub fn is_about_person(word: &str) -> bool {
    word == ROLES || IDENTITY_SCOPES.contains(&word)
}

/// The words and resources that a client asks for and may have. Words that it may not have are left out.
///
/// # Errors
/// `invalid_request`, `invalid_target`; `invalid_scope` if nothing is left.
pub fn wanted(
    registry: &Registry,
    client: &Client,
    params: &Params,
) -> Result<(Vec<String>, Vec<String>), OAuthError> {
    let mut resources = Vec::new();
    for uri in params.all("resource") {
        let resource = registry.resource_for(client, uri).ok_or(OAuthError::InvalidTarget)?;
        if !resources.contains(&resource.row.uri) {
            resources.push(resource.row.uri.clone());
        }
    }
    if resources.len() > 8 {
        return Err(OAuthError::InvalidRequest("More than eight resources are named."));
    }
    let text = params.one("scope").unwrap_or_default();
    let asked: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    if text.len() > 2048 || !asked.iter().all(|word| is_word(word)) {
        return Err(OAuthError::InvalidRequest(
            "The scope has a word that is none, or is too long.",
        ));
    }
    let allowed = registry.scopes_of(client);
    let mut scope: Vec<String> = Vec::new();
    for word in asked {
        if allowed.iter().any(|own| own == word) && !scope.iter().any(|own| own == word) {
            scope.push(word.to_owned());
        }
    }
    // A resource that is named gets its own words alone, so it needs one.
    let has_word = |uri: &String| {
        registry.resource(uri).is_some_and(|resource| {
            scope.iter().any(|word| word == ROLES || resource.settings.scopes.contains_key(word))
        })
    };
    match scope.is_empty() || !resources.iter().all(has_word) {
        true => Err(OAuthError::InvalidScope),
        false => Ok((scope, resources)),
    }
}

/// The words of a request by the resource that they are about, whose name is empty for the person.
pub fn by_resource(
    registry: &Registry,
    client: &Client,
    scope: &[String],
    resources: &[String],
) -> Vec<(String, Vec<String>)> {
    let about: Vec<_> = scope.iter().filter(|word| is_about_person(word)).cloned().collect();
    let mut all = vec![(String::new(), about)];
    for resource in registry.resources_of(client) {
        let is_named = |uri: &String| *uri == resource.row.uri;
        if !resources.is_empty() && !resources.iter().any(is_named) {
            continue;
        }
        let its = scope.iter().filter(|word| resource.settings.scopes.contains_key(*word));
        all.push((resource.row.uri.clone(), its.cloned().collect()));
    }
    all.retain(|(_, words)| !words.is_empty());
    all
}

/// What of a request was not allowed before to the client as it is now.
pub fn missing(
    wanted: &[(String, Vec<String>)],
    given: &[ConsentRow],
    settings_hash: &str,
) -> Vec<(String, Vec<String>)> {
    let is_given = |resource: &str, word: &String| {
        given.iter().any(|row| {
            row.resource == resource
                && row.settings_hash == settings_hash
                && row.scope.split(' ').any(|own| own == word)
        })
    };
    let left = wanted.iter().map(|(resource, words)| {
        let left = words.iter().filter(|word| !is_given(resource, word)).cloned().collect();
        (resource.clone(), left)
    });
    left.filter(|(_, words): &(String, Vec<String>)| !words.is_empty()).collect()
}

/// The resource of an access token and the scope that it has there.
#[derive(Clone, Debug)]
pub struct Target {
    /// The resource.
    pub audience: Audience,
    /// Its scope, separated by spaces.
    pub scope: String,
}

/// The resource of an access token for a grant: the one that is named, or the only one that the scope is about, or the client's default.
///
/// A token for a resource that was named has the words of that alone; where none was named, one token has to do for the resource and for
/// what Vestibule tells about the person, since older programs know no other.
///
/// # Errors
/// `invalid_target`; `invalid_scope` if nothing of the scope is about the resource.
pub fn target(
    registry: &Registry,
    client: &Client,
    scope: &[String],
    (named_before, named): (&[String], Option<&str>),
) -> Result<Target, OAuthError> {
    let one = match (named, named_before) {
        (Some(uri), _) => Some(uri),
        (None, [uri]) => Some(uri.as_str()),
        (None, []) => None,
        (None, several) => {
            let default = client.settings.default_resource.as_deref();
            let is_among = |uri: &&str| several.iter().any(|own| compared(own) == compared(uri));
            Some(default.filter(is_among).ok_or(OAuthError::InvalidTarget)?)
        }
    };
    if let Some(uri) = one {
        let is_among = named_before.iter().any(|own| compared(own) == compared(uri));
        if !named_before.is_empty() && !is_among {
            return Err(OAuthError::InvalidTarget);
        }
        let resource = registry.resource_for(client, uri).ok_or(OAuthError::InvalidTarget)?;
        let its = |word: &&String| *word == ROLES || resource.settings.scopes.contains_key(*word);
        let words: Vec<&str> = scope.iter().filter(its).map(String::as_str).collect();
        if words.is_empty() {
            return Err(OAuthError::InvalidScope);
        }
        return Ok(Target {
            audience: Audience::Resource(resource.clone()),
            scope: words.join(" "),
        });
    }
    let has_words = |resource: &Arc<Resource>| {
        scope.iter().any(|word| resource.settings.scopes.contains_key(word))
    };
    let mut meant: Vec<_> = registry.resources_of(client).into_iter().filter(has_words).collect();
    if meant.len() > 1 {
        let default = client.settings.default_resource.as_deref();
        let default = default.ok_or(OAuthError::InvalidTarget)?;
        meant.retain(|resource| compared(&resource.row.uri) == compared(default));
    }
    let Some(resource) = meant.pop() else {
        let is_only_about_person = scope.iter().all(|word| is_about_person(word));
        let audience = Audience::Userinfo;
        return match is_only_about_person {
            true => Ok(Target { audience, scope: scope.join(" ") }),
            // The resource is gone, or the default is none of those that are meant.
            false => Err(OAuthError::InvalidTarget),
        };
    };
    let its =
        |word: &&String| is_about_person(word) || resource.settings.scopes.contains_key(*word);
    let words: Vec<&str> = scope.iter().filter(its).map(String::as_str).collect();
    let scope = words.join(" ");
    Ok(Target { audience: Audience::Resource(resource), scope })
}
