//! Checks of the files, folders and addresses in the settings, without a start.

use std::{io::ErrorKind, net::TcpListener, path::Path};

use rustix::fs::{Access, access};

use crate::server::{
    app,
    brand::Brand,
    config::Config,
    listen::tls,
    secret_file,
    service::{mail, passwords::BreachApi},
};

/// The faults that would stop a start. The database and other machines are not contacted.
pub(super) fn faults(config: &Config) -> Vec<String> {
    let mut faults = Vec::new();
    let mut note = |outcome: Result<(), String>| faults.extend(outcome.err());
    note(folder(&config.data_dir));
    // Nothing is created here.
    if config.secret.is_none() && config.secret_file.exists() {
        note(secret_file::check(config).map_err(|error| error.to_string()));
    }
    if let Some(files) = &config.tls {
        note(tls::read_files(files).map(drop).map_err(|error| format!("TLS: {error}")));
    }
    if let Some(url) = &config.password_range_url {
        let made = BreachApi::new(url).map(drop);
        note(made.map_err(|error| app::StartError::from(error).to_string()));
    }
    note(mail::mailer(config).map(drop).map_err(|error| format!("mail: {error}")));
    note(mail::words(config).map(drop).map_err(|error| format!("mail: words: {error}")));
    note(Brand::read(&config.brand).map(drop).map_err(|error| format!("brand: {error}")));
    let addresses = [Some(config.listen), config.plain_listen, config.metrics_listen];
    for address in addresses.into_iter().flatten() {
        note(match TcpListener::bind(address) {
            // The address is probably in use by the server of these settings.
            Err(error) if error.kind() != ErrorKind::AddrInUse => {
                Err(config.no_listener(address, &error))
            }
            _ => Ok(()),
        });
    }
    faults
}

/// Checks that the data folder exists or can be created, and is writable.
fn folder(path: &Path) -> Result<(), String> {
    let there =
        path.ancestors().find(|above| above.exists()).filter(|above| *above != Path::new(""));
    let there = there.unwrap_or(Path::new("."));
    let shown = path.display();
    if !there.is_dir() {
        return Err(format!("data folder {shown}: {} is no folder", there.display()));
    }
    access(there, Access::WRITE_OK | Access::EXEC_OK).map_err(|_| {
        format!(
            "data folder {shown}: this user cannot write to {}; see VESTIBULE_DATA_DIR",
            there.display()
        )
    })
}
