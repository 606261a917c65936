//! What a start and a command say of a database that they cannot use: where, why, at once, and never the password.

use std::{net::TcpListener, process::Command};

use super::super::support::*;

const SECRET: &str = "hunter2%20pa%2Fss9word";

/// Commands of each kind of opening.
const COMMANDS: [&[&str]; 4] =
    [&["user", "list"], &["audit", "verify"], &["user", "disable", "ada"], &["serve"]];

fn command(url: &str, args: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = vestibule(folder.path());
    command.env("VESTIBULE_DATABASE_URL", url).env("VESTIBULE_LISTEN", "127.0.0.1:0").args(args);
    (folder, command)
}

/// All of these words, and no secret, no line of PostgreSQL's source and no word of the driver's pool.
#[track_caller]
fn check(said: &str, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
    for word in ["hunter2", "ss9word", " at line ", "pool timed out", "sqlx"] {
        assert!(!said.contains(word), "{word} is in: {said}");
    }
}

fn all_say(url: &str, words: &[&str]) {
    for args in COMMANDS {
        let (_folder, mut command) = command(url, args);
        check(&Said::by(&mut command).refused(), words);
    }
    let (_folder, mut command) = command(url, &["doctor"]);
    let said = Said::by(&mut command);
    check(&format!("{}{}", said.out, said.err), words);
}

mod each_reason {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
        let port = free.expect("a port").port();
        let there = format!("PostgreSQL at 127.0.0.1:{port}, database vest");
        let url = |rest: &str| format!("postgres://vest:{SECRET}@{rest}");
        all_say(&url(&format!("127.0.0.1:{port}/vest")), &[&there, "connection refused"]);
        let nowhere = "db.invalid:5432/vest";
        all_say(&url(nowhere), &["PostgreSQL at db.invalid:5432, database vest", "unknown host"]);
        let socket =
            ["PostgreSQL at /nowhere/.s.PGSQL.5432, database vest", "no such file or socket"];
        all_say(&url("localhost/vest?host=/nowhere"), &socket);

        let server = Postgres::start("");
        let make =
            "create role vest login password 'right'; create role full login connection limit 0";
        server.execute(make).await;
        server.execute("create database vest owner vest").await;
        let port = server.port;
        let there = format!("PostgreSQL at 127.0.0.1:{port}, database vest");
        let wrong = ["password authentication failed for user \"vest\"", "%40 for @", &there];
        all_say(&url(&format!("127.0.0.1:{port}/vest")), &wrong);
        let right = format!("postgres://vest:right@127.0.0.1:{port}");
        all_say(&format!("{right}/none"), &["database none", "does not exist", "createdb"]);
        let tls = format!("{right}/vest?sslmode=require");
        all_say(&tls, &[&there, "TLS: the server refuses it"]);
        let socket = server.url("vest").replace("postgres@", "full@");
        all_say(&socket, &["too many connections for role", "VESTIBULE_DATABASE_CONNECTIONS"]);
        // With the right one all is well.
        let (_folder, mut fine) = command(&format!("{right}/vest"), &["user", "list"]);
        assert!(Said::by(&mut fine).refused().contains("there is no database"));
    }
}

mod certificates {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Postgres::with_tls();
        server.execute("create role vest login superuser password 'right'").await;
        let port = server.port;
        let url = |host: &str, mode: &str| {
            format!("postgres://vest:right@{host}:{port}/postgres?sslmode={mode}")
        };
        let untrusted = ["TLS: the certificate is not trusted", "sslrootcert"];
        all_say(&url("localhost", "verify-full"), &untrusted);
    }
}

/// A start says once that its connection could be read by others; `127.1` is this machine, unseen.
mod unverified {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Postgres::start("");
        server.execute("create role vest login superuser password 'right'").await;
        let folder = tempfile::tempdir().expect("a folder");
        for (host, is_told) in [("localhost", false), ("127.1", true)] {
            let url = format!("postgres://vest:right@{host}:{}/postgres", server.port);
            let process = Process::start(folder.path(), &[("VESTIBULE_DATABASE_URL", &url)]).await;
            let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
            assert_eq!(
                log.matches("does not verify the server").count(),
                usize::from(is_told),
                "{log}"
            );
            drop(process);
        }
    }
}

/// Nobody answers: a sentence after one patience, and not the two minutes of the system.
mod silence {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let silent = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let port = silent.local_addr().expect("an address").port();
        let url = format!("postgres://vest:{SECRET}@127.0.0.1:{port}/vest");
        let (_folder, mut command) = command(&url, &["user", "list"]);
        let there = format!("PostgreSQL at 127.0.0.1:{port}, database vest");
        check(&Said::by(&mut command).refused(), &[&there, "no answer within 5 seconds"]);
    }
}

/// A database that goes away between the opening and the command's work: the same sentence, none of HTTP's.
mod gone_after_the_opening {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Postgres::start("");
        let url = server.url("postgres");
        let folder = tempfile::tempdir().expect("a folder");
        let with = || {
            let mut command = vestibule(folder.path());
            command.env("VESTIBULE_DATABASE_URL", &url);
            command
        };
        create(&mut with(), "ada", &[]).fine();
        server.execute("alter database postgres set default_transaction_read_only = on").await;
        let said = Said::by(with().args(["user", "disable", "ada"])).refused();
        check(&said, &["the server is read-only", "PostgreSQL at "]);
        assert!(!said.contains("right now"), "{said}");
    }
}
