//! Profiles in memory: what changes an account is seen at once in the same process, and after one reading of the feed in
//! another.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::{
    secure::secret::Secret,
    service::{accounts::AccountChange, follow, revocation::BLIND_AFTER_MS, roles::Role},
};

use super::support::*;

async fn me(router: &Router, token: &str) -> Value {
    send(router, get("/api/v1/me").bearer(token)).await.expect(200).json()
}

/// Changes the name as no process does, so that only memory has the old one.
async fn rename_by_hand(server: &Server) {
    server.sql("update users set display_name = 'by hand'").await;
}

both! {
    async fn a_profile_is_read_once_in_ten_seconds(server: Server) {
        let token = server.user("ada").await;
        let name = async || me(&server.router, &token).await["display_name"].clone();
        assert_eq!(name().await, json!(null));
        rename_by_hand(&server).await;
        assert_eq!(name().await, json!(null), "from memory");
        // The feed is read all the while.
        server.app.clock.advance_ms(BLIND_AFTER_MS);
        follow::all(&server.app).await.expect("the feed");
        assert_eq!(name().await, json!(null), "from memory");
        server.app.clock.advance_ms(1);
        assert_eq!(name().await, "by hand");
    }

    async fn each_change_is_seen_here_at_once_and_elsewhere_by_the_feed(server: Server) {
        let admin = server.admin().await;
        let id = server.register("ada").await;
        let token = server.login("ada").await;
        let (other, router) = server.again().await;
        let patch = |path: &str, token: &str, body: Value| send_json(Method::PATCH, path, body).bearer(token);
        let user = format!("/api/v1/users/{id}");
        for (request, field, now) in [
            (patch("/api/v1/me", &token, json!({ "display_name": "Ada" })), "display_name", json!("Ada")),
            (patch("/api/v1/me", &token, json!({ "profile": { "pronouns": "she" } })), "profile", json!({ "pronouns": "she" })),
            (patch("/api/v1/me", &token, json!({ "metadata": { "cart": [1] } })), "metadata", json!({ "cart": [1] })),
            (act("profile", json!({ "display_name": "Countess" })).bearer(&token), "display_name", json!("Countess")),
            (act("username", json!({ "username": "countess" })).bearer(&token), "username", json!("countess")),
            (patch(&user, &admin, json!({ "app_metadata": { "plan": "pro" } })), "app_metadata", json!({ "plan": "pro" })),
        ] {
            let before = me(&server.router, &token).await;
            assert_eq!(me(&router, &token).await, before, "both have it in memory");
            assert_ne!(before[field], now);
            server.send(request).await.expect(200);
            assert_eq!(me(&server.router, &token).await[field], now);
            assert_eq!(me(&router, &token).await, before, "the feed was not read");
            follow::revocations(&other).await.expect("the feed");
            assert_eq!(me(&router, &token).await[field], now);
        }
    }

    async fn roles_are_those_of_the_account(server: Server) {
        server.register("ada").await;
        let (other, router) = server.again().await;
        for (change, roles) in [
            (AccountChange::GrantRole(Role::Admin), json!(["user", "admin"])),
            (AccountChange::RevokeRole(Role::Admin), json!(["user"])),
        ] {
            let token = server.login("ada").await;
            // Somebody else stays administrator.
            if roles == json!(["user"]) {
                server.deputy().await;
            }
            assert_ne!(me(&server.router, &token).await["roles"], roles);
            assert_ne!(me(&router, &token).await["roles"], roles);
            server.change("ada", change).await;
            follow::revocations(&other).await.expect("the feed");
            let token = server.login("ada").await;
            for router in [&server.router, &router] {
                assert_eq!(me(router, &token).await["roles"], roles);
            }
        }
    }

    async fn somebody_who_is_disabled_reads_nothing_from_memory(server: Server) {
        let token = server.user("ada").await;
        let (other, router) = server.again().await;
        for router in [&server.router, &router] {
            me(router, &token).await;
        }
        server.change("ada", AccountChange::Disable).await;
        assert_eq!(status(&server.router, &token).await, 401);
        follow::revocations(&other).await.expect("the feed");
        server.send(get("/api/v1/me").bearer(&token)).await.expect(401);
        send(&router, get("/api/v1/me").bearer(&token)).await.expect(401);
        server.change("ada", AccountChange::Enable).await;
        let token = server.login("ada").await;
        assert_eq!(me(&server.router, &token).await.get("disabled_at"), None);
    }

    async fn a_password_writes_no_line_about_the_profile(server: Server) {
        server.register("ada").await;
        let lines = async || server.sql("select kind from revocations where kind = 'profile'").await.len();
        server.change("ada", AccountChange::Password(Secret::new("seven lanterns by a door"))).await;
        assert_eq!(lines().await, 0);
        let token = server.send(post("/api/v1/login").json(json!({ "username": "ada", "password": "seven lanterns by a door" })));
        let token = token.await.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        // A change that changes nothing writes none either.
        for (name, count) in [("Ada", 1), ("Ada", 1), ("Countess", 2)] {
            let change = send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": name }));
            server.send(change.bearer(&token)).await.expect(200);
            assert_eq!(lines().await, count, "{name}");
        }
    }

    async fn a_line_of_before_changes_nothing_in_memory(server: Server) {
        let token = server.user("ada").await;
        me(&server.router, &token).await;
        rename_by_hand(&server).await;
        let id = server.sql("select id from users").await.concat();
        let write = async |age: i64| {
            let at = server.app.clock.now_s() - age;
            let line = format!(
                "insert into revocations (kind, subject, not_before, created_at, expires_at)
                 values ('profile', '{id}', 0, {at}, {at})"
            );
            server.sql(line.leak()).await;
            follow::all(&server.app).await.expect("the feed");
            follow::again(&server.app).await.expect("the feed");
            me(&server.router, &token).await["display_name"].clone()
        };
        assert_eq!(write(61).await, json!(null), "no profile is in memory for a minute");
        assert_eq!(write(60).await, "by hand", "it may have been committed late");
        // Lines of the last minute are read again each time, and acted upon once.
        server.sql("update users set display_name = 'again'").await;
        for _ in 0..2 {
            follow::all(&server.app).await.expect("the feed");
            follow::again(&server.app).await.expect("the feed");
            assert_eq!(me(&server.router, &token).await["display_name"], "by hand");
        }
    }
}
