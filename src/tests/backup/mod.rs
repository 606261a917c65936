//! Backups: whole, closed to others, and restored without bringing anything back that had ended.

mod killed;
mod ledger;
mod place;
pub(crate) mod refusals;
mod under_load;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::json;
use vestibule::server::service::{
    accounts::AccountChange, agent::Agent, audit, flows, keys, setup,
};

pub(crate) use self::place::Place;
use super::{opening::on_both, support::*};

/// The command line on a server's database.
pub(crate) fn command(server: &Server) -> Command {
    let mut command = vestibule(server.folder());
    let url = server.url();
    command.env("VESTIBULE_DATABASE_URL", url).env("VESTIBULE_DATA_DIR", server.folder());
    command
}

pub(crate) fn save(server: &Server, name: &str) -> PathBuf {
    let path = server.folder().join(name);
    assert_eq!(
        Said::by(command(server).arg("backup").arg(&path)).fine().trim(),
        path.display().to_string()
    );
    path
}

pub(crate) fn backend(server: &Server) -> Backend {
    match server.app.db {
        vestibule::server::db::Db::Sqlite { .. } => Backend::Sqlite,
        vestibule::server::db::Db::Postgres(_) => Backend::Postgres,
    }
}

fn refreshing(cookie: &str) -> Request {
    post("/api/v1/token/refresh").same_origin().cookie(cookie)
}

fn me(token: &str) -> Request {
    get("/api/v1/me").bearer(token)
}

both! {
    async fn a_restore_resurrects_nothing(server: Server) {
        let first_link = setup::new_link(&server.app, Agent::System).await.expect("made").expect("a link");
        let second_link = setup::new_link(&server.app, Agent::System).await.expect("made").expect("a link");
        for name in ["ada", "bob", "eve"] {
            server.register(name).await;
        }
        let (ada, bob, eve) = (server.browser("ada").await, server.browser("bob").await, server.login("eve").await);
        let signed_out = server.send(refreshing(&ada)).await.expect(200);
        let (ada, access) = (signed_out.session_cookie().expect("a cookie"), signed_out.json()["access_token"].as_str().expect("a token").to_owned());
        let device = server.send(form("/login", &[("identifier", "bob"), ("password", PASSWORD)])).await.expect(303);
        let device = device.cookie("vestibule_device_3000").expect("a known device");
        audit::seal(&server.app).await.expect("sealed");
        keys::begin(&server.app, keys::RingName::Es256).await.expect("a ring for other clients");
        let kids: Vec<String> = keys::list(&server.app).into_iter().map(|line| line.kid).collect();

        let file = save(&server, "saved");

        // What ends after it.
        server.send(claim(first_link.expose(), "operator")).await.expect(303);
        let shown = server.send(get("/account").header("accept", "text/html").cookie(&ada)).await.expect(200);
        let leave = form("/logout", &[("form_token", &form_token(&shown.text, "logout"))]);
        server.send(leave.cookie(&ada)).await.expect(303);
        server.change("bob", AccountChange::Disable).await;
        server.change("eve", AccountChange::Password(vestibule::server::secure::secret::Secret::new("another horse battery"))).await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        server.app.clock.advance(700);
        let later = server.login("ada").await;
        server.register("zoe").await;
        let zoe = server.browser("zoe").await;

        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        let said = place.restore(&file, "as-saved").fine();
        // Who may be enabled though they had been disabled is told.
        assert!(said.contains("restored 3 accounts") && said.contains("one that was disabled since is enabled again"), "{said}");
        assert!(said.contains("Administrators are: nobody"), "{said}");
        let (app, router) = place.open(&server).await;

        for cookie in [&ada, &bob, &zoe] {
            let reply = send(&router, refreshing(cookie)).await;
            assert!(matches!(reply.status.as_u16(), 400 | 401), "{}", reply.text);
        }
        for token in [&access, &eve, &later] {
            send(&router, me(token)).await.expect_problem(401, "invalid_token");
        }
        for link in [&first_link, &second_link] {
            send(&router, claim(link.expose(), "mallory")).await.expect(410);
        }
        let now: Vec<String> = keys::list(&app).into_iter().map(|line| line.kid).collect();
        assert!(now.len() == 1 && !kids.contains(&now[0]), "{now:?}");
        keys::begin(&app, keys::RingName::Es256).await.expect("the ring begins again");
        assert!(keys::list(&app).iter().all(|line| !kids.contains(&line.kid)));
        let known = vestibule::server::secure::known_device::KnownDevice::parse(
            &app.limits.device_mac, device.split_once('=').expect("a value").1, app.clock.now_s());
        let bob_id = known.as_ref().expect("it is ours").user_id.clone();
        let epoch = vestibule::server::db::users::epoch(&app.db, &bob_id).await.expect("read").expect("bob");
        assert!(known.is_some_and(|device| device.epoch + 1000 < epoch), "no later epoch is that far");

        // People sign in anew, with the passwords of then; the log is whole and tells.
        for name in ["ada", "bob", "eve"] {
            send(&router, right(name)).await.expect(200);
        }
        send(&router, right("zoe")).await.expect(401);
        audit::seal(&app).await.expect("sealed");
        let report = audit::verify(&app, None).await.expect("read");
        assert!(report.flaw.is_none() && report.unsealed == 0, "{report:?}");
        let exported = place.run(&["audit", "export"]).fine();
        let event = exported.lines().find(|line| line.contains("\"instance.restore\"")).expect("an event");
        assert!(event.contains("\"operator\"") && event.contains("backup_head"), "{event}");
    }

    async fn accounts_may_be_closed_until_the_operator_opens_them(server: Server) {
        server.admin().await;
        for name in ["ada", "bob"] {
            server.register(name).await;
        }
        let file = save(&server, "saved");
        server.change("bob", AccountChange::Disable).await;
        server.change("ada", AccountChange::Password(vestibule::server::secure::secret::Secret::new("another horse battery"))).await;
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        let said = place.restore(&file, "disabled").fine();
        assert!(said.contains("All accounts are disabled"), "{said}");
        let (_, router) = place.open(&server).await;
        for name in ["ada", "bob", "operator"] {
            send(&router, right(name)).await.expect(401);
        }
        place.run(&["user", "enable", "ada"]).fine();
        send(&router, right("ada")).await.expect(200);
        // An admin exists: no set-up link opens for strangers.
        let (app, _) = place.open(&server).await;
        assert!(setup::new_link(&app, Agent::System).await.expect("asked").is_none() || !place.run(&["user", "list"]).fine().contains("operator"));
    }

    /// All rows of all tables go from either database into the other and back.
    async fn a_backup_is_the_same_for_both_databases(server: Server) {
        server.admin().await;
        let token = server.user("ada").await;
        let profile = json!({ "display_name": "Ä \u{2028} \"x\" \\ \n 田中", "metadata": { "n": 9_007_199_254_740_993_i64, "text": "[1,null]" } });
        drop(server.send(send_json(http::Method::PATCH, "/api/v1/me", profile).bearer(&token)).await);
        let (flow, _) = flows::issue(&server.app, flows::Purpose::SetUp, flows::Holder::Program, flows::Draft::default()).expect("a flow");
        server.app.db.write(move |tx| futures::FutureExt::boxed(async move { flow.insert(tx).await })).await.expect("written");
        audit::seal(&server.app).await.expect("sealed");
        drop(Said::by(command(&server).args(["block", "add", "203.0.113.7"])).fine());
        let first = save(&server, "first");
        let secret = server.folder().join("secret.key");
        let mut file = first.clone();
        for (n, to) in [Backend::Postgres, Backend::Sqlite, Backend::Postgres].into_iter().enumerate() {
            let place = Place::new(to, &secret).await;
            place.restore(&file, "as-saved").fine();
            let next = server.folder().join(format!("copy{n}"));
            place.run(&["backup", next.to_str().expect("text")]).fine();
            assert_eq!(lasting(&next), lasting(&first), "copy {n}");
            place.run(&["audit", "verify"]).fine();
            file = next;
        }
    }
}

