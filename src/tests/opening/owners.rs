//! Root first, then the user of the service; secrets as orchestrators mount them; folders that cannot be written. These
//! tests become other users, which only root can.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

use super::super::support::*;

/// A user of no account.
const SERVICE: u32 = 61_234;

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// The binary where everybody may run it.
fn public_binary(folder: &Path) -> PathBuf {
    let path = folder.join("vestibule");
    if fs::hard_link(env!("CARGO_BIN_EXE_vestibule"), &path).is_err() {
        fs::copy(env!("CARGO_BIN_EXE_vestibule"), &path).expect("copied");
    }
    path
}

/// The same command by the service's user.
fn as_service(folder: &Path, binary: &Path) -> Command {
    let id = SERVICE.to_string();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &id, "--regid", &id, "--clear-groups", "--"]).arg(binary);
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.env("VESTIBULE_DATA_DIR", folder.join("own")).current_dir("/");
    command
}

fn as_root(folder: &Path) -> Command {
    let mut command = vestibule(folder);
    command.env("VESTIBULE_DATA_DIR", folder.join("own"));
    command
}

/// A folder that all may enter, with the folder `own` of the service's user in it.
fn place() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("opened");
    let own = folder.path().join("own");
    fs::create_dir(&own).expect("made");
    fs::set_permissions(&own, PermissionsExt::from_mode(0o700)).expect("closed");
    chown(&own, Some(SERVICE), Some(SERVICE)).expect("given");
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_root_makes_belongs_to_the_folders_owner() {
    if !is_root() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    create(&mut as_root(folder.path()), "ada", &["--admin"]).fine();
    for entry in fs::read_dir(folder.path().join("own")).expect("a folder") {
        let entry = entry.expect("an entry");
        assert_eq!(entry.metadata().expect("metadata").uid(), SERVICE, "{:?}", entry.path());
    }
    let process = Process::start_by(as_service(folder.path(), &binary), folder.path(), &[]).await;
    // While it runs, and by root again.
    create(&mut as_root(folder.path()), "bob", &[]).fine();
    assert!(Said::by(as_root(folder.path()).args(["user", "list"])).fine().contains("bob"));
    process.ask_to_stop();
    assert!(process.has_ended().await);
    assert!(Said::by(as_root(folder.path()).args(["user", "list"])).fine().contains("bob"));
    assert!(
        Said::by(as_service(folder.path(), &binary).args(["user", "list"])).fine().contains("ada")
    );

    // What cannot be read is named, with whose it is.
    let database = folder.path().join("own/vestibule.db");
    chown(&database, Some(0), Some(0)).expect("taken");
    let refused =
        Said::by(as_service(folder.path(), &binary).args(["user", "unlock", "ada"])).refused();
    assert!(
        refused.contains("own/vestibule.db")
            && refused.contains("belongs to uid 0, and this is uid 61234"),
        "{refused}"
    );
}

#[test]
fn secrets_are_read_as_they_are_mounted() {
    if !is_root() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    let secret = folder.path().join("mounted");
    fs::write(&secret, "an instance secret for this test only").expect("written");
    for (mode, group, fine) in [
        (0o440, SERVICE, true),
        (0o640, SERVICE, true),
        (0o444, 0, true),
        (0o644, 0, false),
        (0o664, SERVICE, false),
    ] {
        chown(&secret, Some(0), Some(group)).expect("given");
        fs::set_permissions(&secret, PermissionsExt::from_mode(mode)).expect("changed");
        let mut command = as_service(folder.path(), &binary);
        let said =
            create(command.env("VESTIBULE_SECRET_FILE", &secret), &format!("user{mode:o}"), &[]);
        assert_eq!(said.code == Some(0), fine, "{mode:o}: {said:?}");
        assert!(fine || said.err.contains("defaultMode: 0400"), "{said:?}");
    }
}

/// A folder and a file that nobody may write: reading works, and says nothing else than before.
#[test]
fn what_cannot_be_written_can_be_read() {
    if !is_root() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    create(&mut as_root(folder.path()), "ada", &[]).fine();
    let own = folder.path().join("own");
    for (path, mode) in [(own.join("vestibule.db"), 0o400), (own.clone(), 0o500)] {
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("changed");
    }
    for args in [&["user", "list"][..], &["audit", "verify"], &["keys", "list"], &["backup", "-"]] {
        Said::by(as_service(folder.path(), &binary).args(args)).fine();
    }
    let refused =
        Said::by(as_service(folder.path(), &binary).args(["user", "unlock", "ada"])).refused();
    assert!(refused.contains("vestibule.db: Permission denied"), "{refused}");
}
