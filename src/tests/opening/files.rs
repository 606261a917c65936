//! Folder, database and secret: what is lost, what is open to others, and what has odd names.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{
    super::{backup::Place, support::*},
    on_both, tree,
};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, PermissionsExt::from_mode(mode)).expect("changed");
}

fn serve(folder: &Path) -> Said {
    Said::by(vestibule(folder).env("VESTIBULE_LISTEN", "127.0.0.1:0").arg("serve"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_lost_its_database_or_its_secret_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    fs::rename(data.join("secret.key"), folder.path().join("kept")).expect("moved");
    let before = tree(&data);
    for said in [
        serve(folder.path()),
        create(&mut vestibule(folder.path()), "bob", &[]),
        Said::by(vestibule(folder.path()).args(["user", "list"])),
    ] {
        let refused = said.refused();
        assert!(
            refused.contains("secret.key: it is missing") && refused.contains("put it back"),
            "{refused}"
        );
    }
    assert_eq!(tree(&data), before);

    fs::rename(folder.path().join("kept"), data.join("secret.key")).expect("moved back");
    fs::remove_file(data.join("vestibule.db")).expect("lost");
    let before = tree(&data);
    for said in [serve(folder.path()), create(&mut vestibule(folder.path()), "bob", &[])] {
        let refused = said.refused();
        assert!(
            refused.contains("vestibule restore FILE") && refused.contains("serve --new-database"),
            "{refused}"
        );
    }
    assert!(
        Said::by(vestibule(folder.path()).args(["user", "list"]))
            .refused()
            .contains("there is no database")
    );
    assert_eq!(tree(&data), before);

    // The deliberate way out.
    let mut command = vestibule(folder.path());
    command.args(["serve", "--new-database"]);
    let process = Process::start_by(command, folder.path(), &[]).await;
    assert!(
        fs::read_to_string(folder.path().join("log"))
            .expect("a log")
            .contains("made a new database")
    );
    process.ask_to_stop();
    assert!(process.has_ended().await);
}

#[test]
fn what_is_open_to_others_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    for (path, open, closed, words) in [
        (data.clone(), 0o755, 0o700, "run: chmod 700"),
        (data.clone(), 0o710, 0o700, "run: chmod 700"),
        (data.join("vestibule.db"), 0o644, 0o600, "run: chmod 600"),
        (data.join("vestibule.db"), 0o640, 0o600, "run: chmod 600"),
        (data.join("secret.key"), 0o440, 0o600, "run: chmod 600"),
    ] {
        set_mode(&path, open);
        let refused = serve(folder.path()).refused();
        assert!(refused.contains(words), "{refused}");
        let said = Said::by(vestibule(folder.path()).arg("doctor"));
        assert!(said.out.contains(words), "{said:?}");
        set_mode(&path, closed);
    }
    create(&mut vestibule(folder.path()), "bob", &[]).fine();
}

#[test]
fn a_path_is_no_address() {
    for name in ["hundred%20percent", "question?mode=ro", "data%2f..%2fother", "a b#c"] {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("other")).expect("a folder beside");
        let data = folder.path().join(name);
        let settings = [("VESTIBULE_DATA_DIR", data.to_str().expect("text"))];
        create(vestibule(folder.path()).envs(settings), "ada", &[]).fine();
        for file in ["vestibule.db", "secret.key"] {
            assert!(data.join(file).is_file(), "{name}: {file}");
        }
        assert!(
            Said::by(vestibule(folder.path()).envs(settings).args(["user", "list"]))
                .fine()
                .contains("ada")
        );
        assert_eq!(fs::read_dir(folder.path().join("other")).expect("a folder").count(), 0);
    }
}

/// What a command has recorded is sealed when it ends, with no server.
#[test]
fn events_of_commands_are_sealed() {
    let folder = tempfile::tempdir().expect("a folder");
    create(&mut vestibule(folder.path()), "ada", &["--admin"]).fine();
    for args in [
        &["user", "create", "x"][..],
        &["user", "unlock", "ada"],
        &["keys", "rotate"],
        &["session", "end", "ada"],
        &["user", "disable", "ada"],
    ] {
        drop(Said::by(vestibule(folder.path()).args(args)));
        let said = Said::by(vestibule(folder.path()).args(["audit", "verify"])).fine();
        assert!(said.contains("not sealed yet: 0"), "{args:?}: {said}");
    }
    let said = Said::by(vestibule(folder.path()).args(["audit", "export"])).fine();
    assert!(said.lines().count() >= 4, "{said}");
    let said = Said::by(vestibule(folder.path()).args(["audit", "verify"])).fine();
    assert!(said.contains("not sealed yet: 0"), "{said}");
}

#[test]
fn two_first_commands_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let all: Vec<Said> = std::thread::scope(|scope| {
        let names = ["ada", "bob", "eve"];
        let started =
            names.map(|name| scope.spawn(move || create(&mut vestibule(path), name, &[])));
        started.map(|thread| thread.join().expect("no panic")).into_iter().collect()
    });
    all.into_iter().for_each(|said| drop(said.fine()));
    assert_eq!(Said::by(vestibule(path).args(["user", "list"])).fine().lines().count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_files_of_the_pages_are_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = [("LEPTOS_SITE_ROOT", "/nowhere/site")];
    let process = Process::start(folder.path(), &nowhere).await;
    let log = fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(
        log.contains("pages have no style") && log.contains("/nowhere/site/pkg/vestibule"),
        "{log}"
    );
    let said = Said::by(
        vestibule(folder.path())
            .envs(nowhere)
            .env("VESTIBULE_PUBLIC_URL", &process.url)
            .arg("doctor"),
    );
    assert!(
        said.code == Some(1)
            && said.out.contains("FAULT  the files of the pages are missing: /nowhere/site"),
        "{said:?}"
    );
}

/// First starts at once, and a later one: none takes the others' link away.
async fn servers_have_set_up_links_that_all_work(backend: Backend) {
    let place = Place::empty(backend).await;
    let logs = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    // Servers of one SQLite are on one machine.
    let data = |n: usize| match backend {
        Backend::Sqlite => place.path().join("data"),
        Backend::Postgres => place.path().join(format!("data{n}")),
    };
    let start = async |n: usize| {
        let mut command = vestibule(place.path());
        command.env("VESTIBULE_DATA_DIR", data(n));
        command.env("VESTIBULE_SECRET", "an instance secret for this test only");
        Process::start_by(command, logs[n].path(), &place.settings()).await
    };
    let token = |n: usize| {
        let link = fs::read_to_string(data(n).join("setup-link.txt")).expect("a link");
        link.trim().split_once("token=").expect("a token").1.to_owned()
    };
    let (one, two) = tokio::join!(start(0), start(1));
    let mut tokens = vec![token(0), token(1)];
    let three = start(2).await;
    tokens.push(token(2));
    let client = reqwest::Client::new();
    for server in [&one, &two, &three] {
        let (_, port) = server.url.rsplit_once(':').expect("a port");
        for token in &tokens {
            let cookie = format!("vestibule_link_{port}={token}");
            let page = client.get(format!("{}/setup", server.url));
            let page = page.header("accept", "text/html").header("cookie", cookie);
            assert_eq!(page.send().await.expect("answered").status(), 200);
        }
    }
}

on_both!(servers_have_set_up_links_that_all_work);
