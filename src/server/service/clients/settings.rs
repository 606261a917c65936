//! What an operator says about a client, and what it means where nothing is said.

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use super::{
    ClientAuth, ClientKind, Consent, Fault, IDENTITY_SCOPES, IdTokenClaims, OFFLINE, Par, Pkce,
    Signature, scopes::is_word,
};
use crate::server::{
    secure::redirect_uri,
    service::{proof::Acr, roles::Role},
};

/// Longest name, in characters.
const NAME_MAX: usize = 60;
/// Most entries of a list.
const LIST_MAX: usize = 50;
/// The lifetimes that a grant can have, in seconds.
const GRANT_LIFE: std::ops::RangeInclusive<i64> = 300..=365 * 86_400;

/// The settings of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClientSettings {
    /// The kind, from which the rest follows.
    pub kind: ClientKind,
    /// Its name, as people read it.
    #[schema(max_length = 60)]
    pub name: String,
    /// Its page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_uri: Option<String>,
    /// What it does with data about people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_uri: Option<String>,
    /// Its terms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_uri: Option<String>,
    /// Whom to ask about it, such as an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Where people come back with a code; compared byte by byte.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redirect_uris: Vec<String>,
    /// Where people come back after a sign-out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub post_logout_redirect_uris: Vec<String>,
    /// How it shows who it is; by its kind if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<ClientAuth>,
    /// The words that it may ask for; by its kind and resources if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The URIs of resources that it may ask for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<String>,
    /// The resource of a request that names none and asks for words of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_resource: Option<String>,
    /// Who may use it: people with one of these roles; everybody, where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Whether people are asked.
    #[serde(default)]
    pub consent: Consent,
    /// Whether it must send a challenge.
    #[serde(default)]
    pub pkce: Pkce,
    /// Whether it must push its requests.
    #[serde(default)]
    pub par: Par,
    /// The algorithm of its ID tokens.
    #[serde(default)]
    pub id_token_alg: Signature,
    /// Which claims they have.
    #[serde(default)]
    pub id_token_claims: IdTokenClaims,
    /// The assurance level that it demands, such as `aal2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_acr: Option<String>,
    /// Seconds without use after which a grant ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_idle: Option<i64>,
    /// Seconds after which a grant ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_life: Option<i64>,
}