/// The rows of a backup that a restore does not change, in one order.
fn lasting(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a backup");
    let mut table = String::new();
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if let Some(name) = value["table"].as_str() {
            table = name.to_owned();
        } else if let Some(row) = value.as_array() {
            let is_lasting = ["user_emails", "user_roles", "source_blocks", "known_sources"]
                .contains(&table.as_str());
            let is_old_event = table == "audit_events"
                && !line.contains("instance.restore")
                && !line.contains("source.block");
            if is_lasting || is_old_event {
                rows.push(format!("{table} {}", serde_json::Value::from(row.clone())));
            } else if table == "users" {
                // All but the epoch.
                rows.push(format!(
                    "users {:?}",
                    row.iter()
                        .filter(|value| value
                            .as_i64()
                            .is_none_or(|n| !(0..1000).contains(&(n % (1 << 32)))))
                        .collect::<Vec<_>>()
                ));
            }
        }
    }
    rows.sort();
    assert!(rows.len() > 5, "{rows:?}");
    rows
}

async fn a_backup_is_for_its_owner_alone_and_without_the_secret(backend: Backend) {
    let server = Server::new(backend).await;
    server.user("ada").await;
    let file = save(&server, "saved");
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&file).expect("text");
    let secret = fs::read_to_string(server.folder().join("secret.key")).expect("a secret");
    assert!(!text.contains(secret.trim()));
    // The command says where the secret is, and the head.
    let said = Said::by(command(&server).args(["backup", "told"]));
    let place = server.folder().join("secret.key").display().to_string();
    assert!(
        said.err.contains(&format!(
            "The instance secret is not in it, and is needed to restore: it is in {place}"
        )),
        "{said:?}"
    );
    // The head is the one that verify prints; nothing is left beside.
    audit::seal(&server.app).await.expect("sealed");
    let into = server.folder().join("folder");
    fs::create_dir(&into).expect("made");
    let named = Said::by(command(&server).arg("backup").arg(&into)).fine();
    let said = Said::by(command(&server).args(["audit", "verify"])).fine();
    let head = said.lines().find_map(|line| line.strip_prefix("head: ")).expect("a head");
    assert!(
        fs::read_to_string(named.trim())
            .expect("text")
            .lines()
            .next()
            .expect("a line")
            .contains(head)
    );
    assert_eq!(fs::read_dir(&into).expect("a folder").count(), 1);
    // By a pipe it is the same.
    let piped = Said::by(command(&server).args(["backup", "-"])).fine();
    fs::write(server.folder().join("piped"), piped).expect("written");
    let checked =
        Said::by(command(&server).args(["restore", "--check"]).arg(server.folder().join("piped")))
            .fine();
    assert!(checked.contains("is whole") && checked.contains(head), "{checked}");
}

on_both!(a_backup_is_for_its_owner_alone_and_without_the_secret);
