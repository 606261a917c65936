//! What is not restored, and where nothing is restored.

use std::{fs, path::Path, process::Command};

use vestibule::server::secure::seal;

use super::{super::opening::execute, *};

/// Restores in vain: says these words, and leaves the place as empty as it was.
fn in_vain(place: &Place, file: &Path, words: &str) {
    let refused = place.restore(file, "as-saved").refused();
    assert!(refused.contains(words), "{refused}");
    assert!(place.run(&["user", "list"]).refused().contains("there is no database"));
    let data = fs::read_dir(place.path().join("data")).expect("a folder");
    let left: Vec<_> = data.map(|entry| entry.expect("an entry").file_name()).collect();
    let is_usual = |name: &std::ffi::OsString| {
        ["secret.key", "start.lock", "vestibule.db-wal"].iter().any(|usual| name == usual)
    };
    assert!(left.iter().all(is_usual), "{left:?}");
}

both! {
    async fn what_is_not_a_whole_backup_of_ours_is_refused(server: Server) {
        server.user("ada").await;
        let file = save(&server, "saved");
        let text = fs::read_to_string(&file).expect("text");
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        let write = |name: &str, text: &str| {
            let path = server.folder().join(name);
            fs::write(&path, text).expect("written");
            path
        };
        let lines: Vec<&str> = text.lines().collect();
        let (body, end) = text.trim_end().rsplit_once('\n').expect("an end");
        let changed = body.replacen("[\"", "[\"x", 1) + "\n";
        // Somebody who changes a row and the sum has no key for the code.
        let digits: String = seal::digest(changed.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut forged_end: serde_json::Value = serde_json::from_str(end).expect("JSON");
        forged_end["sha256"] = digits.into();
        for (n, (given, words)) in [
            (String::new(), "is no backup"),
            ("SQLite format 3\0".into(), "is no backup"),
            ("{\"vestibule_backup\":\n".into(), "is no backup"),
            (text.replacen("{\"vestibule_backup\":1", "{\"vestibule_backup\":2", 1), "made by a newer Vestibule"),
            (text.replacen("\"schema\":", "\"schema\":9", 1), "made by a newer Vestibule"),
            (text[..text.len() / 2].to_owned(), "no end"),
            (body.to_owned() + "\n", "no end"),
            (lines[..lines.len() - 1].join("\n"), "no end"),
            (changed.clone() + end + "\n", "is damaged"),
            (lines[..3].iter().chain(&lines[4..]).map(|line| format!("{line}\n")).collect(), "is damaged"),
            (text.clone() + "[]\n", "is damaged"),
            (changed.clone() + &forged_end.to_string() + "\n", "its authentication code is wrong"),
        ].into_iter().enumerate() {
            in_vain(&place, &write(&format!("wrong{n}"), &given), words);
        }
        in_vain(&place, Path::new("/nowhere/saved"), "/nowhere/saved: No such file");
        // Another instance's secret, or none.
        let other = server.another().await;
        let elsewhere = Place::new(backend(&server), &other.folder().join("secret.key")).await;
        in_vain(&elsewhere, &file, "the instance secret is not the one that");
        fs::remove_file(elsewhere.path().join("data/secret.key")).expect("removed");
        in_vain(&elsewhere, &file, "needs the instance secret that it was made with, and");
        // Nothing of these tries is left, and the right one succeeds.
        place.restore(&file, "as-saved").fine();
        // All keys are retired, and a command makes none.
        let refused = place.run(&["keys", "rotate", "--now"]).refused();
        assert!(refused.contains("no key signs yet; start the server once"), "{refused}");
    }

    async fn a_place_that_is_taken_stays_as_it_is(server: Server) {
        server.user("ada").await;
        let file = save(&server, "saved");
        let restoring = |accounts: &[&str]| Said::by(command(&server).arg("restore").arg(&file).args(accounts));
        let refused = restoring(&["--accounts", "as-saved"]).refused();
        assert!(refused.contains("is not empty"), "{refused}");
        // The operator has to say what becomes of accounts.
        let said = restoring(&[]);
        assert!(said.code == Some(2) && said.err.contains("--accounts <STATE>"), "{said:?}");
        // Neither is a backup replaced.
        let refused = Said::by(command(&server).arg("backup").arg(&file)).refused();
        assert!(refused.contains("it is there already"), "{refused}");
        server.login("ada").await;
        if let Backend::Sqlite = backend(&server) {
            let place = Place::new(Backend::Sqlite, &server.folder().join("secret.key")).await;
            fs::write(place.path().join("data/vestibule.db-wal"), "rest").expect("written");
            in_vain(&place, &file, "is what is left of another database");
        }
    }
}

/// A command whose files get no longer than this, in blocks of 512 bytes: as on a disk that fills up, its writes fail.
pub(crate) fn with_little_room(mut whole: Command, blocks: u32) -> Said {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
    command
        .arg(whole.get_program())
        .args(whole.get_args())
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command.envs(whole.get_envs().filter_map(|(name, value)| Some((name, value?))));
    command.current_dir(whole.get_current_dir().expect("a folder"));
    whole.stdin(std::process::Stdio::null());
    Said::by(&mut command)
}

both! {
    /// Neither a backup nor a database is left half written, and the command says that there is no room.
    async fn a_full_disk_leaves_no_half_file(server: Server) {
        server.user("ada").await;
        server.crowd().await;
        let into = server.folder().join("full");
        fs::create_dir(&into).expect("made");
        for target in [into.join("saved"), into.clone()] {
            let mut saving = command(&server);
            saving.arg("backup").arg(target);
            let refused = with_little_room(saving, 100).refused();
            assert!(refused.contains("File too large") && refused.contains(&into.display().to_string()), "{refused}");
            assert_eq!(fs::read_dir(&into).expect("a folder").count(), 0);
        }
        let full = fs::File::options().write(true).open("/dev/full").expect("a device");
        let output = command(&server).args(["backup", "-"]).stdout(full).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && said.contains("No space left"), "{said}");

        let file = save(&server, "saved");
        if let Backend::Sqlite = backend(&server) {
            let place = Place::new(Backend::Sqlite, &server.folder().join("secret.key")).await;
            let mut restoring = vestibule(place.path());
            restoring.envs(place.settings()).args(["restore", "--accounts=as-saved"]).arg(&file);
            let refused = with_little_room(restoring, 400).refused();
            assert!(refused.contains("vestibule.db") && refused.contains("Nothing was restored"), "{refused}");
            in_vain(&place, Path::new("/nowhere/saved"), "No such file");
            place.restore(&file, "as-saved").fine();
        }
    }
}

/// The connection is lost while the commit is under way: nobody says that nothing was restored.
mod a_lost_commit_is_told {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        server.user("ada").await;
        let file = save(&server, "saved");
        let place = Place::new(Backend::Postgres, &server.folder().join("secret.key")).await;
        execute(
            place.settings()[0].1,
            "create function lost() returns trigger language plpgsql as
                 $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
             create function arm() returns event_trigger language plpgsql as $$ begin
                 if exists (select from pg_event_trigger_ddl_commands()
                            where command_tag = 'CREATE TABLE' and object_identity like '%.instance') then
                     create constraint trigger lost after insert on instance deferrable initially deferred
                         for each row execute function lost();
                 end if;
             end $$;
             create event trigger arm on ddl_command_end execute function arm()",
        )
        .await;
        let refused = place.restore(&file, "as-saved").refused();
        assert!(
            refused.contains("Look whether the accounts are there")
                && !refused.contains("Nothing was restored"),
            "{refused}"
        );
    }
}
