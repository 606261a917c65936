//! The rules of refresh, one by one (S51 to S58); `refresh_model` tries them in every order.

use std::collections::HashSet;

use futures::future::join_all;
use serde_json::{Value, json};
use vestibule::server::service::{accounts::AccountChange, roles::Role};

use super::support::*;

/// A session of an API client: its refresh token and its access token.
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
}

async fn sign_in(server: &Server, name: &str) -> Held {
    let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
    Held::of(&server.send(post("/api/v1/login").json(body)).await.expect(200).json())
}

fn refreshing(token: &str) -> Request {
    post("/api/v1/token/refresh").json(json!({ "refresh_token": token }))
}

async fn refresh(server: &Server, held: &Held) -> Held {
    Held::of(&server.send(refreshing(&held.refresh)).await.expect(200).json())
}

async fn is_refused(server: &Server, held: &Held) {
    server.send(refreshing(&held.refresh)).await.expect_problem(400, "invalid_grant");
}

/// Shows an access token, and waits until its first use is written down.
async fn call(server: &Server, held: &Held, status: u16) {
    server.send(get("/api/v1/me").bearer(&held.access)).await.expect(status);
    server.app.tokens.usage.settle().await;
}

both! {
    async fn s51_a_used_successor_makes_its_predecessor_worthless(server: Server) {
        server.register("ada").await;
        let first = sign_in(&server, "ada").await;
        let second = refresh(&server, &first).await;
        call(&server, &second, 200).await;
        server.app.clock.advance(10);
        is_refused(&server, &first).await;
    }

    async fn an_answer_lost_for_days_is_repeated(server: Server) {
        server.register("ada").await;
        let first = sign_in(&server, "ada").await;
        let second = refresh(&server, &first).await;
        // Nobody has shown the successor: a client that asks again never got it.
        server.app.clock.advance(5 * 86_400);
        let again = refresh(&server, &first).await;
        assert_eq!(again.refresh, second.refresh);
        let third = refresh(&server, &again).await;
        assert_ne!(third.refresh, again.refresh);
    }

    async fn s52_reuse_ends_that_session_alone_and_is_reported(server: Server) {
        server.register("ada").await;
        let (stolen, other) = (sign_in(&server, "ada").await, sign_in(&server, "ada").await);
        let second = refresh(&server, &stolen).await;
        let third = refresh(&server, &second).await;
        call(&server, &third, 200).await;
        server.app.clock.advance(10);
        is_refused(&server, &stolen).await;
        // The newest refresh token and the access tokens already out are dead too.
        is_refused(&server, &third).await;
        call(&server, &third, 401).await;
        // The person's other session lives, and tells of it.
        let other = refresh(&server, &other).await;
        let told = server.send(get("/api/v1/me/sessions").bearer(&other.access)).await.expect(200).json();
        assert_eq!(told["ended_for_reuse"].as_array().map(Vec::len), Some(1), "{told}");
        let events = server.sql("select outcome from audit_events where kind = 'session.reuse'").await;
        assert_eq!(events, ["refused"]);
    }

    async fn s111_a_copy_that_always_refreshes_first_is_found(server: Server) {
        server.register("ada").await;
        let (mut owner, other) = (sign_in(&server, "ada").await, sign_in(&server, "ada").await);
        let mut thief = owner.clone();
        for generation in 1..=3 {
            thief = refresh(&server, &thief).await;
            server.app.clock.advance(11);
            if generation == 3 {
                is_refused(&server, &owner).await;
                break;
            }
            // The thief shows us nothing: each time the owner gets what the thief has.
            owner = refresh(&server, &owner).await;
            assert_eq!(owner.refresh, thief.refresh);
        }
        is_refused(&server, &thief).await;
        call(&server, &thief, 401).await;
        refresh(&server, &other).await;
        // The first is in the log, and so is the end.
        let events = "select kind from audit_events where kind like 'session.%' order by seq";
        assert_eq!(server.sql(events).await, ["session.replay", "session.reuse"]);
    }

    async fn s111_another_program_after_the_window_is_a_copy(server: Server) {
        server.register("ada").await;
        let by = |held: &Held, agent: &str| refreshing(&held.refresh).header("user-agent", agent);
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let newer = firefox.replace("140", "141");
        let first = sign_in(&server, "ada").await;
        let second = Held::of(&server.send(by(&first, firefox)).await.expect(200).json());
        server.app.clock.advance(3_600);
        // Updated meanwhile, and somewhere else: still Firefox on Linux.
        let again = Held::of(&server.send(by(&first, &newer)).await.expect(200).json());
        assert_eq!(again.refresh, second.refresh);
        server.send(by(&first, "curl/8.0")).await.expect_problem(400, "invalid_grant");
        is_refused(&server, &second).await;
    }

    async fn three_lost_answers_are_too_many_and_two_are_not(server: Server) {
        server.register("ada").await;
        let mut held = sign_in(&server, "ada").await;
        for round in 0..6 {
            let next = refresh(&server, &held).await;
            if round % 3 != 2 {
                server.app.clock.advance(60);
                // The same answer may be lost as often as it likes.
                for _ in 0..5 {
                    assert_eq!(refresh(&server, &held).await.refresh, next.refresh);
                }
            }
            held = next;
        }
        assert_eq!(server.sql("select id from sessions where revoked_at is not null").await, Vec::<String>::new());
    }

    async fn two_behind_a_moment_ago_is_late_and_not_stolen(server: Server) {
        server.register("ada").await;
        let first = sign_in(&server, "ada").await;
        let second = refresh(&server, &first).await;
        let third = refresh(&server, &second).await;
        server.send(refreshing(&first.refresh)).await.expect_problem(409, "stale_token");
        // Nothing has ended, nothing was told.
        let fourth = refresh(&server, &third).await;
        // Three behind is more than any late message can be.
        is_refused(&server, &first).await;
        is_refused(&server, &fourth).await;
    }

    async fn s53_fifty_at_once_leave_one_head(server: Server) {
        server.register("ada").await;
        let mut held = sign_in(&server, "ada").await;
        for round in 0..4 {
            let answers = join_all((0..50).map(|_| server.send(refreshing(&held.refresh)))).await;
            let answers: Vec<_> = answers.into_iter().map(|reply| Held::of(&reply.expect(200).json())).collect();
            let heads: HashSet<_> = answers.iter().map(|held| held.refresh.as_str()).collect();
            assert_eq!(heads.len(), 1, "round {round}");
            // Whichever tab's access token is used, it is good.
            let last = answers.last().expect("fifty");
            call(&server, last, 200).await;
            held = last.clone();
        }
    }

    async fn s54_two_processes_make_one_chain(server: Server) {
        server.register("ada").await;
        let (other, router) = server.again().await;
        let mut held = sign_in(&server, "ada").await;
        for _ in 0..4 {
            let here = join_all((0..25).map(|_| server.send(refreshing(&held.refresh))));
            let there = join_all((0..25).map(|_| send(&router, refreshing(&held.refresh))));
            let (here, there) = futures::future::join(here, there).await;
            let answers = here.into_iter().chain(there).map(|reply| Held::of(&reply.expect(200).json()));
            let heads: HashSet<_> = answers.map(|held| held.refresh).collect();
            assert_eq!(heads.len(), 1);
            held.refresh = heads.into_iter().next().expect("one");
        }
        // Ended by one process while the other rotates: whatever came first, both agree that it is over.
        let (rotated, _) = futures::future::join(
            send(&router, refreshing(&held.refresh)),
            server.send(post("/api/v1/logout").json(json!({ "refresh_token": held.refresh }))),
        ).await;
        if rotated.status == 200 {
            held = Held::of(&rotated.json());
        }
        is_refused(&server, &held).await;
        send(&router, refreshing(&held.refresh)).await.expect_problem(400, "invalid_grant");
        vestibule::server::service::follow::all(&other).await.expect("the feed");
        send(&router, get("/api/v1/me").bearer(&held.access)).await.expect(401);
    }

    /// Its account may come from memory; its roles are those of the epoch that the database has.
    async fn a_role_that_another_process_has_granted_is_in_the_next_token(server: Server) {
        server.register("ada").await;
        let (_other, router) = server.again().await;
        let held = sign_in(&server, "ada").await;
        // Both processes remember the account.
        let held = Held::of(&send(&router, refreshing(&held.refresh)).await.expect(200).json());
        send(&router, get("/api/v1/me").bearer(&held.access)).await.expect(200);
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let next = send(&router, refreshing(&held.refresh)).await.expect(200).json();
        let roles = json!(["user", "admin"]);
        assert_eq!(next["user"]["roles"], roles);
        let next = Held::of(&next);
        assert_eq!(part(&next.access, 1)["roles"], roles);
        // It is of the new epoch, which ends those of before.
        server.send(get("/api/v1/me").bearer(&next.access)).await.expect(200);
        server.send(get("/api/v1/me").bearer(&held.access)).await.expect(401);
    }

    async fn s55_reuse_is_known_after_a_restart(server: Server) {
        server.register("ada").await;
        let first = sign_in(&server, "ada").await;
        let second = refresh(&server, &first).await;
        call(&server, &second, 200).await;
        server.app.clock.advance(10);
        let (_, restarted) = server.again().await;
        send(&restarted, refreshing(&first.refresh)).await.expect_problem(400, "invalid_grant");
        let (_, restarted) = server.again().await;
        send(&restarted, refreshing(&second.refresh)).await.expect_problem(400, "invalid_grant");
        send(&restarted, get("/api/v1/me").bearer(&second.access)).await.expect(401);
    }

    async fn a_page_counts_as_use(server: Server) {
        server.register("ada").await;
        let first = server.browser("ada").await;
        let request = |cookie: &str| post("/api/v1/token/refresh").same_origin().cookie(cookie);
        let second = server.send(request(&first)).await.expect(200).session_cookie().expect("one");
        server.app.clock.advance(20);
        // The successor is unused: its predecessor still draws pages and refreshes, and is no use of it.
        let page = |cookie: &str| get("/account").header("accept", "text/html").cookie(cookie);
        server.send(page(&first)).await.expect(200);
        assert_eq!(server.send(request(&first)).await.expect(200).session_cookie().as_ref(), Some(&second));
        // Shown to a page, it is used.
        server.send(page(&second)).await.expect(200);
        server.send(page(&first)).await.expect(303);
        server.send(request(&first)).await.expect_problem(400, "invalid_grant");
        server.send(page(&second)).await.expect(303);
    }

    async fn a_restored_database_ends_nothing(server: Server) {
        server.register("ada").await;
        let first = sign_in(&server, "ada").await;
        let second = refresh(&server, &first).await;
        let back = "update sessions set generation = 0, current_hash = previous_hash, previous_hash = null";
        server.sql(back).await;
        // From the future, as the row sees it: refused, and the chain goes on.
        is_refused(&server, &second).await;
        refresh(&server, &first).await;
    }
}
