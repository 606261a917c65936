//! What is said of a password while it is typed, and the range API that may be asked (S15).

use std::sync::Arc;

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get as on_get,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use vestibule::model::{LoginForm, PasswordChange, StrengthForm};

use super::support::*;

async fn strength(server: &Server, password: &str, name: &str, email: &str) -> Value {
    let form = json!({ "form": { "password": password, "name": name, "email": email } });
    let reply = server.send(post("/action/strength").same_origin().json(form)).await.expect(200);
    assert!(reply.headers.get("set-cookie").is_none());
    reply.json()
}

both! {
    async fn strength_in_words(server: Server) {
        let table = [
            ("", "", 0, ""),
            // The field says so by itself.
            ("quiet", "", 0, ""),
            (&"x".repeat(257), "", 0, "At most 256 characters."),
            ("passwordpassword", "", 0, "Attackers try this password first"),
            ("countess.lovelace", "Countess.Lovelace", 0, "Do not use your name or address as a password"),
            ("ada@lovelace.example", "countess", 0, "Do not use your name or address as a password"),
            ("countess.of.lovelace", "ada", 0, "Do not use your name or address as a password"),
            ("vestibulevestibule", "", 0, "Do not use the name of this service as a password"),
            ("abcabcabcabcabcab1", "", 1, "Weak: guessed within hours. Repeats are easy to guess."),
            ("seven quiet lanterns over water", "", 4, "Strong."),
        ];
        for (password, name, score, words) in table {
            let email = match name {
                "ada" => "countess.of.lovelace@example.com",
                _ => "ada@lovelace.example",
            };
            let said = strength(&server, password, name, email).await;
            let told = said["words"].as_str().expect("words");
            assert!(told.contains(words) && told.is_empty() == words.is_empty(), "{password}: {said}");
            assert_eq!(said["score"], score, "{password}: {said}");
            assert!(password.is_empty() || !told.contains(password), "nothing is echoed: {said}");
        }
        // What is worst to estimate is answered like all else.
        for worst in ["({[<@4!1|7+5$069", "0123456789@|", "1213", "qwqw", "aabbaabbc", "\u{130}\u{fb03}", "11/2/22"] {
            let worst: String = worst.chars().cycle().take(72).collect();
            let said = strength(&server, &worst, "({[<@4!1|7", "ada@example.com").await;
            assert!(said["score"].as_u64().is_some_and(|score| score <= 4), "{worst}: {said}");
        }
        let long = strength(&server, &"🐎 seven quiet lanterns ".repeat(11), "", "").await;
        assert!(long["score"].as_u64().is_some_and(|score| score <= 4), "{long}");
        // A name or an address that would make it easy counts.
        let without = strength(&server, "grimbleshanks77x", "", "").await;
        for (name, email) in [("grimbleshanks", ""), ("", "grimbleshanks@example.com")] {
            let with = strength(&server, "grimbleshanks77x", name, email).await;
            assert!(with["score"].as_u64() < without["score"].as_u64(), "{with} {without}");
        }
    }

    // A source is told thirty times at once, then once in five seconds; others are told all the same.
    async fn advice_is_limited_by_source(server: Server) {
        let ask = async |address: &str| {
            let form = json!({ "form": { "password": "seven quiet lanterns" } });
            server.send(post("/action/strength").from(address).same_origin().json(form)).await
        };
        for _ in 0..30 {
            ask("203.0.113.7").await.expect(200);
        }
        let refused = ask("203.0.113.7").await.expect(429);
        assert!(refused.header("retry-after").parse::<u32>().is_ok_and(|seconds| seconds <= 6));
        ask("203.0.113.8").await.expect(200);
        server.app.clock.advance(5);
        ask("203.0.113.7").await.expect(200);
        ask("203.0.113.7").await.expect(429);
    }

    // What the operator has set decides, and a service that is away changes nothing.
    async fn s15_the_range_api_may_be_asked(server: Server) {
        let asked: Arc<Mutex<Vec<(String, HeaderMap)>>> = Arc::default();
        let heard = asked.clone();
        let (prefix, suffix) = vestibule::server::secure::password::breached::range("seven quiet lanterns");
        let known = suffix.clone();
        let answer = async move |Path(path): Path<String>, headers: HeaderMap| {
            heard.lock().push((path, headers));
            format!("0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n{}:42\r\n", known.to_lowercase())
        };
        let url = serve(axum::Router::new().route("/range/{prefix}", on_get(answer))).await;
        let (_, router) = server.again_with(|flags| flags.password_range_url = Some(format!("{url}/range/"))).await;
        let register = async |router: &Router, name: &str, password: &str| {
            let body = json!({ "username": name, "password": password });
            send(router, post("/api/v1/register").json(body)).await
        };
        let body = register(&router, "ada", "seven quiet lanterns").await.expect(422).json();
        assert_eq!(body["errors"][0]["problem"], "breached");
        register(&router, "ada", "nine quiet lanterns").await.expect(201);
        // What our own list knows, or is too short, is asked of nobody.
        register(&router, "bob", "passwordpassword").await.expect(422);
        register(&router, "bob", "short").await.expect(422);
        let asked = asked.lock().clone();
        assert_eq!(asked.len(), 2);
        assert_eq!((asked[0].0.as_str(), asked[0].0.len()), (prefix.as_str(), 5));
        assert!(asked[0].1["add-padding"] == "true" && !format!("{asked:?}").contains(&suffix));
        // By default nobody is asked at all.
        register(&server.router, "carol", "seven quiet lanterns").await.expect(201);
    }

    async fn s15_without_the_range_api_our_own_list_decides(server: Server) {
        // A client that followed the redirect would find it.
        let (_, suffix) = vestibule::server::secure::password::breached::range("nine quiet lanterns");
        let away = serve(axum::Router::new()
            .route("/error/{prefix}", on_get(async || StatusCode::INTERNAL_SERVER_ERROR))
            .route("/huge/{prefix}", on_get(async || "0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n".repeat(20_000)))
            .route("/elsewhere/{prefix}", on_get(async || redirect()))
            .route("/never/{prefix}", on_get(async || std::future::pending::<String>().await))
            .route("/all", on_get(async move || format!("{suffix}:1")))).await;
        let nobody = "http://127.0.0.1:9/range".to_owned();
        let urls = ["error", "huge", "elsewhere", "never"].map(|path| format!("{away}/{path}"));
        for (n, url) in urls.into_iter().chain([nobody]).enumerate() {
            let (_, router) = server.again_with(|flags| flags.password_range_url = Some(url.clone())).await;
            for (password, status) in [("nine quiet lanterns", 201), ("passwordpassword", 422)] {
                let body = json!({ "username": format!("user{n}"), "password": password });
                let reply = send(&router, post("/api/v1/register").json(body)).await;
                assert_eq!(reply.status.as_u16(), status, "{url}: {}", reply.text);
            }
        }
    }
}

fn redirect() -> Response {
    (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/all")]).into_response()
}

/// A service on this machine, until the test ends; answers its address.
async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// `printf 'seven quiet lanterns' | sha1sum`
#[test]
fn a_range_is_five_digits_and_the_rest() {
    let (prefix, suffix) =
        vestibule::server::secure::password::breached::range("seven quiet lanterns");
    assert_eq!(format!("{prefix}{suffix}"), "B83715511A8085583BB2F84E2352E3253A61E42D");
    assert_eq!((prefix.len(), suffix.len()), (5, 35));
}

/// What is logged by accident must not be a password.
#[test]
fn forms_with_passwords_show_nothing_of_them() {
    let secret = || Some("seven quiet lanterns".to_owned());
    let login = LoginForm { password: secret(), ..LoginForm::default() };
    let change =
        PasswordChange { current_password: secret(), new_password: secret(), code: secret() };
    let strength =
        StrengthForm { password: secret().unwrap_or_default(), ..StrengthForm::default() };
    for shown in [format!("{login:?}"), format!("{change:?}"), format!("{strength:?}")] {
        assert!(!shown.contains("lanterns"), "{shown}");
    }
}
