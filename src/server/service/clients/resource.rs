//! What an operator says about an API of others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::{Fault, IDENTITY_SCOPES, Signature, scopes::is_word};
use crate::server::service::keys::TOKEN_LIFE_OF_OTHERS;

/// Lifetime of an access token where nothing is said, in seconds.
pub const TOKEN_LIFE: i64 = 600;

/// The settings of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResourceSettings {
    /// Its name, as people read it.
    #[schema(max_length = 60)]
    pub name: String,
    /// Words of its scope, each with what it lets a program do, as people read it.
    #[serde(default)]
    pub scopes: BTreeMap<String, String>,
    /// The algorithm of its access tokens.
    #[serde(default)]
    pub alg: Signature,
    /// Lifetime of its access tokens, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 60, maximum = 3600)]
    pub token_life: Option<i64>,
    /// Clients that may ask whether its tokens are valid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub introspectors: Vec<String>,
}

impl ResourceSettings {
    /// Settings with a name alone.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            scopes: BTreeMap::new(),
            alg: Signature::default(),
            token_life: None,
            introspectors: Vec::new(),
        }
    }

    /// Lifetime of its access tokens, in seconds.
    pub fn token_life(&self) -> i64 {
        self.token_life.unwrap_or(TOKEN_LIFE)
    }

    /// Checks what can be checked without other resources.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn check(&self, uri: &str) -> Result<(), Fault> {
        check_uri(uri)?;
        let is_shown = |text: &str, most: usize| {
            !text.trim().is_empty()
                && text.chars().count() <= most
                && !text.chars().any(char::is_control)
        };
        if !is_shown(&self.name, 60) {
            return Err(Fault::new("name", "expected 1 to 60 characters"));
        }
        if self.scopes.len() > 50 {
            return Err(Fault::new("scopes", "more than 50"));
        }
        for (word, words) in &self.scopes {
            if !is_word(word) || IDENTITY_SCOPES.contains(&&**word) || word == "roles" {
                return Err(Fault::of("scopes", word, "is no free word of a scope"));
            }
            if !is_shown(words, 120) {
                return Err(Fault::of("scopes", word, "needs a sentence for people"));
            }
        }
        if self.token_life.is_some_and(|life| !(60..=TOKEN_LIFE_OF_OTHERS).contains(&life)) {
            return Err(Fault::new("token_life", "expected 1m to 1h"));
        }
        Ok(())
    }
}

/// Checks the URI of a resource (RFC 8707 section 2).
///
/// # Errors
/// Returns the fault.
fn check_uri(uri: &str) -> Result<(), Fault> {
    let is_plain = uri.len() <= 512 && uri.bytes().all(|byte| byte.is_ascii_graphic());
    let url = Url::parse(uri).ok().filter(|_| is_plain && !uri.contains('#'));
    let Some(url) = url else {
        return Err(Fault::new("uri", "expected an absolute URI without a fragment"));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Fault::new("uri", "has a name before its host"));
    }
    Ok(())
}

/// A URI for comparison: that of an origin alone is the same with a slash behind it.
pub fn compared(uri: &str) -> &str {
    match uri.strip_suffix('/') {
        Some(origin) if origin.matches('/').count() == 2 => origin,
        _ => uri,
    }
}
