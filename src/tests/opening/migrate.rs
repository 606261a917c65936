//! `vestibule migrate`: the plan of a migration, which changes nothing, and the migration itself, without a server.

use super::{super::support::*, earlier, in_folder, on_both, state};

async fn a_migration_is_planned_and_done(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, secret) = earlier(backend, folder.path()).await;
    let say = |args: &[&str]| {
        let mut command = in_folder(folder.path(), args);
        command.env("VESTIBULE_DATABASE_URL", &url).env("VESTIBULE_SECRET", &secret);
        Said::by(&mut command)
    };
    let before = state(&url).await;
    let plan = say(&["migrate", "--plan"]).fine();
    let mut lines = plan.lines();
    let first = lines.next().expect("a line");
    assert!(first.contains(" needs ") && first.ends_with(" migrations:"), "{plan}");
    let numbers: Vec<&str> = lines.clone().filter_map(|line| line.get(2..6)).collect();
    assert!(numbers.starts_with(&["0011", "0012"]) && numbers.is_sorted(), "{plan}");
    assert!(lines.any(|line| line == "  0019 external id"), "{plan}");
    assert_eq!(state(&url).await, before);

    let done = say(&["migrate"]).fine();
    assert!(done.ends_with(&format!(": {} migrations done\n", numbers.len())), "{done}");
    for args in [&["migrate", "--plan"][..], &["migrate"]] {
        let said = say(args).fine();
        assert!(said.ends_with("the schema of this version; nothing to migrate\n"), "{said}");
    }
    assert!(say(&["user", "list"]).fine().contains("grace"));
    let audit = say(&["audit", "verify"]).fine();
    assert!(audit.contains("not sealed yet: 0"), "{audit}");
}

on_both!(a_migration_is_planned_and_done);
