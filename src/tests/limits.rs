//! How often something may be tried, by anybody, at every endpoint (S22 to S31).

use axum::http::Method;
use futures::future::join_all;
use serde_json::json;

use super::support::*;

/// Strangers from everywhere use up an account's budget.
async fn burn(server: &Server, name: &str) -> Reply {
    for _ in 0..ACCOUNT_BURST {
        server.send(guess(name)).await.expect_problem(401, "invalid_credentials");
    }
    server.send(guess(name)).await.expect_problem(429, "account_throttled")
}

both! {
    /// S22: 429 says for how long, in both headers, and it is true.
    async fn an_account_under_attack_says_when_to_come_back(server: Server) {
        server.register("ada").await;
        let refused = burn(&server, "ada").await;
        let wait: i64 = refused.header("retry-after").parse().expect("seconds");
        assert_eq!(refused.header("ratelimit"), format!("\"account_throttled\";r=0;t={wait}"));
        // Before any lookup, and so whatever the password is.
        server.send(right("ada")).await.expect_problem(429, "account_throttled");
        server.app.clock.advance(wait - 2);
        server.send(right("ada")).await.expect_problem(429, "account_throttled");
        server.app.clock.advance(2);
        server.send(right("ada")).await.expect(200);
    }

    /// S21: an account that nobody has behaves alike.
    async fn an_unknown_account_is_limited_alike(server: Server) {
        server.register("ada").await;
        let (known, unknown) = (burn(&server, "ada").await, burn(&server, "nobody").await);
        assert_eq!(known.text, unknown.text);
        assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
    }

    /// S22: in the long run a hundred failures, then one a day.
    async fn no_account_takes_more_than_a_hundred_failures_in_a_row(server: Server) {
        server.register("ada").await;
        let mut failures = 0;
        for _ in 0..120 {
            if server.send(guess("ada")).await.status == 401 {
                failures += 1;
            }
            server.app.clock.advance(15 * 60);
        }
        // What a day earns comes on top.
        assert_eq!(failures, 100 + 1);
        server.app.clock.advance(86_400);
        server.send(right("ada")).await.expect(200);
        server.send(guess("ada")).await.expect(401);
    }

    /// S23: nobody can lock somebody out of the browser that they use.
    async fn a_known_device_gets_in_while_strangers_try(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        burn(&server, "ada").await;
        server.send(form("/login", &fields)).await.expect(429);
        let again = server.send(form("/login", &fields).cookie(&device)).await.expect(303);
        assert_eq!(again.cookie("vestibule_device_3000").as_ref(), Some(&device), "for another year");
        // It has a budget of its own, no more.
        let wrong = [("identifier", "ada"), ("password", "wrong horse battery")];
        for _ in 0..10 {
            server.send(form("/login", &wrong).cookie(&device)).await.expect(401);
        }
        server.send(form("/login", &fields).cookie(&device)).await.expect(429);
    }

    /// A device is known for one person: somebody else's opens no budget, nor does an invented one.
    async fn a_device_of_somebody_else_is_a_strangers(server: Server) {
        server.register("ada").await;
        server.register("eve").await;
        let fields = [("identifier", "eve"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        burn(&server, "ada").await;
        for cookie in [device.as_str(), "vestibule_device_3000=AAAA", "vestibule_device_3000="] {
            let fields = [("identifier", "ada"), ("password", PASSWORD)];
            server.send(form("/login", &fields).cookie(cookie)).await.expect(429);
        }
    }

    /// S26: spellings of one name share its budget.
    async fn no_spelling_has_a_budget_of_its_own(server: Server) {
        server.register("ada").await;
        burn(&server, "ada").await;
        for name in ["ADA", " ada ", "Ａｄａ", "aDa"] {
            server.send(guess(name)).await.expect_problem(429, "account_throttled");
        }
        burn(&server, "ada@example.com").await;
        for name in ["Ada@Example.COM", "ada@example.com.", "ａｄａ@example.com"] {
            server.send(guess(name)).await.expect_problem(429, "account_throttled");
        }
    }

    /// S27: every endpoint asks the same limits.
    async fn every_endpoint_shares_the_budget(server: Server) {
        server.register("ada").await;
        burn(&server, "ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/login").json(body)).await.expect(429);
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let page = server.send(form("/login", &fields)).await.expect(429);
        assert!(page.text.contains("Try again in 16 minutes."), "{}", page.text);
        assert!(!page.header("retry-after").is_empty());
        let login = json!({ "identifier": "ada", "password": PASSWORD });
        let action = server.send(enter("login", login)).await.expect(429);
        assert_eq!(action.json()["code"], "account_throttled");
        assert!(action.json()["retry_after"].is_number());
    }

    /// S29: at once no more get through than one by one.
    async fn attempts_at_once_are_counted_one_by_one(server: Server) {
        server.register("ada").await;
        let replies = join_all((0..200).map(|_| server.send(guess("ada")))).await;
        let tried = replies.iter().filter(|reply| reply.status == 401).count();
        assert!((1..=ACCOUNT_BURST).contains(&tried), "{tried} reached the hashing");
        assert!(replies.iter().all(|reply| [401, 429, 503].contains(&reply.status.as_u16())));
    }

    /// Success forgets what failed before it: one's own typing errors do not add up over the weeks.
    async fn success_clears_the_account_but_not_the_source(server: Server) {
        server.register("ada").await;
        for _ in 0..3 {
            for _ in 0..9 {
                server.send(guess("ada").from("203.0.113.7")).await.expect(401);
            }
            server.send(right("ada").from("203.0.113.7")).await.expect(200);
        }
        // 27 failures stand against the source, of the 60 that it has.
        for n in 0..33 {
            server.send(guess(&format!("name{n}")).from("203.0.113.7")).await.expect(401);
        }
        let refused = server.send(guess("another").from("203.0.113.7")).await;
        refused.expect_problem(429, "too_many_requests");
    }

    /// S2, S22: names cannot be tried without end.
    async fn registrations_from_one_source_are_limited(server: Server) {
        let new = |n: usize| {
            let body = json!({ "username": format!("name{n}"), "password": PASSWORD });
            post("/api/v1/register").json(body).from("2001:db8:1:2::1")
        };
        for n in 0..20 {
            server.send(new(n)).await.expect(201);
        }
        server.send(new(20)).await.expect_problem(429, "too_many_requests");
        server.send(new(20).from("2001:db8:1:2:ffff::9")).await.expect(429);
        server.send(new(20).from("2001:db8:1:3::1")).await.expect(201);
    }

    /// A loop in somebody's client does not become ours.
    async fn refreshes_of_one_session_are_limited(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let mut held = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        for _ in 0..300 {
            let body = json!({ "refresh_token": held["refresh_token"] });
            held = server.send(post("/api/v1/token/refresh").json(body)).await.expect(200).json();
        }
        let body = json!({ "refresh_token": held["refresh_token"] });
        let again = || server.send(post("/api/v1/token/refresh").json(body.clone()));
        again().await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(2);
        again().await.expect(200);
    }

    /// S18, S27: a stolen access token is no way to try passwords without end.
    async fn proofs_in_a_session_are_limited(server: Server) {
        let token = server.user("ada").await;
        let prove = |password: &str| {
            let body = json!({ "password": password });
            server.send(post("/api/v1/me/reauthenticate").bearer(&token).json(body))
        };
        for _ in 0..10 {
            prove("wrong horse battery").await.expect_problem(401, "invalid_credentials");
        }
        prove(PASSWORD).await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(60);
        prove(PASSWORD).await.expect(200);
    }

    /// S22: who had the password once may have many known devices; in the long run a hundred failures are all
    /// that these have together.
    async fn many_known_devices_have_no_more_than_one(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let mut devices = Vec::new();
        for _ in 0..12 {
            let arrived = server.send(form("/login", &fields)).await.expect(303);
            devices.push(arrived.cookie("vestibule_device_3000").expect("a known device"));
        }
        let wrong = [("identifier", "ada"), ("password", "wrong horse battery")];
        let mut failures = 0;
        for device in &devices {
            for _ in 0..10 {
                let reply = server.send(form("/login", &wrong).cookie(device)).await;
                failures += usize::from(reply.status == 401);
            }
        }
        // Beyond the hundred they are strangers.
        assert_eq!(failures, 100 + ACCOUNT_BURST);
    }
}

both_with! { |flags| flags.access_token_ttl = Some("86400".into());
    /// S18, S22: in the long run the sessions of a person have a hundred failures together, then one a day. A new
    /// identity of a session gives no new ones, a sign-in does.
    async fn a_persons_sessions_take_no_more_than_a_hundred_wrong_proofs(server: Server) {
        server.register("ada").await;
        let body = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let mut held = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let mut failures = 0;
        for _ in 0..12 {
            let token = held["access_token"].as_str().expect("one").to_owned();
            for _ in 0..10 {
                let body = json!({ "password": "wrong horse battery" });
                let reply = server.send(post("/api/v1/me/reauthenticate").bearer(&token).json(body)).await;
                failures += usize::from(reply.status == 401);
            }
            server.app.clock.advance(30);
            let others = Request::new(Method::DELETE, "/api/v1/me/sessions?except=current").bearer(&token);
            let shown = json!({ "refresh_token": held["refresh_token"] });
            held = server.send(others.json(shown)).await.expect(200).json();
        }
        assert_eq!(failures, 100);
        let token = held["access_token"].as_str().expect("one");
        let prove = || post("/api/v1/me/reauthenticate").bearer(token).json(json!({ "password": PASSWORD }));
        server.send(prove()).await.expect_problem(429, "too_many_requests");
        server.send(right("ada")).await.expect(200);
        server.send(prove()).await.expect(200);
    }
}

/// The same limits when processes count together in the database.
mod shared {
    use super::*;

    both_with! { |flags| flags.limits = Some("database".into());
        /// S29, S30: two processes let through no more than one.
        async fn processes_count_together(server: Server) {
            server.register("ada").await;
            let (_, other) = server.again().await;
            // At each process one more than the burst: counting apart, they would let through twice as many. All are counted
            // within the second that a request waits for a shared count.
            let guesses = (0..=ACCOUNT_BURST).flat_map(|_| [&server.router, &other]);
            let replies = join_all(guesses.map(|router| send(router, guess("ada")))).await;
            let tried = replies.iter().filter(|reply| reply.status == 401).count();
            assert!((1..=ACCOUNT_BURST).contains(&tried), "{tried} reached the hashing");
            guess_until_refused(&server.router, "ada").await;
            let refused = send(&other, right("ada")).await;
            let refused = refused.expect_problem(429, "account_throttled");
            let wait: i64 = refused.header("retry-after").parse().expect("seconds");
            server.app.clock.advance(wait);
            send(&other, right("ada")).await.expect(200);
            // Success cleared it for both.
            server.send(guess("ada")).await.expect(401);
        }

        /// No name that was typed is stored.
        async fn what_was_typed_is_not_stored(server: Server) {
            server.send(guess("my secret password")).await.expect(401);
            let keys = server.sql("select key from attempt_buckets").await;
            let accounts = server.sql("select account from source_failures").await;
            assert_eq!((keys.len(), accounts.len()), (5, 1));
            assert!(keys.iter().chain(&accounts).all(|text| text.len() == 22 && !text.contains(' ')));
        }
    }
}
