//! One's own sessions: seen, ended, and what asks for a fresh proof (S61, S64).

use axum::http::Method;
use serde_json::{Value, json};

use super::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// Signs in with an agent; answers the refresh token, the access token and the session's id.
async fn sign_in(server: &Server, name: &str, agent: &str) -> (String, String, String) {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    let reply = server.send(post("/api/v1/login").header("user-agent", agent).json(body)).await;
    held(&reply.expect(200).json())
}

/// The tokens of an answer, and the session's id.
fn held(body: &Value) -> (String, String, String) {
    let text = |name: &str| body[name].as_str().expect("a token").to_owned();
    let access = text("access_token");
    let sid = part(&access, 1)["sid"].as_str().expect("a session").to_owned();
    (text("refresh_token"), access, sid)
}

async fn list(server: &Server, access: &str) -> Value {
    server.send(get("/api/v1/me/sessions").bearer(access)).await.expect(200).json()
}

fn ids(list: &Value) -> Vec<&str> {
    let sessions = list["sessions"].as_array().expect("a list");
    sessions.iter().map(|session| session["id"].as_str().expect("an id")).collect()
}

fn delete(path: &str, access: &str) -> Request {
    Request::new(Method::DELETE, path).bearer(access)
}

async fn is_alive(server: &Server, access: &str, refresh: &str) -> bool {
    let called = server.send(get("/api/v1/me").bearer(access)).await.status == 200;
    let body = json!({ "refresh_token": refresh });
    let refreshed = server.send(post("/api/v1/token/refresh").json(body)).await.status == 200;
    assert_eq!(called, refreshed, "access and refresh agree");
    called
}

