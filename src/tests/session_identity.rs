//! A session's identity: new after every proof, superseded by a new sign-in, ended even where nothing can be
//! written (S18, S60, S64, S110, S111, S116).

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::service::session;

use super::support::*;

/// A session of an API client.
#[derive(Clone)]
struct Held {
    refresh: String,
    access: String,
}

impl Held {
    fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().expect("a token").to_owned();
        Self { refresh: text("refresh_token"), access: text("access_token") }
    }

    fn sid(&self) -> String {
        part(&self.access, 1)["sid"].as_str().expect("a sid").to_owned()
    }
}

async fn sign_in(server: &Server, name: &str) -> Held {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    Held::of(&server.send(post("/api/v1/login").json(body)).await.expect(200).json())
}

fn refreshing(token: &str) -> Request {
    post("/api/v1/token/refresh").json(json!({ "refresh_token": token }))
}

fn by_cookie(cookie: &str) -> Request {
    post("/api/v1/token/refresh").same_origin().cookie(cookie)
}

fn page(cookie: &str) -> Request {
    get("/account").header("accept", "text/html").cookie(cookie)
}

fn delete(path: &str, access: &str) -> Request {
    Request::new(Method::DELETE, path).bearer(access)
}

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
        server.app.tokens.uses.settle().await;
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

    /// Sessions without a refresh token, which scripts open in numbers, end none that has one.
    async fn sessions_without_a_refresh_token_are_counted_apart(server: Server) {
        server.register("ada").await;
        let held = sign_in(&server, "ada").await;
        for _ in 0..101 {
            server.app.clock.advance(2);
            server.login("ada").await;
        }
        let open = "select kind from sessions where revoked_at is null order by kind";
        let open = server.sql(open).await;
        assert_eq!(open.iter().filter(|kind| *kind == "token").count(), 1);
        assert_eq!(open.len(), 101);
        server.send(refreshing(&held.refresh)).await.expect(200);
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

    /// F16, S116: whoever's session it was, and by whatever door.
    async fn s116_signing_in_again_ends_the_session_before(server: Server) {
        for name in ["ada", "bob"] {
            server.register(name).await;
        }
        let fields = |name: &'static str| [("identifier", name), ("password", PASSWORD)];
        let first = server.browser("ada").await;
        let again = server.send(form("/login", &fields("ada")).cookie(&first)).await.expect(303);
        let second = again.session_cookie().expect("one");
        server.send(page(&first)).await.expect(303);
        server.send(by_cookie(&first)).await.expect_problem(409, "stale_token");
        let body = json!({ "username": "bob", "password": PASSWORD, "session": "cookie" });
        let bob = server.send(post("/api/v1/login").same_origin().cookie(&second).json(body)).await.expect(200);
        server.app.clock.advance(10);
        server.send(by_cookie(&second)).await.expect_problem(400, "invalid_grant");
        let bob = bob.session_cookie().expect("one");
        // Registration is a sign-in too.
        let new = [("username", "eve"), ("password", PASSWORD)];
        let eve = server.send(form("/register", &new).cookie(&bob)).await.expect(303);
        server.send(page(&bob)).await.expect(303);
        // A sign-in that puts nothing into the browser ends nothing there.
        let eve = eve.session_cookie().expect("one");
        server.send(right("ada").cookie(&eve)).await.expect(200);
        server.send(page(&eve)).await.expect(200);
        let told = "select subject || outcome from audit_events where kind = 'session.supersede'";
        assert_eq!(server.sql(told).await.len(), 3);
    }

    /// F23: with its session a cookie goes, and meanwhile it does not spoil a good token.
    async fn a_dead_cookie_is_cleared_and_spoils_nothing(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let access = server.login("ada").await;
        let me = || get("/api/v1/me").bearer(&access).cookie(&cookie);
        server.send(me()).await.expect_problem(401, "session_mismatch");
        server.send(post("/api/v1/logout").same_origin().cookie(&cookie)).await.expect(204);
        server.send(me()).await.expect(200);
        // An answer to a script may come late, after a newer sign-in: it removes nothing.
        let refused = server.send(by_cookie(&cookie)).await.expect_problem(400, "invalid_grant");
        assert!(refused.headers.get("set-cookie").is_none());
        let login = |cookie: &str| get("/login").header("accept", "text/html").cookie(cookie);
        let shown = server.send(login(&cookie)).await.expect(200);
        assert!(shown.header("set-cookie").contains("Max-Age=0"), "{:?}", shown.headers);
        let nonsense = server.send(login("vestibule_session=nonsense")).await.expect(200);
        assert!(nonsense.header("set-cookie").contains("Max-Age=0"));
        // One that was superseded a moment ago is late, and its browser has another.
        let first = server.browser("ada").await;
        server.send(form("/login", &[("identifier", "ada"), ("password", PASSWORD)]).cookie(&first)).await.expect(303);
        assert!(server.send(login(&first)).await.expect(200).headers.get("set-cookie").is_none());
    }

    /// F13: the settings of now hold for sessions that were opened under others.
    async fn shorter_lives_act_on_living_sessions(server: Server) {
        server.register("ada").await;
        let (whole, idle) = (sign_in(&server, "ada").await, sign_in(&server, "ada").await);
        let cookie = server.browser("ada").await;
        let watch = server.login("ada").await;
        let short = |session: &str, idle: &str| {
            let (session, idle) = (Some(session.to_owned()), Some(idle.to_owned()));
            server.again_with(move |flags| {
                flags.session_ttl = session;
                flags.session_idle_ttl = idle;
            })
        };
        server.app.clock.advance(70);
        let (_, router) = short("60", "60").await;
        send(&router, refreshing(&whole.refresh)).await.expect_problem(400, "invalid_grant");
        send(&router, page(&cookie)).await.expect(303);
        let mine = send(&router, get("/api/v1/me/sessions").bearer(&watch)).await.expect(200).json();
        assert_eq!(mine["sessions"].as_array().map(Vec::len), Some(1), "the one that asks: {mine}");
        let (_, router) = short("7776000", "60").await;
        send(&router, refreshing(&idle.refresh)).await.expect_problem(400, "invalid_grant");
        // Longer ones give nothing to sessions that were opened for less.
        let (_, router) = short("7776000", "7776000").await;
        let body = send(&router, refreshing(&idle.refresh)).await.expect(200).json();
        let (_, router) = short("100", "100").await;
        let next = send(&router, refreshing(body["refresh_token"].as_str().expect("one"))).await.expect(200).json();
        assert!(next["expires_in"].as_i64().is_some_and(|left| left <= 30), "no token outlives it: {next}");
    }

    /// F14, S60: signing out works while nothing can be written, and is made up for.
    async fn s60_signing_out_works_without_a_database(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let reply = server.send(by_cookie(&cookie)).await.expect(200);
        let (cookie, access) = (reply.session_cookie().expect("one"), reply.json()["access_token"].clone());
        let access = access.as_str().expect("a token");
        let (away, router) = server.again().await;
        away.db.close().await;
        let left = send(&router, post("/api/v1/logout").same_origin().cookie(&cookie)).await.expect(204);
        assert!(left.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(left.header("clear-site-data"), "\"storage\"");
        send(&router, get("/api/v1/token").bearer(access)).await.expect_problem(401, "invalid_token");
        session::keep_promises(&away).await.expect_err("still away");
        let form = send(&router, form("/logout", &[]).cookie(&cookie)).await.expect(303);
        assert!(form.header("set-cookie").contains("Max-Age=0"));
    }

    async fn the_oldest_of_too_many_sessions_ends(server: Server) {
        server.register("ada").await;
        let mut held = Vec::new();
        for _ in 0..102 {
            server.app.clock.advance(4);
            held.push(sign_in(&server, "ada").await);
        }
        let open = "select id from sessions where revoked_at is null";
        assert_eq!(server.sql(open).await.len(), 100);
        server.send(refreshing(&held[1].refresh)).await.expect_problem(400, "invalid_grant");
        server.send(get("/api/v1/token").bearer(&held[1].access)).await.expect(401);
        server.send(refreshing(&held[2].refresh)).await.expect(200);
        let told = "select outcome from audit_events where kind = 'session.revoke' and actor = 'system'";
        assert_eq!(server.sql(told).await, ["success", "success"]);
    }

    /// F5, S110: a guess whose client hangs up is counted, recorded and blocks like any other.
    async fn s110_guesses_of_clients_that_hang_up_count(server: Server) {
        server.register("ada").await;
        // Threads enough that one account's share of the places holds all of them.
        let (app, router) = server.again_with(|flags| flags.hashing_threads = Some("8".into())).await;
        for _ in 0..ACCOUNT_BURST {
            // As hyper drops a request when its connection is closed: polled once, and dropped.
            let mut request = Box::pin(send(&router, guess("ada")));
            assert!(futures::poll!(&mut request).is_pending());
            drop(request);
        }
        app.background.close();
        let done = tokio::time::timeout(std::time::Duration::from_secs(60), app.background.wait());
        done.await.expect("they run to their end");
        let events = "select outcome from audit_events where kind = 'login' and outcome = 'wrong_password'";
        assert_eq!(server.sql(events).await.len(), ACCOUNT_BURST);
        let failures = "select sum(failures) || '' from source_failures";
        assert_eq!(server.sql(failures).await, [ACCOUNT_BURST.to_string()]);
    }
}

/// F14: the sign-out is written as soon as that is possible, and meanwhile this process keeps to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promised_sign_out_is_kept() {
    use sqlx::{Connection, Executor, SqliteConnection};

    let server = Server::new(Backend::Sqlite).await;
    server.register("ada").await;
    let held = sign_in(&server, "ada").await;
    let browser = server.browser("ada").await;
    // Somebody else writes, for longer than a request waits.
    let url = server.flags.database_url.as_deref().expect("an address");
    let mut other = SqliteConnection::connect(url).await.expect("connected");
    other.execute("begin immediate").await.expect("locked");
    let leave = json!({ "refresh_token": held.refresh });
    let (left, seen) = futures::future::join(
        server.send(post("/api/v1/logout").json(leave)),
        // A page can be read where its look cannot be written.
        async {
            server.app.clock.advance(61);
            server.send(page(&browser)).await
        },
    )
    .await;
    left.expect(204);
    seen.expect(200);
    server.send(get("/api/v1/token").bearer(&held.access)).await.expect(401);
    server.send(refreshing(&held.refresh)).await.expect_problem(400, "invalid_grant");
    other.execute("rollback").await.expect("free again");
    let alive = "select id from sessions where kind = 'token' and revoked_at is null";
    assert_eq!(server.sql(alive).await.len(), 1, "not written yet");
    session::keep_promises(&server.app).await.expect("written");
    assert_eq!(server.sql(alive).await, Vec::<String>::new());
    let told = "select outcome from audit_events where kind = 'logout'";
    assert_eq!(server.sql(told).await, ["success"]);
}
