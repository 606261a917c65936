//! Grants of other clients: sessions that came from the session of a browser, and end with it (S61, S62).

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::{
    clock::Clock,
    secure::session_token::SessionToken,
    service::{ClientInfo, follow, session},
};

use super::{backup::command, support::*};

/// A session with the tokens that a program holds.
struct Held {
    id: String,
    refresh: String,
    access: String,
}

impl Held {
    fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().expect("a token").to_owned();
        let (refresh, access) = (text("refresh_token"), text("access_token"));
        let id = part(&access, 1)["sid"].as_str().expect("a session").to_owned();
        Self { id, refresh, access }
    }
}

async fn sign_in(server: &Server) -> Held {
    let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
    Held::of(&server.send(post("/api/v1/login").json(body)).await.expect(200).json())
}

/// A grant of a session. The access token of before stays one of our own client, so that the guard shows whether the
/// session is over.
async fn grant(server: &Server, parent: &Held, is_offline: bool) -> Held {
    let mut held = sign_in(server).await;
    // As its client has it.
    let token =
        SessionToken::issue(&server.app.tokens.grant_mac, &held.id.parse().expect("an id"), 0)
            .expect("a token");
    held.refresh = token.expose().to_owned();
    let hash = token.hash();
    let offline = if is_offline { server.app.clock.now_s().to_string() } else { "null".into() };
    let (id, parent) = (&held.id, &parent.id);
    let update = format!(
        "update sessions set client_id = 'grafana', parent_id = '{parent}', offline_at = {offline}, current_hash = '{hash}',
                grant_of = '{{\"idle\":2592000}}' where id = '{id}'"
    );
    server.sql(update.leak()).await;
    held
}

/// As the endpoint of the client will do it: the next refresh token, or the status of the refusal.
async fn next(server: &Server, token: &str) -> Result<String, u16> {
    let refreshed = session::refresh(&server.app, token, "grafana", &ClientInfo::default()).await;
    let opened = refreshed.map_err(|error| error.code().status())?;
    Ok(opened.issued.refresh.expect("a token").1.expose().to_owned())
}

async fn refresh(server: &Server, held: &Held) -> u16 {
    next(server, &held.refresh).await.map_or_else(|status| status, |_| 200)
}

/// At our own endpoint.
async fn refresh_here(server: &Server, held: &Held) -> Reply {
    let body = json!({ "refresh_token": held.refresh });
    server.send(post("/api/v1/token/refresh").json(body)).await
}

async fn reason(server: &Server, held: &Held) -> Vec<String> {
    let select = format!(
        "select revoked_reason from sessions where id = '{}' and revoked_at is not null",
        held.id
    );
    server.sql(select.leak()).await
}

async fn parent(server: &Server, held: &Held) -> Vec<String> {
    server.sql(format!("select parent_id from sessions where id = '{}'", held.id).leak()).await
}

