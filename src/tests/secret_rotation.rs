//! Another instance secret: everything that the old one authenticated is over, the rest goes on, and a process that is
//! killed in the middle leaves a database that opens.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Stdio};

use tokio::time::timeout;
use vestibule::server::{
    app::{App, OpenMode},
    config::Config,
    service::{audit, keys, secret},
    site,
};

use super::{backup, opening::on_both, support::*};

fn rotate(server: &Server) -> Said {
    Said::by(backup::command(server).args(["secret", "rotate"]))
}

/// Whether the new secret of a rotation is there, and the secrets of before, in order.
fn beside(folder: &Path) -> (bool, Vec<String>) {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let is_before = |name: &String| name.starts_with("secret.key.before-");
    let names = entries.map(|entry| entry.file_name().into_string().expect("text"));
    let mut before: Vec<_> = names.filter(is_before).collect();
    before.sort();
    let read = |name| {
        let path = folder.join(name);
        assert_eq!(fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        fs::read_to_string(path).expect("a secret")
    };
    (folder.join("secret.key.new").exists(), before.into_iter().map(read).collect())
}

both! {
    async fn a_new_secret_ends_what_the_old_one_authenticated(server: Server) {
        server.register("ada").await;
        let (cookie, token) = (server.browser("ada").await, server.login("ada").await);
        audit::seal(&server.app).await.expect("sealed");
        let (pos, hash) = audit::verify(&server.app, None).await.expect("read").head.expect("a head");
        let kids = |app: &App| keys::list(app).into_iter().map(|line| line.kid).collect::<Vec<_>>();
        keys::begin(&server.app, keys::RingName::Es256).await.expect("a ring for other clients");
        let (before, key_file) = (kids(&server.app), server.folder().join("secret.key"));
        let old = fs::read_to_string(&key_file).expect("a secret");
        let saved = backup::save(&server, "saved");

        // Not while a server runs, which knows the old one only.
        let refused = rotate(&server).refused();
        assert!(refused.contains("stop all servers first"), "{refused}");
        assert_eq!(fs::read_to_string(&key_file).expect("a secret"), old);
        server.app.db.close().await;

        let said = rotate(&server).fine();
        assert!(said.contains("replaced the instance secret; ended: 2 sessions; sealed anew: 2 signing keys\n"), "{said}");
        let new = fs::read_to_string(&key_file).expect("a secret");
        assert!(new != old && fs::metadata(&key_file).expect("a file").permissions().mode() & 0o777 == 0o600);
        // The backup of before needs the old one, which is told.
        assert_eq!(beside(server.folder()), (false, vec![old.clone()]));
        assert!(said.contains("Backups from before need the old one, which is in") && said.contains("secret.key.before-"), "{said}");

        let (app, router) = server.again().await;
        let refreshed = send(&router, post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await;
        assert!(matches!(refreshed.status.as_u16(), 400 | 401), "{}", refreshed.text);
        send(&router, get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        send(&router, right("ada")).await.expect(200);
        assert_eq!(kids(&app), before, "what the key signs is verified as before");
        app.db.close().await;

        // Again, so that there are two earlier keys; the log is one chain, and a head of before is held.
        rotate(&server).fine();
        let (app, router) = server.again().await;
        send(&router, right("ada")).await.expect(200);
        audit::seal(&app).await.expect("sealed");
        let noted = audit::Noted { pos, hash };
        let report = audit::verify(&app, Some(&noted)).await.expect("read");
        assert!(report.flaw.is_none() && report.whole >= 6, "{report:?}");
        let events = Said::by(backup::command(&server).args(["audit", "export"])).fine();
        assert_eq!(events.lines().filter(|line| line.contains("\"secret.rotate\"")).count(), 2);

        // A backup of before needs the secret of then.
        let place = backup::Place::new(backup::backend(&server), &key_file).await;
        assert!(place.restore(&saved, "as-saved").refused().contains("the instance secret is not the one that"));
        fs::write(place.path().join("data/secret.key"), &old).expect("written");
        place.restore(&saved, "as-saved").fine();

        // An earlier secret is no help to change events that were linked under it.
        server.sql(match backup::backend(&server) {
            Backend::Sqlite => "drop trigger audit_events_sealed",
            Backend::Postgres => "drop trigger audit_events_sealed on audit_events",
        }).await;
        server.sql("update audit_events set outcome = 'refused' where chain_pos = 1").await;
        assert!(audit::verify(&app, None).await.expect("read").flaw.is_some());
    }

    async fn a_secret_from_elsewhere_is_written_where_it_is_asked_for(server: Server) {
        server.user("ada").await;
        server.app.db.close().await;
        let given = server.folder().join("given");
        fs::rename(server.folder().join("secret.key"), &given).expect("moved");
        let command = |file: &Path| {
            let mut command = backup::command(&server);
            command.env("VESTIBULE_SECRET_FILE", file);
            command
        };
        let refused = Said::by(command(&given).args(["secret", "rotate"])).refused();
        assert!(refused.contains("give --to FILE"), "{refused}");
        let next = server.folder().join("next");
        Said::by(command(&given).args(["secret", "rotate", "--to"]).arg(&next)).fine();
        assert!(Said::by(command(&given).args(["user", "list"])).refused().contains("is not the one"));
        assert!(Said::by(command(&next).args(["user", "list"])).fine().contains("ada"));
        assert!(Said::by(command(&next).args(["audit", "verify"])).fine().contains("not sealed yet: 0"));
    }
}

both! {
    /// A database whose secret is lost for good: people and their passwords are saved.
    async fn a_lost_secret_is_replaced(server: Server) {
        server.register("ada").await;
        let (cookie, token) = (server.browser("ada").await, server.login("ada").await);
        audit::seal(&server.app).await.expect("sealed");
        let lost = || Said::by(backup::command(&server).args(["secret", "rotate", "--lost"]));
        server.app.db.close().await;
        assert!(lost().refused().contains("is there; move it away"));
        fs::remove_file(server.folder().join("secret.key")).expect("lost");
        let refused = Said::by(backup::command(&server).args(["user", "list"])).refused();
        assert!(refused.contains("vestibule secret rotate --lost"), "{refused}");
        lost().fine();
        let (app, router) = server.again().await;
        let refreshed = send(&router, post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await;
        assert!(matches!(refreshed.status.as_u16(), 400 | 401), "{}", refreshed.text);
        send(&router, get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        send(&router, right("ada")).await.expect(200);
        audit::seal(&app).await.expect("sealed");
        let report = audit::verify(&app, None).await.expect("read");
        assert!(report.flaw.is_none() && report.unproven_until == 3 && report.whole > 3, "{report:?}");
        let said = Said::by(backup::command(&server).args(["audit", "verify"])).fine();
        assert!(said.contains("not proven, as that secret was lost: places 1 to 3"), "{said}");
        // From there on all is proven, over another secret too.
        app.db.close().await;
        rotate(&server).fine();
        let said = Said::by(backup::command(&server).args(["audit", "verify"])).fine();
        assert!(said.contains("places 1 to 3\n") && said.contains("not sealed yet: 0"), "{said}");
    }
}

/// Killed after each step: the database opens with the secret that it has, for those that look and for a start.
async fn a_rotation_that_is_killed_leaves_a_whole_instance(backend: Backend) {
    for steps in 0..=3 {
        let server = Server::new(backend).await;
        server.user("ada").await;
        audit::seal(&server.app).await.expect("sealed");
        let config = || Config::load(&server.flags, None).expect("settings");
        let old = fs::read_to_string(server.folder().join("secret.key")).expect("a secret");
        if steps > 0 {
            let check = server.app.secret.check_value();
            let prepared = secret::prepare(&config(), Some(&check), None).expect("made");
            if steps > 1 {
                secret::change(&server.app, &prepared).await.expect("changed");
            }
            if steps > 2 {
                vestibule::server::secret_file::put_in_place(&config().secret_file).expect("moved");
            }
        }
        server.app.db.close().await;
        let files = beside(server.folder());
        let clock = server.app.clock.clone();
        let looking = App::open_as(OpenMode::ReadOnly, config(), clock.clone(), site::find()).await;
        let report = audit::verify(&looking.expect("it opens"), None).await.expect("read");
        assert!(report.flaw.is_none(), "after {steps} steps: {report:?}");
        assert_eq!(beside(server.folder()), files, "a command that looks changes no file");
        let (app, router) = server.again().await;
        send(&router, right("ada")).await.expect(200);
        let kept = if steps > 1 { vec![old.clone()] } else { vec![] };
        assert_eq!(beside(server.folder()), (false, kept), "a start ends it");
        let now = fs::read_to_string(server.folder().join("secret.key")).expect("a secret");
        assert_eq!(now != old, steps > 1, "after {steps} steps");
        audit::seal(&app).await.expect("sealed");
        app.db.close().await;
        // And it can be done again.
        rotate(&server).fine();
    }
}

/// The real command, killed a while after it has made the new secret.
async fn kill_rotation(place: &backup::Place, args: &[&str], patience: usize) -> bool {
    let new = place.path().join("data/secret.key.new");
    let mut command = vestibule(place.path());
    command.envs(place.settings()).args(["secret", "rotate"]).args(args);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("started");
    let (mut turns, mut was_killed) = (0, false);
    while child.try_wait().expect("a child").is_none() {
        // The first sight of the new secret, and later and later after it.
        turns += usize::from(new.exists());
        if turns > patience {
            child.kill().expect("killed");
            was_killed = true;
            break;
        }
        tokio::task::yield_now().await;
    }
    // One that had ended by then was not killed.
    !child.wait().expect("ended").success() && was_killed
}

async fn a_command_that_is_killed_loses_nothing(backend: Backend) {
    let place = backup::Place::empty(backend).await;
    create(vestibule(place.path()).envs(place.settings()), "ada", &[]).fine();
    let mut kills = 0;
    for round in 0..6 {
        kills += usize::from(kill_rotation(&place, &[], round * 40).await);
        assert!(place.run(&["user", "list"]).fine().contains("ada"), "round {round}");
        place.run(&["audit", "verify"]).fine();
    }
    assert!(kills > 0, "none was killed");
    // The same while a server runs: it goes on, with the secret that the database has.
    let process = Process::start(place.path(), &place.settings()).await;
    let (client, url) = (reqwest::Client::new(), process.url.clone());
    let form = serde_json::json!({ "username": "ada", "password": PASSWORD });
    let mut kills = 0;
    for round in 0..4 {
        kills += usize::from(kill_rotation(&place, &["--online"], round * 60).await);
        let signed_in = async {
            while is_fine(&client, &url, "/api/v1/login", form.clone()).await.is_none() {
                tokio::task::yield_now().await;
            }
        };
        timeout(WITHIN, signed_in).await.expect("somebody can sign in");
        assert!(place.run(&["user", "list"]).fine().contains("ada"), "round {round}");
    }
    assert!(kills > 0, "none was killed");
    process.ask_to_stop();
    assert!(process.has_ended().await);
    assert!(place.run(&["audit", "verify"]).fine().starts_with("sealed and whole"));
}

async fn is_fine(
    client: &reqwest::Client,
    url: &str,
    path: &str,
    body: serde_json::Value,
) -> Option<serde_json::Value> {
    let answer = client.post(format!("{url}{path}")).json(&body).send().await.ok()?;
    let is_fine = answer.status().is_success();
    let text = answer.text().await.ok()?;
    is_fine.then(|| serde_json::from_str(&text).expect("JSON"))
}

/// While a server runs and people sign in: it starts again by itself on the same address, nobody is refused for long,
/// and nothing of before lives.
async fn a_server_goes_on_with_the_new_secret(backend: Backend) {
    let place = backup::Place::empty(backend).await;
    create(vestibule(place.path()).envs(place.settings()), "ada", &[]).fine();
    let process = Process::start(place.path(), &place.settings()).await;
    let (client, url) = (reqwest::Client::new(), process.url.clone());
    let form = serde_json::json!({ "username": "ada", "password": PASSWORD, "session": "token" });
    let sign_in = || is_fine(&client, &url, "/api/v1/login", form.clone());
    let log = || fs::read_to_string(place.path().join("log")).expect("a log");
    let mut earlier = Vec::new();
    for round in 1..=2 {
        earlier.push(sign_in().await.expect("signed in"));
        let said =
            tokio::task::block_in_place(|| place.run(&["secret", "rotate", "--online"]).fine());
        assert!(said.contains("replaced the instance secret"), "{said}");
        until(|| log().matches(" ready version=").count() == 1 + round).await;
        sign_in().await.expect("signed in under the new secret");
        for tokens in &earlier {
            let token = serde_json::json!({ "refresh_token": tokens["refresh_token"] });
            assert!(is_fine(&client, &url, "/api/v1/token/refresh", token).await.is_none());
            let me = client
                .get(format!("{url}/api/v1/me"))
                .bearer_auth(tokens["access_token"].as_str().expect("a token"));
            assert_eq!(me.send().await.expect("answered").status(), 401);
        }
    }
    assert_eq!(log().matches("starting again with the new one").count(), 2, "{}", log());
    process.ask_to_stop();
    assert!(process.has_ended().await);
    let said = place.run(&["audit", "verify"]).fine();
    assert!(said.starts_with("sealed and whole") && said.contains("not sealed yet: 0"), "{said}");
}

on_both!(
    a_server_goes_on_with_the_new_secret,
    a_rotation_that_is_killed_leaves_a_whole_instance,
    a_command_that_is_killed_loses_nothing
);
