//! `vestibule resource`: APIs of others for which clients get tokens.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    CliError,
    client::{Word, patch, settings_in_words, told, word},
    list::{Format, List},
};
use crate::server::{
    App,
    app::OpenMode,
    config, output,
    service::{
        agent::Agent,
        clients::{self, ResourcePatch, ResourceSettings, ResourceView, Signature},
    },
    text::one_line,
};

#[derive(Subcommand)]
pub(super) enum Resources {
    /// List the resources, in order of their URIs.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Show a resource with its settings.
    Show {
        /// Its URI.
        uri: String,
        #[command(flatten)]
        format: Format,
    },
    /// Make a resource.
    Create {
        /// Its URI: the audience of its tokens.
        uri: String,
        #[command(flatten)]
        settings: ResourceFlags,
    },
    /// Change some settings of a resource; those that are not given stay.
    Edit {
        /// Its URI.
        uri: String,
        #[command(flatten)]
        settings: ResourceFlags,
        /// Setting that is to be as if nothing were said: scopes, alg, token-life or introspectors.
        #[arg(long, value_name = "SETTING")]
        clear: Vec<String>,
    },
    /// Disable a resource: nobody gets tokens for it.
    Disable {
        /// Its URI.
        uri: String,
    },
    /// Enable a resource.
    Enable {
        /// Its URI.
        uri: String,
    },
    /// Delete a resource that no client names.
    Delete {
        /// Its URI.
        uri: String,
    },
}

/// Settings; each can be left out.
#[derive(Args)]
pub(super) struct ResourceFlags {
    /// Its name, as people read it.
    #[arg(long)]
    name: Option<String>,
    /// Word of its scope, with what it lets a program do, as people read it. Give all of them.
    #[arg(long = "scope", value_name = "WORD=SENTENCE", value_parser = scope)]
    scopes: Vec<(String, String)>,
    /// The algorithm of its access tokens: RS256, ES256 or EdDSA [default: RS256]
    #[arg(long, value_parser = word::<Signature>)]
    alg: Option<Word>,
    /// Lifetime of its access tokens, from 1m to 1h [default: 10m]
    #[arg(long, value_name = "TIME", value_parser = life)]
    token_life: Option<i64>,
    /// Client that may ask whether its tokens are valid. Can be given more than once.
    #[arg(long = "introspector", value_name = "CLIENT_ID")]
    introspectors: Vec<String>,
}

impl Resources {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } | Self::Show { .. } => OpenMode::ReadOnly,
            _ => OpenMode::Existing,
        }
    }
}

impl ResourceFlags {
    fn patch(&self, clear: &[String]) -> Result<ResourcePatch, CliError> {
        let scopes: BTreeMap<_, _> = self.scopes.iter().cloned().collect();
        if scopes.len() < self.scopes.len() {
            return Err(CliError::Refused("a word of the scope is given twice".into()));
        }
        let given = vec![
            ("name", self.name.clone().map(Value::from)),
            ("scopes", (!scopes.is_empty()).then(|| json!(scopes))),
            ("alg", self.alg.clone().map(Value::from)),
            ("token_life", self.token_life.map(Value::from)),
            ("introspectors", (!self.introspectors.is_empty()).then(|| json!(self.introspectors))),
        ];
        patch(given, clear).map_err(CliError::Refused)
    }
}

fn scope(text: &str) -> Result<(String, String), String> {
    let (word, sentence) = text
        .split_once('=')
        .ok_or("expected a word and a sentence, such as orders:read='See your orders'")?;
    Ok((word.to_owned(), sentence.to_owned()))
}

fn life(text: &str) -> Result<i64, String> {
    config::seconds(text, 60..=3_600)
}

pub(super) async fn run(app: &App, command: Resources) -> Result<(), CliError> {
    let agent = Agent::Operator;
    let named = |uri: &str| told(app, format!("resource {}", one_line(uri)));
    let done =
        |did: &str, uri: &str| output::line(format_args!("{did} the resource {}", one_line(uri)));
    match command {
        Resources::List { format } => {
            let mut list = List::new(format);
            for view in clients::list_resources(app, agent).await? {
                list.add(&view, in_words)?;
            }
            list.end()?;
        }
        Resources::Show { uri, format } => {
            let view = clients::show_resource(app, agent, &uri).await.map_err(named(&uri))?;
            let mut list = List::new(format);
            list.add(&view, whole)?;
            list.end()?;
        }
        Resources::Create { uri, settings } => {
            let patch = settings.patch(&[])?;
            let name =
                settings.name.ok_or_else(|| CliError::Refused("--name is missing".into()))?;
            let mut settings = ResourceSettings::new(name);
            patch.apply(&mut settings);
            let made = clients::create_resource(app, agent, &uri, &settings, None).await;
            made.map_err(named(&uri))?;
            done("made", &uri);
        }
        Resources::Edit { uri, settings, clear } => {
            let patch = settings.patch(&clear)?;
            clients::patch_resource(app, agent, &uri, &patch).await.map_err(named(&uri))?;
            output::line(format_args!("the resource {} is as it was asked for", one_line(&uri)));
        }
        Resources::Disable { uri } => {
            clients::set_resource_disabled(app, agent, &uri, true).await.map_err(named(&uri))?;
            done("disabled", &uri);
        }
        Resources::Enable { uri } => {
            clients::set_resource_disabled(app, agent, &uri, false).await.map_err(named(&uri))?;
            done("enabled", &uri);
        }
        Resources::Delete { uri } => {
            clients::delete_resource(app, agent, &uri).await.map_err(named(&uri))?;
            done("deleted", &uri);
        }
    }
    Ok(())
}

fn in_words(view: &ResourceView) -> String {
    let ResourceView { uri, settings, applied_from, disabled_at, .. } = view;
    let state = if disabled_at.is_some() { "disabled" } else { "enabled" };
    let from =
        applied_from.as_deref().map_or(String::new(), |file| format!("  from {}", one_line(file)));
    format!("{uri}  {state:<8}  {}{from}", one_line(&settings.name))
}

fn whole(view: &ResourceView) -> String {
    let mut lines = vec![in_words(view)];
    lines.extend(settings_in_words(&view.settings));
    lines.join("\n")
}
