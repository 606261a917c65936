//! For how long things are kept: lines of the feed, replaced keys, sessions that ended.

use serde_json::json;
use vestibule::server::{
    App,
    service::{accounts::AccountChange, agent::Agent, follow, keys, prune},
};

use super::support::*;

const DAY: i64 = 86_400;
/// The life of access tokens that is the default.
const LIFE: i64 = 600;
/// How much longer lines are kept: a unit of work may take a minute, and clocks differ.
const LONGER: i64 = 70;

/// Another process, with tokens of this life.
async fn with_life(server: &Server, seconds: i64) -> (App, Router) {
    server.again_with(|flags| flags.access_token_ttl = Some(seconds.to_string())).await
}

async fn life(server: &Server) -> String {
    server.sql("select value from instance where name = 'access_token_life'").await.concat()
}

async fn lines(server: &Server) -> usize {
    server.sql("select kind from revocations where kind in ('session', 'user')").await.len()
}

async fn sessions(server: &Server) -> usize {
    server.sql("select id from sessions").await.len()
}

async fn login(router: &Router) -> String {
    let reply = send(router, right("ada")).await.expect(200).json();
    reply["access_token"].as_str().expect("a token").to_owned()
}

async fn sign_out(router: &Router, token: &str) {
    send(router, post("/api/v1/logout").bearer(token)).await.expect(204);
}

