//! A backup and a restore that are killed: neither is taken for a whole one, and the next one succeeds.

use std::process::Stdio;

use super::*;

/// Kills a command when a file in a folder is there whose name ends so; answers whether it was in time.
async fn kill_at_sight(mut command: Command, folder: &Path, end: &str) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let is_there = || {
        let mut entries = fs::read_dir(folder).expect("a folder");
        entries.any(|entry| entry.expect("an entry").file_name().to_string_lossy().ends_with(end))
    };
    while child.try_wait().expect("a child").is_none() {
        if is_there() {
            child.kill().expect("killed");
            break;
        }
        tokio::task::yield_now().await;
    }
    !child.wait().expect("ended").success()
}

both! {
    async fn a_killed_backup_or_restore_is_none(server: Server) {
        server.user("ada").await;
        let into = server.folder().join("into");
        fs::create_dir(&into).expect("made");
        let mut kills = 0;
        for round in 0..3 {
            let (file, mut saving) = (into.join(format!("saved{round}")), command(&server));
            saving.arg("backup").arg(&file);
            let was_killed = kill_at_sight(saving, &into, ".part").await;
            kills += usize::from(was_killed);
            if !file.exists() {
                Said::by(command(&server).arg("backup").arg(&file)).fine();
            }
            Said::by(command(&server).args(["restore", "--check"]).arg(&file)).fine();
        }
        assert!(kills > 0, "no backup was killed");
        if let Backend::Sqlite = backend(&server) {
            let (mut kills, file) = (0, into.join("saved0"));
            for _ in 0..3 {
                let place = Place::new(Backend::Sqlite, &server.folder().join("secret.key")).await;
                let mut restoring = vestibule(place.path());
                restoring.envs(place.settings()).args(["restore", "--accounts=as-saved"]).arg(&file);
                let data = place.path().join("data");
                if kill_at_sight(restoring, &data, ".restoring").await {
                    kills += 1;
                    if !data.join("vestibule.db").exists() {
                        assert!(place.run(&["user", "list"]).refused().contains("there is no database"));
                        place.restore(&file, "as-saved").fine();
                    }
                }
                assert!(place.run(&["user", "list"]).fine().contains("ada"));
                assert!(!data.join("vestibule.db.restoring").exists());
            }
            assert!(kills > 0, "no restore was killed");
        }
    }
}
