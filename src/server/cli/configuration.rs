//! `vestibule config`: the settings that are in force, and what is wrong with them.

use clap::Subcommand;
use serde::Serialize;

use super::files;
use crate::server::config::{Config, ConfigError, Given, Kind, Origin, SETTINGS, Value};

#[derive(Subcommand)]
pub(super) enum Configuration {
    /// Show every setting: its value and where it is from. Secrets are hidden.
    Show {
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Check every setting, and the files that they name, without starting. Exits with 1 if one is wrong.
    Check,
}

/// A setting as JSON has it.
#[derive(Serialize)]
struct Line<'v> {
    name: &'v str,
    path: &'v str,
    variable: &'v str,
    /// Absent where there is none.
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

pub(super) fn run(given: &Given, command: Configuration) -> Result<(), ConfigError> {
    match command {
        Configuration::Show { json: true } => {
            let lines: Vec<_> = given.values.iter().map(Line::from).collect();
            println!("{}", serde_json::json!({ "settings": lines }));
            Ok(())
        }
        Configuration::Show { json: false } => {
            show(given);
            if let Err(error) = Config::of(given) {
                eprintln!(
                    "\n{} of these cannot be used; run: vestibule config check",
                    error.faults.len()
                );
            }
            Ok(())
        }
        Configuration::Check => {
            let config = Config::of(given)?;
            let faults = files::faults(&config);
            if !faults.is_empty() {
                return Err(ConfigError { faults });
            }
            let default = |value: &&Value| value.origin == Origin::Default;
            let set = SETTINGS.len() - given.values.iter().filter(default).count();
            println!("the settings can be used: {set} given, {} by default", SETTINGS.len() - set);
            Ok(())
        }
    }
}

/// One line for each setting, below its section.
fn show(given: &Given) {
    match &given.file {
        Some(file) => println!("# settings file: {}", file.display()),
        None => println!("# settings file: none"),
    }
    let mut last = "";
    for value in &given.values {
        let (section, key) = value.setting.place();
        if section != last {
            println!("\n[{section}]");
            last = section;
        }
        let shown = in_toml(value);
        match value.text.trim() {
            "" => println!("{:<52} # default: {}", format!("# {key} ="), value.shown()),
            _ => println!("{:<52} # {}", format!("{key} = {shown}"), value.origin),
        }
    }
}

/// A value as the settings file has it.
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
