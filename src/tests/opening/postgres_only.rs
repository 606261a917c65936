//! Opening a database of PostgreSQL: its encoding, the driver's notes, and no folder.

use std::fs;

use super::{super::support::*, all_refuse, execute};

mod encoding {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = new_database().await;
        let name = format!(
            "latin_{}",
            uuid::Uuid::from_bytes(vestibule::server::secure::random::bytes()).simple()
        );
        execute(
            &url,
            &format!("create database {name} encoding 'LATIN1' locale 'C' template template0"),
        )
        .await;
        let (before, options) = url.split_once('?').expect("options");
        let (place, _) = before.rsplit_once('/').expect("a database");
        all_refuse(folder.path(), &format!("{place}/{name}?{options}"), "has the encoding LATIN1")
            .await;
    }
}

mod driver_notes {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = new_database().await;
        for name in ["ada", "bob"] {
            let said =
                create(vestibule(folder.path()).env("VESTIBULE_DATABASE_URL", &url), name, &[]);
            assert!(!said.err.contains("sqlx") && !said.err.contains("already exists"), "{said:?}");
            said.fine();
        }
        let said = Said::by(
            vestibule(folder.path()).env("VESTIBULE_DATABASE_URL", &url).args(["user", "list"]),
        );
        assert_eq!((said.code, said.err.as_str(), said.out.lines().count()), (Some(0), "", 2));
    }
}

mod no_folder {
    use super::*;

    /// PostgreSQL and a secret by variable need no folder: where none can be made, all works.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = new_database().await;
        let settings = [
            ("VESTIBULE_DATABASE_URL", url.as_str()),
            ("VESTIBULE_SECRET", "an instance secret for this test only"),
            // Nobody can make a folder there.
            ("VESTIBULE_DATA_DIR", "/proc/vestibule"),
        ];
        let process = Process::start(folder.path(), &settings).await;
        let log = fs::read_to_string(folder.path().join("log")).expect("a log");
        assert!(log.contains("the set-up link cannot be written"), "{log}");
        create(vestibule(folder.path()).envs(settings), "ada", &["--admin"]).fine();
        assert!(
            Said::by(vestibule(folder.path()).envs(settings).args(["user", "list"]))
                .fine()
                .contains("ada")
        );
        Said::by(vestibule(folder.path()).envs(settings).args(["user", "unlock", "ada"])).fine();
        process.ask_to_stop();
        assert!(process.has_ended().await);
    }
}
