//! `vestibule user import`: accounts of another service, one JSON object per line.

use std::{
    fs::File,
    io::{Read, Write},
    path::{Path, PathBuf},
};

use clap::Args;

use super::error::{CliError, ImportError};
use crate::server::{
    App,
    app::OpenMode,
    clock::Clock,
    config::Config,
    files, log,
    output::{self, counted},
    service::{
        agent::Agent,
        import::{self, Imported, Plan, Rename, Stopped, Why},
    },
    site, text,
};

/// Maximum number of wrong lines that are reported.
const TOLD: usize = 100;

/// How a file is imported.
#[derive(Args)]
pub(super) struct Import {
    /// One JSON object in each line: username, and if you like external_id (the id in your app), email,
    /// email_verified, password_hash, display_name, created_at, disabled, roles, metadata, app_metadata. `-` is
    /// standard input.
    pub(super) file: PathBuf,
    /// Check every line and change nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Replace usernames that cannot be used: email (the part of the address before the @) or slug (the old name with
    /// dashes). One that is taken here is replaced only in a line with an external_id.
    #[arg(long, value_name = "HOW")]
    rename: Option<Rename>,
    /// Leave wrong lines out; each is named.
    #[arg(long)]
    skip: bool,
    /// Write external ids, new ids and usernames into this new file, as CSV for programs: a spreadsheet may run a cell
    /// that begins with =, +, - or @.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    map: Option<PathBuf>,
}

/// Reads a file, or standard input where its name is `-`. Asked before anything is opened.
pub(super) fn read(file: &Path) -> Result<String, ImportError> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().read_to_end(&mut bytes),
        false => File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.and_then(|_| Ok(text::of(bytes)?))
        .map_err(|error| ImportError::File(file.to_owned(), error))
}

/// A text as a word of the shell.
fn quoted(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''"))
}

impl Import {
    /// Says what stopped an import, and how to go on where people are in already.
    fn told(&self, Stopped { done, next, why }: Stopped) -> CliError {
        let why = match why {
            Why::Failed(error) => error.into(),
            Why::Line(..) => CliError::Refused(why.to_string()),
        };
        if done == 0 {
            return why;
        }
        let lines = match self.file.as_os_str() == "-" {
            // Nobody knows where the pipe began.
            true => format!("what was piped in, from line {next} on:"),
            false => format!("tail -n +{next} {} |", quoted(&self.file)),
        };
        let mut command = format!("{lines} vestibule user import -");
        if let Some(rename) = self.rename {
            command += &format!(" --rename {}", rename.as_str());
        }
        if self.skip {
            command += " --skip";
        }
        if let Some(map) = &self.map {
            let rest = PathBuf::from(format!("{}.rest", map.display()));
            command += &format!(" --map {}", quoted(&rest));
        }
        ImportError::Part(Box::new(why), done, next, command).into()
    }

    /// Checks every line and changes nothing; a database need not be there yet.
    pub(super) async fn dry_run(&self, config: Config, text: &str) -> Result<(), CliError> {
        let (clock, claims) = (Clock::System, config.token_claims.clone());
        let app = App::open_as(OpenMode::ReadOnly, config, clock.clone(), site::find()).await;
        let mut plan = match app {
            Ok(app) => {
                let plan = import::plan(&app, text, self.rename).await;
                app.db.close().await;
                plan?
            }
            Err(error) if error.is_missing() => {
                log::note("there is no database yet: nobody is in it");
                import::plan_first(&claims, clock.now_s(), text, self.rename).await?
            }
            Err(error) => return Err(error.into()),
        };
        let skipped = self.settle(&mut plan)?;
        output::line(format_args!(
            "{} can be imported{}; nothing was changed",
            counted(plan.count(), "account"),
            left_out(skipped)
        ));
        Ok(())
    }

