//! Sign-out that is true everywhere: access tokens already out, in this process and in others (S62).

use std::process::Command;

use vestibule::server::{
    secure::secret::Secret,
    service::{
        accounts::{self, AccountChange},
        follow, keys, prune,
        revocation::BLIND_AFTER_MS,
        roles::Role,
    },
};

use serde_json::json;

use super::support::*;

/// Runs the command line, a process of its own, on the server's database.
fn vestibule(server: &Server, args: &[&str]) {
    let flags = &server.flags;
    let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .args(args)
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", server.url())
        .env("VESTIBULE_DATA_DIR", flags.data_dir.as_deref().expect("a folder"))
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

both! {
    async fn a_restart_and_another_process_know_what_is_revoked(server: Server) {
        let access = server.user("ada").await;
        let (other, router) = server.again().await;
        send(&router, get("/api/v1/me").bearer(&access)).await.expect(200);
        server.change("ada", AccountChange::Disable).await;
        follow::all(&other).await.expect("the feed");
        send(&router, get("/api/v1/me").bearer(&access)).await.expect(401);
        let (_, restarted) = server.again().await;
        send(&restarted, get("/api/v1/me").bearer(&access)).await.expect(401);
    }

    async fn a_role_taken_is_gone_from_tokens_already_out(server: Server) {
        let admin = server.admin().await;
        server.deputy().await;
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(200);
        server.change("operator", AccountChange::RevokeRole(Role::Admin)).await;
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(401);
        let user = server.login("operator").await;
        server.send(get("/api/v1/users").bearer(&user)).await.expect_problem(403, "forbidden");
    }

    async fn a_revocation_outlives_any_token(server: Server) {
        let access = server.user("ada").await;
        // An operator's shell that does not know how long the server's tokens live.
        let mut shell = server.flags.clone();
        shell.access_token_ttl = Some("1".into());
        let config = vestibule::server::config::Config::load(&shell, None).expect("settings");
        let clock = server.app.clock.clone();
        let app = vestibule::server::App::open(config, clock, vestibule::server::site::find()).await;
        let app = app.expect("opened");
        accounts::change(&app, Agent::Operator, "ada", AccountChange::Disable).await.expect("disabled");
        server.app.clock.advance(300);
        prune::feed(&server.app).await.expect("pruned");
        follow::all(&server.app).await.expect("the feed");
        prune::feed(&server.app).await.expect("pruned");
        server.send(get("/api/v1/me").bearer(&access)).await.expect_problem(401, "invalid_token");
    }

    async fn s62_no_database_on_a_guarded_request(server: Server) {
        let token = server.user("ada").await;
        server.app.db.close().await;
        // Verified, verified again from memory, and refused, all without a database.
        for _ in 0..2 {
            let claims = server.send(get("/api/v1/token").bearer(&token)).await.expect(200).json();
            assert_eq!(claims["sub"], part(&token, 1)["sub"]);
        }
        // S47: a flood of unknown kids costs nothing either.
        for n in 0..1000 {
            let mut header = part(&token, 0);
            header["kid"] = format!("unknown-{n}").into();
            let (_, rest) = token.split_once('.').expect("parts");
            assert_eq!(server.send(get("/api/v1/token").bearer(&format!("{}.{rest}", b64(header.to_string())))).await.status, 401);
        }
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(503, "unavailable");
    }

    async fn the_command_line_is_another_process(server: Server) {
        let token = server.user("ada").await;
        server.send(get("/api/v1/token").bearer(&token)).await.expect(200);
        vestibule(&server, &["user", "disable", "ada"]);
        follow::all(&server.app).await.expect("the feed");
        server.send(get("/api/v1/token").bearer(&token)).await.expect_problem(401, "invalid_token");

        let token = server.user("bob").await;
        server.send(get("/api/v1/token").bearer(&token)).await.expect(200);
        let kid = part(&token, 0)["kid"].as_str().expect("a kid").to_owned();
        vestibule(&server, &["keys", "retire", &kid]);
        follow::all(&server.app).await.expect("the feed");
        server.send(get("/api/v1/token").bearer(&token)).await.expect_problem(401, "invalid_token");
        server.app.clock.advance(365 * 86_400);
        let fresh = server.login("bob").await;
        follow::all(&server.app).await.expect("the feed");
        server.send(get("/api/v1/token").bearer(&fresh)).await.expect(200);
    }

    async fn a_shell_with_other_settings_changes_no_key(server: Server) {
        let (app, router) = server.again_with(|flags| {
            flags.signing_algorithm = Some("ES256".into());
        }).await;
        server.app.clock.advance(600);
        let before = keys::list(&app).len();
        vestibule(&server, &["keys", "list"]);
        keys::maintain(&app).await.expect("maintained");
        assert_eq!(keys::list(&app).len(), before);
        drop(router);
    }

    async fn a_refresh_under_way_does_not_outlive_a_new_password(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let body = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        server.change("ada", AccountChange::Password(Secret::new("another horse battery"))).await;
        // Whatever such a refresh mints says the new epoch, and the session that was ended.
        let forge = Forge::new(&server, body["access_token"].as_str().expect("one")).await;
        let minted = forge.with_claim("epoch", json!(1));
        server.send(get("/api/v1/token").bearer(&minted)).await.expect_problem(401, "invalid_token");
    }

    async fn a_feed_that_cannot_be_read_closes_the_guard(server: Server) {
        let token = server.user("ada").await;
        // Once a server has heard the feed it has to go on hearing it.
        follow::all(&server.app).await.expect("the feed");
        server.app.db.close().await;
        assert!(follow::all(&server.app).await.is_err());
        server.app.clock.advance_ms(BLIND_AFTER_MS);
        server.send(get("/api/v1/token").bearer(&token)).await.expect(200);
        // Somebody may be revoking elsewhere: after ten seconds of not knowing nobody comes in.
        server.app.clock.advance_ms(1);
        server.send(get("/api/v1/token").bearer(&token)).await.expect_problem(503, "unavailable");
    }
}
