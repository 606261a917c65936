//! Clients and resources over the API.

use super::*;

both! {
    async fn an_administrator_makes_changes_and_deletes_a_client(server: Server) {
        let admin = server.admin().await;
        let made = server.send(api(Method::POST, "/api/v1/clients", grafana(), &admin)).await.expect(201).json();
        assert_eq!((&made["id"], &made["secrets"], &made["settings"]["pkce"]), (&json!("grafana"), &json!([]), &json!("required")));
        server.send(api(Method::POST, "/api/v1/clients", grafana(), &admin)).await.expect_problem(409, "already_exists");
        let change = json!({ "settings": { "name": "Dashboards", "contact": "ops@example.com", "grant_idle": 3600 } });
        server.send(api(Method::PATCH, "/api/v1/clients/grafana", change, &admin)).await.expect(200);
        // What is absent stays, and null clears.
        let change = json!({ "settings": { "contact": null, "grant_idle": null }, "disabled": true });
        let changed = server.send(api(Method::PATCH, "/api/v1/clients/grafana", change, &admin)).await.expect(200).json();
        assert_eq!((&changed["settings"]["name"], changed["settings"].get("contact")), (&json!("Dashboards"), None));
        assert_eq!(changed["settings"]["roles"], json!(["admin"]));
        assert_eq!(changed["disabled_at"], json!(server.app.clock.now_s()));
        let enabled = server.send(api(Method::PATCH, "/api/v1/clients/grafana", json!({ "disabled": false }), &admin)).await.expect(200).json();
        assert_eq!(enabled["disabled_at"], Value::Null);
        let listed = server.send(get("/api/v1/clients").bearer(&admin)).await.expect(200).json();
        assert_eq!(listed["clients"], json!([enabled]));
        server.send(Request::new(Method::DELETE, "/api/v1/clients/grafana").bearer(&admin)).await.expect(204);
        server.send(get("/api/v1/clients/grafana").bearer(&admin)).await.expect_problem(404, "not_found");
        let kinds = server.sql("select kind from audit_events where kind like 'client.%' order by seq").await;
        assert_eq!(kinds, ["client.create", "client.update", "client.update", "client.disable", "client.enable", "client.delete"]);
    }

    async fn a_secret_is_shown_once_and_five_work_at_a_time(server: Server) {
        let admin = server.admin().await;
        server.send(api(Method::POST, "/api/v1/clients", grafana(), &admin)).await.expect(201);
        let mut ids = Vec::new();
        for n in 0..5 {
            let asked = json!({ "client_id": "grafana", "expires_in": 3_600 + n });
            let made = server.send(api(Method::POST, "/api/v1/client-secrets", asked, &admin)).await.expect(201).json();
            let secret = made["secret"].as_str().expect("a secret");
            assert!(secret.starts_with("vst_cs_") && secret.ends_with(made["hint"].as_str().expect("a hint")), "{made}");
            assert_eq!(made["expires_at"], json!(server.app.clock.now_s() + 3_600 + n));
            let shown = server.send(get("/api/v1/clients/grafana").bearer(&admin)).await.expect(200);
            assert!(!shown.text.contains(secret), "{}", shown.text);
            ids.push(made["id"].as_str().expect("an id").to_owned());
        }
        let more = json!({ "client_id": "grafana" });
        server.send(api(Method::POST, "/api/v1/client-secrets", more.clone(), &admin)).await.expect_problem(409, "too_many_secrets");
        let first = format!("/api/v1/client-secrets/{}", ids[0]);
        server.send(Request::new(Method::DELETE, &first).bearer(&admin)).await.expect(204);
        server.send(Request::new(Method::DELETE, &first).bearer(&admin)).await.expect_problem(404, "not_found");
        server.send(api(Method::POST, "/api/v1/client-secrets", more, &admin)).await.expect(201);
        for (asked, status, code) in [
            (json!({ "client_id": "nobody" }), 404, "not_found"),
            (json!({ "client_id": "grafana", "expires_in": 5 }), 422, "invalid_input"),
        ] {
            server.send(api(Method::POST, "/api/v1/client-secrets", asked, &admin)).await.expect_problem(status, code);
        }
        let stored = server.sql("select hash from client_secrets").await.concat();
        assert!(!stored.contains("vst_cs_"), "{stored}");
    }

    /// A URI is one segment of a path, percent-encoded.
    async fn resources_are_found_by_their_uris(server: Server) {
        let admin = server.admin().await;
        let path = of_resource("https://api.example.com/v1");
        assert_eq!(path, "/api/v1/resources/https%3A%2F%2Fapi.example.com%2Fv1");
        server.send(get(&path).bearer(&admin)).await.expect_problem(404, "not_found");
        server.send(api(Method::POST, "/api/v1/resources", orders(), &admin)).await.expect(201);
        server.send(api(Method::POST, "/api/v1/resources", orders(), &admin)).await.expect_problem(409, "already_exists");
        let shown = server.send(get(&path).bearer(&admin)).await.expect(200).json();
        assert_eq!(shown["uri"], json!("https://api.example.com/v1"));
        let change = json!({ "settings": { "token_life": 120 }, "disabled": true });
        let changed = server.send(api(Method::PATCH, &path, change, &admin)).await.expect(200).json();
        assert_eq!(changed["settings"], json!({ "name": "Orders", "scopes": { "orders:read": "See your orders" }, "alg": "RS256", "token_life": 120 }));
        assert!(changed["disabled_at"].is_i64(), "{changed}");
        server.send(api(Method::PATCH, &path, json!({ "disabled": false }), &admin)).await.expect(200);
        let mut client = grafana();
        client["settings"]["resources"] = json!(["https://api.example.com/v1"]);
        server.send(api(Method::POST, "/api/v1/clients", client, &admin)).await.expect(201);
        let used = server.send(Request::new(Method::DELETE, &path).bearer(&admin)).await;
        assert!(used.expect_problem(409, "resource_in_use").text.contains("grafana"));
        server.send(Request::new(Method::DELETE, "/api/v1/clients/grafana").bearer(&admin)).await.expect(204);
        server.send(Request::new(Method::DELETE, &path).bearer(&admin)).await.expect(204);
        let listed = server.send(get("/api/v1/resources").bearer(&admin)).await.expect(200).json();
        assert_eq!(listed, json!({ "resources": [] }));
        // Not as several segments.
        server.send(get("/api/v1/resources/https://api.example.com/v1").bearer(&admin)).await.expect(404);
    }

    /// The answer names the setting, and repeats nothing that came with the request.
    async fn a_fault_names_its_setting(server: Server) {
        let admin = server.admin().await;
        for (member, value) in [
            ("redirect_uris", json!(["javascript:evil"])),
            ("redirect_uris", json!([])),
            ("name", json!("")),
            ("home_uri", json!("http://evil.example.com")),
            ("roles", json!(["evil"])),
            ("roles", json!([])),
            ("scopes", json!(["evil evil"])),
            ("resources", json!(["https://evil.example.com"])),
            ("require_acr", json!("evil")),
            ("pkce", json!("evil")),
            ("colour", json!("evil")),
            ("grant_life", json!(1)),
        ] {
            let mut client = grafana();
            client["settings"][member] = value;
            let refused = server.send(api(Method::POST, "/api/v1/clients", client, &admin)).await;
            let problem = refused.expect_problem(422, "invalid_input").json();
            let detail = problem["detail"].as_str().expect("a detail").to_owned();
            assert!(!detail.contains("evil"), "{detail}");
            assert!(detail.contains(member) || member == "colour", "{member}: {detail}");
        }
        for id in ["vestibule", "A", "a", "-a", "https://evil.example.com"] {
            let mut client = grafana();
            client["id"] = json!(id);
            server.send(api(Method::POST, "/api/v1/clients", client, &admin)).await.expect_problem(422, "invalid_input");
        }
        for uri in ["evil", "https://api.example.com/#a", "https://evil@api.example.com", ORIGIN] {
            let mut resource = orders();
            resource["uri"] = json!(uri);
            server.send(api(Method::POST, "/api/v1/resources", resource, &admin)).await.expect_problem(422, "invalid_input");
        }
        assert_eq!(server.sql("select id from clients").await, [""; 0]);
    }

    async fn only_administrators_with_a_new_proof_change_them(server: Server) {
        server.admin().await;
        let ada = server.user("ada").await;
        server.send(get("/api/v1/clients")).await.expect_problem(401, "missing_token");
        server.send(get("/api/v1/clients").bearer(&ada)).await.expect_problem(403, "forbidden");
        server.send(api(Method::POST, "/api/v1/clients", grafana(), &ada)).await.expect_problem(403, "forbidden");
        server.send(api(Method::POST, "/api/v1/resources", orders(), &ada)).await.expect_problem(403, "forbidden");
        let body = json!({ "username": "operator", "password": PASSWORD, "session": "token" });
        let old = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        server.app.clock.advance(601);
        let refresh = json!({ "refresh_token": old["refresh_token"] });
        let admin = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
        let admin = admin["access_token"].as_str().expect("a token");
        // A look needs none.
        server.send(get("/api/v1/clients").bearer(admin)).await.expect(200);
        server.send(api(Method::POST, "/api/v1/clients", grafana(), admin)).await.expect_problem(401, "reauthentication_required");
    }
}
