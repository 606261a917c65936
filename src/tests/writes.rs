//! What somebody who is signed in can make the service write (S109).

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use vestibule::server::service::accounts::AccountChange;

use super::support::*;

/// Changes of one account at once; then one in two seconds.
const WRITES: usize = 30;

async fn events(server: &Server) -> usize {
    server.sql("select kind from audit_events").await.len()
}

fn patch(token: &str, body: Value) -> Request {
    send_json(Method::PATCH, "/api/v1/me", body).bearer(token)
}

fn prove(token: &str) -> Request {
    post("/api/v1/me/reauthenticate").bearer(token).json(json!({ "password": PASSWORD }))
}

/// The tokens of an answer to a proof: the session has a new identity.
fn access(reply: Reply) -> String {
    reply.expect(200).json()["access_token"].as_str().expect("a token").to_owned()
}

/// Refused for the limit, and told for how long.
#[track_caller]
fn expect_limited(reply: Reply) {
    let reply = reply.expect_problem(429, "too_many_requests");
    let wait: i64 = reply.header("retry-after").parse().expect("seconds");
    assert!((1..=3).contains(&wait), "{wait}");
}

both! {
    /// Nothing changes, so nothing is written.
    async fn what_is_so_already_is_not_written(server: Server) {
        let token = server.user("ada").await;
        let metadata = json!({ "cart": [1, 2], "a": { "b": null, "a": "x" } });
        let body = json!({ "display_name": "Ada", "metadata": metadata });
        server.send(patch(&token, body.clone())).await.expect(200);
        server.app.clock.advance(600 - 10);
        let rows = || server.sql("select display_name || metadata || updated_at from users");
        let (before, told) = (rows().await, events(&server).await);
        for same in [
            json!({}),
            body,
            json!({ "display_name": " Ada " }),
            json!({ "metadata": { "a": { "a": "x", "b": null }, "cart": [1, 2] } }),
        ] {
            let view = server.send(patch(&token, same)).await.expect(200).json();
            assert_eq!((&view["display_name"], &view["metadata"]), (&json!("Ada"), &metadata));
        }
        let rename = act("profile", json!({ "display_name": "Ada" })).bearer(&token);
        server.send(rename).await.expect(200);
        assert_eq!((rows().await, events(&server).await), (before, told));
        // One that is another is.
        server.send(patch(&token, json!({ "display_name": "Ada L." }))).await.expect(200);
        server.send(patch(&token, json!({ "display_name": null }))).await.expect(200);
        server.send(patch(&token, json!({ "display_name": "" }))).await.expect(200);
        server.send(patch(&token, json!({ "metadata": null }))).await.expect(200);
        server.send(patch(&token, json!({ "metadata": {} }))).await.expect(200);
        assert_eq!(events(&server).await, told + 3);
    }

    /// F10: thirty changes of the profile at once, then one in two seconds, by every endpoint together.
    async fn changes_of_the_profile_are_limited(server: Server) {
        let (first, second) = (server.user("ada").await, server.login("ada").await);
        let before = events(&server).await;
        for n in 0..WRITES {
            let name = format!("Ada {n}");
            let request = if n % 2 == 0 {
                patch(&first, json!({ "display_name": name }))
            } else {
                act("profile", json!({ "display_name": name })).bearer(&second)
            };
            server.send(request).await.expect(200);
        }
        expect_limited(server.send(patch(&first, json!({ "display_name": "A" }))).await);
        let rename = act("profile", json!({ "display_name": "A" })).bearer(&second);
        let refused = server.send(rename).await.expect(429);
        assert_eq!(refused.json()["code"], "too_many_requests");
        // Even what would change nothing.
        expect_limited(server.send(patch(&first, json!({}))).await);
        assert_eq!(events(&server).await, before + WRITES + 2, "a refusal a minute for each session");
        server.app.clock.advance(2);
        server.send(patch(&first, json!({ "display_name": "A" }))).await.expect(200);
        expect_limited(server.send(patch(&first, json!({ "display_name": "B" }))).await);
        // Somebody else's account has its own, and everything else of this one works.
        let other = server.user("bob").await;
        server.send(patch(&other, json!({ "display_name": "B" }))).await.expect(200);
        server.send(get("/api/v1/me").bearer(&first)).await.expect(200);
        server.send(prove(&first)).await.expect(200);
    }

    /// Right passwords in a session: thirty at once, whichever session.
    async fn proofs_that_are_right_are_limited(server: Server) {
        let (mut first, mut second) = (server.user("ada").await, server.login("ada").await);
        for n in 0..WRITES {
            let which = if n % 2 == 0 { &mut first } else { &mut second };
            *which = access(server.send(prove(which)).await);
        }
        let before = events(&server).await;
        expect_limited(server.send(prove(&first)).await);
        let body = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let change = send_json(Method::PUT, "/api/v1/me/password", body).bearer(&second);
        expect_limited(server.send(change).await);
        assert_eq!(events(&server).await, before + 2, "a refusal a minute for each session");
        server.app.clock.advance(2);
        first = access(server.send(prove(&first)).await);
        expect_limited(server.send(prove(&first)).await);
    }

    /// Wrong passwords in a stolen session use up nothing of that.
    async fn wrong_proofs_leave_the_right_ones_alone(server: Server) {
        let (stolen, mut own) = (server.user("ada").await, server.login("ada").await);
        for _ in 0..40 {
            let body = json!({ "password": "wrong horse battery" });
            server.send(post("/api/v1/me/reauthenticate").bearer(&stolen).json(body)).await;
        }
        for _ in 0..WRITES {
            own = access(server.send(prove(&own)).await);
        }
    }

    /// Passwords changed without end.
    async fn changes_of_the_password_are_limited(server: Server) {
        let mut token = server.user("ada").await;
        let passwords = [PASSWORD, "another horse battery"];
        let mut changed = 0;
        loop {
            let body = json!({
                "current_password": passwords[changed % 2],
                "new_password": passwords[(changed + 1) % 2],
            });
            let reply = server.send(send_json(Method::PUT, "/api/v1/me/password", body).bearer(&token)).await;
            if reply.status == 429 {
                break expect_limited(reply);
            }
            token = access(reply);
            changed += 1;
            assert!(changed <= WRITES, "no end");
        }
        assert_eq!(changed, WRITES);
    }

    /// Sessions ended without end. Who has not proved who they are uses up nothing of that.
    async fn ending_sessions_is_limited(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let held = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let delete = |path: &str, token: &str| Request::new(Method::DELETE, path).bearer(token);
        let others = "/api/v1/me/sessions?except=current";
        server.app.clock.advance(600);
        let body = json!({ "refresh_token": held["refresh_token"] });
        let stolen = access(server.send(post("/api/v1/token/refresh").json(body)).await);
        for _ in 0..2 * WRITES {
            server.send(delete(others, &stolen)).await.expect_problem(401, "reauthentication_required");
        }
        let own = server.login("ada").await;
        let unknown = format!("/api/v1/me/sessions/{}", server.app.clock.new_id());
        for n in 0..WRITES {
            if n % 2 == 0 {
                server.send(delete(&unknown, &own)).await.expect_problem(404, "not_found");
            } else {
                let other = server.login("ada").await;
                server.send(delete(others, &own)).await.expect(204);
                server.send(get("/api/v1/token").bearer(&other)).await.expect(401);
            }
        }
        let before = events(&server).await;
        expect_limited(server.send(delete(others, &own)).await);
        expect_limited(server.send(delete("/api/v1/me/sessions", &own)).await);
        expect_limited(server.send(delete(&unknown, &own)).await);
        assert_eq!(events(&server).await, before + 1, "a refusal a minute for each session");
        server.app.clock.advance(2);
        server.send(delete("/api/v1/me/sessions", &own)).await.expect(204);
    }

    /// An administrator's changes of others' accounts.
    async fn changes_by_an_administrator_are_limited(server: Server) {
        let admin = server.admin().await;
        let id = server.register("ada").await;
        let change = |disabled: bool| {
            let path = format!("/api/v1/users/{id}");
            server.send(send_json(Method::PATCH, &path, json!({ "disabled": disabled })).bearer(&admin))
        };
        for n in 0..WRITES {
            change(n % 2 == 0).await.expect(200);
        }
        let before = events(&server).await;
        expect_limited(change(true).await);
        assert_eq!(events(&server).await, before + 1, "a refusal a minute for each session");
        server.app.clock.advance(2);
        change(true).await.expect(200);
        // The command line has no limit.
        for n in 0..WRITES {
            server.change("ada", if n % 2 == 0 { AccountChange::Enable } else { AccountChange::Disable }).await;
        }
    }

    /// Signing out is never refused.
    async fn signing_out_is_not_limited(server: Server) {
        let mut tokens = Vec::new();
        server.register("ada").await;
        for _ in 0..WRITES + 10 {
            tokens.push(server.login("ada").await);
            server.app.clock.advance(2);
        }
        for token in &tokens {
            server.send(post("/api/v1/logout").bearer(token)).await.expect(204);
        }
    }

    /// A refresh token that has ended can be shown for ever, and writes nothing.
    async fn a_session_ends_once(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let held = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let out = || post("/api/v1/logout").json(json!({ "refresh_token": held["refresh_token"] }));
        server.send(out()).await.expect(204);
        let (before, feed) = (events(&server).await, server.sql("select kind from revocations").await);
        for _ in 0..5 {
            server.send(out()).await.expect(204);
        }
        assert_eq!(events(&server).await, before);
        assert_eq!(server.sql("select kind from revocations").await, feed);
    }

    /// F3: right passwords of one account, whatever the device, the endpoint and the address.
    async fn right_passwords_of_one_account_are_limited(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields)).await.expect(303);
        let known = arrived.cookie("vestibule_device_3000").expect("a known device");
        for n in 1..WRITES {
            match n % 3 {
                0 => server.send(form("/login", &fields).cookie(&known)).await.expect(303),
                1 => server.send(right(" Ada ")).await.expect(200),
                _ => server.send(post("/login").json(json!({ "username": "ada", "password": PASSWORD }))).await.expect(200),
            };
        }
        expect_limited(server.send(right("ada")).await);
        server.send(form("/login", &fields).cookie(&known)).await.expect(429);
        server.app.clock.advance(2);
        server.send(form("/login", &fields).cookie(&known)).await.expect(303);
        expect_limited(server.send(right("ada")).await);
        // Others sign in, also from the same address.
        server.register("bob").await;
        server.send(right("bob")).await.expect(200);
    }

    /// At once no more get through than one by one.
    async fn right_passwords_at_once_are_counted_one_by_one(server: Server) {
        server.register("ada").await;
        let replies = join_all((0..100).map(|_| server.send(right("ada")))).await;
        let opened = replies.iter().filter(|reply| reply.status == 200).count();
        assert!((1..=WRITES).contains(&opened), "{opened} sign-ins");
        assert!(replies.iter().all(|reply| [200, 429, 503].contains(&reply.status.as_u16())));
    }

    /// Wrong passwords of strangers use up nothing of that.
    async fn wrong_passwords_leave_the_right_ones_alone(server: Server) {
        server.register("ada").await;
        for _ in 0..ACCOUNT_BURST - 1 {
            server.send(guess("ada")).await.expect(401);
        }
        for _ in 0..WRITES {
            server.send(right("ada")).await.expect(200);
        }
    }
}
