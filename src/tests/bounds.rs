//! S5: no text that a stranger may send costs more than a look at its length, once it is too long.

use axum::http::Method;
use serde_json::json;
use vestibule::server::{
    router::routes,
    service::{agent::Agent, setup},
};

use super::support::*;

/// Texts that take longest to normalise, sort, fold or compare: each has nearly as many bytes as a body may.
fn worst() -> Vec<String> {
    vec![
        // Eighteen characters each, when normalised.
        "\u{fdfa}".repeat(20_000),
        // Marks of different classes, which are sorted as one sequence.
        format!("a{}", "\u{315}\u{300}".repeat(15_000)),
        "\u{200d}".repeat(20_000),
        "ü".repeat(30_000),
        "({[<@4!1|7+5$069".repeat(3_700),
        " ".repeat(60_000) + "a",
    ]
}

/// What is said of the one field that is wrong.
#[track_caller]
fn one_error(reply: Reply, field: &str, max: u64) {
    let body = reply.expect(422).json();
    let errors = body["errors"].as_array().or(body["fields"].as_array()).expect("field errors");
    assert_eq!(errors.len(), 1, "{body}");
    let problem = if field == "metadata" { "too_many_bytes" } else { "too_long" };
    assert_eq!((&errors[0]["field"], &errors[0]["problem"]), (&json!(field), &json!(problem)));
    assert_eq!(errors[0]["max"], max, "{body}");
}

both_with! { |flags| flags.tutorial_compat = Some("true".into());
    async fn what_a_stranger_sends_by_json_is_refused_by_its_length(server: Server) {
        for text in worst() {
            let address = format!("ada@{}.example", &text);
            let register = [
                ("username", 64, json!({ "username": text, "password": PASSWORD })),
                ("email", 254, json!({ "username": "ada", "email": address, "password": PASSWORD })),
                ("email", 254, json!({ "username": "ada", "email": format!("{text}@example.com"), "password": PASSWORD })),
                ("password", 256, json!({ "username": "ada", "password": text })),
            ];
            for (field, max, body) in register {
                for path in ["/api/v1/register", "/register"] {
                    one_error(server.send(post(path).json(body.clone())).await, field, max);
                }
                one_error(server.send(enter("register", body)).await, field, max);
            }
            let login = [
                ("identifier", 254, json!({ "identifier": text, "password": PASSWORD })),
                ("identifier", 254, json!({ "identifier": address, "password": PASSWORD })),
                ("password", 256, json!({ "identifier": "ada", "password": text })),
            ];
            for (field, max, body) in login {
                for path in ["/api/v1/login", "/login"] {
                    one_error(server.send(post(path).json(body.clone())).await, field, max);
                }
                one_error(server.send(enter("login", body)).await, field, max);
            }
        }
        assert!(!server.app.passwords.hashing.is_started(), "nothing was hashed");
    }

    async fn what_somebody_sends_is_refused_by_its_length(server: Server) {
        let token = server.user("ada").await;
        let setup = setup::new_link(&server.app, Agent::System).await.expect("a link").expect("no admin yet");
        for text in worst() {
            let endpoints = [
                (Method::PATCH, "/api/v1/me", "display_name", 128, json!({ "display_name": text })),
                (Method::PATCH, "/api/v1/me", "metadata", 16_384, json!({ "metadata": { "a": text } })),
                (Method::POST, "/action/act", "display_name", 128, json!({ "form": "profile", "filled": { "display_name": text } })),
                (Method::POST, "/api/v1/me/reauthenticate", "password", 256, json!({ "password": text })),
                (Method::PUT, "/api/v1/me/password", "current_password", 256, json!({ "current_password": text, "new_password": PASSWORD })),
                (Method::PUT, "/api/v1/me/password", "new_password", 256, json!({ "current_password": PASSWORD, "new_password": text })),
            ];
            for (method, path, field, max, body) in endpoints {
                one_error(server.send(send_json(method, path, body).same_origin().bearer(&token)).await, field, max);
            }
            let claim = |link: &str| {
                enter("setup", json!({ "username": text, "password": PASSWORD })).cookie(&link_cookie(link))
            };
            one_error(server.send(claim(setup.expose())).await, "username", 64);
            let refused = server.send(claim(&"a".repeat(30_000))).await.expect(410);
            assert_eq!(refused.json()["code"], "setup_closed");
        }
    }

    // A form's body may have 64 KiB too, in which each of these bytes takes three.
    async fn forms_of_pages_are_refused_by_their_length(server: Server) {
        for text in ["\u{fdfa}".repeat(6_000), "\u{315}\u{300}".repeat(4_500), "\u{200d}".repeat(6_000), "a".repeat(60_000)] {
            for (path, field, limit) in [("/register", "username", "At most 64"), ("/login", "identifier", "At most 254")] {
                let reply = server.send(form(path, &[(field, &text), ("password", PASSWORD)])).await.expect(422);
                assert!(reply.text.contains(limit), "{path}");
            }
            for path in ["/register", "/login"] {
                let name = if path == "/login" { "identifier" } else { "username" };
                let reply = server.send(form(path, &[(name, "ada"), ("password", &text)])).await.expect(422);
                assert!(reply.text.contains("At most 256"), "{path}");
            }
        }
    }

    // Advice is given all the same: of what is too long nothing is compared.
    async fn advice_looks_at_no_more_than_a_password_may_have(server: Server) {
        let ask = async |password: &str, name: &str, email: &str| {
            let body = json!({ "form": { "password": password, "name": name, "email": email } });
            server.send(post("/action/strength").same_origin().json(body)).await.expect(200).json()
        };
        let plain = ask("seven quiet lanterns over water", "", "").await;
        for text in worst() {
            assert_eq!(ask("seven quiet lanterns over water", &text, "").await, plain);
            assert_eq!(ask("seven quiet lanterns over water", "", &format!("{text}@example.com")).await, plain);
            let said = ask(&text, &"a".repeat(100), "").await;
            assert_eq!(said["words"], "At most 256 characters.");
        }
    }

    async fn places_and_ids_are_refused_by_their_length(server: Server) {
        let (admin, token) = (server.admin().await, server.user("ada").await);
        let long = "a".repeat(8_000);
        let page = |path: &str| get(path).header("accept", "text/html");
        let of_admin = |path: String| get(&path).bearer(&admin);
        server.send(of_admin(format!("/api/v1/users?after={long}"))).await.expect(422);
        server.send(of_admin(format!("/api/v1/users/{long}"))).await.expect_problem(404, "not_found");
        server.send(get(&format!("/api/v1/me/security-history?before={long}")).bearer(&token)).await.expect(422);
        let end = Request::new(Method::DELETE, &format!("/api/v1/me/sessions/{long}"));
        server.send(end.bearer(&token)).await.expect_problem(404, "not_found");
        server.send(page("/setup").cookie(&link_cookie(&long))).await.expect(410);
        assert!(server.send(page(&format!("/setup?token={long}"))).await.header("location").len() < 100);
        let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", &format!("/{long}"))];
        let reply = server.send(form("/login", &fields).cookie(KEPT)).await.expect(303);
        assert_eq!(reply.header("location"), "/account");
        let refresh = post("/api/v1/token/refresh");
        server.send(refresh.json(json!({ "refresh_token": long }))).await.expect_problem(400, "invalid_grant");
        server.send(get("/api/v1/me").bearer(&long)).await.expect_problem(401, "invalid_token");
        let device = right("ada").cookie(&format!("vestibule_device_3000={long}"));
        server.send(device).await.expect(200);
    }
}

