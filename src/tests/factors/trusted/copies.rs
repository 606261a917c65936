//! Copies of the cookie, and sign-ins at once.

use futures::future::join_all;

use super::*;

both! {
    /// The second one with a copy is asked for a code, and so is the first one from then on.
    async fn a_copied_cookie_ends_the_trust(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let thief = enter(&server, "ada", &cookie).await;
        server.app.clock.advance(60);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        is_asked(&server, "ada", PASSWORD, &thief).await;
        assert_eq!(events(&server).await, ["trusted_device.set success", "trusted_device.reuse refused"]);
        // The owner has it trusted again.
        let cookie = trust(&server, &enrolled, "ada").await;
        enter(&server, "ada", &cookie).await;
    }

    /// Its owner is told, and no session that was opened without a code goes on.
    async fn a_copied_cookie_ends_what_it_opened(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let thief = server.send(with_password("ada", PASSWORD, &cookie)).await.expect(303);
        let thief = thief.session_cookie().expect("a session");
        let stolen = access(&server, &thief).await;
        let sid = part(&stolen, 1)["sid"].as_str().expect("a session").to_owned();
        let grant = format!(
            "insert into sessions (id, user_id, kind, generation, current_hash, rotated_at_ms, epoch, auth_time, created_at,
                                   last_seen_at, idle_expires_at, expires_at, acr, client_id, parent_id)
             select '00000000-0000-7000-8000-000000000001', user_id, 'token', 0, 'hash', rotated_at_ms, epoch, auth_time,
                    created_at, last_seen_at, idle_expires_at, expires_at, 'aal2', 'grafana', id
             from sessions where id = '{sid}'"
        );
        server.sql(grant.leak()).await;
        server.app.clock.advance(60);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        server.send(get("/api/v1/me").bearer(&stolen)).await.expect_problem(401, "invalid_token");
        let refresh = post("/api/v1/token/refresh").same_origin().cookie(&thief);
        server.send(refresh).await.expect_problem(400, "invalid_grant");
        let ended = "select revoked_reason from sessions where client_id = 'grafana'";
        assert_eq!(server.sql(ended).await, ["trust"], "a grant that came from it");
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        let told = subjects(&server.app).await;
        let copied = "A trusted browser of your Vestibule account may have been copied";
        assert_eq!(told.iter().filter(|subject| *subject == copied).count(), 1, "{told:?}");
    }

    /// An answer may be lost: the cookie before is as good for a minute, and leads to the same next one.
    async fn the_cookie_before_works_for_a_minute(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let next = enter(&server, "ada", &cookie).await;
        server.app.clock.advance(59);
        assert_eq!(enter(&server, "ada", &cookie).await, next);
        server.app.clock.advance(600);
        enter(&server, "ada", &next).await;
    }

    async fn twenty_sign_ins_at_once_keep_it(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let (_other, router) = server.again().await;
        let attempts = (0..20).map(|n| {
            let router = if n % 2 == 0 { &server.router } else { &router };
            send(router, with_password("ada", PASSWORD, &cookie))
        });
        let replies = join_all(attempts).await;
        let mut next: Vec<_> = replies.iter().filter_map(|reply| reply.cookie(TRUST)).collect();
        for reply in &replies {
            let is_in = reply.status == 303 && reply.session_cookie().is_some();
            // There is not room for twenty hashes.
            assert!(is_in || [429, 503].contains(&reply.status.as_u16()), "{reply:?}");
        }
        assert!(!next.is_empty());
        next.dedup();
        assert_eq!(next.len(), 1, "{next:?}");
        server.app.clock.advance(3_600);
        enter(&server, "ada", &next[0]).await;
    }

    /// Removing it, and signing in by it, at once: no trust is left.
    async fn no_trust_outlives_its_removal(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await;
        let token = token["access_token"].as_str().expect("a token");
        let remove = Request::new(Method::DELETE, "/api/v1/me/trusted-devices").bearer(token);
        let (_other, router) = server.again().await;
        let attempts = (0..4).map(|_| send(&router, with_password("ada", PASSWORD, &cookie)));
        let (removed, replies) = futures::join!(server.send(remove), join_all(attempts));
        removed.expect(204);
        for reply in &replies {
            assert!([303, 503].contains(&reply.status.as_u16()), "{reply:?}");
            if let Some(next) = reply.cookie(TRUST) {
                is_asked(&server, "ada", PASSWORD, &next).await;
            }
        }
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn what_we_did_not_make_is_no_trust(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let (id, _) = cookie.split_once('.').expect("an id");
        let other = "00000000-0000-7000-8000-000000000000";
        let secret = "A".repeat(43);
        for strange in ["", "nonsense", ".", &format!("{other}.{secret}"), &format!("{other}.")] {
            is_asked(&server, "ada", PASSWORD, &format!("{TRUST}={strange}; {KEPT}")).await;
        }
        is_asked(&server, "ada", PASSWORD, &format!("{cookie}; {cookie}; {KEPT}")).await;
        let cookie = enter(&server, "ada", &cookie).await;
        // The id alone is no secret: a wrong secret is a stale one.
        is_asked(&server, "ada", PASSWORD, &format!("{id}.{secret}")).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        assert_eq!(server.sql("select id from trusted_devices").await, Vec::<String>::new());
    }

    /// A wrong password says nothing about a cookie, and a stale cookie needs the right one to be judged.
    async fn a_stranger_with_a_copy_ends_nothing(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let next = enter(&server, "ada", &cookie).await;
        server.app.clock.advance(60);
        let wrong = |cookie: &str| with_password("ada", "no horse battery at all", cookie);
        let (with, without) = (server.send(wrong(&cookie)).await.expect(401), server.send(wrong(KEPT)).await.expect(401));
        assert_eq!(with.cookie(TRUST), without.cookie(TRUST));
        enter(&server, "ada", &next).await;
    }
}
