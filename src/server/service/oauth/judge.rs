//! What happens with an authorization request, by who is signed in and what they have said: a pure table.

use super::{AuthorizationRequest, OAuthError, Prompt};
use crate::server::service::{
    clients::{Client, ClientKind, Consent},
    proof::Acr,
};

/// The person who is signed in.
#[derive(Clone, Debug)]
pub struct Person<'p> {
    /// As this client knows them.
    pub subject: &'p str,
    /// Names of their roles.
    pub roles: Vec<&'p str>,
    /// When they signed in, in Unix seconds.
    pub auth_time: i64,
    /// The assurance level of their session.
    pub acr: &'p str,
    /// Whether they have a second factor.
    pub has_factor: bool,
}

/// What is known about the request itself.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// When it came, in Unix seconds.
    pub started_at: i64,
    /// Whether the person has chosen an account since.
    pub has_chosen: bool,
    /// Whether all that is asked for was allowed before.
    pub is_consented: bool,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The client gets its code.
    Answer,
    /// Somebody signs in.
    SignIn,
    /// Somebody makes an account.
    Register,
    /// The person chooses this account or another one.
    Choose,
    /// The person proves again who they are.
    Prove,
    /// The person is asked.
    Ask,
    /// A page says that the person may not use the client.
    Forbidden,
    /// The client is told.
    Refuse(OAuthError),
}

/// What happens next with a request.
pub fn judge(
    request: &AuthorizationRequest,
    client: &Client,
    person: Option<&Person<'_>>,
    standing: Standing,
) -> Verdict {
    let is_silent = request.prompts(Prompt::None);
    let or = |shown: Verdict, told: OAuthError| {
        if is_silent { Verdict::Refuse(told) } else { shown }
    };
    let Some(person) = person else {
        let shown =
            if request.prompts(Prompt::Create) { Verdict::Register } else { Verdict::SignIn };
        return or(shown, OAuthError::LoginRequired);
    };
    let is_fresh = person.auth_time >= standing.started_at;
    let is_another = request.expected.as_deref().is_some_and(|other| other != person.subject);
    if is_another && (is_silent || !standing.has_chosen) {
        return or(Verdict::Choose, OAuthError::LoginRequired);
    }
    if !client.is_for(&person.roles) {
        return or(Verdict::Forbidden, OAuthError::AccessDenied);
    }
    let is_to_choose = request.prompts(Prompt::SelectAccount) || request.prompts(Prompt::Create);
    if is_to_choose && !standing.has_chosen && !is_fresh {
        return Verdict::Choose;
    }
    let is_too_old = request
        .max_age
        .is_some_and(|age| person.auth_time < standing.started_at.saturating_sub(age));
    if is_too_old || (request.prompts(Prompt::Login) && !is_fresh) {
        return or(Verdict::Prove, OAuthError::LoginRequired);
    }
    let has_two = person.acr == Acr::Aal2.as_str();
    let must_have_two = client.settings.require_acr.as_deref() == Some(Acr::Aal2.as_str());
    if must_have_two && !has_two {
        return match person.has_factor {
            true => or(Verdict::Prove, OAuthError::InteractionRequired),
            false => Verdict::Refuse(OAuthError::UnmetAuthenticationRequirements),
        };
    }
    // A wish is put once: a person may have no more than the password at hand.
    if request.wants_aal2 && !has_two && person.has_factor && !is_silent && !is_fresh {
        return Verdict::Prove;
    }
    if is_to_ask(request, client, standing.is_consented) {
        return or(Verdict::Ask, OAuthError::ConsentRequired);
    }
    Verdict::Answer
}

/// Whether the person is asked. A program on a computer is always asked about, since any other one can say that it is this one (RFC
/// 8252 section 8.6).
fn is_to_ask(request: &AuthorizationRequest, client: &Client, is_consented: bool) -> bool {
    request.prompts(Prompt::Consent)
        || client.settings.kind == ClientKind::Native
        || (client.settings.consent == Consent::Ask && !is_consented)
}

#[cfg(test)]
mod tests;
