//! `vestibule config`: show and check the settings.

use clap::Subcommand;
use serde::Serialize;

use super::{CliError, files};
use crate::server::{
    config::{Config, ConfigError, Given, Kind, Origin, SETTINGS, Value},
    log, output,
};

#[derive(Subcommand)]
pub(super) enum Configuration {
    /// Show every setting with its value and origin. Secrets are hidden.
    Show {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Check every setting, and the files that they name, without starting. Exits with 1 if one is
    /// wrong.
    Check,
}

/// A setting in JSON.
#[derive(Serialize)]
struct Line<'v> {
    name: &'v str,
    path: &'v str,
    variable: &'v str,
    /// Absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

impl<'v> From<&'v Value> for Line<'v> {
    fn from(value: &'v Value) -> Self {
        let setting = value.setting;
        let (file, line) = match &value.origin {
            Origin::File { path, line } => (Some(path.display().to_string()), Some(*line)),
            _ => (None, None),
        };
        let source = match value.origin {
            Origin::Default => "default",
            Origin::File { .. } => "file",
            Origin::Variable => "variable",
            Origin::Flag => "flag",
        };
        let shown = (!value.text.trim().is_empty()).then(|| value.shown());
        let (name, path, variable) = (setting.name, setting.path, setting.variable);
        Self { name, path, variable, value: shown, source, file, line }
    }
}

pub(super) fn run(given: &Given, command: Configuration) -> Result<(), CliError> {
    match command {
        Configuration::Show { json: true } => {
            let lines: Vec<_> = given.values.iter().map(Line::from).collect();
            output::line(serde_json::json!({ "settings": lines }));
            Ok(())
        }
        Configuration::Show { json: false } => {
            output::line(shown(given).trim_end());
            if let Err(error) = Config::of(given) {
                log::note(format_args!(
                    "\n{} of these cannot be used; run: vestibule config check",
                    error.faults.len()
                ));
            }
            Ok(())
        }
        Configuration::Check => {
            let config = Config::of(given)?;
            let faults = files::faults(&config);
            if !faults.is_empty() {
                return Err(ConfigError { faults }.into());
            }
            let default = |value: &&Value| value.origin == Origin::Default;
            let by_default = given.values.iter().filter(default).count();
            let set = SETTINGS.len() - by_default;
            output::line(format_args!(
                "the settings can be used: {set} given, {by_default} by default"
            ));
            Ok(())
        }
    }
}

/// One line per setting, below its section.
fn shown(given: &Given) -> String {
    let file = given.file.as_ref().map(|file| file.display().to_string());
    let mut text = format!("# settings file: {}\n", file.as_deref().unwrap_or("none"));
    let mut last = "";
    for value in &given.values {
        let (section, key) = value.setting.place();
        if section != last {
            text += &format!("\n[{section}]\n");
            last = section;
        }
        text += &match value.text.trim() {
            "" => format!("{:<52} # default: {}\n", format!("# {key} ="), value.shown()),
            _ => format!("{:<52} # {}\n", format!("{key} = {}", in_toml(value)), value.origin),
        };
    }
    text
}

/// A value in TOML syntax.
fn in_toml(value: &Value) -> String {
    let shown = value.shown();
    match value.setting.kind {
        kind if kind.is_list() => {
            let items = shown.split(',').map(str::trim).filter(|item| !item.is_empty());
            let items: Vec<_> = items.map(|item| format!("{item:?}")).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Number | Kind::Boolean => shown,
        _ => format!("{shown:?}"),
    }
}
