//! Root first, then the user of the service; secrets as orchestrators mount them; folders that cannot be written. These
//! tests become other users, which only root can.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    super::support::*,
    matrix::{CHANGING, LOOKING, MAKING, in_folder},
    tree,
};

/// A user of no account.
const SERVICE: u32 = 61_234;

/// Whether this is root. Other users may not give files away: nothing is tried there.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Whether this may mount, in a namespace of its own.
pub(crate) fn may_mount() -> bool {
    let tried = || Command::new("unshare").args(["-m", "true"]).output();
    is_root() && tried().is_ok_and(|output| output.status.success())
}

/// The binary where everybody may run it.
fn public_binary(folder: &Path) -> PathBuf {
    let path = folder.join("vestibule");
    if fs::hard_link(env!("CARGO_BIN_EXE_vestibule"), &path).is_err() {
        // By another process: a thread that forks meanwhile would keep the file open for writing.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_vestibule")).arg(&path).status();
        assert!(copied.expect("cp").success());
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
    // Others may be unable to enter TMPDIR.
    let folder = tempfile::tempdir_in("/tmp").expect("a folder");
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

    // The service's user cannot be given another file by a link in the place of the lock.
    let (lock, other) = (folder.path().join("own/start.lock"), folder.path().join("other"));
    fs::write(&other, "root's").expect("written");
    fs::remove_file(&lock).expect("removed");
    fs::hard_link(&other, &lock).expect("linked");
    let refused = create(&mut as_root(folder.path()), "eve", &[]).refused();
    assert!(refused.contains("start.lock: it is a link"), "{refused}");
    assert_eq!(fs::metadata(&other).expect("metadata").uid(), 0);
    fs::remove_file(&lock).expect("removed");

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

/// A folder and a file that nobody may write: reading works and says nothing else than before, all else is refused.
#[test]
fn what_cannot_be_written_can_be_read() {
    if !is_root() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    create(&mut as_root(folder.path()), "ada", &[]).fine();
    drop(in_folder(folder.path(), &[]));
    let own = folder.path().join("own");
    for (path, mode) in [(own.join("vestibule.db"), 0o400), (own.clone(), 0o500)] {
        fs::set_permissions(&path, PermissionsExt::from_mode(mode)).expect("changed");
    }
    let before = tree(&own);
    let run = |args: &[&str]| {
        let mut command = as_service(folder.path(), &binary);
        Said::by(
            command.current_dir(folder.path()).env("VESTIBULE_LISTEN", "127.0.0.1:0").args(args),
        )
    };
    for args in LOOKING.iter().chain(&[&["backup", "-"][..]]) {
        run(args).fine();
    }
    for args in CHANGING.iter().chain(&MAKING) {
        let refused = run(args).refused();
        assert!(
            refused.contains("Permission denied") && refused.contains("/own/"),
            "{args:?}: {refused}"
        );
    }
    assert_eq!(tree(&own), before);
}

/// A folder that is root's, and the service's user: nobody takes what cannot be seen for what is not there.
#[test]
fn a_folder_of_root_is_reported_and_left_alone() {
    if !is_root() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    let own = folder.path().join("own");
    create(&mut as_root(folder.path()), "ada", &[]).fine();
    drop(in_folder(folder.path(), &[]));
    for entry in fs::read_dir(&own).expect("a folder") {
        chown(entry.expect("an entry").path(), Some(0), Some(0)).expect("taken");
    }
    chown(&own, Some(0), Some(0)).expect("taken");
    let before = tree(&own);
    let backup: &[&str] = &["backup", "-"];
    for args in LOOKING.iter().chain(&CHANGING).chain(&MAKING).chain([&backup]) {
        let mut command = as_service(folder.path(), &binary);
        command.current_dir(folder.path()).env("VESTIBULE_LISTEN", "127.0.0.1:0");
        let refused = Said::by(command.args(*args)).refused();
        assert!(
            refused.contains("/own/vestibule.db: Permission denied")
                && refused.contains("/own belongs to uid 0, and this is uid 61234"),
            "{args:?}: {refused}"
        );
    }
    assert_eq!(tree(&own), before);
}

/// As in a container: the root is read-only, there is no HOME and no passwd entry, the data folder is a volume.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_root_is_enough() {
    if !may_mount() {
        return;
    }
    let folder = place();
    let binary = public_binary(folder.path());
    let id = SERVICE.to_string();
    let script = "mount --make-rprivate / && mount --bind \"$1\" \"$1\" && mount -o remount,ro,bind / && shift && \
                  if touch /read-only 2>/dev/null; then exit 9; fi && exec \"$@\"";
    let inside = |args: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", script, "sh"]).arg(folder.path().join("own"));
        command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups", "--"]);
        command.arg(&binary).args(args).env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.env("VESTIBULE_DATA_DIR", folder.path().join("own")).current_dir("/");
        command
    };
    create(&mut inside(&[]), "ada", &["--admin"]).fine();
    let process = Process::start_by(inside(&["serve"]), folder.path(), &[]).await;
    assert!(Said::by(&mut inside(&["user", "list"])).fine().contains("ada"));
    Said::by(&mut inside(&["backup", "-"])).fine();
    process.ask_to_stop();
    assert!(process.has_ended().await);
    assert!(Said::by(&mut inside(&["audit", "verify"])).fine().starts_with("sealed and whole"));
}
