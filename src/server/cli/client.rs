//! `vestibule client`: programs of others that sign people in here.

mod apply;
mod settings;

use clap::Subcommand;

use self::settings::ClientFlags;
pub(super) use self::settings::{Word, patch, word};
use super::{
    CliError,
    list::{Format, List},
};
use crate::server::{
    App,
    app::OpenMode,
    config, dates, output,
    service::{
        agent::Agent,
        clients::{self, ClientError, ClientKind, ClientSettings, ClientView, SECRET_LIFE},
    },
    text::one_line,
};

#[derive(Subcommand)]
pub(super) enum Clients {
    /// List the clients, in order of their ids.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Show a client: its settings, and its secrets by their last characters.
    Show {
        /// The client_id.
        id: String,
        #[command(flatten)]
        format: Format,
    },
    /// Make a client. The secret of one that has one is shown once.
    Create {
        /// The client_id: 2 to 63 of a to z, 0 to 9, dots, dashes and underscores.
        id: String,
        #[command(flatten)]
        settings: Box<ClientFlags>,
    },
    /// Change some settings of a client; those that are not given stay.
    Edit {
        /// The client_id.
        id: String,
        #[command(flatten)]
        settings: Box<ClientFlags>,
        /// Setting that is to be as if nothing were said, such as contact or scopes. Can be given more than once.
        #[arg(long, value_name = "SETTING")]
        clear: Vec<String>,
    },
    /// Add and remove secrets; up to five work at the same time.
    #[command(subcommand)]
    Secret(Secrets),
    /// Disable a client: nobody signs in to it, and its tokens are refused.
    Disable {
        /// The client_id.
        id: String,
    },
    /// Enable a client; tokens of before stay refused.
    Enable {
        /// The client_id.
        id: String,
    },
    /// Delete a client, with its secrets and with what people let it do.
    Delete {
        /// The client_id.
        id: String,
    },
    /// Make and change the clients and resources of a file. What is so already stays as it is.
    Apply(apply::Apply),
}

#[derive(Subcommand)]
pub(super) enum Secrets {
    /// Make a secret, which is shown once.
    Add {
        /// The client_id.
        id: String,
        /// Lifetime of the secret, from 1h to 1825d [default: for ever]
        #[arg(long = "for", value_name = "TIME", value_parser = life)]
        life: Option<i64>,
    },
    /// Remove a secret, which works no longer.
    Remove {
        /// The client_id.
        id: String,
        /// Id of the secret, as vestibule client show has it.
        secret_id: String,
    },
}

impl Clients {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } | Self::Show { .. } => OpenMode::ReadOnly,
            Self::Apply(apply) => apply.open_mode(),
            _ => OpenMode::Existing,
        }
    }
}

fn life(text: &str) -> Result<i64, String> {
    config::seconds(text, SECRET_LIFE)
}

/// The error of a command that names a client, a resource or a secret.
pub(super) fn told(app: &App, what: String) -> impl FnOnce(ClientError) -> CliError {
    let database = &app.config.database_shown;
    let (missing, exists) = (
        format!("there is no {what} in {database}"),
        format!("there is a {what} already in {database}"),
    );
    move |error| match error {
        ClientError::Missing => CliError::Refused(missing),
        ClientError::Exists => CliError::Refused(exists),
        ClientError::Other(error) => error.into(),
        error => CliError::Refused(error.to_string()),
    }
}

