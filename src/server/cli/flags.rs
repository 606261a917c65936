//! Checks of the command line before anything is done.

use std::ffi::OsString;

use clap::ArgMatches;

use super::CliError;
use crate::server::config::{self, SETTINGS};

/// Rejects secrets on the command line, which `/proc` shows to everybody (S104).
pub(super) fn refuse_secrets(matches: &ArgMatches) -> Result<(), CliError> {
    let mut level = Some(matches);
    while let Some(matches) = level {
        for setting in SETTINGS {
            let value = matches.try_get_one::<String>(setting.name).ok().flatten();
            if value.is_some_and(|value| config::is_secret(setting, value)) {
                return Err(CliError::Refused(format!(
                    "give {} by the variable {} or in the settings file; everybody can read a command line",
                    setting.name, setting.variable
                )));
            }
        }
        level = matches.subcommand().map(|(_, below)| below);
    }
    Ok(())
}

/// Rejects a setting that is given both before and after the command: clap checks each part by
/// itself.
pub(super) fn refuse_twice(arguments: impl Iterator<Item = OsString>) -> Result<(), CliError> {
    let arguments: Vec<_> = arguments
        .map(|argument| argument.to_string_lossy().into_owned())
        .take_while(|argument| argument != "--")
        .collect();
    for flag in SETTINGS.iter().map(config::Setting::flag).chain(["--config".to_owned()]) {
        let is_it = |argument: &&String| argument.split('=').next() == Some(flag.as_str());
        if arguments.iter().filter(is_it).count() > 1 {
            return Err(CliError::Refused(format!("{flag} is given twice; give it once")));
        }
    }
    Ok(())
}
