//! The settings of a client as flags.

use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::server::{
    config,
    service::clients::{
        ClientAuth, ClientKind, ClientPatch, Consent, IdTokenClaims, Par, Pkce, Signature,
    },
};

/// Settings; each can be left out.
#[derive(Args)]
pub(in crate::server::cli) struct ClientFlags {
    /// What kind of program it is: web (with a server), spa, native or machine.
    #[arg(long)]
    kind: Option<ClientKind>,
    /// Its name, as people read it.
    #[arg(long)]
    name: Option<String>,
    /// Where people come back with a code. Can be given more than once.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,
    /// Where people come back after a sign-out. Can be given more than once.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// Role whose people may use it. Can be given more than once.
    #[arg(long = "role", value_name = "ROLE", conflicts_with = "everybody")]
    roles: Vec<String>,
    /// Everybody may use it.
    #[arg(long)]
    everybody: bool,
    /// Its page.
    #[arg(long, value_name = "URI")]
    home_uri: Option<String>,
    /// What it does with data about people.
    #[arg(long, value_name = "URI")]
    policy_uri: Option<String>,
    /// Its terms.
    #[arg(long, value_name = "URI")]
    terms_uri: Option<String>,
    /// Whom to ask about it, such as an address.
    #[arg(long)]
    contact: Option<String>,
    /// How it shows who it is: client_secret_basic, client_secret_post or none [default: by its kind]
    #[arg(long, value_parser = word::<ClientAuth>)]
    auth: Option<Word>,
    /// Word that it may ask for. Can be given more than once [default: by its kind and resources]
    #[arg(long = "scope", value_name = "WORD")]
    scopes: Vec<String>,
    /// Resource that it may ask for. Can be given more than once.
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
    /// The resource of a request that names none.
    #[arg(long, value_name = "URI")]
    default_resource: Option<String>,
    /// Whether people are asked: ask or skip [default: ask]
    #[arg(long, value_parser = word::<Consent>)]
    consent: Option<Word>,
    /// Whether it must send a challenge: required or optional [default: required]
    #[arg(long, value_parser = word::<Pkce>)]
    pkce: Option<Word>,
    /// Whether it must push its requests: optional or required [default: optional]
    #[arg(long, value_parser = word::<Par>)]
    par: Option<Word>,
    /// The algorithm of its ID tokens: RS256, ES256 or EdDSA [default: RS256]
    #[arg(long, value_parser = word::<Signature>)]
    id_token_alg: Option<Word>,
    /// Which claims ID tokens have beside those of the sign-in: none or all [default: none]
    #[arg(long, value_parser = word::<IdTokenClaims>)]
    id_token_claims: Option<Word>,
    /// The assurance level that it demands: aal1 or aal2.
    #[arg(long, value_name = "LEVEL")]
    require_acr: Option<String>,
    /// Time without use after which a grant ends, from 5m to 365d [default: by its kind]
    #[arg(long, value_name = "TIME", value_parser = life)]
    grant_idle: Option<i64>,
    /// Time after which a grant ends, from 5m to 365d [default: by its kind]
    #[arg(long, value_name = "TIME", value_parser = life)]
    grant_life: Option<i64>,
}

/// One of the words of a setting.
#[derive(Clone)]
pub(in crate::server::cli) struct Word(Value);

impl From<Word> for Value {
    fn from(word: Word) -> Self {
        word.0
    }
}

/// Checks that a word is one of a setting's.
pub(in crate::server::cli) fn word<T: DeserializeOwned>(text: &str) -> Result<Word, String> {
    let word = Value::from(text);
    serde_json::from_value::<T>(word.clone()).map_err(|error| error.to_string())?;
    Ok(Word(word))
}

fn life(text: &str) -> Result<i64, String> {
    config::seconds(text, 300..=365 * 86_400)
}

/// Members of a patch: what was given, and null for what is to be cleared.
pub(in crate::server::cli) fn patch<T: DeserializeOwned>(
    given: Vec<(&str, Option<Value>)>,
    clear: &[String],
) -> Result<T, String> {
    let given = given.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    let mut members: Map<String, Value> = given.collect();
    for name in clear.iter().map(|name| name.replace('-', "_")) {
        match &*name {
            "kind" | "name" => return Err(format!("a client has a {name}")),
            "roles" => return Err("say --everybody to let everybody use it".into()),
            _ if members.contains_key(&name) => return Err(format!("{name} is given and cleared")),
            _ => members.insert(name, Value::Null),
        };
    }
    serde_json::from_value(Value::Object(members)).map_err(|error| error.to_string())
}

impl ClientFlags {
    pub(super) fn kind(&self) -> Option<ClientKind> {
        self.kind
    }

    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether it is said who may use it.
    pub(super) fn says_who(&self) -> bool {
        self.everybody || !self.roles.is_empty()
    }

    /// What is given, in place of what is there.
    pub(super) fn patch(&self, clear: &[String]) -> Result<ClientPatch, String> {
        let text = |value: &Option<String>| value.clone().map(Value::from);
        let list = |values: &Vec<String>| (!values.is_empty()).then(|| json!(values));
        let word = |value: &Option<Word>| value.clone().map(Value::from);
        let roles = if self.everybody { Some(json!([])) } else { list(&self.roles) };
        let given = vec![
            ("kind", self.kind.map(|kind| json!(kind))),
            ("name", text(&self.name)),
            ("redirect_uris", list(&self.redirect_uris)),
            ("post_logout_redirect_uris", list(&self.post_logout_redirect_uris)),
            ("roles", roles),
            ("home_uri", text(&self.home_uri)),
            ("policy_uri", text(&self.policy_uri)),
            ("terms_uri", text(&self.terms_uri)),
            ("contact", text(&self.contact)),
            ("auth", word(&self.auth)),
            ("scopes", list(&self.scopes)),
            ("resources", list(&self.resources)),
            ("default_resource", text(&self.default_resource)),
            ("consent", word(&self.consent)),
            ("pkce", word(&self.pkce)),
            ("par", word(&self.par)),
            ("id_token_alg", word(&self.id_token_alg)),
            ("id_token_claims", word(&self.id_token_claims)),
            ("require_acr", text(&self.require_acr)),
            ("grant_idle", self.grant_idle.map(Value::from)),
            ("grant_life", self.grant_life.map(Value::from)),
        ];
        patch(given, clear)
    }
}
