//! What is in the audit log, and what is not (S103).

use axum::http::Method;
use serde_json::json;
use vestibule::{
    model::RegisterForm,
    server::{
        db::Db,
        service::{accounts::AccountChange, audit, import, keys, register, roles::Role, setup},
    },
};

use super::support::*;

/// Every event: kind, outcome, actor and subject, people by their names.
async fn events(server: &Server, people: &[(&str, &str)]) -> Vec<String> {
    let rows = server
        .sql(
            "select kind || ' ' || outcome || ' ' || coalesce(actor, '-') || ' ' || coalesce(subject, '-')
             from audit_events order by seq",
        )
        .await;
    let named = |row: String| people.iter().fold(row, |row, (id, name)| row.replace(id, name));
    rows.into_iter().map(named).collect()
}

async fn count(server: &Server) -> usize {
    server.sql("select kind from audit_events").await.len()
}

fn login(name: &str, password: &str) -> Request {
    post("/api/v1/login").json(json!({ "identifier": name, "password": password }))
}

both! {
    async fn s103_people_sign_in_and_are_refused(server: Server) {
        let ada = server.register("ada").await;
        server.send(login("ada", "not the password at all")).await.expect(401);
        server.send(login("nobody", PASSWORD)).await.expect(401);
        let other = server.login("ada").await;
        let token = server.login("ada").await;
        server.send(send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": "Ada" })).bearer(&token)).await.expect(200);
        let prove = |password: &str| post("/api/v1/me/reauthenticate").bearer(&token).json(json!({ "password": password }));
        server.send(prove("not the password at all")).await.expect(401);
        let renewed = server.send(prove(PASSWORD)).await.expect(200).json();
        let token = renewed["access_token"].as_str().expect("a token").to_owned();
        let sid = part(&other, 1)["sid"].as_str().expect("a session").to_owned();
        server.send(Request::new(Method::DELETE, &format!("/api/v1/me/sessions/{sid}")).bearer(&token)).await.expect(204);
        server.send(get("/api/v1/users").bearer(&token)).await.expect(403);
        server.send(post("/api/v1/logout").bearer(&token)).await.expect(204);
        // Nothing came of these, and nobody is refused for a mistake in a form.
        server.send(post("/api/v1/logout").bearer(&token)).await.expect(401);
        server.send(login("ada", "")).await.expect(422);
        assert_eq!(events(&server, &[(&ada, "ADA")]).await, [
            "register success ADA ADA",
            "login wrong_password - ADA",
            "login unknown_account - -",
            "login success ADA ADA",
            "login success ADA ADA",
            "profile.update success ADA ADA",
            "reauthenticate wrong_password - ADA",
            "reauthenticate success ADA ADA",
            "session.revoke success ADA ADA",
            "access insufficient_scope ADA ADA",
            "logout success ADA ADA",
        ]);
    }

    async fn s103_what_the_operator_does(server: Server) {
        let deputy = server.deputy().await;
        let ada = server.register("ada").await;
        for change in [
            AccountChange::Disable,
            AccountChange::Disable,
            AccountChange::Enable,
            AccountChange::GrantRole(Role::Admin),
            AccountChange::RevokeRole(Role::Admin),
            AccountChange::Password(vestibule::server::secure::secret::Secret::new("another horse battery")),
        ] {
            let disabled = matches!(change, AccountChange::Disable);
            server.change("ada", change).await;
            if disabled {
                // The answer is the same as for a wrong password; the log says why.
                server.send(login("ada", PASSWORD)).await.expect_problem(401, "invalid_credentials");
            }
        }
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("published");
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, true).await.expect("signs at once");
        assert_eq!(events(&server, &[(&ada, "ADA"), (&deputy, "DEPUTY")]).await, [
            "register success DEPUTY DEPUTY",
            "role.grant success operator DEPUTY",
            "register success ADA ADA",
            "user.disable success operator ADA",
            "login account_disabled - ADA",
            "login account_disabled - ADA",
            "user.enable success operator ADA",
            "role.grant success operator ADA",
            "role.withdraw success operator ADA",
            "password.set success operator ADA",
            "key.publish success operator -",
            "key.activate success operator -",
        ]);
        let details = server.sql("select details from audit_events where kind like 'role.%'").await;
        assert_eq!(details, [r#"{"role":"admin"}"#; 3]);
    }

    async fn s103_an_admin_is_made_with_the_account(server: Server) {
        let form = RegisterForm { username: Some("ada".into()), password: Some(PASSWORD.into()), ..RegisterForm::default() };
        let ada = register::by_operator(&server.app, Agent::Operator, form, true).await.expect("an account").id;
        let lines = [
            json!({ "username": "bob", "roles": ["admin"], "disabled": true }),
            json!({ "username": "carol" }),
        ];
        let plan = import::plan(&server.app, &lines.map(|line| line.to_string()).join("\n"), None).await.expect("read");
        import::carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
        let ids = server.sql("select id from users order by username").await;
        assert_eq!(events(&server, &[(ada.as_str(), "ADA"), (&ids[1], "BOB"), (&ids[2], "CAROL")]).await, [
            "register success operator ADA",
            "role.grant success operator ADA",
            "user.import success operator BOB",
            "role.grant success operator BOB",
            "user.disable success operator BOB",
            "user.import success operator CAROL",
        ]);
        let details = server.sql("select details from audit_events order by seq").await;
        assert_eq!(details, ["{}", r#"{"role":"admin"}"#, "{}", r#"{"role":"admin"}"#, "{}", "{}"]);
    }

    // A right password that never gets to count, however often one looks.
    async fn s103_a_sign_in_that_is_overtaken_each_time(server: Server) {
        let ada = server.register("ada").await;
        for statement in match server.app.db {
            Db::Sqlite { .. } => &[
                "create trigger held before update on users begin select raise(ignore); end",
            ][..],
            Db::Postgres(_) => &[
                "create function held() returns trigger language plpgsql as 'begin return null; end'",
                "create trigger held before update on users for each row execute function held()",
            ],
        } {
            server.sql(statement).await;
        }
        server.send(login("ada", PASSWORD)).await.expect_problem(401, "invalid_credentials");
        assert_eq!(events(&server, &[(&ada, "ADA")]).await, [
            "register success ADA ADA",
            "login overtaken - ADA",
        ]);
    }

    async fn s103_the_set_up_link_and_weak_passwords(server: Server) {
        let token = setup::new_link(&server.app, Agent::System).await.expect("a link").expect("no admin yet");
        for _ in 0..3 {
            server.send(claim("wrong", "ada")).await.expect(410);
        }
        server.send(claim(token.expose(), "ada")).await.expect(303);
        server.app.clock.advance(60);
        server.send(claim(token.expose(), "ada")).await.expect(410);
        let (_, tutorial) = server.again_with(|flags| flags.tutorial_compat = Some("true".into())).await;
        send(&tutorial, post("/register").json(json!({ "username": "bob", "password": "password123" }))).await.expect(201);
        server.send(login("bob", "password123")).await.expect_problem(403, "password_change_required");
        let ids = server.sql("select id from users order by username").await;
        assert_eq!(events(&server, &[(&ids[0], "ADA"), (&ids[1], "BOB")]).await, [
            "setup.link success system -",
            "setup.claim refused - -",
            "register success ADA ADA",
            "setup.claim success ADA ADA",
            "login success ADA ADA",
            "setup.claim refused - -",
            "register success BOB BOB",
            "login password_too_weak - BOB",
        ]);
    }

    async fn s102_what_was_typed_is_not_kept(server: Server) {
        server.register("ada").await;
        for identifier in ["my secret passphrase", "my@secret.passphrase", "ada"] {
            server.send(login(identifier, "a canary of a password")).await.expect(401);
        }
        audit::seal(&server.app).await.expect("sealed");
        let rows = server.sql(
            "select coalesce(actor, '') || coalesce(subject, '') || details || coalesce(user_agent, '') from audit_events",
        ).await.join(" ");
        assert!(!rows.contains("secret") && !rows.contains("canary") && !rows.contains(PASSWORD), "{rows}");
    }

    async fn s103_a_change_and_its_event_are_one_transaction(server: Server) {
        let token = server.user("ada").await;
        let before = count(&server).await;
        // After the event, disabling writes to the feed: where that fails, both are undone.
        server.sql("alter table revocations rename to gone").await;
        let disabled = vestibule::server::service::accounts::change(&server.app, Agent::Operator, "ada", AccountChange::Disable).await;
        assert!(disabled.is_err());
        server.sql("alter table gone rename to revocations").await;
        assert_eq!(count(&server).await, before);
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        // And what cannot be recorded is not done.
        server.sql("alter table audit_events rename to gone").await;
        let rename = || send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": "Ada" })).bearer(&token);
        server.send(rename()).await.expect(500);
        server.send(login("ada", PASSWORD)).await.expect(500);
        server.sql("alter table gone rename to audit_events").await;
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["display_name"], json!(null));
        assert_eq!(server.sql("select id from sessions").await.len(), 1);
        server.send(rename()).await.expect(200);
        assert_eq!(count(&server).await, before + 1);
    }

    async fn a_flood_of_refusals_writes_once_a_minute(server: Server) {
        let (ada, bob) = (server.user("ada").await, server.user("bob").await);
        let cookie = server.browser("bob").await;
        let before = count(&server).await;
        for _ in 0..20 {
            server.send(get("/api/v1/users").bearer(&ada)).await.expect(403);
            server.send(get("/users").bearer(&ada)).await.expect(403);
            server.send(get("/api/v1/me").bearer(&ada).cookie(&cookie)).await.expect_problem(401, "session_mismatch");
            // Anybody can make these up: they are in the server's log at most.
            for invented in ["nonsense", "a.b.c"] {
                server.send(get("/api/v1/users").bearer(invented)).await.expect(401);
                server.send(post("/api/v1/token/refresh").json(json!({ "refresh_token": invented }))).await.expect(400);
            }
            server.send(post("/action/whoami").header("origin", "https://evil.example").json(json!({}))).await.expect(403);
        }
        assert_eq!(count(&server).await, before + 2);
        server.send(get("/api/v1/users").bearer(&bob)).await.expect(403);
        assert_eq!(count(&server).await, before + 3, "each session has its own");
        server.app.clock.advance(60);
        server.send(get("/api/v1/users").bearer(&ada)).await.expect(403);
        assert_eq!(count(&server).await, before + 4);
        let prove = || post("/api/v1/me/reauthenticate").bearer(&ada).json(json!({ "password": "wrong horse battery" }));
        for n in 0..20 {
            server.send(prove()).await.expect(if n < 10 { 401 } else { 429 });
        }
        assert_eq!(count(&server).await, before + 15);
        assert_eq!(server.sql("select kind from audit_events where outcome = 'limited'").await, ["access"]);
        // What a limit refuses is not looked up, and costs its sender nothing.
        for n in 0..20 {
            let status = if n < 10 { 401 } else { 429 };
            server.send(login("nobody", PASSWORD).from("192.0.2.9")).await.expect(status);
        }
        let ours = server.sql("select outcome from audit_events where client_ip = '192.0.2.9' order by seq").await;
        assert_eq!((ours.len(), ours.last().map(String::as_str)), (11, Some("limited")));
        for n in 0..23 {
            let status = if n < 20 { 201 } else { 429 };
            let body = json!({ "username": format!("user{n:02}"), "password": PASSWORD });
            server.send(post("/api/v1/register").json(body).from("192.0.2.10")).await.expect(status);
        }
        let refused = server.sql("select kind from audit_events where client_ip = '192.0.2.10' and outcome = 'limited'").await;
        assert_eq!(refused, ["register"]);
    }
}
