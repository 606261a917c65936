//! Arrangement of the help: a command shows its own options; all settings are in `vestibule
//! --help`.

use clap::Command;

/// Settings in the help of each command: those that select the installation.
const EVERYWHERE: [&str; 3] = ["config", "data_dir", "database_url"];

/// The last lines of the help of a command.
const ALL_ARE_AT: &str = "A command takes each setting of the server, as a flag, a variable or a line of the settings \
     file:\nvestibule --help lists them, vestibule config show says which are in force.";

/// Arranges the help of all commands. `vestibule --help` and `vestibule serve --help` list every setting.
pub(super) fn arrange(command: Command) -> Command {
    let settings = command.get_arguments().filter(|argument| argument.is_global_set());
    let settings: Vec<_> = settings
        .map(|argument| {
            let is_shown = EVERYWHERE.contains(&argument.get_id().as_str());
            argument.clone().hide(!is_shown).hide_short_help(false)
        })
        .collect();
    command
        .after_help("vestibule --help lists the settings too.")
        .after_long_help("")
        .mut_subcommands(|below| match below.get_name() {
            "serve" => below,
            _ => refer(below.args(&settings)),
        })
}

/// Ends the help of a command and of those below it.
fn refer(command: Command) -> Command {
    command.after_help(ALL_ARE_AT).mut_subcommands(refer)
}
