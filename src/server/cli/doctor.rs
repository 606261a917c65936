//! `vestibule doctor`: check this machine, and the service through its public URL.

use crate::server::{
    App,
    app::{self, OpenMode, StartError},
    clock::Clock,
    config::Config,
    doctor::{
        Finding::{self, Fault, Fine, Warning},
        here, mail, outside,
    },
    output, site,
};

/// The number of faults.
#[derive(Debug, thiserror::Error)]
#[error("{0} of these must be mended")]
pub struct Unwell(usize);

/// Runs all checks and prints the findings.
///
/// # Errors
/// Returns the number of faults.
pub(super) async fn run(config: Config) -> Result<(), Unwell> {
    let mut findings = vec![Fine(format!("this is vestibule {}", env!("CARGO_PKG_VERSION")))];
    findings.extend(here::files(&config));
    findings.extend(here::brand(&config));
    findings.extend(mail::files(&config));
    let (site, shown) = (site::find(), config.database_shown.clone());
    findings.extend(here::pages(&site));
    match App::open_as(OpenMode::ReadOnly, config.clone(), Clock::System, site).await {
        Ok(app) => {
            findings.extend(here::check(&app).await);
            findings.extend(mail::check(&app).await);
            findings.extend(outside::check(&app).await);
            app.db.close().await;
        }
        Err(error) if error.is_missing() => findings.push(Fault(
            format!("there is no database at {shown}"),
            "check VESTIBULE_DATA_DIR and VESTIBULE_DATABASE_URL; a first start makes it".into(),
        )),
        Err(error) if error.is_earlier() => {
            findings.push(Warning(
                error.to_string(),
                "nothing else was looked at; nothing was changed".into(),
            ));
            findings.extend(app::pending_migrations(&config).await.err().map(would_not_start));
        }
        Err(error) => findings.push(would_not_start(error)),
    }
    for finding in &findings {
        match finding {
            Fine(what) => output::line(format_args!("  ok     {what}")),
            Warning(what, how) => {
                output::line(format_args!("  warn   {what}\n         {how}"));
            }
            Fault(what, how) => output::line(format_args!("  FAULT  {what}\n         {how}")),
        }
    }
    match findings.iter().filter(|finding| matches!(finding, Fault(..))).count() {
        0 => Ok(()),
        faults => Err(Unwell(faults)),
    }
}

fn would_not_start(error: StartError) -> Finding {
    Fault(
        format!("a server would not start: {error}"),
        "mend this first; nothing else was looked at".into(),
    )
}
