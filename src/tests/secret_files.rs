//! The file of the instance secret and those beside it: what is the operator's stays, and no step leaves half a file.

use std::{fs, path::Path, process::Command};

use super::{
    backup::{self, command, refusals::with_little_room},
    opening::on_both,
    support::*,
};

both! {
    /// Starts and rotations leave alone what stands beside a secret that the operator has put somewhere, or what no
    /// rotation has made.
    async fn the_operators_files_stay(server: Server) {
        server.user("ada").await;
        server.app.db.close().await;
        let given = server.folder().join("given");
        fs::copy(server.folder().join("secret.key"), &given).expect("copied");
        let token = vestibule::server::secure::random::token();
        let beside = |path: &Path| ["new", "old", "before-x"].map(|end| path.with_file_name(
            format!("{}.{end}", path.file_name().expect("a name").display())));
        for path in beside(&given) {
            fs::write(path, &token).expect("written");
        }
        create(command(&server).env("VESTIBULE_SECRET_FILE", &given), "bob", &[]).fine();
        assert!(beside(&given).iter().all(|path| fs::read_to_string(path).is_ok_and(|text| text == token)));

        let own = beside(&server.folder().join("secret.key"));
        for path in &own {
            fs::write(path, "a note of the operator").expect("written");
        }
        create(&mut command(&server), "eve", &[]).fine();
        let refused = Said::by(command(&server).args(["secret", "rotate"])).refused();
        assert!(refused.contains("secret.key.new") && refused.contains("exists"), "{refused}");
        assert!(own.iter().all(|path| path.exists()));
        // Those of a rotation that was killed before it changed anything go.
        fs::write(&own[0], &token).expect("written");
        create(&mut command(&server), "zoe", &[]).fine();
        assert!(!own[0].exists() && own[1].exists());
    }

    async fn a_reserved_name_is_refused(server: Server) {
        server.user("ada").await;
        server.app.db.close().await;
        let old = fs::read(server.folder().join("secret.key")).expect("a secret");
        for end in ["new", "old", "before-2026", "probe"] {
            for path in [format!("secret.key.{end}"), format!("../{}/secret.key.{end}",
                server.folder().file_name().expect("a name").display())] {
                let to = server.folder().join(path);
                let refused = Said::by(command(&server).args(["secret", "rotate", "--to"]).arg(&to)).refused();
                assert!(refused.contains("name another file") && !to.exists(), "{refused}");
            }
        }
        assert_eq!(fs::read(server.folder().join("secret.key")).expect("a secret"), old);
        assert!(Said::by(command(&server).args(["user", "list"])).fine().contains("ada"));
    }

    /// A first start on a disk that is full, which is where one that is killed is for a moment.
    async fn no_half_secret_is_left(server: Server) {
        let place = backup::Place::empty(backup::backend(&server)).await;
        let mut first = vestibule(place.path());
        first.envs(place.settings()).env("VESTIBULE_LISTEN", "127.0.0.1:0").arg("serve");
        let said = with_little_room(first, 0);
        assert_ne!(said.code, Some(0), "{said:?}");
        let names = fs::read_dir(place.path().join("data")).expect("a folder");
        let names: Vec<_> = names.map(|entry| entry.expect("an entry").file_name()).collect();
        assert!(!names.iter().any(|name| name.to_string_lossy().starts_with("secret.key")), "{names:?}");
        create(vestibule(place.path()).envs(place.settings()), "ada", &[]).fine();
    }
}

/// A secret that is mounted on its own cannot be replaced: this is told before anything is changed; and a start needs no
/// replacing. Only root can mount.
async fn a_mounted_secret_is_not_replaced(backend: Backend) {
    if !super::opening::may_mount() {
        return;
    }
    let place = backup::Place::empty(backend).await;
    create(vestibule(place.path()).envs(place.settings()), "ada", &[]).fine();
    let key = place.path().join("data/secret.key");
    let old = fs::read(&key).expect("a secret");
    let script = "mount --make-rprivate / && mount --bind \"$1\" \"$1\" && shift && exec \"$@\"";
    let inside = |args: &[&str]| {
        let whole = vestibule(place.path());
        let mut command = Command::new("unshare");
        command
            .args(["-m", "sh", "-c", script, "sh"])
            .arg(&key)
            .arg(whole.get_program())
            .args(args);
        command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").envs(place.settings());
        command.envs(whole.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(place.path());
        command
    };
    let refused = Said::by(&mut inside(&["secret", "rotate"])).refused();
    assert!(refused.contains("secret.key: it is mounted there"), "{refused}");
    // SQLite's log is there or not: of two connections that close at the same moment, each may leave it.
    let names = || {
        let entries = fs::read_dir(place.path().join("data")).expect("a folder");
        let names =
            entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text"));
        let kept = names.filter(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        kept.collect::<std::collections::BTreeSet<_>>()
    };
    let before = names();
    assert!(Said::by(&mut inside(&["user", "list"])).fine().contains("ada"));
    assert_eq!((fs::read(&key).expect("a secret"), names()), (old.clone(), before));
    // As after a rotation that was killed, on a machine where the file is mounted.
    place.run(&["secret", "rotate"]).fine();
    fs::rename(&key, key.with_extension("key.new")).expect("moved");
    fs::write(&key, &old).expect("written");
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("closed");
    create(&mut inside(&[]), "bob", &[]).fine();
    assert!(place.run(&["user", "list"]).fine().contains("bob"));
    create(vestibule(place.path()).envs(place.settings()), "eve", &[]).fine();
    assert!(!key.with_extension("key.new").exists() && fs::read(&key).expect("a secret") != old);
}

on_both!(a_mounted_secret_is_not_replaced);