impl ClientSettings {
    /// Settings of a kind with a name alone.
    pub fn new(kind: ClientKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            home_uri: None,
            policy_uri: None,
            terms_uri: None,
            contact: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            auth: None,
            scopes: None,
            resources: Vec::new(),
            default_resource: None,
            roles: Vec::new(),
            consent: Consent::default(),
            pkce: Pkce::default(),
            par: Par::default(),
            id_token_alg: Signature::default(),
            id_token_claims: IdTokenClaims::default(),
            require_acr: None,
            grant_idle: None,
            grant_life: None,
        }
    }

    /// How it shows who it is.
    pub fn auth(&self) -> ClientAuth {
        self.auth.unwrap_or(match self.kind {
            ClientKind::Web | ClientKind::Machine => ClientAuth::ClientSecretBasic,
            ClientKind::Spa | ClientKind::Native => ClientAuth::None,
        })
    }

    /// Whether it has a secret.
    pub fn is_confidential(&self) -> bool {
        self.auth() != ClientAuth::None
    }

    /// Seconds without use after which a grant ends, and seconds after which it ends.
    pub fn grant_lives(&self) -> (i64, i64) {
        const DAY: i64 = 86_400;
        let (idle, life) = match self.kind {
            ClientKind::Spa => (DAY, DAY),
            _ => (30 * DAY, 90 * DAY),
        };
        let life = self.grant_life.unwrap_or(life);
        (self.grant_idle.unwrap_or(idle).min(life), life)
    }

    /// Checks what can be checked without other clients and resources.
    ///
    /// # Errors
    /// Returns the first fault.
    pub fn check(&self) -> Result<(), Fault> {
        let fault = |member: &'static str, why: String| Err(Fault::new(member, why));
        let is_shown = |text: &str| !text.trim().is_empty() && !text.chars().any(char::is_control);
        if !is_shown(&self.name) || self.name.chars().count() > NAME_MAX {
            return fault("name", format!("expected 1 to {NAME_MAX} characters"));
        }
        let pages = [
            ("home_uri", &self.home_uri),
            ("policy_uri", &self.policy_uri),
            ("terms_uri", &self.terms_uri),
        ];
        for (member, uri) in pages {
            if uri.as_deref().is_some_and(|uri| !is_page(uri)) {
                return fault(member, "expected an https address".into());
            }
        }
        if self.contact.as_deref().is_some_and(|text| !is_shown(text) || text.len() > 200) {
            return fault("contact", "expected at most 200 characters".into());
        }
        for (member, uris) in [
            ("redirect_uris", &self.redirect_uris),
            ("post_logout_redirect_uris", &self.post_logout_redirect_uris),
        ] {
            if uris.len() > LIST_MAX {
                return fault(member, format!("more than {LIST_MAX}"));
            }
            for uri in uris {
                if let Err(why) = redirect_uri::check(uri, self.kind.places()) {
                    return Err(Fault::of(member, uri, why));
                }
            }
        }
        match (self.kind.has_people(), self.redirect_uris.is_empty()) {
            (true, true) => {
                return fault("redirect_uris", "none, and people come back there".into());
            }
            (false, false) => {
                return fault("redirect_uris", "a machine has none, since nobody signs in".into());
            }
            _ => {}
        }
        if self.kind == ClientKind::Machine && !self.is_confidential() {
            return fault("auth", "a machine must show who it is".into());
        }
        if self.kind == ClientKind::Spa && self.is_confidential() {
            return fault("auth", "everybody can read an app in the browser: expected none".into());
        }
        if self.pkce == Pkce::Optional && !self.is_confidential() {
            return fault("pkce", "a client without a secret must send a challenge".into());
        }
        for word in self.scopes.iter().flatten() {
            if !is_word(word) {
                return Err(Fault::of("scopes", word, "is no word of a scope"));
            }
            if !self.kind.has_people() && IDENTITY_SCOPES.contains(&&**word) {
                return Err(Fault::of("scopes", word, "is about a person"));
            }
            if self.kind == ClientKind::Spa && word == OFFLINE {
                let why = "is for no app in the browser: what that has ends with its session";
                return Err(Fault::of("scopes", word, why));
            }
        }
        if self.scopes.as_ref().is_some_and(|words| words.len() > LIST_MAX)
            || self.resources.len() > LIST_MAX
        {
            return fault("scopes", format!("more than {LIST_MAX} words or resources"));
        }
        if let Some(role) = self.roles.iter().find(|role| Role::parse(role).is_none()) {
            return Err(Fault::of("roles", role, "is no role"));
        }
        if let Some(acr) = &self.require_acr
            && ![Acr::Aal1, Acr::Aal2].iter().any(|known| known.as_str() == acr)
        {
            return Err(Fault::of("require_acr", acr, "is neither aal1 nor aal2"));
        }
        for (member, life) in [("grant_idle", self.grant_idle), ("grant_life", self.grant_life)] {
            if life.is_some_and(|life| !GRANT_LIFE.contains(&life)) {
                return fault(member, "expected 5m to 365d".into());
            }
        }
        if let Some(default) = &self.default_resource
            && !self.resources.contains(default)
        {
            return fault("default_resource", "not one of its resources".into());
        }
        Ok(())
    }

    /// What a person is shown about a client, and where one is sent: another one is asked about anew.
    pub(super) fn shown(&self) -> String {
        let mut uris = self.redirect_uris.clone();
        uris.sort();
        format!("{}\n{}\n{}", self.kind.as_str(), self.name, uris.join("\n"))
    }
}

/// Whether a text is the address of a page.
fn is_page(text: &str) -> bool {
    text.len() <= 2048
        && Url::parse(text).is_ok_and(|url| {
            url.scheme() == "https" && url.username().is_empty() && url.password().is_none()
        })
}
