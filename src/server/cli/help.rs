//! Arrangement of the help, the manual and the completions: a command shows its own options; all settings are in
//! `vestibule --help`.

use clap::{Arg, Command};

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

/// Arranges the command line for completions and manual pages. `vestibule` and `vestibule serve` have every setting; a
/// command has those that select the installation, so that its page is about the command.
pub(super) fn arrange_documents(command: Command) -> Command {
    let plain = |setting: Arg| setting.global(false).hide_short_help(false);
    let settings = command.get_arguments().filter(|argument| argument.is_global_set());
    let settings: Vec<_> = settings.cloned().map(plain).collect();
    let is_everywhere = |setting: &&Arg| EVERYWHERE.contains(&setting.get_id().as_str());
    let few: Vec<_> = settings.iter().filter(is_everywhere).cloned().collect();
    command.mut_args(plain).override_usage("vestibule [OPTIONS] [COMMAND]").mut_subcommands(
        |below| match below.get_name() {
            "serve" => below.args(&settings),
            _ => with(below, &few),
        },
    )
}

/// Adds arguments to a command and to those below it.
fn with(command: Command, arguments: &[Arg]) -> Command {
    command.args(arguments).mut_subcommands(|below| with(below, arguments))
}

/// Ends the help of a command and of those below it.
fn refer(command: Command) -> Command {
    command.after_help(ALL_ARE_AT).mut_subcommands(refer)
}