/// Runs the command line, with tokens of another life in its settings.
fn shell(server: &Server, seconds: &str, arguments: &[&str]) {
    let flags = &server.flags;
    let output = vestibule(server.folder())
        .args(arguments)
        .env("VESTIBULE_DATABASE_URL", server.url())
        .env("VESTIBULE_DATA_DIR", flags.data_dir.as_deref().expect("a folder"))
        .env("VESTIBULE_ACCESS_TOKEN_TTL", seconds)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

both! {
    async fn a_line_is_kept_while_a_token_of_its_time_may_live(server: Server) {
        let token = server.user("ada").await;
        sign_out(&server.router, &token).await;
        server.app.clock.advance(LIFE + LONGER);
        prune::feed(&server.app).await.expect("pruned");
        assert_eq!(lines(&server).await, 1);
        server.app.clock.advance(1);
        prune::feed(&server.app).await.expect("pruned");
        assert_eq!(lines(&server).await, 0);
    }

    async fn lines_are_forgotten_by_the_thousand(server: Server) {
        server.sql(
            "insert into revocations (kind, subject, not_before, created_at, expires_at)
             with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 3500)
             select 'session', 'nobody''s ' || n, 0, 1767225600, 1767225600 from numbers",
        ).await;
        server.app.clock.advance(DAY);
        prune::feed(&server.app).await.expect("pruned");
        assert_eq!(lines(&server).await, 0);
    }

    async fn the_longest_life_counts_and_is_never_lowered(server: Server) {
        server.register("ada").await;
        assert_eq!(life(&server).await, LIFE.to_string());
        // A line of before is kept for as long as a token that is made only now.
        let (longer, long_router) = with_life(&server, 3_600).await;
        let token = login(&long_router).await;
        sign_out(&server.router, &token).await;
        assert_eq!(life(&server).await, "3600");
        // Neither a shorter life nor a shell, whatever is in its settings, changes it.
        let (shorter, short_router) = with_life(&server, 60).await;
        for (seconds, arguments) in [("1", ["keys", "list"]), ("86400", ["block", "list"])] {
            shell(&server, seconds, &arguments);
        }
        assert_eq!(life(&server).await, "3600");
        // A process that knew of no longer life does not forget too early, not even after a restart.
        server.app.clock.advance(3_600 + 4);
        for app in [&server.app, &longer, &shorter] {
            follow::all(app).await.expect("the feed");
            prune::feed(app).await.expect("pruned");
        }
        let restarted = with_life(&server, 60).await;
        for router in [&server.router, &long_router, &short_router, &restarted.1] {
            assert_eq!(status(router, &token).await, 401);
        }
        assert_eq!(lines(&server).await, 1);
        server.app.clock.advance(LONGER);
        prune::feed(&shorter).await.expect("pruned");
        assert_eq!(lines(&server).await, 0);
    }

    async fn a_life_declared_after_the_line_was_written_counts(server: Server) {
        let token = server.user("ada").await;
        server.change("ada", AccountChange::Disable).await;
        server.change("ada", AccountChange::Enable).await;
        let before = lines(&server).await;
        let longer = with_life(&server, 3_600).await;
        server.app.clock.advance(LIFE + LONGER + 1);
        prune::feed(&server.app).await.expect("pruned");
        assert_eq!(lines(&server).await, before);
        // Such a token may have been made while the account was being disabled.
        let forge = Forge::new(&server, &token).await;
        let mut claims = forge.claims.clone();
        claims["exp"] = (claims["iat"].as_i64().expect("a time") + 3_600).into();
        let late = forge.sign(&forge.header, &claims);
        for router in [&server.router, &longer.1, &server.again().await.1] {
            assert_eq!(status(router, &late).await, 401);
        }
    }

    async fn tokens_of_another_life_are_good(server: Server) {
        server.register("ada").await;
        let (_, long) = with_life(&server, 7_200).await;
        let token = login(&long).await;
        // In a process of the new setting beside one of the old, and after the restart of both.
        let (_, short) = with_life(&server, 300).await;
        server.app.clock.advance(7_100);
        for router in [&short, &long, &server.router, &with_life(&server, 1).await.1] {
            assert_eq!(status(router, &token).await, 200);
        }
        server.app.clock.advance(100 + 5);
        for router in [&short, &long] {
            assert_eq!(status(router, &token).await, 401);
        }
    }

    async fn a_replaced_key_verifies_for_the_longest_life(server: Server) {
        server.register("ada").await;
        let (_, long) = with_life(&server, 7_200).await;
        let token = login(&long).await;
        let (short, short_router) = with_life(&server, 60).await;
        keys::rotate(&short, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        let forge = Forge::new(&server, &token).await;
        server.app.clock.advance(7_190);
        for app in [&server.app, &short] {
            keys::maintain(app).await.expect("maintained");
        }
        for router in [&long, &short_router, &server.router] {
            assert_eq!(status(router, &token).await, 200);
        }
        server.app.clock.advance(30);
        let now = server.app.clock.now_s();
        let mut claims = forge.claims.clone();
        (claims["iat"], claims["exp"]) = (now.into(), (now + 60).into());
        assert_eq!(status(&short_router, &forge.sign(&forge.header, &claims)).await, 401);
    }

    /// Servers of the version before declared nothing, and may have given their tokens a day.
    async fn after_an_upgrade_tokens_may_be_of_any_life_for_a_day(server: Server) {
        let token = server.user("ada").await;
        server.sql("delete from instance where name in ('access_token_life', 'access_token_life_from')").await;
        let (upgraded, router) = with_life(&server, 60).await;
        let forge = Forge::new(&server, &token).await;
        let mut claims = forge.claims.clone();
        claims["exp"] = (claims["iat"].as_i64().expect("a time") + DAY).into();
        let old = forge.sign(&forge.header, &claims);
        keys::rotate(&upgraded, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        upgraded.clock.advance(DAY / 2);
        keys::maintain(&upgraded).await.expect("maintained");
        assert_eq!(status(&router, &old).await, 200, "its key verifies");
        upgraded.clock.advance(-DAY / 2);
        server.change("ada", AccountChange::Disable).await;
        upgraded.clock.advance(DAY);
        for app in [&server.app, &upgraded] {
            follow::all(app).await.expect("the feed");
            prune::feed(app).await.expect("pruned");
        }
        assert_eq!(status(&router, &old).await, 401);
        assert_eq!(status(&with_life(&server, 60).await.1, &old).await, 401);
        // And then the life that was declared counts.
        upgraded.clock.advance(10);
        server.change("ada", AccountChange::Enable).await;
        upgraded.clock.advance(60 + LONGER + 1);
        prune::feed(&upgraded).await.expect("pruned");
        assert_eq!(lines(&server).await, 0);
    }

    async fn an_app_that_declared_no_life_makes_no_token(server: Server) {
        server.register("ada").await;
        let config = server.app.config.clone();
        let app = App::open(config, server.app.clock.clone(), server.app.site.clone()).await;
        let router = Router::of(&app.expect("opened"));
        send(&router, right("ada")).await.expect_problem(500, "internal");
    }

    async fn sessions_are_forgotten_by_the_time_they_ended(server: Server) {
        server.register("ada").await;
        let kinds = [json!(null), json!("token"), json!("cookie")];
        let ended = |n: usize| kinds[n].clone();
        for n in [0, 1, 1, 2] {
            let body = json!({ "username": "ada", "password": PASSWORD, "session": ended(n) });
            let login = post("/api/v1/login").json(body).same_origin();
            let token = server.send(login).await.expect(200).json()["access_token"].clone();
            if n > 0 {
                sign_out(&server.router, token.as_str().expect("a token")).await;
            }
        }
        // Without a refresh token a session ends with its access token.
        server.app.clock.advance(LIFE + DAY);
        prune::sessions(&server.app).await.expect("pruned");
        assert_eq!(sessions(&server).await, 4);
        server.app.clock.advance(1);
        prune::sessions(&server.app).await.expect("pruned");
        assert_eq!(sessions(&server).await, 3);
        // The others a month after the sign-out, long before the day on which they would have expired.
        server.app.clock.advance(29 * DAY - LIFE - 1);
        prune::sessions(&server.app).await.expect("pruned");
        assert_eq!(sessions(&server).await, 3);
        server.app.clock.advance(1);
        prune::sessions(&server.app).await.expect("pruned");
        assert_eq!(sessions(&server).await, 0);
    }

    async fn unused_sessions_are_forgotten_a_month_after_their_end(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        server.browser("ada").await;
        let refresh = || post("/api/v1/token/refresh").cookie(&cookie).same_origin();
        server.app.clock.advance(13 * DAY);
        let cookie = server.send(refresh()).await.expect(200).session_cookie().expect("a cookie");
        let pruned = async || {
            prune::sessions(&server.app).await.expect("pruned");
            let place = prune::unused_sessions(&server.app, "").await.expect("pruned");
            assert!(prune::unused_sessions(&server.app, &place).await.expect("pruned").is_empty());
        };
        server.app.clock.advance(31 * DAY);
        pruned().await;
        assert_eq!(sessions(&server).await, 2);
        server.app.clock.advance(1);
        pruned().await;
        assert_eq!(sessions(&server).await, 1, "the one that was used is left");
        server.app.clock.advance(13 * DAY);
        pruned().await;
        assert_eq!(sessions(&server).await, 0);
        let refresh = post("/api/v1/token/refresh").cookie(&cookie).same_origin();
        server.send(refresh).await.expect_problem(400, "invalid_grant");
    }

    async fn ended_sessions_are_forgotten_by_the_thousand(server: Server) {
        server.user("ada").await;
        server.sql(
            "insert into sessions (id, user_id, kind, generation, rotated_at_ms, epoch, auth_time, created_at,
                                   last_seen_at, idle_expires_at, expires_at)
             with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 3500)
             select 'of a script ' || n, users.id, case n % 2 when 0 then 'none' else 'cookie' end, 0, 0, 0, 0, 0,
                    0, 1767225600, case n % 7 when 0 then 1777225600 else 1767225600 end
             from numbers cross join users",
        ).await;
        server.app.clock.advance(30 * DAY + 1);
        prune::sessions(&server.app).await.expect("pruned");
        assert_eq!(sessions(&server).await, 500, "unused ones that would live on");
        prune::unused_sessions(&server.app, "").await.expect("pruned");
        assert_eq!(sessions(&server).await, 0);
    }
}
