//! Commands that need no settings, or the address alone: completions, manual pages, the description of the API, the probe.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Command, CommandFactory, Subcommand, ValueEnum};
use clap_complete::Shell as Of;
use clap_mangen::Man;

use super::{Cli, CliError, help};
use crate::server::{
    config::{self, Config, Given},
    doctor::alive,
    files::FileError,
    output::{self, counted},
    router::routes,
};

#[derive(Subcommand)]
pub(super) enum Bare {
    /// Ask the server on this machine whether it is alive. Exits with 1 if it is not.
    Healthcheck {
        /// Ask whether it is ready too: its database answers, and its jobs run.
        #[arg(long)]
        ready: bool,
        /// Time limit.
        #[arg(long, default_value = "5s", value_name = "DURATION", value_parser = limit)]
        within: i64,
    },
    /// Write the completions of a shell to standard output.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual page of vestibule to standard output, or a page for each command into a folder.
    Man {
        /// An existing folder, such as /usr/local/share/man/man1.
        folder: Option<PathBuf>,
    },
    /// Write the description of the API (OpenAPI 3.1) to standard output.
    Openapi,
}

/// A shell with completions.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Shell {
    /// GNU Bash.
    Bash,
    /// Zsh.
    Zsh,
    /// Fish.
    Fish,
}

fn limit(text: &str) -> Result<i64, String> {
    config::seconds(text, 1..=60)
}

pub(super) fn run(given: &Given, command: Bare) -> Result<(), CliError> {
    match command {
        Bare::Healthcheck { ready, within } => {
            return probe(given, ready, Duration::from_secs(within.unsigned_abs()));
        }
        Bare::Completions { shell } => output::document(&completions(shell)),
        Bare::Man { folder: None } => {
            let mut page = Vec::new();
            Man::new(line()).render(&mut page)?;
            output::document(&page);
        }
        Bare::Man { folder: Some(folder) } => {
            let pages = pages(&folder).map_err(FileError::of(&folder))?;
            output::line(format_args!("{} in {}", counted(pages, "page"), folder.display()));
        }
        Bare::Openapi => output::document(routes::document().text.as_bytes()),
    }
    Ok(())
}

/// The command line as completions and pages have it.
fn line() -> Command {
    help::arrange_documents(Cli::command()).disable_help_subcommand(true)
}

fn completions(shell: Shell) -> Vec<u8> {
    let of = match shell {
        Shell::Bash => Of::Bash,
        Shell::Zsh => Of::Zsh,
        Shell::Fish => Of::Fish,
    };
    let mut line = line();
    let name = line.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(of, &mut line, name, &mut script);
    script
}

/// Writes a page for each command, and answers their number.
fn pages(folder: &Path) -> std::io::Result<usize> {
    fn each(command: &Command, folder: &Path) -> std::io::Result<usize> {
        Man::new(command.clone()).generate_to(folder)?;
        command.get_subcommands().try_fold(1, |pages, below| Ok(pages + each(below, folder)?))
    }
    let mut line = line();
    line.build();
    each(&line, folder)
}

fn probe(given: &Given, is_ready: bool, within: Duration) -> Result<(), CliError> {
    let (address, has_tls) = Config::own_address(given)?;
    let (path, what) = if is_ready { ("/readyz", "ready") } else { ("/healthz", "alive") };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = runtime.block_on(alive::ask(address, has_tls, path, within));
    asked.map_err(|why| CliError::Refused(format!("{address} {why}")))?;
    output::line(format_args!("{address} is {what}"));
    Ok(())
}
