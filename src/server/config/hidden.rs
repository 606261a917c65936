//! Secrets in settings, and the display of values without them.

use super::{kind::Kind, settings::Setting};

/// The replacement of a secret.
const HIDDEN: &str = "…";

/// Whether a value is a secret or contains one, such as a password in a URL.
pub fn is_secret(setting: &Setting, value: &str) -> bool {
    match setting.kind {
        Kind::Secret => !value.trim().is_empty(),
        _ => shown_items(setting, value) != value,
    }
}

/// A value for display.
pub(super) fn shown(setting: &Setting, value: &str) -> String {
    match setting.kind {
        Kind::Secret if value.trim().is_empty() => String::new(),
        Kind::Secret => HIDDEN.into(),
        // Neither a URL nor a word: any part of it may be a password.
        Kind::Database | Kind::Store
            if !value.contains("://") && !value.chars().all(char::is_alphanumeric) =>
        {
            HIDDEN.into()
        }
        _ => shown_items(setting, value),
    }
}

/// A value without passwords. Each item of a list is a URL of its own; in other values a comma is
/// part of the text.
fn shown_items(setting: &Setting, value: &str) -> String {
    match setting.kind.is_list() {
        true => value.split(',').map(without_password).collect::<Vec<_>>().join(","),
        false => without_password(value),
    }
}

/// A URL without its password: before the last `@`, or in the query. Parsed as text, because an
/// unescaped password must be hidden too.
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => match user.split_once(':') {
            Some((name, _)) => (format!("{name}:{HIDDEN}@"), place),
            None => (format!("{user}@"), place),
        },
        None => (String::new(), rest),
    };
    let place = match place.split_once('?') {
        None => place.to_owned(),
        Some((place, query)) => {
            let pairs = query.split('&').map(|pair| match pair.split_once('=') {
                Some((name, value))
                    if !value.is_empty() && name.to_lowercase().contains("pass") =>
                {
                    format!("{name}={HIDDEN}")
                }
                _ => pair.to_owned(),
            });
            format!("{place}?{}", pairs.collect::<Vec<_>>().join("&"))
        }
    };
    format!("{scheme}://{user}{place}")
}