both! {
    async fn s61_a_grant_ends_with_its_parent(server: Server) {
        server.register("ada").await;
        let (browser, other) = (sign_in(&server).await, sign_in(&server).await);
        let (online, offline) = (grant(&server, &browser, false).await, grant(&server, &browser, true).await);
        let foreign = grant(&server, &other, false).await;
        let (process, router) = server.again().await;
        assert_eq!(status(&router, &online.access).await, 200);
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": browser.refresh }))).await.expect(204);
        assert_eq!(reason(&server, &online).await, ["parent"]);
        assert_eq!(status(&server.router, &online.access).await, 401);
        follow::all(&process).await.expect("the feed");
        assert_eq!(status(&router, &online.access).await, 401, "in the other process");
        assert_eq!(refresh(&server, &online).await, 400);
        for alive in [&offline, &foreign] {
            assert_eq!(reason(&server, alive).await, Vec::<String>::new());
            assert_eq!(status(&server.router, &alive.access).await, 200);
            assert_eq!(refresh(&server, alive).await, 200);
        }
        // One event: what ends with it is no act of anybody.
        let events = server.sql("select kind from audit_events where kind in ('logout', 'session.revoke')").await;
        assert_eq!(events, ["logout"]);
    }

    /// A refresh token works at the endpoint of its client alone, ours not at that of others, and comes to no harm elsewhere.
    async fn s61_a_refresh_token_is_for_its_client(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let held = grant(&server, &browser, false).await;
        refresh_here(&server, &held).await.expect_problem(400, "invalid_grant");
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": held.refresh }))).await.expect(204);
        assert_eq!(refresh(&server, &browser).await, 400);
        assert_eq!(reason(&server, &held).await, Vec::<String>::new());
        assert_eq!(refresh(&server, &held).await, 200);
        refresh_here(&server, &browser).await.expect(200);
        // Nor is a replaced one a theft there.
        server.app.clock.advance(60);
        refresh_here(&server, &held).await.expect_problem(400, "invalid_grant");
        assert_eq!(reason(&server, &held).await, Vec::<String>::new());
    }

    /// Programs of others are not compared, and get the time of a lost answer alone.
    async fn a_grant_gets_the_window_alone(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let held = grant(&server, &browser, false).await;
        let first = next(&server, &held.refresh).await.expect("a token");
        assert_eq!(next(&server, &held.refresh).await.as_ref(), Ok(&first));
        server.app.clock.advance(10);
        assert_eq!(next(&server, &held.refresh).await, Err(400));
        assert_eq!(next(&server, &first).await, Err(400), "ended for it");
    }

    /// A session that gets a new identity hands its grants on, and none of them is refused meanwhile.
    async fn a_renewal_meanwhile_refuses_no_grant(server: Server) {
        server.register("ada").await;
        let mut browser = sign_in(&server).await;
        let held = grant(&server, &browser, false).await;
        for _ in 0..20 {
            let prove = post("/api/v1/me/reauthenticate").bearer(&browser.access).json(json!({ "password": PASSWORD }));
            let (renewed, refreshed) = tokio::join!(server.send(prove), refresh(&server, &held));
            browser = Held::of(&renewed.expect(200).json());
            assert_eq!(refreshed, 200, "the same token, for as long as its answer may have been lost");
        }
    }

    async fn a_grant_that_is_ended_ends_nothing_else(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let (one, two) = (grant(&server, &browser, false).await, grant(&server, &browser, false).await);
        let request = Request::new(Method::DELETE, &format!("/api/v1/me/sessions/{}", one.id)).bearer(&browser.access);
        server.send(request).await.expect(204);
        assert_eq!(reason(&server, &one).await, ["revoked"]);
        for alive in [&browser, &two] {
            assert_eq!(status(&server.router, &alive.access).await, 200);
        }
    }

    async fn the_operator_ends_a_session_with_its_grants(server: Server) {
        // Commands have the machine's clock.
        server.app.clock.advance(Clock::System.now_s() - server.app.clock.now_s());
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let (online, offline) = (grant(&server, &browser, false).await, grant(&server, &browser, true).await);
        let listed = Said::by(command(&server).args(["session", "list", "ada"])).fine();
        assert_eq!(listed.lines().count(), 3, "{listed}");
        Said::by(command(&server).args(["session", "end", "ada", "--id", &browser.id])).fine();
        follow::all(&server.app).await.expect("the feed");
        assert_eq!(reason(&server, &online).await, ["parent"]);
        assert_eq!(status(&server.router, &online.access).await, 401);
        assert_eq!(status(&server.router, &offline.access).await, 401, "nobody knows who let it in");
    }

    async fn grants_follow_their_session_to_its_new_identity(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let (online, offline) = (grant(&server, &browser, false).await, grant(&server, &browser, true).await);
        let prove = post("/api/v1/me/reauthenticate").bearer(&browser.access).json(json!({ "password": PASSWORD }));
        let renewed = Held::of(&server.send(prove).await.expect(200).json());
        assert_ne!(renewed.id, browser.id);
        for held in [&online, &offline] {
            assert_eq!(parent(&server, held).await, [renewed.id.as_str()]);
            assert_eq!(status(&server.router, &held.access).await, 200, "nobody signed out");
        }
        server.send(post("/api/v1/logout").bearer(&renewed.access)).await.expect(204);
        assert_eq!(reason(&server, &online).await, ["parent"]);
        assert_eq!(reason(&server, &offline).await, Vec::<String>::new());
    }

    /// Those of the session that changes the password stay; all others end, offline ones too.
    async fn a_new_password_ends_the_grants_of_other_sessions(server: Server) {
        server.register("ada").await;
        let (browser, other, gone) = (sign_in(&server).await, sign_in(&server).await, sign_in(&server).await);
        let kept = [grant(&server, &browser, false).await, grant(&server, &browser, true).await];
        let ended = [
            grant(&server, &other, false).await, grant(&server, &other, true).await, grant(&server, &gone, true).await,
        ];
        server.send(post("/api/v1/logout").json(json!({ "refresh_token": gone.refresh }))).await.expect(204);
        let body = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let changed = send_json(Method::PUT, "/api/v1/me/password", body).bearer(&browser.access);
        let renewed = Held::of(&server.send(changed).await.expect(200).json());
        for held in &ended {
            assert_eq!(reason(&server, held).await, ["password"]);
            assert_eq!(refresh(&server, held).await, 400);
        }
        for held in &kept {
            assert_eq!(parent(&server, held).await, [renewed.id.as_str()]);
            // Its access token is of the epoch before; the next one is not.
            assert_eq!(status(&server.router, &held.access).await, 401);
            assert_eq!(refresh(&server, held).await, 200);
        }
    }

    async fn a_grant_is_not_refreshed_when_its_parent_is_over(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let (online, offline) = (grant(&server, &browser, false).await, grant(&server, &browser, true).await);
        let now = server.app.clock.now_s();
        let idle = format!("update sessions set idle_expires_at = {now} where id = '{}'", browser.id);
        server.sql(idle.leak()).await;
        assert_eq!(refresh(&server, &online).await, 400);
        assert_eq!(refresh(&server, &offline).await, 200);
        // Nor when it was forgotten.
        server.sql(format!("delete from sessions where id = '{}'", browser.id).leak()).await;
        assert_eq!(refresh(&server, &online).await, 400);
    }

    async fn grants_are_none_of_ones_own_sessions(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        for _ in 0..3 {
            grant(&server, &browser, true).await;
        }
        let list = server.send(get("/api/v1/me/sessions").bearer(&browser.access)).await.expect(200).json();
        let sessions = list["sessions"].as_array().expect("a list");
        assert!(sessions.len() == 1 && sessions[0]["id"] == browser.id.as_str(), "{list}");
        // Nor do they take the place of one: a person has a hundred.
        server.sql(
            "insert into sessions (id, user_id, kind, generation, current_hash, rotated_at_ms, epoch, auth_time, created_at,
                                   last_seen_at, idle_expires_at, expires_at, client_id, parent_id)
             with recursive numbers (n) as (select 100 union all select n + 1 from numbers where n < 299)
             select 'ffffffff-ffff-7fff-bfff-fffffffff' || n, user_id, kind, generation, 'hash' || n, rotated_at_ms, epoch,
                    auth_time, created_at, last_seen_at, idle_expires_at, expires_at, 'grafana', s.id
             from numbers, (select * from sessions where parent_id is null) s",
        ).await;
        sign_in(&server).await;
        let ended = server.sql("select id from sessions where revoked_at is not null").await;
        assert_eq!(ended, [""; 0], "neither a session nor a grant");
    }

    /// However a session ends, its grants end with it.
    async fn a_grant_ends_with_a_session_that_is_replaced_or_stolen(server: Server) {
        server.register("ada").await;
        // Replaced by another sign-in of the same browser.
        let cookie = server.browser("ada").await;
        let id = server.sql("select id from sessions where kind = 'cookie'").await.concat();
        let held = grant(&server, &Held { id, refresh: String::new(), access: String::new() }, false).await;
        let entry = form("/login", &[("identifier", "ada"), ("password", PASSWORD)]).cookie(&cookie);
        server.send(entry).await.expect(303);
        assert_eq!(reason(&server, &held).await, ["parent"]);
        // One of more than a hundred.
        let first = sign_in(&server).await;
        let held = grant(&server, &first, false).await;
        server.sql(
            "insert into sessions (id, user_id, kind, generation, current_hash, rotated_at_ms, epoch, auth_time, created_at,
                                   last_seen_at, idle_expires_at, expires_at, client_id)
             with recursive numbers (n) as (select 100 union all select n + 1 from numbers where n < 299)
             select 'ffffffff-ffff-7fff-bfff-fffffffff' || n, user_id, kind, generation, 'hash' || n, rotated_at_ms, epoch,
                    auth_time, created_at, last_seen_at, idle_expires_at, expires_at, client_id
             from numbers, (select * from sessions where parent_id is null and revoked_at is null order by id desc limit 1) s",
        ).await;
        sign_in(&server).await;
        assert_eq!((reason(&server, &first).await, reason(&server, &held).await), (vec!["too_many".into()], vec!["parent".into()]));
    }

    async fn a_grant_ends_with_a_stolen_session(server: Server) {
        server.register("ada").await;
        let browser = sign_in(&server).await;
        let (held, offline) = (grant(&server, &browser, false).await, grant(&server, &browser, true).await);
        let mut newest = browser.refresh.clone();
        for _ in 0..3 {
            server.app.clock.advance(60);
            let body = json!({ "refresh_token": newest });
            let next = server.send(post("/api/v1/token/refresh").json(body)).await.expect(200).json();
            newest = next["refresh_token"].as_str().expect("a token").to_owned();
        }
        refresh_here(&server, &browser).await.expect_problem(400, "invalid_grant");
        assert_eq!((reason(&server, &browser).await, reason(&server, &held).await), (vec!["reuse".into()], vec!["parent".into()]));
        assert_eq!(reason(&server, &offline).await, ["parent"], "a thief may have let it in");
    }
}
