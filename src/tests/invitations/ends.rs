//! What ends an invitation, and who may make one.

use vestibule::server::service::leaving;

use super::*;

both! {
    async fn it_ends_when_its_time_is_over(server: Server) {
        for (life, wait) in [(Some(3_600), 3_600), (None, 604_800), (Some(2_592_000), 2_592_000)] {
            let path = by_operator(&server, "ada@example.org", life, false).await;
            let mut browser = followed(&server, &path).await;
            server.app.clock.advance(wait - 1);
            browser.open(&server, &path).await.expect(303);
            browser.open(&server, "/invite").await.expect(200);
            server.app.clock.advance(1);
            browser.open(&server, "/invite").await.expect(410);
            accept(&server, &mut browser, "ada").await.expect(410);
        }
        let admin = server.admin().await;
        assert_eq!(states(&server, &admin).await, ["expired", "expired", "expired"]);
    }

    async fn it_ends_when_it_is_revoked_or_made_anew(server: Server) {
        let admin = server.admin().await;
        let made = server.send(invite("ada@example.org", &[]).bearer(&admin)).await.expect(201).json();
        let first = link(&server, "ada@example.org").await;
        server.app.clock.advance(60);
        server.send(invite("ADA@example.org", &[]).bearer(&admin)).await.expect(201);
        let mut browser = Browser::new();
        assert_eq!(browser.open(&server, &first).await.expect(303).header("location"), "/go");
        let id = made["id"].as_str().expect("an id");
        server.send(revoke(id).bearer(&admin)).await.expect_problem(404, "not_found");
        let listed = server.send(get("/api/v1/invitations").bearer(&admin)).await.expect(200).json();
        let newest = listed["invitations"][0]["id"].as_str().expect("an id").to_owned();
        let path = link(&server, "ADA@example.org").await;
        let mut browser = followed(&server, &path).await;
        server.send(revoke(&newest).bearer(&admin)).await.expect(204);
        accept(&server, &mut browser, "ada").await.expect(410);
        assert_eq!(states(&server, &admin).await, ["revoked", "revoked"]);
        server.send(revoke(&newest).bearer(&admin)).await.expect_problem(404, "not_found");
        server.send(revoke("nonsense").bearer(&admin)).await.expect_problem(404, "not_found");
    }

    /// Its maker must still be allowed to give what it gives.
    async fn it_ends_with_the_role_of_its_maker(server: Server) {
        server.admin().await;
        server.deputy().await;
        let deputy = server.login("deputy").await;
        server.send(invite("ada@example.org", &["admin"]).bearer(&deputy)).await.expect(201);
        let path = link(&server, "ada@example.org").await;
        let mut browser = followed(&server, &path).await;
        server.change("deputy", AccountChange::RevokeRole(Role::Admin)).await;
        accept(&server, &mut browser, "ada").await.expect(410);
        server.change("deputy", AccountChange::GrantRole(Role::Admin)).await;
        accept(&server, &mut browser, "ada").await.expect(410);
        let deputy = server.login("deputy").await;
        server.send(invite("eve@example.org", &["admin"]).bearer(&deputy)).await.expect(201);
        let path = link(&server, "eve@example.org").await;
        let mut browser = followed(&server, &path).await;
        server.change("deputy", AccountChange::Disable).await;
        accept(&server, &mut browser, "eve").await.expect(410);
        server.change("deputy", AccountChange::Enable).await;
        accept(&server, &mut browser, "eve").await.expect(410);
    }

    async fn only_administrators_make_them(server: Server) {
        let ada = server.user("ada").await;
        server.send(invite("eve@example.org", &[])).await.expect_problem(401, "missing_token");
        server.send(invite("eve@example.org", &[]).bearer(&ada)).await.expect_problem(403, "forbidden");
        server.send(get("/api/v1/invitations").bearer(&ada)).await.expect_problem(403, "forbidden");
        server.send(revoke("x").bearer(&ada)).await.expect_problem(403, "forbidden");
        let admin = server.admin().await;
        for (body, field) in [
            (json!({ "email": "nonsense" }), "email"),
            (json!({ "email": "eve@example.org", "roles": ["root"] }), "roles"),
            (json!({ "email": "eve@example.org", "expires_in": 3_599 }), "expires_in"),
            (json!({ "email": "eve@example.org", "expires_in": 2_592_001 }), "expires_in"),
        ] {
            let refused = server.send(post("/api/v1/invitations").json(body).bearer(&admin)).await;
            let errors = refused.expect_problem(422, "invalid_input").json()["errors"].clone();
            assert_eq!(errors[0]["field"], field);
        }
        confirmed(&server, "grace").await;
        let known = server.send(invite("grace@example.org", &[]).bearer(&admin)).await;
        known.expect_problem(409, "address_unavailable");
        // It asks for a recent proof.
        server.app.clock.advance(601);
        let admin = refreshed(&server).await;
        let late = server.send(invite("eve@example.org", &[]).bearer(&admin)).await;
        late.expect_problem(401, "reauthentication_required");
        assert_eq!(server.sql("select id from invitations").await, [""; 0]);
    }

    async fn the_list_has_pages(server: Server) {
        let admin = server.admin().await;
        for n in 0..5 {
            by_operator(&server, &format!("ada{n}@example.org"), None, true).await;
            server.app.clock.advance(1);
        }
        let mut seen = Vec::new();
        let mut path = "/api/v1/invitations?limit=2".to_owned();
        loop {
            let page = server.send(get(&path).bearer(&admin)).await.expect(200).json();
            seen.extend(page["invitations"].as_array().expect("a page").iter().map(|one| one["address"].clone()));
            let Some(next) = page["next_before"].as_str() else { break };
            path = format!("/api/v1/invitations?limit=2&before={next}");
        }
        let wanted: Vec<Value> = (0..5).rev().map(|n| json!(format!("ada{n}@example.org"))).collect();
        assert_eq!(seen, wanted);
    }

    /// A leaked table opens nothing.
    async fn the_link_is_stored_as_a_hash(server: Server) {
        let path = by_operator(&server, "ada@example.org", None, true).await;
        let token = path.strip_prefix("/go/").expect("a link");
        let stored = server.sql("select link_hash || secret_hash || coalesce(data_sealed, '') from flows").await;
        assert!(stored.iter().all(|row| !row.contains(token)), "{stored:?}");
    }

    async fn an_erased_account_takes_its_invitation_along(server: Server) {
        server.admin().await;
        let path = by_operator(&server, "ada@example.org", None, false).await;
        let mut browser = followed(&server, &path).await;
        accept(&server, &mut browser, "ada").await.expect(303);
        server.change("ada", AccountChange::Delete).await;
        for days in [11, 3] {
            server.app.clock.advance(days * 86_400 + 1);
            leaving::tend(&server.app).await.expect("tended");
        }
        assert_eq!(server.sql(PEOPLE).await, ["operator"]);
        assert_eq!(server.sql("select id from invitations").await, [""; 0]);
    }
}

/// An access token of the administrator whose proof is more than ten minutes old.
async fn refreshed(server: &Server) -> String {
    let body = json!({ "identifier": "operator", "password": PASSWORD, "session": "token" });
    let opened = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
    server.app.clock.advance(601);
    let token = json!({ "refresh_token": opened["refresh_token"] });
    let renewed = server.send(post("/api/v1/token/refresh").json(token)).await.expect(200).json();
    renewed["access_token"].as_str().expect("a token").to_owned()
}
