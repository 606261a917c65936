//! A session's identity: new after every proof, superseded by a new sign-in, ended even where nothing can be
//! written (S18, S60, S64, S110, S111, S116).

mod renewal;

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

both! {
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

    /// F16, S116: the browser's earlier session ends, of any account and at every endpoint.
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

    /// With its session a cookie goes, and meanwhile it does not spoil a good token.
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
        let nonsense = server.send(login("vestibule_session_3000=nonsense")).await.expect(200);
        assert!(nonsense.header("set-cookie").contains("Max-Age=0"));
        // One that was superseded a moment ago is late, and its browser has another.
        let first = server.browser("ada").await;
        server.send(form("/login", &[("identifier", "ada"), ("password", PASSWORD)]).cookie(&first)).await.expect(303);
        assert!(server.send(login(&first)).await.expect(200).headers.get("set-cookie").is_none());
    }

    /// The settings of now hold for sessions that were opened under others.
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

    /// S60: signing out works while nothing can be written, and is made up for.
    async fn s60_signing_out_works_without_a_database(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let reply = server.send(by_cookie(&cookie)).await.expect(200);
        let (cookie, access) = (reply.session_cookie().expect("one"), reply.json()["access_token"].clone());
        let access = access.as_str().expect("a token");
        let shown = server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await.expect(200);
        let form = form("/logout", &[("form_token", &form_token(&shown.text, "logout"))]);
        let (away, router) = server.again().await;
        away.db.close().await;
        let left = send(&router, post("/api/v1/logout").same_origin().cookie(&cookie)).await.expect(204);
        assert!(left.header("set-cookie").contains("Max-Age=0"));
        assert_eq!(left.header("clear-site-data"), "\"storage\"");
        send(&router, get("/api/v1/token").bearer(access)).await.expect_problem(401, "invalid_token");
        session::keep_promises(&away).await.expect_err("still away");
        let form = send(&router, form.cookie(&cookie)).await.expect(303);
        assert!(form.cookie("vestibule_session_3000").is_some_and(|cookie| cookie.ends_with('=')));
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

    /// S110: a guess whose client hangs up is counted, recorded and blocks like any other.
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

/// The sign-out is written as soon as that is possible, and meanwhile this process keeps to it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promised_sign_out_is_kept() {
    use sqlx::{Connection, Executor, SqliteConnection};

    let server = Server::new(Backend::Sqlite).await;
    server.register("ada").await;
    let held = sign_in(&server, "ada").await;
    let browser = server.browser("ada").await;
    let (mut broken, mut more) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        broken.push(server.login("ada").await);
        more.push(sign_in(&server, "ada").await.access);
    }
    // Somebody else writes, for longer than a request waits.
    let url = server.url();
    let mut other = SqliteConnection::connect(url).await.expect("connected");
    other.execute("begin immediate").await.expect("locked");
    let leave = json!({ "refresh_token": held.refresh });
    let leaving = broken.iter().chain(&more);
    let leaving = leaving.map(|access| server.send(post("/api/v1/logout").bearer(access)));
    let (left, all_left) = futures::future::join(
        server.send(post("/api/v1/logout").json(leave)),
        futures::future::join_all(leaving),
    )
    .await;
    left.expect(204);
    for left in all_left {
        left.expect(204);
    }
    // A page can be read where its look cannot be written.
    server.app.clock.advance(61);
    server.send(page(&browser)).await.expect(200);
    server.send(get("/api/v1/token").bearer(&held.access)).await.expect(401);
    server.send(refreshing(&held.refresh)).await.expect_problem(400, "invalid_grant");
    other.execute("rollback").await.expect("free again");
    let alive = "select id from sessions where kind = 'token' and revoked_at is null";
    assert_eq!(server.sql(alive).await.len(), 4, "not written yet");
    // One that cannot be written stops no other.
    let plant = "create trigger planted before update on sessions when old.kind = 'none'
                 begin select raise(abort, 'planted'); end";
    server.sql(plant).await;
    session::keep_promises(&server.app).await.expect_err("three are left");
    assert_eq!(server.sql(alive).await, Vec::<String>::new());
    server.sql("drop trigger planted").await;
    session::keep_promises(&server.app).await.expect("written");
    let told = "select outcome from audit_events where kind = 'logout'";
    assert_eq!(server.sql(told).await, ["success"; 7]);
}
