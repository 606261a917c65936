//! `next` to other origins of the operator's own (S73).

use serde_json::json;

use super::*;

const SHOP: &str = "https://shop.example.com/cart?a=b#c";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The origins that a page's forms may lead to.
fn form_targets(page: &Reply) -> String {
    let policy = page.header("content-security-policy");
    let parts = policy.split("; ").find_map(|part| part.strip_prefix("form-action "));
    parts.expect("form-action").to_owned()
}

both_with! { |flags| flags.return_origins = Some("https://shop.example.com, http://localhost:5173".into());
    async fn sign_in_and_registration_lead_to_a_listed_origin(server: Server) {
        let cases = [
            ("register", "/register", [("username", "ada"), ("password", PASSWORD)]),
            ("login", "/login", [("identifier", "ada"), ("password", PASSWORD)]),
        ];
        for (name, path, fields) in cases {
            let asked = server.send(opened(&format!("{path}?next={}", encoded(SHOP)))).await.expect(200);
            assert!(asked.text.contains(&format!(r#"name="next" value="{SHOP}""#)), "{}", asked.text);
            // A browser that sends forms compares this with the redirect too.
            assert_eq!(form_targets(&asked), "'self' https://shop.example.com http://localhost:5173");
            let posted = [fields.as_slice(), &[("next", SHOP)]].concat();
            let reply = server.send(form(path, &posted).cookie(KEPT)).await.expect(303);
            assert_eq!((reply.header("location"), &*reply.text), (SHOP, ""), "{path}");
            let filled: serde_json::Value = match name {
                "register" => json!({ "username": "eve", "password": PASSWORD }),
                _ => json!({ "identifier": "ada", "password": PASSWORD }),
            };
            let body = json!({ "form": name, "filled": filled, "next": SHOP });
            let reply = server.send(post("/action/enter").same_origin().cookie(KEPT).json(body)).await.expect(200);
            assert_eq!(reply.json()["next"], SHOP, "the address has no token in it");
        }
        // The way to the other form has it too; a form that is shown again keeps it.
        let asked = server.send(opened(&format!("/login?next={}", encoded(SHOP)))).await.expect(200);
        assert!(asked.text.contains(&format!("/register?next={}", encoded(SHOP))), "{}", asked.text);
        let wrong = [("identifier", "ada"), ("password", "wrong horse battery"), ("next", SHOP)];
        let again = server.send(form("/login", &wrong)).await.expect(401);
        assert!(again.text.contains(&format!(r#"name="next" value="{SHOP}""#)), "{}", again.text);
        assert!(form_targets(&again).contains("https://shop.example.com"));
        // Somebody who is signed in goes on at once.
        let cookie = server.browser("ada").await;
        let on = server.send(opened(&format!("/login?next={}", encoded(SHOP))).cookie(&cookie)).await.expect(303);
        assert_eq!(on.header("location"), SHOP);
        assert_eq!(on.header("referrer-policy"), "same-origin");
    }

    /// The other origin cannot say whether a cookie is kept, so a page of ours looks first.
    async fn a_browser_without_cookies_is_told_so_before_it_leaves(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", SHOP)];
        let reply = server.send(form("/login", &fields)).await.expect(303);
        let over = reply.header("location").to_owned();
        assert_eq!(over, format!("/login?next={}&arrived", encoded(SHOP)));
        let told = server.send(opened(&over)).await.expect_page(401);
        assert!(told.text.contains("keeps no cookies"), "{}", told.text);
        let session = reply.cookie("vestibule_session_3000").expect("a session");
        let clean = server.send(opened(&over).cookie(&session)).await.expect(303);
        assert_eq!(clean.header("location"), format!("/login?next={}", encoded(SHOP)));
        let on = server.send(opened(clean.header("location")).cookie(&session)).await.expect(303);
        assert_eq!(on.header("location"), SHOP);
    }

    async fn no_other_origin_and_no_other_form_leads_away(server: Server) {
        server.register("ada").await;
        for next in [
            "https://evil.example.com/", "http://shop.example.com/", "https://shop.example.com:8443/", "//shop.example.com/",
            "https://shop.example.com@evil.example.com/", "https://a@shop.example.com/", "https:\\\\shop.example.com/",
            "https://shop.example.com.evil.example.com/", "http://localhost/", "https://shop.example.com/\r\na: b",
        ] {
            let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", next)];
            let reply = server.send(form("/login", &fields).cookie(KEPT)).await.expect(303);
            assert_eq!(reply.header("location"), "/account", "{next}");
            let filled = json!({ "identifier": "ada", "password": PASSWORD });
            let body = json!({ "form": "login", "filled": filled, "next": next });
            let reply = server.send(post("/action/enter").same_origin().cookie(KEPT).json(body)).await.expect(200);
            assert_eq!(reply.json()["next"], "/account", "{next}");
        }
        let theme = form("/theme", &[("theme", "dark"), ("next", SHOP)]);
        assert_eq!(server.send(theme.cookie(KEPT)).await.expect(303).header("location"), "/");
        let cookie = server.browser("ada").await;
        for path in [account_pages(), vec!["/logout"]].concat() {
            let shown = server.send(opened(path).cookie(&cookie)).await.expect(200);
            assert_eq!(form_targets(&shown), "'self'", "{path}");
        }
        // A listed origin may be led to; its scripts may call nothing for that.
        let call = get("/api/v1/me").header("origin", "https://shop.example.com");
        assert_eq!(server.send(call).await.expect(401).header("access-control-allow-origin"), "");
    }
}

/// The page for developers of apps shows the very files that the browser tests run.
#[test]
fn the_page_of_an_app_shows_the_tested_scripts() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect(path);
    let page = read("docs/beside-your-app.md");
    for script in ["examples/beside/session.js", "examples/beside/elsewhere.js"] {
        assert!(page.contains(&format!("```js\n{}```\n", read(script))), "{script}");
    }
}
