//! The given settings: each value with its origin.

use std::path::{Path, PathBuf};

use super::{
    Flags, LogFormat, environment, file,
    origin::{Origin, Value},
    settings::{SETTINGS, Setting},
    values,
};

/// Default path of the settings file.
const DEFAULT_FILE: &str = "vestibule.toml";

/// All settings with their origins before the checks. No `Debug`, because they contain secrets.
pub struct Given {
    /// One value per setting, in the order of the table.
    pub values: Vec<Value>,
    /// The settings file, if one was read.
    pub file: Option<PathBuf>,
    /// Sentences about unknown lines, variables and files.
    pub(super) faults: Vec<String>,
}

impl Given {
    /// Merges all sources. A flag wins over a variable, that over the file, and that over the
    /// default; an empty value counts as missing. `variables` are pairs of name and value
    /// ([`process_environment`](super::process_environment)).
    pub fn gather(
        flags: &Flags,
        variables: &[(String, Option<String>)],
        config: Option<&Path>,
    ) -> Self {
        let variables = environment::read(variables);
        let named = config.map(Path::to_owned).or_else(|| variables.config.map(PathBuf::from));
        let named = named.filter(|path| !path.as_os_str().is_empty());
        let default = PathBuf::from(DEFAULT_FILE);
        let file = named.or_else(|| default.exists().then_some(default));
        let lines = file.as_deref().map(file::read).unwrap_or_default();
        let flags = SETTINGS.iter().filter_map(|setting| {
            let text = flags.of(setting)?.to_owned();
            Some(Value { setting, text, origin: Origin::Flag })
        });
        let sources = [flags.collect(), variables.values, lines.values];
        let values = SETTINGS.iter().map(|setting| {
            let all = sources.iter().flatten();
            let mut given = all.filter(|value| value.setting.name == setting.name);
            let first = given.find(|value| !value.text.trim().is_empty()).cloned();
            let default =
                || Value { setting, text: setting.default.into(), origin: Origin::Default };
            first.unwrap_or_else(default)
        });
        let values = values.collect();
        let faults = [variables.faults, lines.faults].concat();
        Self { values, file, faults }
    }

    /// The log format, also if other settings are invalid; text if it is invalid itself.
    pub fn log_format(&self) -> LogFormat {
        let value = self.value(&Setting::log_format);
        values::log_format(value.text.trim()).unwrap_or(LogFormat::Text)
    }

    /// The value of a setting.
    pub(super) fn value(&self, setting: &'static Setting) -> Value {
        let found = self.values.iter().find(|value| value.setting.name == setting.name);
        let default = || Value { setting, text: setting.default.into(), origin: Origin::Default };
        found.cloned().unwrap_or_else(default)
    }
}
