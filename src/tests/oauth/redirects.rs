//! Where the answer to a request goes, and where it never goes (S84).

use vestibule::server::service::clients::{ClientKind, ClientSettings};

use super::*;

fn uri(uri: &str) -> [(&'static str, &str); 1] {
    [("redirect_uri", uri)]
}

both! {
    async fn s84_a_bad_place_is_a_page_and_no_redirect(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings {
            redirect_uris: vec![CALLBACK.into(), "http://localhost:3000/callback".into()],
            ..own()
        };
        make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        for trick in [
            "https://app.example/callback/", "https://app.example/callbackx", "https://app.example/callbac",
            "https://app.example/Callback", "https://app.example/callback?a=b", "https://app.example/callback?",
            "https://app.example/callback#a", "https://app.example/callback%2f..", "https://app.example/x/../callback",
            "https://app.example/%2e%2e/callback", "https://app.example/%63allback", "https://app.example//callback",
            "https://app.example/./callback", "https://app.example/callback;a", "https://app.example/callback%00",
            "https://app.example:443/callback", "https://app.example:8443/callback", "https://APP.example/callback",
            "HTTPS://app.example/callback", "http://app.example/callback", "//app.example/callback", "/callback",
            "app.example/callback", "https://app.example.evil.example/callback", "https://evil.example/callback",
            "https://app.example@evil.example/callback", "https://evil.example@app.example/callback",
            "https://app.example:a@evil.example/callback", "https://app.example\\.evil.example/callback",
            "https://app.example\\@evil.example/callback", "https://evil.example\\app.example/callback",
            "https://app.example/callback\\..\\a", "https://app.example /callback", " https://app.example/callback",
            "https://app.example/callback ", "https://app.example/callback\n", "https://app.example/\tcallback",
            "https://app%2eexample/callback", "https://app.example%2fcallback", "https:/app.example/callback",
            "https:app.example/callback", "https:///app.example/callback", "javascript:alert(1)",
            "data:text/html,a", "file:///callback", "urn:ietf:wg:oauth:2.0:oob", "about:blank", "ftp://app.example/callback",
            "com.example.app:/callback", "http://127.0.0.1:3000/callback", "http://[::1]:3000/callback",
            "http://localhost:3001/callback", "http://localhost/callback", "http://localhost.:3000/callback",
            "https://localhost:3000/callback", "https://xn--app-example/callback", "https://app.example\u{3002}evil.example/callback",
            "https://\u{430}pp.example/callback", "https://app.example/callback\u{2028}", "https://[app.example]/callback",
            "https://app.example/callback&redirect_uri=https://evil.example", "https://*.example/callback", "*",
        ] {
            let reply = server.send(open(&asking("grafana", &uri(trick)), &cookie)).await.expect(400);
            assert!(reply.headers.get("location").is_none() && reply.headers.get("refresh").is_none(), "{trick}");
            let shown = reply.text.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("the page");
            assert!(!shown.contains("evil.example"), "{trick} is not shown");
        }
        for good in [CALLBACK, "http://localhost:3000/callback"] {
            let reply = server.send(open(&asking("grafana", &uri(good)), &cookie)).await.expect(303);
            assert_eq!(sent_to(&reply).0, good);
        }
    }

    async fn s84_what_names_no_client_or_two_places_is_a_page(server: Server) {
        server.register("ada").await;
        make(&server, "grafana", own()).await;
        let cookie = server.browser("ada").await;
        let good = asking("grafana", &[]);
        for bad in [
            asking("grafana", &[("redirect_uri", "")]), asking("", &[("client_id", "")]), asking("nobody", &[]),
            asking("vestibule", &[]), asking("GRAFANA", &[]), asking("grafana ", &[]),
            format!("{good}&client_id=grafana"), format!("{good}&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback"),
            format!("{good}&a=%ff"), format!("{good}&a={}", "a".repeat(17_000)), "/oauth/authorize".into(),
        ] {
            let reply = server.send(open(&bad, &cookie)).await;
            assert!(reply.status.is_client_error() && reply.header("content-type").starts_with("text/html"), "{bad}: {}", reply.status);
            assert!(reply.headers.get("location").is_none() && reply.headers.get("refresh").is_none(), "{bad}");
        }
    }

    /// Other mistakes are told the client, with what it sent.
    async fn s88_every_answer_names_its_issuer(server: Server) {
        server.register("ada").await;
        make(&server, "grafana", own()).await;
        let cookie = server.browser("ada").await;
        for (name, value, error) in [
            ("state", "twice", "invalid_request"), ("scope", "a\"b", "invalid_request"), ("scope", "unknown", "invalid_scope"),
            ("scope", "", "invalid_scope"), ("response_mode", "fragment", "invalid_request"),
            ("code_challenge", "", "invalid_request"), ("code_challenge", "short", "invalid_request"),
            ("code_challenge_method", "plain", "invalid_request"), ("code_challenge_method", "", "invalid_request"),
            ("resource", "https://unknown.example", "invalid_target"), ("nonce", "\u{e4}", "invalid_request"),
        ] {
            let mut path = asking("grafana", &[(name, value)]);
            if value == "twice" {
                path.push_str("&state=b");
            }
            let reply = server.send(open(&path, &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some(error), "{name}={value}");
            assert_eq!(told(&reply, "iss").as_deref(), Some(ORIGIN), "{name}={value}");
        }
    }

    /// The port of this computer is open to native programs, and its name is not (RFC 8252 section 7.3).
    async fn s84_native_programs_choose_their_port(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings {
            redirect_uris: vec!["http://127.0.0.1/callback".into(), "com.example.app:/callback".into()],
            id_token_alg: Signature::Es256,
            ..ClientSettings::new(ClientKind::Native, "Phone")
        };
        let client = make(&server, "phone", settings).await;
        let cookie = server.browser("ada").await;
        for port in [1, 51_004] {
            let place = format!("http://127.0.0.1:{port}/callback");
            let asked = server.send(open(&asking("phone", &uri(&place)), &cookie)).await.expect(200);
            let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
            assert_eq!(sent_to(&reply).0, place);
            let code = told(&reply, "code").expect("a code");
            let fields = [
                ("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", &*place), ("code_verifier", VERIFIER),
            ];
            server.send(by(&client, "/oauth/token", &fields)).await.expect(200);
        }
        for other in ["http://localhost:51004/callback", "http://127.0.0.1:51004/", "http://127.0.0.1:0/callback"] {
            server.send(open(&asking("phone", &uri(other)), &cookie)).await.expect(400);
        }
        // A browser opens a program at a click alone, so there is a link and no refresh.
        let asked = server.send(open(&asking("phone", &uri("com.example.app:/callback")), &cookie)).await.expect(200);
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        assert!(reply.headers.get("refresh").is_none());
        assert!(reply.page().contains(r#"href="com.example.app:/callback?code="#), "{}", reply.text);
    }

    async fn the_way_back_keeps_the_policy_strict(server: Server) {
        server.register("ada").await;
        make(&server, "grafana", web()).await;
        let cookie = server.browser("ada").await;
        let asked = server.send(open(&asking("grafana", &[]), &cookie)).await.expect(200);
        assert!(asked.header("content-security-policy").contains("form-action 'self';"));
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        assert!(reply.header("content-security-policy").contains("form-action 'self';"));
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("cross-origin-opener-policy"), "unsafe-none");
        assert!(!reply.text.contains(".wasm"), "no module of its own: {}", reply.text);
        // The answer as a form goes to one origin more, and only there.
        let posted = server.send(open(&asking("grafana", &[("response_mode", "form_post")]), &cookie)).await.expect(200);
        assert!(posted.header("content-security-policy").contains("form-action 'self' https://app.example;")
            || posted.header("content-security-policy").contains("form-action 'self' https://app.example"));
        let page = posted.page();
        assert!(page.contains(r#"action="https://app.example/callback""#), "{page}");
        assert_eq!((hidden(&page, "state").as_str(), hidden(&page, "iss").as_str()), ("a state", ORIGIN));
        assert!(hidden(&page, "code").len() == 43);
    }

    /// What a client sends is shown as text, and nothing of it as markup.
    async fn s74_markup_of_clients_stays_text(server: Server) {
        server.register("ada").await;
        let markup = r#"<script>alert(1)</script>"&'"#;
        let settings = ClientSettings { name: format!("A {markup}"), contact: Some(markup.into()), ..web() };
        make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        let others = [("state", markup), ("login_hint", markup), ("response_mode", "form_post")];
        let pages = [
            server.send(open(&asking("grafana", &others), &cookie)).await.expect(200),
            server.send(open(&asking("grafana", &[("prompt", "select_account"), ("state", markup)]), &{
                server.app.clock.advance(1);
                cookie.clone()
            })).await.expect(200),
        ];
        let allowed = answer(&server, &pages[0], &cookie, "allow").await.expect(200);
        for page in pages.iter().chain([&allowed]) {
            assert!(!page.text.contains("<script>alert"), "{}", page.text);
        }
        let place = server.send(open(&asking("grafana", &others), KEPT)).await.expect(303);
        let login = server.send(open(place.header("location"), KEPT)).await.expect(200);
        assert!(!login.text.contains("<script>alert"));
    }
}
