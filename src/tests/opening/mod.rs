//! Opening a database: who may make one, who only looks, and what is refused before anything is written.

mod files;
mod matrix;
mod migrate;
mod owners;
mod postgres_only;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection, raw_sql};

use vestibule::server::{
    config::Config,
    db::{Db, OpenMode, instance, of_feed, of_request},
};

pub(crate) use owners::may_mount;

use self::matrix::{CHANGING, LOOKING, MAKING, MIGRATING, in_folder};
use super::support::*;

/// All files below a folder: their content and when they were written.
fn tree(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let (path, metadata) = (
            entry.as_ref().expect("an entry").path(),
            entry.expect("an entry").metadata().expect("metadata"),
        );
        if metadata.is_dir() {
            found.extend(tree(&path));
        } else {
            let text = fs::read(&path).expect("read");
            found.insert(path, (text, metadata.modified().expect("a time")));
        }
    }
    found
}

#[test]
fn a_command_that_makes_a_database_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = create(&mut vestibule(folder.path()), "ada", &["--admin"]);
    assert!(
        said.err.contains("made a new database: sqlite://") && said.err.contains("vestibule.db"),
        "{said:?}"
    );
    said.fine();
    let said = create(&mut vestibule(folder.path()), "bob", &[]);
    assert!(!said.err.contains("made"), "{said:?}");
    said.fine();
}

#[test]
fn commands_that_look_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    drop(in_folder(folder.path(), &[]));
    let before = tree(folder.path());
    let dry_run: &[&str] = &["user", "import", "--dry-run", "people.jsonl"];
    for args in LOOKING.into_iter().chain([dry_run]) {
        Said::by(&mut in_folder(folder.path(), args)).fine();
        assert_eq!(tree(folder.path()), before, "{args:?}");
    }
    Said::by(vestibule(folder.path()).arg("doctor"));
    assert_eq!(tree(folder.path()), before);
}

/// Also where each kind of work has had a connection of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_connection_takes_the_write_ahead_log_with_it() {
    let server = Server::new(Backend::Sqlite).await;
    server.app.db.close().await;
    let url = Config::load(&server.flags, None).expect("settings").database;
    for _ in 0..100 {
        let db = Db::open(&url, 4, OpenMode::ReadOnly).await.expect("opened");
        let read = || instance::get(&db, "none");
        let read = futures::join!(of_request(read()), read(), of_feed(read()));
        assert!(read.0.is_ok() && read.1.is_ok() && read.2.is_ok());
        db.close().await;
        assert!(!server.folder().join("test.db-wal").exists());
    }
}

/// What an instance of this kind is named by.
async fn database(backend: Backend, folder: &Path) -> String {
    match backend {
        Backend::Sqlite => format!("sqlite://{}", folder.join("app.db").display()),
        Backend::Postgres => new_database().await,
    }
}

pub(crate) async fn execute(url: &str, statements: &str) {
    let statements = raw_sql(AssertSqlSafe(statements.to_owned()));
    if let Some(path) = url.strip_prefix("sqlite://") {
        let options =
            sqlx::sqlite::SqliteConnectOptions::new().filename(path).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options).await.expect("SQLite");
        connection.execute(statements).await.expect("done");
        connection.close().await.expect("closed");
    } else {
        let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
        connection.execute(statements).await.expect("done");
    }
}

/// The tables of a database; of SQLite also the bytes of its file.
async fn state(url: &str) -> (Vec<String>, Vec<u8>) {
    if let Some(path) = url.strip_prefix("sqlite://") {
        return (Vec::new(), fs::read(path).expect("a file"));
    }
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL");
    let tables = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' order by 1",
    );
    (tables.fetch_all(&mut connection).await.expect("tables"), Vec::new())
}

/// Everything is refused with these words, and nothing is written.
async fn all_refuse(folder: &Path, url: &str, words: &str) {
    let before = state(url).await;
    let command = |args: &[&str]| {
        let mut command = in_folder(folder, args);
        command.env("VESTIBULE_DATABASE_URL", url);
        command
    };
    let data = folder.join("data").exists();
    for args in LOOKING
        .iter()
        .chain(&CHANGING)
        .chain(&MAKING)
        .chain(&MIGRATING)
        .chain(&[&["backup", "-"][..]])
    {
        let refused = Said::by(&mut command(args)).refused();
        assert!(refused.contains(words), "{args:?}: {refused}");
    }
    let said = Said::by(&mut command(&["doctor"]));
    assert!(said.code == Some(1) && said.out.contains(words), "{said:?}");
    assert_eq!(folder.join("data").exists(), data, "no folder is made");
    assert_eq!(state(url).await, before);
    for end in ["-wal", "-shm", "-journal"] {
        assert!(!Path::new(&format!("{}{end}", url.trim_start_matches("sqlite://"))).exists());
    }
}