pub(super) async fn run(app: &App, command: Clients) -> Result<(), CliError> {
    let agent = Agent::Operator;
    let named = |id: &str| told(app, format!("client {}", one_line(id)));
    match command {
        Clients::List { format } => {
            let mut list = List::new(format);
            for view in clients::list(app, agent).await? {
                list.add(&view, in_words)?;
            }
            Ok(list.end()?)
        }
        Clients::Show { id, format } => {
            let view = clients::show(app, agent, &id).await.map_err(named(&id))?;
            let mut list = List::new(format);
            list.add(&view, whole)?;
            Ok(list.end()?)
        }
        Clients::Create { id, settings } => create(app, &id, &settings).await,
        Clients::Edit { id, settings, clear } => {
            let patch = settings.patch(&clear).map_err(CliError::Refused)?;
            clients::patch(app, agent, &id, &patch).await.map_err(named(&id))?;
            output::line(format_args!("the client {id} is as it was asked for"));
            Ok(())
        }
        Clients::Secret(Secrets::Add { id, life }) => {
            let made = clients::add_secret_for(app, agent, &id, life).await.map_err(named(&id))?;
            let until = until(made.expires_at);
            output::line(format_args!(
                "a secret of {id} ({}), {until}; it is shown once:",
                made.id
            ));
            output::line(made.secret.expose());
            Ok(())
        }
        Clients::Secret(Secrets::Remove { id, secret_id }) => {
            let what = format!("secret {} of a client {}", one_line(&secret_id), one_line(&id));
            let removed = clients::remove_secret(app, agent, &id, &secret_id).await;
            removed.map_err(told(app, what))?;
            output::line(format_args!("removed a secret of {id}"));
            Ok(())
        }
        Clients::Disable { id } => {
            clients::set_disabled(app, agent, &id, true).await.map_err(named(&id))?;
            output::line(format_args!("disabled the client {id}"));
            Ok(())
        }
        Clients::Enable { id } => {
            clients::set_disabled(app, agent, &id, false).await.map_err(named(&id))?;
            output::line(format_args!("enabled the client {id}"));
            Ok(())
        }
        Clients::Delete { id } => {
            clients::delete(app, agent, &id).await.map_err(named(&id))?;
            output::line(format_args!("deleted the client {id}"));
            Ok(())
        }
        Clients::Apply(apply) => apply.run(app).await,
    }
}

async fn create(app: &App, id: &str, flags: &ClientFlags) -> Result<(), CliError> {
    let named = || told(app, format!("client {}", one_line(id)));
    let missing = |flag: &str| CliError::Refused(format!("{flag} is missing"));
    let kind = flags.kind().ok_or_else(|| missing("--kind web|spa|native|machine"))?;
    let name = flags.name().ok_or_else(|| missing("--name"))?;
    if kind.has_people() && !flags.says_who() {
        return Err(CliError::Refused("say who may use it: --role ROLE, or --everybody".into()));
    }
    let mut settings = ClientSettings::new(kind, name);
    flags.patch(&[]).map_err(CliError::Refused)?.apply(&mut settings);
    clients::create(app, Agent::Operator, id, &settings, None).await.map_err(named())?;
    let kind = ClientKind::as_str(kind);
    if !settings.is_confidential() {
        output::line(format_args!("made the client {id} ({kind})"));
        return Ok(());
    }
    let made = clients::add_secret_for(app, Agent::Operator, id, None).await.map_err(named())?;
    output::line(format_args!("made the client {id} ({kind}); its secret is shown once:"));
    output::line(made.secret.expose());
    Ok(())
}

fn until(expires_at: Option<i64>) -> String {
    expires_at.map_or("which never ends".into(), |at| format!("until {}", dates::rfc3339(at)))
}

fn in_words(view: &ClientView) -> String {
    let ClientView { id, settings, applied_from, disabled_at, .. } = view;
    let state = if disabled_at.is_some() { "disabled" } else { "enabled" };
    let from =
        applied_from.as_deref().map_or(String::new(), |file| format!("  from {}", one_line(file)));
    let (kind, name) = (settings.kind.as_str(), one_line(&settings.name));
    format!("{id:<24}  {kind:<7}  {state:<8}  {name}{from}")
}

/// A client with everything about it: a line for each setting and secret.
fn whole(view: &ClientView) -> String {
    let mut lines = vec![in_words(view)];
    lines.extend(settings_in_words(&view.settings));
    for secret in &view.secrets {
        let (created, until) = (dates::rfc3339(secret.created_at), until(secret.expires_at));
        let used =
            secret.used_at.map_or("never used".into(), |at| format!("used {}", dates::rfc3339(at)));
        let (id, hint) = (&secret.id, &secret.hint);
        lines.push(format!("  secret …{hint}  {id}  since {created}, {until}, {used}"));
    }
    lines.join("\n")
}

/// A line for each setting that says something.
pub(super) fn settings_in_words(settings: &impl serde::Serialize) -> Vec<String> {
    let json = serde_json::to_value(settings).unwrap_or_default();
    let members = json.as_object().into_iter().flatten();
    members.map(|(name, value)| format!("  {name}: {}", one_line(&value.to_string()))).collect()
}