both! {
    async fn s14_a_huge_password_is_refused_before_hashing(server: Server) {
        let huge = "x".repeat(50_000);
        let name = |name: &str| json!({ "username": name, "password": huge });
        server.send(post("/api/v1/login").json(name("ada"))).await.expect(422);
        server.send(post("/api/v1/register").json(name("bob"))).await.expect(422);
        assert!(!server.app.passwords.hashing.is_started());
    }

    // Honest people hear everything at once, whichever check finds it.
    async fn every_mistake_of_a_registration_is_reported_at_once(server: Server) {
        let body = json!({ "username": "admin", "email": "a\u{200b}b@example.com", "password": "passwordpassword" });
        let body = server.send(post("/api/v1/register").json(body)).await.expect(422).json();
        let told: Vec<_> = body["errors"].as_array().expect("errors").iter()
            .map(|error| (error["field"].as_str().expect("a field"), error["problem"].as_str().expect("a problem")))
            .collect();
        assert_eq!(told, [("username", "reserved"), ("email", "invalid"), ("password", "breached")]);
        let body = json!({ "username": "admin", "email": "x".repeat(9_000), "password": "short" });
        let body = server.send(post("/api/v1/register").json(body)).await.expect(422).json();
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(3));
    }

    // A source that is blocked is told so before anything of its form is looked at.
    async fn a_blocked_source_is_judged_no_further(server: Server) {
        let network = "203.0.113.0/24".parse().expect("a network");
        vestibule::server::service::limits::blocks::add(&server.app, Agent::Operator, network, 600).await.expect("blocked");
        let bad = json!({ "username": "\u{fdfa}".repeat(20_000), "password": "short" });
        for path in ["/api/v1/register", "/register"] {
            let request = post(path).from("203.0.113.7").json(bad.clone());
            server.send(request).await.expect_problem(429, "source_blocked");
        }
        server.send(post("/api/v1/register").json(bad)).await.expect(422);
    }
}

/// S109: what each endpoint costs is written down.
#[test]
fn s109_every_endpoint_has_a_line_of_costs() {
    let text = include_str!("../../docs/costs.md");
    for route in routes::table() {
        let endpoint = match route.is_action {
            true => format!("`{}`", route.path),
            false => format!("`{} {}`", route.method, route.path),
        };
        assert!(text.contains(&endpoint), "{endpoint}");
    }
}
