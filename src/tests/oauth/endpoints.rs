//! The endpoints for programs: who may ask, and what is refused (S90, S91).

use axum::http::Method;
use serde_json::json;
use vestibule::server::service::clients::{
    self as registry, ClientKind, ClientSettings, ResourceSettings,
};

use super::*;

both! {
    async fn s90_a_client_shows_who_it_is_in_its_own_way(server: Server) {
        let client = make(&server, "grafana", web()).await;
        let spa = ClientSettings {
            redirect_uris: vec![CALLBACK.into()], id_token_alg: Signature::Es256,
            ..ClientSettings::new(ClientKind::Spa, "Spa")
        };
        make(&server, "spa", spa).await;
        let fields = [("grant_type", "authorization_code"), ("code", "a")];
        let of = |header: Option<&str>, more: &[(&str, &str)]| {
            let mut all = fields.to_vec();
            all.extend(more);
            let request = call("/oauth/token", &all);
            match header {
                Some(header) => request.header("authorization", header),
                None => request,
            }
        };
        let secret = client.secret.as_str();
        let wrong = Registered { secret: "vst_cs_wrong".into(), ..client.clone() };
        for (header, more) in [
            (Some(basic(&wrong)), &[][..]),
            (Some("Basic a".into()), &[]),
            (Some("Basic ".into()), &[]),
            (Some("Bearer a".into()), &[]),
            (Some(basic(&Registered { id: "spa".into(), secret: String::new() })), &[]),
            (Some(basic(&Registered { id: "nobody".into(), ..client.clone() })), &[]),
            (Some(basic(&Registered { id: "vestibule".into(), ..client.clone() })), &[]),
        ] {
            let reply = server.send(of(header.as_deref(), more)).await;
            assert_eq!(reply.header("www-authenticate"), r#"Basic realm="vestibule""#, "{header:?}");
            refused(reply, 401, "invalid_client");
        }
        for more in [
            &[("client_id", "grafana"), ("client_secret", secret)][..],
            &[("client_id", "grafana")],
            &[],
            &[("client_id", "nobody")],
            &[("client_id", "spa"), ("client_secret", "a")],
            &[("client_id", "spa"), ("client_assertion", "a"), ("client_assertion_type", "b")],
        ] {
            let reply = server.send(of(None, more)).await;
            assert!(!reply.header("www-authenticate").starts_with("Basic"), "no dialog");
            refused(reply, 401, "invalid_client");
        }
        for (header, more) in [
            (basic(&client), &[("client_id", "grafana"), ("client_secret", secret)][..]),
            (basic(&client), &[("client_secret", secret)]),
            (basic(&client), &[("client_id", "spa")]),
            (basic(&client), &[("grant_type", "refresh_token")]),
        ] {
            refused(server.send(of(Some(&header), more)).await, 400, "invalid_request");
        }
        let twice = of(Some(&basic(&client)), &[]).header("authorization", &basic(&client));
        refused(server.send(twice).await, 400, "invalid_request");
        refused(server.send(of(Some(&basic(&client)), &[])).await, 400, "invalid_grant");
        refused(server.send(of(None, &[("client_id", "spa")])).await, 400, "invalid_grant");
        // One event a minute, without what was sent.
        let events = server.sql("select details from audit_events where kind = 'client.auth'").await;
        assert!(!events.is_empty() && events.iter().all(|details| !details.contains("nobody") && !details.contains("vst_cs")), "{events:?}");
    }

    async fn s90_only_a_form_is_read(server: Server) {
        let client = make(&server, "grafana", web()).await;
        let fields = [("grant_type", "authorization_code"), ("code", "a")];
        let json = post("/oauth/token").header("authorization", &basic(&client)).json(json!({ "grant_type": "refresh_token" }));
        refused(server.send(json).await, 400, "invalid_request");
        let secret = format!("/oauth/token?client_secret={}", client.secret);
        refused(server.send(call(&secret, &fields).header("authorization", &basic(&client))).await, 400, "invalid_request");
        for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par"] {
            let reply = server.send(get(path)).await.expect(405);
            assert!(reply.header("allow").contains("POST"), "{path}");
            let reply = server.send(post(path).header("content-type", "application/x-www-form-urlencoded").body("a=%ff")).await;
            refused(reply, 400, "invalid_request");
            let long = format!("a={}", "a".repeat(20_000));
            let reply = server.send(post(path).header("content-type", "application/x-www-form-urlencoded").body(long)).await;
            refused(reply, 400, "invalid_request");
            let longer = format!("a={}", "a".repeat(80_000));
            let reply = server.send(post(path).header("content-type", "application/x-www-form-urlencoded").body(longer)).await;
            refused(reply, 413, "invalid_request");
        }
        // A person's browser gets the errors of OAuth there as well.
        let reply = server.send(call("/oauth/token", &fields).header("accept", "text/html")).await;
        refused(reply, 401, "invalid_client");
    }

    async fn s91_only_its_client_learns_of_a_token(server: Server) {
        server.register("ada").await;
        resource(&server).await;
        let settings = ClientSettings { resources: vec![API.into()], ..web() };
        let client = make(&server, "grafana", settings).await;
        let (other, api) = (make(&server, "other", web()).await, make(&server, "api", web()).await);
        let cookie = server.browser("ada").await;
        let held = tokens(&server, &client, &cookie, &[("scope", "orders:read"), ("resource", API)]).await;
        let told = server.send(by(&client, "/oauth/introspect", &[("token", text(&held, "access_token"))])).await.expect(200);
        assert!(told.headers.get("access-control-allow-origin").is_none());
        let told = told.json();
        let user = server.sql("select id from users").await.concat();
        for (name, value) in [
            ("client_id", "grafana"), ("aud", API), ("scope", "orders:read"), ("token_type", "Bearer"), ("sub", &*user), ("iss", ORIGIN),
        ] {
            assert_eq!(told[name], value, "{name}");
        }
        let refresh = server.send(by(&client, "/oauth/introspect", &[("token", text(&held, "refresh_token"))])).await.expect(200).json();
        assert_eq!((refresh["active"].as_bool(), text(&refresh, "client_id")), (Some(true), "grafana"));
        for token in ["access_token", "refresh_token"] {
            for stranger in [&other, &api] {
                assert!(!is_active(&server.router, stranger, text(&held, token)).await);
                server.send(by(stranger, "/oauth/revoke", &[("token", text(&held, token))])).await.expect(200);
            }
        }
        // An API that the resource names is told of access tokens, and of nothing else.
        let mut named: ResourceSettings = server.app.clients.now().resource(API).expect("it").settings.clone();
        named.introspectors = vec!["api".into()];
        registry::edit_resource(&server.app, Agent::Operator, API, &named, None).await.expect("changed");
        assert!(is_active(&server.router, &api, text(&held, "access_token")).await);
        assert!(!is_active(&server.router, &api, text(&held, "refresh_token")).await);
        let ours = server.login("ada").await;
        for junk in ["a", "a.b.c", &ours, &client.secret] {
            assert!(!is_active(&server.router, &client, junk).await, "{junk}");
            server.send(by(&client, "/oauth/revoke", &[("token", junk)])).await.expect(200);
        }
        refused(server.send(by(&client, "/oauth/introspect", &[])).await, 400, "invalid_request");
        refused(server.send(call("/oauth/introspect", &[("token", "a")])).await, 401, "invalid_client");
        assert!(is_active(&server.router, &client, text(&held, "access_token")).await, "strangers revoked nothing");
        // Its own client ends all of it, by either token.
        server.send(by(&client, "/oauth/revoke", &[("token", text(&held, "access_token")), ("token_type_hint", "refresh_token")])).await.expect(200);
        for token in ["access_token", "refresh_token"] {
            assert!(!is_active(&server.router, &client, text(&held, token)).await);
        }
        let again = tokens(&server, &client, &cookie, &[]).await;
        server.send(by(&client, "/oauth/revoke", &[("token", text(&again, "refresh_token"))])).await.expect(200);
        assert!(!is_active(&server.router, &client, text(&again, "access_token")).await);
    }

    async fn s44_a_long_token_is_none(server: Server) {
        let client = make(&server, "grafana", web()).await;
        let long = "a".repeat(9_000);
        assert!(!is_active(&server.router, &client, &long).await);
        server.send(by(&client, "/oauth/revoke", &[("token", &long)])).await.expect(200);
        server.send(get("/oauth/userinfo").bearer(&long)).await.expect(401);
        refused(server.send(next(&client, &long)).await, 400, "invalid_grant");
        let reply = server.send(open(&asking("grafana", &[("id_token_hint", &long)]), KEPT)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"));
    }

    async fn a_program_in_the_browser_may_not_introspect(server: Server) {
        let spa = ClientSettings {
            redirect_uris: vec![CALLBACK.into()], id_token_alg: Signature::Es256,
            ..ClientSettings::new(ClientKind::Spa, "Spa")
        };
        let client = make(&server, "spa", spa).await;
        refused(server.send(by(&client, "/oauth/introspect", &[("token", "a")])).await, 400, "unauthorized_client");
    }

    /// Scripts of every origin may call what looks at no cookie, whatever the operator lists for the API.
    async fn scripts_of_every_origin_may_call(server: Server) {
        for path in ["/oauth/token", "/oauth/userinfo", "/oauth/revoke", "/oauth/par", "/.well-known/openid-configuration", "/.well-known/jwks.json"] {
            let asked = Request::new(Method::OPTIONS, path).header("origin", "https://spa.example")
                .header("access-control-request-method", "POST").header("access-control-request-headers", "authorization");
            let reply = server.send(asked).await.expect(204);
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{path}");
            assert!(reply.header("access-control-allow-headers").contains("authorization"), "{path}");
            assert!(reply.headers.get("access-control-allow-credentials").is_none(), "{path}");
        }
        let reply = server.send(call("/oauth/token", &[]).header("origin", "https://spa.example")).await;
        assert_eq!(reply.header("access-control-allow-origin"), "*");
        let reply = server.send(call("/oauth/introspect", &[]).header("origin", "https://spa.example")).await;
        assert!(reply.headers.get("access-control-allow-origin").is_none());
    }
}
