//! The setting of the claims that access tokens have beside those that every token has.

use super::addresses::items;

/// Claims about the person that access tokens carry because a setting names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenClaims {
    /// `preferred_username`: the username as typed.
    pub preferred_username: bool,
    /// `email`: a verified address.
    pub email: bool,
    /// `external_id`: the id in the app that the account came from.
    pub external_id: bool,
    /// Members of `app_metadata`, which become members of a claim of this name.
    pub app_metadata: Vec<String>,
}

/// The error of an invalid value.
const EXPECTED: &str = "expected preferred_username, email, external_id or app_metadata.KEY";

/// The longest key of `app_metadata` in the setting, in bytes.
const KEY_MAX: usize = 64;

/// Names of claims, with commas between them.
///
/// # Errors
/// Which of them cannot be a claim, and why.
pub(super) fn token_claims(text: &str) -> Result<TokenClaims, String> {
    let mut claims = TokenClaims::default();
    for item in items(text) {
        match (item, item.split_once('.')) {
            ("preferred_username", _) => claims.preferred_username = true,
            ("email", _) => claims.email = true,
            ("external_id", _) => claims.external_id = true,
            (_, Some(("app_metadata", key))) if is_key(key) => {
                if !claims.app_metadata.iter().any(|known| known == key) {
                    claims.app_metadata.push(key.to_owned());
                }
            }
            ("metadata", _) | (_, Some(("metadata", _))) => {
                return Err(format!(
                    "{item:?}: a claim is believed by every service that verifies the token, and metadata is \
                     written by the person whom it is about; {EXPECTED}, which only operators write"
                ));
            }
            _ => return Err(format!("{item:?}: {}", why_not(item))),
        }
    }
    Ok(claims)
}

fn is_key(key: &str) -> bool {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=KEY_MAX).contains(&key.len()) && key.chars().all(is_fit)
}

fn why_not(item: &str) -> String {
    match item {
        "username" | "name" => "expected preferred_username".into(),
        "app_metadata" => {
            "expected the keys one by one, such as app_metadata.plan: the whole object is too large for a token"
                .into()
        }
        _ if item.starts_with("app_metadata.") => format!(
            "expected a key of the object itself, of 1 to {KEY_MAX} letters, digits, _ and -, such as \
             app_metadata.plan"
        ),
        _ => format!("{EXPECTED}; all other claims are Vestibule's own"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_named_one_by_one() {
        let read = token_claims(" email, app_metadata.plan,preferred_username ,app_metadata.plan,");
        let expected = TokenClaims {
            preferred_username: true,
            email: true,
            external_id: false,
            app_metadata: vec!["plan".into()],
        };
        assert_eq!(read, Ok(expected));
        assert_eq!(token_claims(""), Ok(TokenClaims::default()));
    }

    /// S115: what its owner writes is no claim; nor can a name stand for a claim that means something.
    #[test]
    fn each_other_name_is_refused_with_its_reason() {
        for (text, why) in [
            ("metadata.plan", "metadata is written by the person whom it is about"),
            ("metadata", "metadata is written by the person"),
            ("app_metadata", "one by one"),
            ("app_metadata.a.b", "a key of the object itself"),
            ("app_metadata.", "a key of the object itself"),
            ("username", "expected preferred_username"),
            ("sub", "Vestibule's own"),
            ("email, roles", "\"roles\""),
            ("profile.pronouns", "expected preferred_username"),
        ] {
            let refused = token_claims(text).expect_err(text);
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
