//! Refresh tokens of clients: rotated as our own, for their client alone (S61, S89).

use serde_json::json;
use vestibule::server::service::{accounts::AccountChange, clients as registry, follow};

use super::*;

async fn set_up(server: &Server) -> (Registered, String) {
    server.register("ada").await;
    resource(server).await;
    let settings = registry::ClientSettings { resources: vec![API.into()], ..web() };
    (make(server, "grafana", settings).await, server.browser("ada").await)
}

const ALL: (&str, &str) = ("scope", "openid profile orders:read orders:write");

both! {
    async fn oidcc_refresh_token(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let first = tokens(&server, &client, &cookie, &[]).await;
        assert!(text(&first, "refresh_token").starts_with("vst_rt_"));
        server.app.clock.advance(60);
        let second = server.send(next(&client, text(&first, "refresh_token"))).await.expect(200).json();
        let (old, new) = (part(text(&first, "id_token"), 1), part(text(&second, "id_token"), 1));
        for same in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
            assert_eq!(old[same], new[same], "{same}");
        }
        assert_eq!(new.get("nonce"), None);
        assert!(new["iat"].as_i64() > old["iat"].as_i64());
        // A client that missed the answer gets the same again.
        let again = server.send(next(&client, text(&first, "refresh_token"))).await.expect(200).json();
        assert_eq!(again["refresh_token"], second["refresh_token"]);
        // Later it is a theft, and all of it ends.
        server.app.clock.advance(60);
        refused(server.send(next(&client, text(&first, "refresh_token"))).await, 400, "invalid_grant");
        refused(server.send(next(&client, text(&second, "refresh_token"))).await, 400, "invalid_grant");
        assert!(!is_active(&server.router, &client, text(&second, "access_token")).await);
    }

    async fn s61_neither_kind_of_refresh_token_is_the_other(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let other = make(&server, "other", web()).await;
        let held = tokens(&server, &client, &cookie, &[]).await;
        let theirs = text(&held, "refresh_token");
        let body = json!({ "refresh_token": theirs });
        server.send(post("/api/v1/token/refresh").json(body.clone())).await.expect_problem(400, "invalid_grant");
        server.send(post("/api/v1/logout").json(body)).await.expect(204);
        let page = server.send(open("/account", &format!("vestibule_session_3000={theirs}"))).await.expect(303);
        assert!(page.header("location").starts_with("/login"));
        refused(server.send(next(&other, theirs)).await, 400, "invalid_grant");
        let login = json!({ "username": "ada", "password": PASSWORD, "session": "token" });
        let ours = server.send(post("/api/v1/login").json(login)).await.expect(200).json();
        refused(server.send(next(&client, text(&ours, "refresh_token"))).await, 400, "invalid_grant");
        // Access tokens stay on their side too.
        assert_eq!(status(&server.router, text(&held, "access_token")).await, 401);
        assert_eq!(status(&server.router, text(&held, "id_token")).await, 401);
        server.send(get("/oauth/userinfo").bearer(text(&ours, "access_token"))).await.expect(401);
        server.send(next(&client, theirs)).await.expect(200);
    }

    async fn s89_a_refresh_never_widens(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let narrow = tokens(&server, &client, &cookie, &[("scope", "openid orders:read")]).await;
        let ask = |more: &[(&'static str, &'static str)], token: &str| {
            let mut fields = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.to_owned())];
            fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            by(&client, "/oauth/token", &fields)
        };
        let token = text(&narrow, "refresh_token");
        for wide in ["openid orders:read orders:write", "orders:write", "profile", "openid unknown"] {
            let reply = server.send(ask(&[("scope", wide.to_owned().leak())], token)).await;
            refused(reply, 400, "invalid_scope");
        }
        refused(server.send(ask(&[("resource", "https://unknown.example")], token)).await, 400, "invalid_target");
        refused(server.send(ask(&[("resource", API), ("resource", API)], token)).await, 400, "invalid_target");
        // Nothing was spent. One named resource gets its own words alone.
        let at_api = server.send(ask(&[("resource", API)], token)).await.expect(200).json();
        assert_eq!(at_api["scope"], "orders:read");
        assert_eq!(part(text(&at_api, "access_token"), 1)["aud"], API);
        // Narrowed for this token alone.
        let token = text(&at_api, "refresh_token").to_owned();
        let less = server.send(ask(&[("scope", "openid")], &token)).await.expect(200).json();
        assert_eq!(less["scope"], "openid");
        server.app.clock.advance(1);
        let whole = server.send(ask(&[], text(&less, "refresh_token"))).await.expect(200).json();
        assert_eq!(whole["scope"], "openid orders:read");
    }

    /// A token for a resource that was named never opens the profile; one for which none was named has to do for both.
    async fn one_token_has_one_audience(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let named = tokens(&server, &client, &cookie, &[ALL, ("resource", API)]).await;
        assert_eq!(named["scope"], "orders:read orders:write");
        assert_eq!(part(text(&named, "access_token"), 1)["aud"], API);
        server.send(get("/oauth/userinfo").bearer(text(&named, "access_token"))).await.expect(403);
        let both = tokens(&server, &client, &cookie, &[ALL]).await;
        assert_eq!(both["scope"], "openid profile orders:read orders:write");
        assert_eq!(part(text(&both, "access_token"), 1)["aud"], API);
        server.send(get("/oauth/userinfo").bearer(text(&both, "access_token"))).await.expect(200);
        // The slash behind an origin is nothing; the token has the registered spelling.
        let slash = tokens(&server, &client, &cookie, &[ALL, ("resource", "https://api.example.com/")]).await;
        assert_eq!(part(text(&slash, "access_token"), 1)["aud"], API);
        for other in ["https://api.example.com/x", "http://api.example.com", "https://api.example.com:443", "a", "#"] {
            let reply = server.send(open(&asking("grafana", &[ALL, ("resource", other)]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some("invalid_target"), "{other}");
        }
    }

    /// The table of what ends what, seen in another process within a turn of the feed.
    async fn s91_what_ends_a_grant(server: Server) {
        let (client, cookie) = set_up(&server).await;
        server.admin().await;
        server.deputy().await;
        let (process, router) = server.again().await;
        let held = async |cookie: &str, scope: &'static str| tokens(&server, &client, cookie, &[("scope", scope)]).await;
        let (online, offline) = (held(&cookie, "openid").await, held(&cookie, "openid offline_access").await);
        let alive = async |answer: &serde_json::Value| {
            follow::all(&process).await.expect("the feed");
            let token = text(answer, "access_token");
            let (here, there) = (is_active(&server.router, &client, token).await, is_active(&router, &client, token).await);
            assert_eq!(here, there, "both processes agree");
            let told = send(&router, get("/oauth/userinfo").bearer(token)).await.status == 200;
            assert_eq!(told, here, "userinfo agrees");
            let refresh = is_active(&server.router, &client, text(answer, "refresh_token")).await;
            (here, refresh)
        };
        assert_eq!((alive(&online).await, alive(&offline).await), ((true, true), (true, true)));
        // A client that is disabled gets nothing; afterwards its tokens of before stay dead, and its grants go on.
        registry::set_disabled(&server.app, Agent::Operator, "grafana", true).await.expect("disabled");
        follow::all(&process).await.expect("the feed");
        let refused_there = send(&router, by(&client, "/oauth/introspect", &[("token", text(&online, "access_token"))])).await;
        refused(refused_there, 401, "invalid_client");
        assert_eq!(send(&router, get("/oauth/userinfo").bearer(text(&online, "access_token"))).await.status, 401);
        server.app.clock.advance(1);
        registry::set_disabled(&server.app, Agent::Operator, "grafana", false).await.expect("enabled");
        assert_eq!(alive(&online).await, (false, true));
        server.app.clock.advance(1);
        let online = server.send(next(&client, text(&online, "refresh_token"))).await.expect(200).json();
        let offline = server.send(next(&client, text(&offline, "refresh_token"))).await.expect(200).json();
        assert_eq!((alive(&online).await, alive(&offline).await), ((true, true), (true, true)));
        // A resource that is disabled.
        let at_api = tokens(&server, &client, &cookie, &[("scope", "orders:read"), ("resource", API)]).await;
        assert!(is_active(&router, &client, text(&at_api, "access_token")).await);
        registry::set_resource_disabled(&server.app, Agent::Operator, API, true).await.expect("disabled");
        follow::all(&process).await.expect("the feed");
        assert!(!is_active(&router, &client, text(&at_api, "access_token")).await);
        refused(server.send(next(&client, text(&at_api, "refresh_token"))).await, 400, "invalid_scope");
        registry::set_resource_disabled(&server.app, Agent::Operator, API, false).await.expect("enabled");
        // Sign-out ends what came from the session, and not what may stay.
        let page = server.send(open("/account", &cookie)).await.expect(200).page();
        let token = form_token(&page, "logout");
        server.send(form("/logout", &[("form", "logout"), ("form_token", &token)]).cookie(&cookie)).await.expect(303);
        assert_eq!((alive(&online).await, alive(&offline).await), ((false, false), (true, true)));
        // A role that the client demands.
        server.change("ada", AccountChange::GrantRole(vestibule::server::service::roles::Role::Admin)).await;
        change(&server, "grafana", |settings| settings.roles = vec!["admin".into()]).await;
        let cookie = server.browser("ada").await;
        let of_admin = held(&cookie, "openid").await;
        assert_eq!(alive(&of_admin).await, (true, true));
        server.change("ada", AccountChange::RevokeRole(vestibule::server::service::roles::Role::Admin)).await;
        assert_eq!((alive(&of_admin).await, alive(&offline).await), ((false, false), (false, false)));
        change(&server, "grafana", |settings| settings.roles = Vec::new()).await;
        // Disabling ends all.
        let cookie = server.browser("ada").await;
        let (online, offline) = (held(&cookie, "openid").await, held(&cookie, "openid offline_access").await);
        server.change("ada", AccountChange::Disable).await;
        assert_eq!((alive(&online).await, alive(&offline).await), ((false, false), (false, false)));
    }

    /// A client with the name of one that was deleted has nothing of it.
    async fn a_new_client_of_an_old_name_has_nothing(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let held = tokens(&server, &client, &cookie, &[("scope", "openid offline_access")]).await;
        registry::delete(&server.app, Agent::Operator, "grafana").await.expect("deleted");
        refused(server.send(next(&client, text(&held, "refresh_token"))).await, 401, "invalid_client");
        server.app.clock.advance(1);
        let client = make(&server, "grafana", web()).await;
        refused(server.send(next(&client, text(&held, "refresh_token"))).await, 400, "invalid_grant");
        for token in ["access_token", "refresh_token"] {
            assert!(!is_active(&server.router, &client, text(&held, token)).await);
        }
        let asked = server.send(open(&asking("grafana", &[]), &cookie)).await.expect(200);
        assert!(asked.text.contains("/oauth/consent"), "asked anew");
    }

    async fn a_grant_ends_at_its_time(server: Server) {
        let (client, cookie) = set_up(&server).await;
        change(&server, "grafana", |settings| (settings.grant_idle, settings.grant_life) = (Some(300), Some(900))).await;
        let mut held = tokens(&server, &client, &cookie, &[("scope", "openid offline_access")]).await;
        for _ in 0..3 {
            server.app.clock.advance(299);
            held = server.send(next(&client, text(&held, "refresh_token"))).await.expect(200).json();
        }
        server.app.clock.advance(3);
        refused(server.send(next(&client, text(&held, "refresh_token"))).await, 400, "invalid_grant");
        let held = tokens(&server, &client, &cookie, &[("scope", "openid offline_access")]).await;
        server.app.clock.advance(300);
        refused(server.send(next(&client, text(&held, "refresh_token"))).await, 400, "invalid_grant");
    }

    /// Apps that ask anew at each load end their own grants, and those of no other.
    async fn a_client_has_ten_grants_of_a_session(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let other = make(&server, "other", own()).await;
        let kept = tokens(&server, &other, &cookie, &[]).await;
        let first = tokens(&server, &client, &cookie, &[]).await;
        for _ in 0..10 {
            server.app.clock.advance(1);
            tokens(&server, &client, &cookie, &[]).await;
        }
        let open = server.sql("select cast(count(*) as text) from sessions where client_id = 'grafana' and revoked_at is null").await;
        assert_eq!(open, ["10"]);
        assert!(!is_active(&server.router, &client, text(&first, "refresh_token")).await);
        assert!(is_active(&server.router, &other, text(&kept, "refresh_token")).await);
    }
}
