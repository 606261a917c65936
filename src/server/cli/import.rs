//! `vestibule user import`: accounts of another service, one JSON object per line.

use std::{io::Read, path::Path};

use super::error::{CliError, ImportError};
use crate::server::{
    App,
    app::OpenMode,
    clock::Clock,
    config::Config,
    log,
    output::{self, counted},
    service::{
        agent::Agent,
        import::{self, Plan, Stopped, Why},
    },
    site, text,
};

/// Maximum number of wrong lines that are reported.
const TOLD: usize = 100;

/// Reads a file, or standard input for `-`, before anything is opened.
pub(super) fn read(file: &Path) -> Result<String, ImportError> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.and_then(|_| Ok(text::of(bytes)?))
        .map_err(|error| ImportError::File(file.to_owned(), error))
}

/// The error of a stopped import, with advice to continue if accounts were imported already.
fn stopped_error(Stopped { done, next, why }: Stopped, file: &Path) -> CliError {
    let why = match why {
        Why::Failed(error) => error.into(),
        Why::Line(..) => CliError::Refused(why.to_string()),
    };
    if done == 0 {
        return why;
    }
    let lines = match file.as_os_str() == "-" {
        // The line numbers of the original source are unknown.
        true => format!("what was piped in, from line {next} on:"),
        false => {
            format!("tail -n +{next} '{}' |", file.display().to_string().replace('\'', "'\\''"))
        }
    };
    let command = format!("{lines} vestibule user import -");
    ImportError::Part(Box::new(why), done, next, command).into()
}

/// Checks every line without a change; the database need not exist.
pub(super) async fn dry_run(config: Config, text: &str) -> Result<(), CliError> {
    let clock = Clock::System;
    let app = App::open_as(OpenMode::ReadOnly, config, clock.clone(), site::find()).await;
    let plan = match app {
        Ok(app) => {
            let plan = import::plan(&app, text).await;
            app.db.close().await;
            plan?
        }
        Err(error) if error.is_missing() => {
            log::note("there is no database yet: nobody is in it");
            import::plan_first(clock.now_s(), text).await?
        }
        Err(error) => return Err(error.into()),
    };
    refuse_wrong(&plan)?;
    output::line(format_args!(
        "{} can be imported; nothing was changed",
        counted(plan.count(), "account")
    ));
    Ok(())
}

/// Reports the wrong lines.
fn refuse_wrong(plan: &Plan) -> Result<(), ImportError> {
    for (number, wrong) in plan.wrong.iter().take(TOLD) {
        log::note(format_args!("line {number}: {wrong}"));
    }
    let (count, wrong) = (plan.count(), plan.wrong.len());
    if wrong > TOLD {
        log::note(format_args!("and {} more", wrong - TOLD));
    }
    match wrong {
        0 => Ok(()),
        _ => Err(ImportError::Wrong(wrong, count + wrong)),
    }
}

pub(super) async fn run(app: &App, file: &Path, text: &str) -> Result<(), CliError> {
    let plan = import::plan(app, text).await?;
    refuse_wrong(&plan)?;
    let count = plan.count();
    import::carry_out(app, Agent::Operator, plan, |done, line| {
        if done < count {
            output::line(format_args!(
                "{done} of {count} accounts are imported: all up to line {line}"
            ));
        }
    })
    .await
    .map_err(|stopped| stopped_error(stopped, file))?;
    output::line(format_args!("imported {}", counted(count, "account")));
    Ok(())
}
