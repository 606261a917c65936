//! What removes passkeys, and what does not.

use super::*;
use crate::mail::{confirmed, subjects};

fn removal(token: &str, id: &str) -> Request {
    Request::new(Method::DELETE, &format!("/api/v1/me/passkeys/{id}")).bearer(token)
}

both! {
    async fn removing_one_ends_every_other_session(server: Server) {
        confirmed(&server, "ada").await;
        let ada = server.login("ada").await;
        let (mut it, mut second) = (Authenticator::new(), Authenticator::new());
        let new = add(&server, &ada, &mut it).await;
        add(&server, &ada, &mut second).await;
        let id = new["id"].as_str().expect("an id");
        let phone = token(&login(&server, &it).await.expect(200));
        let bob = server.user("bob").await;
        server.send(removal(&bob, id)).await.expect_problem(404, "not_found");
        let renewed = server.send(removal(&ada, id)).await.expect(200);
        server.send(get("/api/v1/me").bearer(&phone)).await.expect_problem(401, "invalid_token");
        server.send(get("/api/v1/me").bearer(&token(&renewed))).await.expect(200);
        login(&server, &it).await.expect_problem(401, "passkey_unknown");
        login(&server, &second).await.expect(200);
        assert_eq!(events(&server).await, ["passkey.set", "passkey.set", "passkey.remove"]);
        let subjects = subjects(&server.app).await;
        assert!(subjects.iter().any(|subject| subject.contains("was removed")), "{subjects:?}");
    }

    async fn removing_needs_a_fresh_proof(server: Server) {
        let ada = server.user("ada").await;
        let new = add(&server, &ada, &mut Authenticator::new()).await;
        let id = new["id"].as_str().expect("an id").to_owned();
        server.app.clock.advance(599);
        let fresh = server.send(removal(&ada, "01890a5d-ac96-774b-bcce-b302099a8057")).await;
        fresh.expect_problem(404, "not_found");
        server.app.clock.advance(1);
        server.send(removal(&ada, &id)).await.expect(401);
    }

    /// Somebody without a password keeps the last one.
    async fn the_last_way_in_stays(server: Server) {
        let ada = server.user("ada").await;
        let (mut it, mut second) = (Authenticator::new(), Authenticator::new());
        let first = add(&server, &ada, &mut it).await;
        let other = add(&server, &ada, &mut second).await;
        server.sql("update users set password_hash = null").await;
        let ada = token(&login(&server, &it).await.expect(200));
        let renewed = server.send(removal(&ada, other["id"].as_str().expect("an id"))).await.expect(200);
        let last = removal(&token(&renewed), first["id"].as_str().expect("an id"));
        server.send(last).await.expect_problem(409, "last_way_in");
        login(&server, &it).await.expect(200);
    }

    /// A session with two factors whose last passkey is gone is confirmed by the password that is left.
    async fn the_password_confirms_after_the_last_one(server: Server) {
        let mut it = Authenticator::new();
        let ada = server.user("ada").await;
        let new = add(&server, &ada, &mut it).await;
        let whole = token(&login(&server, &it).await.expect(200));
        let prove = |token: &str| post("/api/v1/me/reauthenticate").bearer(token).json(json!({ "password": PASSWORD }));
        server.send(prove(&whole)).await.expect_problem(401, "factor_required");
        let removed = server.send(removal(&whole, new["id"].as_str().expect("an id"))).await.expect(200);
        server.send(prove(&token(&removed))).await.expect(200);
    }

    /// A passkey outlives a new password, and goes with its account.
    async fn passkeys_go_with_their_account(server: Server) {
        let mut it = Authenticator::new();
        let ada = owner(&server, "ada", &mut it).await;
        let change = json!({ "current_password": PASSWORD, "new_password": "another battery staple" });
        let change = send_json(Method::PUT, "/api/v1/me/password", change).bearer(&ada);
        server.send(change).await.expect(200);
        login(&server, &it).await.expect(200);
        server.sql("delete from users").await;
        assert_eq!(server.sql("select id from passkeys").await, Vec::<String>::new());
        login(&server, &it).await.expect_problem(401, "passkey_unknown");
    }

    /// A passkey of another RP id is no way in: the one that works stays, and the other can go.
    async fn the_last_one_that_works_stays(server: Server) {
        let ada = server.user("ada").await;
        let (mut it, mut dead) = (Authenticator::new(), Authenticator::new());
        let first = add(&server, &ada, &mut it).await;
        let other = add(&server, &ada, &mut dead).await;
        let (first, other) = (first["id"].as_str().expect("an id"), other["id"].as_str().expect("an id"));
        server.sql(format!("update passkeys set rp_id = 'id.example.com' where id = '{other}'").leak()).await;
        server.sql("update users set password_hash = null").await;
        let ada = token(&login(&server, &it).await.expect(200));
        server.send(removal(&ada, first)).await.expect_problem(409, "last_way_in");
        server.send(removal(&ada, other)).await.expect(200);
        login(&server, &it).await.expect(200);
    }

    /// Another RP id makes those that there are useless, and they can be removed.
    async fn another_rp_id_is_told(server: Server) {
        let ada = server.user("ada").await;
        add(&server, &ada, &mut Authenticator::new()).await;
        server.sql("update passkeys set rp_id = 'id.example.com'").await;
        let list = server.send(get("/api/v1/me/passkeys").bearer(&ada)).await.expect(200).json();
        assert_eq!(list["passkeys"][0]["works"], false);
        let none = post("/api/v1/me/reauthenticate/options").bearer(&ada);
        server.send(none).await.expect_problem(404, "not_found");
        assert_eq!(begin(&server, &ada).await["excludeCredentials"], json!([]));
        let found = vestibule::server::doctor::here::check(&server.app).await;
        assert!(format!("{found:?}").contains(r#"another RP id than \"localhost\": 1"#), "{found:?}");
    }
}
