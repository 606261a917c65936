//! A session gets another id and other tokens with each proof, and a copy of the old ones is dead (S59, S60, S111).

use axum::http::Method;
use serde_json::{Value, json};

use super::{super::support::*, Held, by_cookie, delete, page, refreshing, sign_in};

/// The end of all other sessions; the session that shows its refresh token gets a new identity.
fn end_others(access: &str, refresh: &str) -> Request {
    delete("/api/v1/me/sessions?except=current", access).json(json!({ "refresh_token": refresh }))
}

/// The three acts that give the session which asks a new identity.
fn renewals(held: &Held) -> [Request; 3] {
    let access = &held.access;
    let change = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
    [
        post("/api/v1/me/reauthenticate").bearer(access).json(json!({ "password": PASSWORD })),
        end_others(access, &held.refresh),
        send_json(Method::PUT, "/api/v1/me/password", change).bearer(access),
    ]
}

both! {
    async fn s111_a_proof_and_a_new_password_leave_a_copy_dead(server: Server) {
        server.register("ada").await;
        for n in 0..3 {
            let held = sign_in(&server, "ada").await;
            let [thief, owner] = [held.clone(), held];
            let [first, second, third] = renewals(&owner);
            let request = [first, second, third].into_iter().nth(n).expect("three");
            let renewed = Held::of(&server.send(request).await.expect(200).json());
            assert_ne!(renewed.sid(), owner.sid());
            // The old tokens are late for a moment, and dead after it; the access token is dead at once.
            server.send(refreshing(&thief.refresh)).await.expect_problem(409, "stale_token");
            server.send(get("/api/v1/me").bearer(&thief.access)).await.expect_problem(401, "invalid_token");
            server.app.clock.advance(10);
            server.send(refreshing(&thief.refresh)).await.expect_problem(400, "invalid_grant");
            // The owner goes on.
            let next = Held::of(&server.send(refreshing(&renewed.refresh)).await.expect(200).json());
            server.send(get("/api/v1/me").bearer(&next.access)).await.expect(200);
        }
        let reuse = "select kind from audit_events where kind = 'session.reuse'";
        assert_eq!(server.sql(reuse).await, Vec::<String>::new());
    }

    async fn a_browser_gets_its_new_identity_as_a_cookie(server: Server) {
        server.register("ada").await;
        let before = server.browser("ada").await;
        let reply = server.send(by_cookie(&before)).await.expect(200);
        let (cookie, access) = (reply.session_cookie().expect("one"), reply.json()["access_token"].clone());
        let access = access.as_str().expect("a token");
        let prove = post("/api/v1/me/reauthenticate").bearer(access).json(json!({ "password": PASSWORD }));
        let reply = server.send(prove.cookie(&cookie)).await.expect(200);
        let renewed = reply.session_cookie().expect("the new one");
        assert_eq!(reply.json()["refresh_token"], Value::Null, "it goes out one way only");
        server.send(page(&renewed)).await.expect(200);
        server.send(page(&cookie)).await.expect(303);
        // Late messages with the old cookie must not take the new one away.
        let late = server.send(by_cookie(&cookie)).await.expect_problem(409, "stale_token");
        assert!(late.headers.get("set-cookie").is_none());
        server.send(by_cookie(&renewed)).await.expect(200);
    }

    /// By cookie too, where the page is ours.
    async fn a_browser_that_ends_the_others_gets_a_new_cookie(server: Server) {
        server.register("ada").await;
        let before = server.browser("ada").await;
        let reply = server.send(by_cookie(&before)).await.expect(200);
        let (cookie, access) = (reply.session_cookie().expect("one"), reply.json()["access_token"].clone());
        let others = || {
            delete("/api/v1/me/sessions?except=current", access.as_str().expect("a token")).cookie(&cookie)
        };
        server.send(others()).await.expect(403);
        let renewed = server.send(others().same_origin()).await.expect(200).session_cookie().expect("the new one");
        server.send(page(&renewed)).await.expect(200);
        server.send(page(&cookie)).await.expect(303);
    }

    /// S59: who has an access token and nothing else gets no refresh token for it.
    async fn an_access_token_alone_becomes_no_refresh_token(server: Server) {
        server.register("ada").await;
        let (owner, other) = (sign_in(&server, "ada").await, sign_in(&server, "ada").await);
        // Not that of another session either, and then nothing is ended.
        server.send(end_others(&owner.access, &other.refresh)).await.expect_problem(400, "invalid_grant");
        server.send(get("/api/v1/me").bearer(&other.access)).await.expect(200);
        let reply = server.send(delete("/api/v1/me/sessions?except=current", &owner.access)).await.expect(204);
        assert!(reply.headers.get("set-cookie").is_none() && reply.text.is_empty());
        server.send(get("/api/v1/me").bearer(&other.access)).await.expect(401);
        let next = Held::of(&server.send(refreshing(&owner.refresh)).await.expect(200).json());
        assert_eq!(next.sid(), owner.sid());
        // A replaced token counts as it does for refresh.
        server.send(get("/api/v1/me").bearer(&next.access)).await.expect(200);
        server.app.tokens.usage.settle().await;
        server.app.clock.advance(10);
        server.send(end_others(&next.access, &owner.refresh)).await.expect_problem(400, "invalid_grant");
        let renewed = Held::of(&server.send(end_others(&next.access, &next.refresh)).await.expect(200).json());
        assert_ne!(renewed.sid(), owner.sid());
        let told = "select outcome from audit_events where kind = 'session.renew'";
        assert_eq!(server.sql(told).await, ["success"]);
    }

    /// Of two at once one renews the session, and the other changes nothing.
    async fn renewals_at_once_leave_one_session(server: Server) {
        server.register("ada").await;
        for n in 0..3 {
            let held = sign_in(&server, "ada").await;
            let both = [0, 1].map(|_| server.send(renewals(&held).into_iter().nth(n).expect("three")));
            let replies = futures::future::join_all(both).await;
            let renewed: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
            assert_eq!(renewed.len(), 1, "{n}: {} {}", replies[0].text, replies[1].text);
            for late in replies.iter().filter(|reply| reply.status != 200) {
                assert!([400, 401, 409].contains(&late.status.as_u16()), "{}", late.text);
            }
            let renewed = Held::of(&renewed[0].json());
            server.send(get("/api/v1/me").bearer(&renewed.access)).await.expect(200);
            assert_eq!(server.sql("select id from sessions where revoked_at is null").await, [renewed.sid()]);
            server.send(delete("/api/v1/me/sessions", &renewed.access)).await.expect(204);
            if n == 2 {
                break;
            }
        }
    }

    /// S60: a renewal that was under way does not undo a sign-out.
    async fn signing_out_by_an_old_token_ends_what_it_became(server: Server) {
        server.register("ada").await;
        let held = sign_in(&server, "ada").await;
        let [prove, ..] = renewals(&held);
        let renewed = Held::of(&server.send(prove).await.expect(200).json());
        let leave = || post("/api/v1/logout").json(json!({ "refresh_token": held.refresh }));
        server.send(leave()).await.expect(204);
        server.send(get("/api/v1/me").bearer(&renewed.access)).await.expect_problem(401, "invalid_token");
        server.send(refreshing(&renewed.refresh)).await.expect_problem(400, "invalid_grant");
        // Once the moment is over an old token is a dead one.
        let held = sign_in(&server, "ada").await;
        let [prove, ..] = renewals(&held);
        let renewed = Held::of(&server.send(prove).await.expect(200).json());
        server.app.clock.advance(10);
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": held.refresh }))).await.expect(204);
        server.send(get("/api/v1/me").bearer(&renewed.access)).await.expect(200);
    }

    async fn lives_and_the_time_of_sign_in_stay(server: Server) {
        server.register("ada").await;
        let held = sign_in(&server, "ada").await;
        server.app.clock.advance(300);
        let [prove, ..] = renewals(&held);
        let body = server.send(prove).await.expect(200).json();
        assert_eq!(body["fresh_for"], 600);
        let times = server.sql("select count(distinct created_at + expires_at) || '' from sessions").await;
        assert_eq!(times, ["1"]);
        let renewed = Held::of(&body);
        assert_eq!(part(&renewed.access, 1)["amr"], json!(["pwd"]));
        assert_eq!(part(&renewed.access, 1)["acr"], "aal1");
    }

    /// Another page still shows the old id: ending it ends the session under its new one.
    async fn a_session_is_ended_by_an_id_that_it_had(server: Server) {
        server.register("ada").await;
        let (here, there) = (sign_in(&server, "ada").await, sign_in(&server, "ada").await);
        let [prove, ..] = renewals(&there);
        let renewed = Held::of(&server.send(prove).await.expect(200).json());
        let [prove, ..] = renewals(&renewed);
        let renewed = Held::of(&server.send(prove).await.expect(200).json());
        server.send(delete(&format!("/api/v1/me/sessions/{}", there.sid()), &here.access)).await.expect(204);
        server.send(get("/api/v1/me").bearer(&renewed.access)).await.expect(401);
        server.register("bob").await;
        let bob = sign_in(&server, "bob").await;
        server.send(delete(&format!("/api/v1/me/sessions/{}", here.sid()), &bob.access)).await.expect(404);
    }
}
