//! Time of a backup and of its restoration, and the size of the backup.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::Path,
    time::Instant,
};

use sqlx::{Connection, Executor, PgConnection};
use vestibule::server::{
    clock::Clock,
    config::{Config, Flags},
    files,
    service::backup::{self, Accounts},
};

use crate::inside::flags;

/// Writes a backup of the database that the environment names into a folder, reads it, and restores it beside.
pub(crate) async fn measure(folder: &str) {
    let folder = Path::new(folder);
    let (file, data) = (folder.join("saved"), folder.join("restored"));
    drop(fs::remove_dir_all(folder));
    files::make_folder(&data).expect("a folder");
    let from = Config::load(&flags(), None).expect("settings");

    let began = Instant::now();
    let out = BufWriter::with_capacity(1 << 20, File::create(&file).expect("a file"));
    backup::write(&from, &Clock::System, out).await.expect("written");
    let wrote = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let rows = backup::check(&file).expect("whole").rows;
    let checked = began.elapsed().as_secs_f64();
    println!("backup: {wrote:.1} s, {rows} rows, {} MiB", mib(&file));
    println!("check of its sum: {checked:.1} s");

    let mut into = Flags { data_dir: Some(data.display().to_string()), ..flags() };
    into.database_url = match into.database_url {
        Some(url) if url.starts_with("postgres") => Some(another(&url).await),
        _ => None,
    };
    into.secret_file = Some(from.secret_file.display().to_string());
    let into = Config::load(&into, None).expect("settings");
    let began = Instant::now();
    let restored = backup::restore(&into, &Clock::System, &file, Accounts::AsSaved).await;
    let took = began.elapsed().as_secs_f64();
    let sessions = restored.expect("restored").sessions;
    println!("restore: {took:.1} s, {sessions} sessions ended");
    if let Some(database) = into.database.path() {
        println!("restored database: {} MiB", mib(database));
    }
}

fn mib(file: &Path) -> u64 {
    fs::metadata(file).expect("a file").len() >> 20
}

/// Makes an empty database beside this one.
async fn another(url: &str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
    for statement in
        ["drop database if exists vestibule_restored", "create database vestibule_restored"]
    {
        connection.execute(statement).await.expect("done");
    }
    // postgres://user@host/DATABASE?options
    let (before, options) = url.split_once('?').unwrap_or((url, ""));
    let (place, _) = before.rsplit_once('/').expect("a database in the address");
    format!("{place}/vestibule_restored?{options}")
}