both! {
    async fn a_list_in_words(server: Server) {
        server.register("ada").await;
        let (_, _, older) = sign_in(&server, "ada", FIREFOX).await;
        server.app.clock.advance(120);
        let (_, access, newer) = sign_in(&server, "ada", "curl/8.5").await;
        server.register("bob").await;
        sign_in(&server, "bob", FIREFOX).await;
        let list = list(&server, &access).await;
        assert_eq!(ids(&list), [newer.as_str(), older.as_str()]);
        let (this, that) = (&list["sessions"][0], &list["sessions"][1]);
        assert_eq!((&this["current"], &this["device"]), (&json!(true), &json!("curl 8")));
        assert_eq!((&that["current"], &that["device"]), (&json!(false), &json!("Firefox 145 on Linux")));
        assert_eq!(this["created_at"].as_i64(), that["created_at"].as_i64().map(|at| at + 120));
        assert!(list.get("next_before").is_none());
        for secret in ["hash", "sealed", "generation"] {
            assert!(!list.to_string().contains(secret), "{list}");
        }
    }

    async fn last_seen_moves_with_pages_and_refresh(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        server.app.clock.advance(1);
        let (_, access, _) = sign_in(&server, "ada", "curl/8.5").await;
        let seen = async || list(&server, &access).await["sessions"][1]["last_seen_at"].as_i64().expect("a time");
        let began = seen().await;
        let page = || get("/account").header("accept", "text/html").cookie(&cookie);
        server.app.clock.advance(30);
        server.send(page()).await.expect(200);
        assert_eq!(seen().await, began, "at most once a minute");
        server.app.clock.advance(31);
        server.send(page()).await.expect(200);
        assert_eq!(seen().await, began + 62);
        server.app.clock.advance(5);
        server.send(post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await.expect(200);
        assert_eq!(seen().await, began + 67);
    }

    async fn s61_one_others_and_all_can_be_ended(server: Server) {
        server.register("ada").await;
        let a = sign_in(&server, "ada", FIREFOX).await;
        let b = sign_in(&server, "ada", FIREFOX).await;
        let c = sign_in(&server, "ada", FIREFOX).await;
        server.send(delete(&format!("/api/v1/me/sessions/{}", b.2), &a.1)).await.expect(204);
        assert!(!is_alive(&server, &b.1, &b.0).await);
        assert!(is_alive(&server, &a.1, &a.0).await && is_alive(&server, &c.1, &c.0).await);
        // Twice is not found, like anything that is not there.
        server.send(delete(&format!("/api/v1/me/sessions/{}", b.2), &a.1)).await.expect_problem(404, "not_found");

        let d = sign_in(&server, "ada", FIREFOX).await;
        let renewed = server.send(delete("/api/v1/me/sessions?except=current", &d.1).json(json!({ "refresh_token": d.0 }))).await.expect(200).json();
        let d = held(&renewed);
        assert_eq!(ids(&list(&server, &d.1).await), [d.2.as_str()]);
        server.send(get("/api/v1/me").bearer(&a.1)).await.expect_problem(401, "invalid_token");

        let e = sign_in(&server, "ada", FIREFOX).await;
        server.send(delete("/api/v1/me/sessions", &e.1)).await.expect(204);
        assert!(!is_alive(&server, &d.1, &d.0).await && !is_alive(&server, &e.1, &e.0).await);
    }

    async fn ending_all_empties_the_browser(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let reply = server.send(post("/api/v1/token/refresh").same_origin().cookie(&cookie)).await.expect(200);
        let (cookie, body) = (reply.session_cookie().expect("the next"), reply.json());
        let access = body["access_token"].as_str().expect("one");
        let reply = server.send(delete("/api/v1/me/sessions", access).cookie(&cookie)).await.expect(204);
        assert!(reply.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(reply.header("clear-site-data"), "\"storage\"");
    }

    async fn s96_other_peoples_sessions_are_not_there(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        let ada = sign_in(&server, "ada", FIREFOX).await;
        let bob = sign_in(&server, "bob", FIREFOX).await;
        for id in [bob.2.as_str(), "nothing", "00000000-0000-7000-8000-000000000000", "%00", "%ff"] {
            server.send(delete(&format!("/api/v1/me/sessions/{id}"), &ada.1)).await.expect_problem(404, "not_found");
        }
        assert!(is_alive(&server, &bob.1, &bob.0).await);
        for query in ["?except=others", "?before=x&x=y", "?current=true"] {
            server.send(delete(&format!("/api/v1/me/sessions{query}"), &ada.1)).await.expect_problem(422, "invalid_input");
        }
        assert!(is_alive(&server, &ada.1, &ada.0).await);
    }

    async fn s64_ending_others_asks_for_a_fresh_proof(server: Server) {
        server.register("ada").await;
        let other = sign_in(&server, "ada", FIREFOX).await;
        let (mut refresh, _, sid) = sign_in(&server, "ada", FIREFOX).await;
        server.app.clock.advance(599);
        let refreshed = async |token: &str| {
            let body = json!({ "refresh_token": token });
            server.send(post("/api/v1/token/refresh").json(body)).await.expect(200).json()
        };
        let body = refreshed(&refresh).await;
        refresh = body["refresh_token"].as_str().expect("one").to_owned();
        server.app.clock.advance(1);
        // Refresh has not renewed the proof.
        let body = refreshed(&refresh).await;
        let access = body["access_token"].as_str().expect("one").to_owned();
        let one = format!("/api/v1/me/sessions/{}", other.2);
        for path in [one.as_str(), "/api/v1/me/sessions", "/api/v1/me/sessions?except=current"] {
            let reply = server.send(delete(path, &access)).await;
            let reply = reply.expect_problem(401, "reauthentication_required");
            let challenge = reply.header("www-authenticate");
            assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
        }
        let prove = |password: Value| {
            post("/api/v1/me/reauthenticate").bearer(&access).json(json!({ "password": password }))
        };
        server.send(prove(json!("wrong horse battery"))).await.expect_problem(401, "invalid_credentials");
        server.send(prove(json!(""))).await.expect_problem(422, "invalid_input");
        server.send(prove(json!("x".repeat(5000)))).await.expect_problem(422, "invalid_input");
        let proof = server.send(prove(json!(PASSWORD))).await.expect(200).json();
        assert_eq!(proof["fresh_for"], 600);
        let fresh = proof["access_token"].as_str().expect("one");
        let (renewed, new_sid) = (&proof["refresh_token"], &part(fresh, 1)["sid"]);
        assert_ne!(*new_sid, json!(sid), "a copy of the session gets no fresh proof");
        server.send(delete(&one, fresh)).await.expect(204);
        // Ten minutes on it is old again.
        server.app.clock.advance(600);
        server.send(delete("/api/v1/me/sessions", fresh)).await.expect(401);
        // Ending the session that asks is signing out, and needs no proof.
        let own = format!("/api/v1/me/sessions/{}", new_sid.as_str().expect("a sid"));
        let refresh = refreshed(renewed.as_str().expect("one")).await;
        server.send(delete(&own, refresh["access_token"].as_str().expect("one"))).await.expect(204);
    }
}
