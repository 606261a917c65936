//! `vestibule migrate`: the plan of a migration, which changes nothing, and the migration itself, without a server.

use super::{
    super::support::*,
    earlier, in_folder,
    matrix::{MAKING, MIGRATING},
    on_both, state,
};

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

/// A job without the secret, or with that of another database, would leave a schema that no running process can open again.
async fn without_its_secret_nothing_is_migrated(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, secret) = earlier(backend, folder.path()).await;
    let command = |args: &[&str]| {
        let mut command = in_folder(folder.path(), args);
        command.env("VESTIBULE_DATABASE_URL", &url);
        command
    };
    let before = state(&url).await;
    for args in MIGRATING.iter().chain(&MAKING) {
        let refused = Said::by(&mut command(args)).refused();
        assert!(refused.contains("secret.key: it is missing"), "{args:?}: {refused}");
        let mut with_another = command(args);
        with_another.env("VESTIBULE_SECRET", "the secret of another database, long enough");
        let refused = Said::by(&mut with_another).refused();
        assert!(
            refused.contains("is not the one this database was made with"),
            "{args:?}: {refused}"
        );
        assert_eq!(state(&url).await, before, "{args:?}");
    }
    let said = Said::by(&mut command(&["doctor"]));
    assert!(said.out.contains("secret.key: it is missing") && said.code == Some(1), "{said:?}");
    Said::by(command(&["migrate"]).env("VESTIBULE_SECRET", &secret)).fine();
    assert_ne!(state(&url).await, before);
}

on_both!(a_migration_is_planned_and_done, without_its_secret_nothing_is_migrated);
