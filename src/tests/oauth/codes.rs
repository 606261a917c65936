//! Codes: bound to their client, place and verifier, for a minute, once (S85, S86).

use vestibule::server::service::{
    accounts::AccountChange, clients as registry, clients::ClientSettings, follow,
};

use super::*;

async fn set_up(server: &Server) -> (Registered, String) {
    server.register("ada").await;
    (make(server, "grafana", web()).await, server.browser("ada").await)
}

async fn reasons(server: &Server) -> Vec<String> {
    server.sql("select revoked_reason from sessions where parent_id is not null and revoked_at is not null").await
}

both! {
    async fn s85_a_code_is_bound_to_what_it_was_asked_with(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let other = make(&server, "other", web()).await;
        let code = code(&server, "grafana", &cookie, &[]).await;
        let usual = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)];
        let with = |name: &str, value: &'static str| {
            let fields = usual.iter().filter(|(found, _)| *found != name).copied();
            fields.chain((!value.is_empty()).then_some((name.to_owned().leak() as &str, value))).collect::<Vec<_>>()
        };
        for (name, value, error) in [
            ("redirect_uri", "https://app.example/other", "invalid_grant"),
            ("code_verifier", "", "invalid_grant"),
            ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "invalid_grant"),
            ("code_verifier", CHALLENGE, "invalid_grant"),
            ("code_verifier", "short", "invalid_grant"),
            ("code", "a", "invalid_grant"),
            ("code", "", "invalid_request"),
            ("resource", "https://unknown.example", "invalid_target"),
            ("grant_type", "", "invalid_request"),
            ("grant_type", "password", "unsupported_grant_type"),
            ("grant_type", "client_credentials", "unauthorized_client"),
        ] {
            refused(server.send(by(&client, "/oauth/token", &with(name, value))).await, 400, error);
        }
        refused(server.send(by(&other, "/oauth/token", &usual)).await, 400, "invalid_grant");
        // None of that has spent it. The place may be left out, as OAuth 2.1 does.
        server.send(by(&client, "/oauth/token", &with("redirect_uri", ""))).await.expect(200);
    }

    async fn s86_a_verifier_without_a_challenge_is_refused(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings { pkce: registry::Pkce::Optional, ..web() };
        let client = make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        let without = [("code_challenge", ""), ("code_challenge_method", "")];
        let code = code(&server, "grafana", &cookie, &without).await;
        refused(server.send(exchange(&client, &code)).await, 400, "invalid_grant");
        let fields = [("grant_type", "authorization_code"), ("code", &*code)];
        server.send(by(&client, "/oauth/token", &fields)).await.expect(200);
    }

    async fn oidcc_codereuse(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let code = code(&server, "grafana", &cookie, &[]).await;
        let answer = server.send(exchange(&client, &code)).await.expect(200).json();
        assert!(is_active(&server.router, &client, text(&answer, "access_token")).await);
        // Without the verifier it is no use at all, and ends nothing.
        let fields = [("grant_type", "authorization_code"), ("code", &*code)];
        refused(server.send(by(&client, "/oauth/token", &fields)).await, 400, "invalid_grant");
        assert!(is_active(&server.router, &client, text(&answer, "access_token")).await);
        refused(server.send(exchange(&client, &code)).await, 400, "invalid_grant");
        assert!(!is_active(&server.router, &client, text(&answer, "access_token")).await);
        server.send(get("/oauth/userinfo").bearer(text(&answer, "access_token"))).await.expect(401);
        refused(server.send(next(&client, text(&answer, "refresh_token"))).await, 400, "invalid_grant");
        assert_eq!(reasons(&server).await, ["code_replay"]);
        let events = server.sql("select kind from audit_events where kind like 'app.%' order by seq").await;
        assert_eq!(events, ["app.allow", "app.start", "app.code_replay"]);
    }

    async fn oidcc_codereuse_30seconds(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let code = code(&server, "grafana", &cookie, &[]).await;
        let answer = server.send(exchange(&client, &code)).await.expect(200).json();
        server.app.clock.advance(30);
        refused(server.send(exchange(&client, &code)).await, 400, "invalid_grant");
        assert!(!is_active(&server.router, &client, text(&answer, "access_token")).await);
    }

    async fn s85_a_code_lasts_a_minute(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let first = code(&server, "grafana", &cookie, &[]).await;
        server.app.clock.advance(59);
        server.send(exchange(&client, &first)).await.expect(200);
        let second = code(&server, "grafana", &cookie, &[]).await;
        server.app.clock.advance(60);
        refused(server.send(exchange(&client, &second)).await, 400, "invalid_grant");
        assert_eq!(reasons(&server).await, [""; 0], "nobody has used it");
    }

    /// One of twenty gets tokens, and since the others show that there are copies, what it got ends.
    async fn s85_a_race_for_a_code_has_one_winner_at_most(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let (process, router) = server.again().await;
        let code = code(&server, "grafana", &cookie, &[]).await;
        let all = (0..20).map(|n| {
            let router = if n % 2 == 0 { server.router.clone() } else { router.clone() };
            let request = exchange(&client, &code);
            async move { send(&router, request).await }
        });
        let replies = futures::future::join_all(all).await;
        let won: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
        assert_eq!(won.len(), 1);
        for lost in replies.iter().filter(|reply| reply.status != 200) {
            refused(lost.clone(), 400, "invalid_grant");
        }
        follow::all(&process).await.expect("the feed");
        follow::all(&server.app).await.expect("the feed");
        for router in [&server.router, &router] {
            assert!(!is_active(router, &client, text(&won[0].json(), "access_token")).await);
        }
        assert_eq!(server.sql("select cast(count(*) as text) from sessions where parent_id is not null").await, ["1"]);
    }

    /// What ends what, before a code is exchanged.
    async fn a_code_dies_with_what_it_stands_on(server: Server) {
        let (client, cookie) = set_up(&server).await;
        server.admin().await;
        server.deputy().await;
        let take = async |cookie: &str| code(&server, "grafana", cookie, &[]).await;
        let over = async |code: String| refused(server.send(exchange(&client, &code)).await, 400, "invalid_grant");

        let held = take(&cookie).await;
        let session = server.sql("select s.id from sessions s join users u on u.id = s.user_id where u.username = 'ada' and s.parent_id is null and s.revoked_at is null").await.concat();
        let session = session.parse().expect("an id");
        vestibule::server::service::session::end(&server.app, &session, &Default::default()).await.expect("ended");
        over(held).await;

        let cookie = server.browser("ada").await;
        let held = take(&cookie).await;
        server.change("ada", AccountChange::Disable).await;
        over(held).await;
        server.change("ada", AccountChange::Enable).await;

        let cookie = server.browser("ada").await;
        let held = take(&cookie).await;
        registry::set_disabled(&server.app, Agent::Operator, "grafana", true).await.expect("disabled");
        refused(server.send(exchange(&client, &held)).await, 401, "invalid_client");
        registry::set_disabled(&server.app, Agent::Operator, "grafana", false).await.expect("enabled");

        let held = take(&cookie).await;
        change(&server, "grafana", |settings| settings.redirect_uris = vec!["https://app.example/new".into()]).await;
        over(held).await;
        change(&server, "grafana", |settings| settings.redirect_uris = vec![CALLBACK.into()]).await;

        let held = take(&cookie).await;
        change(&server, "grafana", |settings| settings.roles = vec!["admin".into()]).await;
        over(held).await;
        change(&server, "grafana", |settings| settings.roles = Vec::new()).await;

        let held = take(&cookie).await;
        server.sql("delete from consents").await;
        over(held).await;
        assert_eq!(server.sql("select cast(count(*) as text) from sessions where parent_id is not null").await, ["0"]);
    }
}