async fn another_programs_database_is_refused_untouched(backend: Backend) {
    for table in ["users", "user", "_sqlx_migrations"] {
        let folder = tempfile::tempdir().expect("a folder");
        let url = database(backend, folder.path()).await;
        let bytes = if let Backend::Sqlite = backend { "blob" } else { "bytea" };
        let statements = match table {
            // Another program that uses sqlx.
            "_sqlx_migrations" => format!(
                "create table _sqlx_migrations (version bigint primary key, description text not null,
                     installed_on timestamp, success boolean not null, checksum {bytes} not null, execution_time bigint not null);
                 insert into _sqlx_migrations values (1, 'instance', null, true, '0123456789', 0);
                 create table instance (name text, value text)"
            ),
            _ => format!("create table \"{table}\" (id integer, name text); insert into \"{table}\" values (1, 'somebody')"),
        };
        execute(&url, &statements).await;
        all_refuse(folder.path(), &url, "another program's database").await;
    }
}

async fn a_newer_database_is_refused(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let url = database(backend, folder.path()).await;
    create(vestibule(folder.path()).env("VESTIBULE_DATABASE_URL", &url), "ada", &[]).fine();
    let statement =
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         select 9999, 'later', success, checksum, 0 from _sqlx_migrations where version = 1";
    execute(&url, statement).await;
    let words = "this database is of a newer Vestibule (schema 9999, this one knows ";
    let before = state(&url).await;
    for args in LOOKING.iter().chain(&CHANGING).chain(&MAKING).chain(&MIGRATING) {
        let mut command = in_folder(folder.path(), args);
        let refused = Said::by(command.env("VESTIBULE_DATABASE_URL", &url)).refused();
        assert!(refused.contains(words), "{args:?}: {refused}");
    }
    assert_eq!(state(&url).await, before);
}

/// Takes the rights of others from the file of a database.
fn close(url: &str) {
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        fs::set_permissions(path, mode).expect("closed");
    }
}

/// A database of schema 10, and the secret that it was made with.
async fn earlier(backend: Backend, folder: &Path) -> (String, String) {
    let url = database(backend, folder).await;
    let (dump, held) = match backend {
        Backend::Sqlite => (
            include_str!("../fixtures/schema_0010/sqlite.sql"),
            include_str!("../fixtures/schema_0010/sqlite.json"),
        ),
        Backend::Postgres => (
            include_str!("../fixtures/schema_0010/postgres.sql"),
            include_str!("../fixtures/schema_0010/postgres.json"),
        ),
    };
    execute(&url, dump).await;
    close(&url);
    let held: serde_json::Value = serde_json::from_str(held).expect("a fixture");
    (url, held["secret"].as_str().expect("a secret").to_owned())
}

/// Those that look say what is pending, the doctor too; a backup can be made, and a start migrates.
async fn an_earlier_database_is_left_alone_until_a_start(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, secret) = earlier(backend, folder.path()).await;
    let settings =
        [("VESTIBULE_DATABASE_URL", url.as_str()), ("VESTIBULE_SECRET", secret.as_str())];
    let command = || {
        let mut command = in_folder(folder.path(), &[]);
        command.envs(settings);
        command
    };
    let before = state(&url).await;
    for args in LOOKING.iter().chain(&CHANGING) {
        if args[..2] == ["secret", "rotate"] && args.len() == 2 {
            // A secret by variable is refused for another reason.
            continue;
        }
        let refused = Said::by(command().args(*args)).refused();
        assert!(
            refused.contains("missing: 0011, 0012") && refused.contains("make a backup"),
            "{args:?}: {refused}"
        );
    }
    let said = Said::by(command().arg("doctor"));
    assert!(said.out.contains("  warn ") && said.out.contains("missing: 0011, 0012"), "{said:?}");
    Said::by(command().args(["backup", "before"])).fine();
    assert_eq!(state(&url).await, before);

    let process = Process::start(folder.path(), &settings).await;
    process.ask_to_stop();
    assert!(process.has_ended().await);
    assert!(Said::by(command().args(["user", "list"])).fine().contains("grace"));

    // The backup of before, in an empty place: it is brought up to date, too.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let url = database(backend, elsewhere.path()).await;
    let mut command = vestibule(elsewhere.path());
    command.envs(settings).env("VESTIBULE_DATABASE_URL", &url);
    command.args(["restore", "--accounts=as-saved"]).arg(folder.path().join("before"));
    let said = Said::by(&mut command).fine();
    assert!(said.contains("restored 4 accounts"), "{said}");
}

/// Runs a test on both databases.
macro_rules! on_both {
    ($($name:ident),*) => {
        $(mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(Backend::Postgres).await;
            }
        })*
    };
}
pub(crate) use on_both;

on_both!(
    another_programs_database_is_refused_untouched,
    a_newer_database_is_refused,
    an_earlier_database_is_left_alone_until_a_start
);
