use std::path::Path;

use figment::{
    Figment,
    providers::{Format, Serialized, Toml},
};

use super::{ConfigError, Flags, settings::Texts, values::refuse_open_secrets};

/// The settings file that is read where none is named.
const DEFAULT_FILE: &str = "vestibule.toml";

/// All sources of settings, the later before the earlier.
pub(super) fn sources(flags: &Flags, file: Option<&Path>) -> Result<Figment, ConfigError> {
    let mut sources = Figment::from(Serialized::defaults(Texts::default()));
    let default = Path::new(DEFAULT_FILE);
    match file {
        Some(file) if !file.is_file() => {
            return Err(ConfigError(format!("config file {} does not exist", file.display())));
        }
        None if !default.is_file() => {}
        _ => {
            let file = file.unwrap_or(default);
            let lines = Figment::from(Toml::file_exact(file));
            refuse_open_secrets(file, &lines)?;
            sources = sources.merge(lines);
        }
    }
    Ok(sources.merge(Serialized::defaults(flags)))
}