    /// Tells the lines that are wrong and those whose username is replaced; answers how many are left out.
    fn settle(&self, plan: &mut Plan) -> Result<usize, ImportError> {
        let told = if self.skip { usize::MAX } else { TOLD };
        for (number, wrong) in plan.wrong.iter().take(told) {
            log::note(format_args!("line {number}: {wrong}"));
        }
        let (count, wrong) = (plan.count(), plan.wrong.len());
        if wrong > told {
            log::note(format_args!("and {} more", wrong - told));
        }
        if wrong > 0 && !self.skip {
            return Err(ImportError::Wrong(wrong, count + wrong));
        }
        for (number, old, new) in plan.renamed() {
            match old {
                Some(old) => log::note(format_args!("line {number}: {old:?} becomes {new}")),
                None => log::note(format_args!("line {number}: gets the username {new}")),
            }
        }
        Ok(plan.skip_wrong())
    }

    pub(super) async fn run(&self, app: &App, text: &str) -> Result<(), CliError> {
        let mut plan = import::plan(app, text, self.rename).await?;
        let skipped = self.settle(&mut plan)?;
        let count = plan.count();
        // Before anybody is in: it may be there already.
        let mut map = self.map.as_deref().map(Map::new).transpose()?;
        let mut done = 0;
        let imported = import::carry_out(app, Agent::Operator, plan, |people, line| {
            done += people.len();
            if let Some(map) = &mut map {
                map.add(people);
            }
            if done < count {
                output::line(format_args!(
                    "{done} of {count} accounts are imported: all up to line {line}"
                ));
            }
        })
        .await;
        let imported = imported.map_err(|stopped| self.told(stopped));
        if imported.is_ok() {
            output::line(format_args!(
                "imported {}{}",
                counted(count, "account"),
                left_out(skipped)
            ));
        }
        let mapped = match map {
            Some(map) if imported.is_err() && done == 0 => map.remove(),
            Some(map) => map.end(),
            None => Ok(()),
        };
        match (imported, mapped) {
            (Err(why), Err(unmapped)) => Err(ImportError::Both(unmapped.into(), why.into()).into()),
            (imported, mapped) => imported.and(mapped.map_err(CliError::from)),
        }
    }
}

fn left_out(skipped: usize) -> String {
    match skipped {
        0 => String::new(),
        _ => format!(", left out {}", counted(skipped, "line")),
    }
}

/// The file that says who became whom.
struct Map {
    path: PathBuf,
    file: File,
    written: std::io::Result<()>,
}

impl Map {
    /// Makes the file, for its owner alone.
    fn new(path: &Path) -> Result<Self, CliError> {
        let file = files::make(path)?;
        let mut map = Self { path: path.to_owned(), file, written: Ok(()) };
        if let Err(error) = map.file.write_all(b"external_id,id,old_username,username\n") {
            map.remove()?;
            return Err(ImportError::File(path.to_owned(), error).into());
        }
        Ok(map)
    }

    /// Adds people who are in. They are, whether or not this can be written.
    fn add(&mut self, people: &[Imported]) {
        let mut lines = String::new();
        for person in people {
            let texts = [
                person.external_id.as_deref(),
                Some(person.id.as_str()),
                person.old_username.as_deref(),
                Some(person.username.as_str()),
            ];
            let cells = texts.map(|text| cell(text.unwrap_or_default()));
            lines += &format!("{}\n", cells.join(","));
        }
        if self.written.is_ok() {
            self.written = self.file.write_all(lines.as_bytes());
        }
    }

    fn end(self) -> Result<(), ImportError> {
        let written = self.written.and_then(|()| self.file.sync_all());
        written.map_err(|error| ImportError::Map(self.path, error))
    }

    /// Removes the file: nobody is in, and the same command must be able to make it again.
    fn remove(self) -> Result<(), ImportError> {
        std::fs::remove_file(&self.path).map_err(|error| ImportError::File(self.path, error))
    }
}

/// A cell of CSV (RFC 4180).
fn cell(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}
