//! Checks of this machine.

use std::path::Path;

use super::{
    Finding::{self, Fault, Fine, Warning},
    clients,
};
use crate::server::{
    App,
    brand::Brand,
    config::{Config, LimitStore},
    dates,
    files::{self, FileResult},
    secure::key_ring::KeyState,
    service::{
        health,
        keys::{self, KeyLine, RingName},
        passkeys,
    },
    site::Site,
};

/// Free space on the data folder's disk that deserves a warning, in bytes.
const SPACE_LOW: u64 = 1 << 30;
/// Free space below which writes may soon fail, in bytes.
const SPACE_NONE: u64 = 64 << 20;

/// Checks the files, without starting a server.
pub fn files(config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(unverified) = config.database.unverified() {
        findings.push(Warning(
            "anybody between here and the database can read and change all of it".into(),
            unverified,
        ));
    }
    if config.data_dir.exists() || config.needs_folder() {
        findings.push(disk(&config.data_dir));
    }
    findings.extend(privacy(&config.data_dir, files::refuse_open));
    findings.extend(config.database.path().and_then(|file| privacy(file, files::refuse_open)));
    if config.has_own_secret_file() {
        findings.extend(privacy(&config.secret_file, files::refuse_open));
    } else if config.secret.is_none() {
        findings.extend(privacy(&config.secret_file, files::refuse_open_given));
    }
    if let Some(tls) = &config.tls {
        findings.extend(privacy(&tls.key, files::refuse_open_given));
    }
    findings
}

/// Checks the files of the brand.
pub fn brand(config: &Config) -> Vec<Finding> {
    let settings = &config.brand;
    match Brand::read(settings) {
        Err(error) => vec![Fault(
            format!("a server would not start: brand: {error}"),
            "check VESTIBULE_BRAND_LOGO and VESTIBULE_BRAND_LOGO_DARK".into(),
        )],
        Ok(brand) => {
            let mut findings: Vec<_> = brand
                .warnings
                .into_iter()
                .map(|what| {
                    Warning(
                        what,
                        "export it as a plain SVG, with pictures and letters as paths".into(),
                    )
                })
                .collect();
            if settings.logo.is_some() && findings.is_empty() {
                findings.push(Fine(format!("the logo of {} can be shown", settings.name)));
            }
            if settings.support.is_none() && !config.is_loopback() {
                findings.push(Warning(
                    "people who forget their password are not told where to get help".into(),
                    "set VESTIBULE_BRAND_SUPPORT to a page or a mailto: address".into(),
                ));
            }
            findings
        }
    }
}

/// Checks the static files: pages without style and scripts are unusable.
pub fn pages(site: &Site) -> Option<Finding> {
    let missing = site.missing()?;
    Some(Fault(
        format!("the files of the pages are missing: {}", missing.display()),
        "use the binary of a release, which contains them, or set LEPTOS_SITE_ROOT to their folder"
            .into(),
    ))
}

/// Checks the machine with an open app.
pub async fn check(app: &App) -> Vec<Finding> {
    let config = &app.config;
    let mut findings = vec![database(app).await];
    findings.extend(key_ages(app));
    if !config.database_shown.starts_with("sqlite:") && config.limits == LimitStore::Memory {
        findings.push(Warning(
            "each process counts attempts by itself".into(),
            "if several processes share this database, set VESTIBULE_LIMITS=database, or to the URL of a Valkey or Redis server".into(),
        ));
    }
    findings.extend(passkeys_elsewhere(app).await);
    findings.extend(clients::check(app));
    match app.limits.counts.reach(app).await {
        None => {}
        Some(Ok(())) => findings.push(Fine("the shared store of limits answers".into())),
        Some(Err(why)) => findings.push(Fault(
            format!("the shared store of limits does not answer: {why}"),
            "check VESTIBULE_LIMITS and the store; until then each process counts by itself".into(),
        )),
    }
    findings
}

/// Checks that the passkeys that there are work.
async fn passkeys_elsewhere(app: &App) -> Option<Finding> {
    let rp_id = app.config.rp_id.as_deref();
    let why = match rp_id {
        Some(rp_id) => format!("they are for another RP id than \"{rp_id}\""),
        None => "browsers use none at an address of numbers".into(),
    };
    match passkeys::elsewhere(app, rp_id.unwrap_or_default()).await {
        Ok(count) if count > 0 => Some(Warning(
            format!("passkeys that work no longer, because {why}: {count}"),
            "have their owners add new ones, or set VESTIBULE_PASSKEY_RP_ID (or the public URL) as it was".into(),
        )),
        // A database that does not answer is told of above.
        _ => None,
    }
}

async fn database(app: &App) -> Finding {
    let place = &app.config.database_shown;
    match health::database(app).await {
        Ok(()) => Fine(format!("the database answers: {place}")),
        Err(error) => Fault(
            format!("the database does not answer: {error}"),
            format!("check VESTIBULE_DATABASE_URL ({place}) and the database itself"),
        ),
    }
}

fn disk(folder: &Path) -> Finding {
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Fault(
            format!("the data folder {} cannot be looked at", folder.display()),
            "check VESTIBULE_DATA_DIR and who may enter it".into(),
        );
    };
    let free = disk.f_bavail * disk.f_frsize;
    let what = format!("{} MiB are free for {}", free >> 20, folder.display());
    match (free < SPACE_NONE, free < SPACE_LOW) {
        (true, _) => Fault(what, "make room: writes fail when it is full".into()),
        (_, true) => Warning(what, "make room before it is full".into()),
        _ => Fine(what),
    }
}

/// Checks the age of the signing key of each ring that has one.
pub fn key_ages(app: &App) -> Vec<Finding> {
    let signing = keys::list(app).into_iter().filter(|line| line.state == KeyState::Signing);
    let signing: Vec<_> = signing.collect();
    let mut findings = Vec::new();
    if signing.iter().all(|line| line.ring != RingName::Own) {
        findings.push(Fault("no key signs".into(), "start the server once: it makes one".into()));
    }
    findings.extend(signing.iter().map(|signing| key_age(app, signing)));
    findings
}

fn key_age(app: &App, signing: &KeyLine) -> Finding {
    let age = app.clock.now_s() - signing.active_at;
    if age < 0 {
        return Warning(
            format!("the signing key {} signs from {} on", signing.kid, dates::rfc3339(signing.active_at)),
            "a clock was ahead when it was made, or this one is behind: let both keep the time by NTP".into(),
        );
    }
    let days = age / 86_400;
    let what = format!("the signing key {} has signed for {days} days", signing.kid);
    match app.config.key_rotation {
        0 if days > 365 => Warning(
            what,
            format!("rotation is off; run: vestibule keys rotate --ring {}", signing.ring),
        ),
        seconds if seconds > 0 && days > seconds / 86_400 + 1 => {
            Warning(what, "it should have rotated; does a server run on this database?".into())
        }
        _ => Fine(what),
    }
}

/// Checks that others cannot read a secret. A missing file is reported elsewhere.
fn privacy(file: &Path, check: impl FnOnce(&Path) -> FileResult<()>) -> Option<Finding> {
    file.exists().then(|| match check(file) {
        Ok(()) => Fine(format!("only who should reads {}", file.display())),
        Err(error) => {
            Fault(error.to_string(), "a server would not start, or its secrets are known".into())
        }
    })
}
