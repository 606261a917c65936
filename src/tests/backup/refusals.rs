//! What is not restored, and where nothing is restored.

use std::{fs, path::Path};

use vestibule::server::secure::seal;

use super::*;

/// Restores in vain: says these words, and leaves the place as empty as it was.
fn in_vain(place: &Place, file: &Path, words: &str) {
    let refused = place.restore(file, "as-saved").refused();
    assert!(refused.contains(words), "{refused}");
    assert!(place.run(&["user", "list"]).refused().contains("there is no database"));
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
        // Whoever changes a row and the sum has no key for the code.
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
        in_vain(&elsewhere, &file, "the instance secret is not the one");
        fs::remove_file(elsewhere.path().join("data/secret.key")).expect("removed");
        in_vain(&elsewhere, &file, "secret.key: it is missing");
        // Nothing of these tries is left, and the right one succeeds.
        place.restore(&file, "as-saved").fine();
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
