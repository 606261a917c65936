use crate::{
    model::{PASSWORD_MAX_BYTES, Problem, RegisterForm},
    server::{
        App,
        secure::{
            password::breached::{self, canonical},
            secret::Secret,
        },
    },
};

/// Name of the service, which is rejected as a password.
const SERVICE: &str = "vestibule";

/// The future owner of a password.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::server::service) struct Person<'p> {
    /// Username, as typed or stored.
    pub(in crate::server::service) username: &'p str,
    /// Address, if there is one.
    pub(in crate::server::service) email: Option<&'p str>,
}

impl<'p> Person<'p> {
    /// The owner in a registration form.
    pub(in crate::server::service) fn of(form: &'p RegisterForm) -> Self {
        let username = form.username.as_deref().unwrap_or_default();
        Self { username, email: form.email.as_deref() }
    }
}

/// Checks a new password against the policy: length, common passwords, the service's name, the
/// owner's names (S10, S15).
///
/// Whole passwords are compared, never parts of them, because a long one may contain a name.
///
/// # Errors
/// Returns the rule that the password breaks.
pub(in crate::server::service) async fn judge(
    app: &App,
    password: &Secret,
    person: Person<'_>,
) -> Result<(), Problem> {
    offline(app, password, person)?;
    ask(app, password).await
}

/// Asks the range API for breached passwords, if one is set.
pub(in crate::server::service) async fn ask(app: &App, password: &Secret) -> Result<(), Problem> {
    match &app.passwords.breach_api {
        Some(range) if range.contains(password).await => Err(Problem::Breached),
        _ => Ok(()),
    }
}

/// Judges a password like [`judge`], without the range API.
pub(in crate::server::service) fn offline(
    app: &App,
    password: &Secret,
    person: Person<'_>,
) -> Result<(), Problem> {
    app.config.password_policy().check(password.expose())?;
    let password = canonical(password.expose());
    // A name longer than any password cannot be one, and is not worth normalising.
    let is = |name: &str| {
        name.len() <= PASSWORD_MAX_BYTES && is_made_of(&password, &canonical(name.trim()))
    };
    let address = person.email.into_iter().flat_map(|email| {
        std::iter::once(email).chain(email.trim().rsplit_once('@').map(|(local, _)| local))
    });
    if std::iter::once(person.username).chain(address).any(is) {
        return Err(Problem::OwnName);
    }
    let host = app.config.public_url.host_str().unwrap_or_default();
    if is(SERVICE) || is(&app.config.brand.name) || is(host) || is(&app.config.issuer()) {
        return Err(Problem::ServiceName);
    }
    match breached::contains(&password) {
        true => Err(Problem::Breached),
        false => Ok(()),
    }
}

/// Whether a password is a name, once or repeated, forwards or backwards.
fn is_made_of(password: &str, name: &str) -> bool {
    let backwards: String = name.chars().rev().collect();
    let fits =
        !name.is_empty() && !password.is_empty() && password.len().is_multiple_of(name.len());
    let mut parts = password;
    while fits && !parts.is_empty() {
        match parts.strip_prefix(name).or_else(|| parts.strip_prefix(backwards.as_str())) {
            Some(rest) => parts = rest,
            None => return false,
        }
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::is_made_of;

    #[test]
    fn a_name_is_one_however_often() {
        for password in ["ada", "adaada", "adaadaada"] {
            assert!(is_made_of(password, "ada"), "{password}");
        }
        assert!(
            is_made_of("ecalevolecalevol", "lovelace")
                && is_made_of("lovelaceecalevol", "lovelace")
        );
        for password in ["", "adaad", "adaadb", "xadaada", "grüß"] {
            assert!(!is_made_of(password, "ada"), "{password}");
        }
        assert!(!is_made_of("anything", "") && is_made_of("ßüßü", "üß"));
    }
}
