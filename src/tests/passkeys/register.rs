//! An account with a passkey, and without a password.

use super::*;

async fn asked_for(server: &Server, name: &str) -> Value {
    let options = post("/api/v1/register/passkey/options").json(json!({ "username": name }));
    server.send(options).await.expect(200).json()
}

fn registration(name: &str, asked: &Value, credential: &Value) -> Request {
    let ceremony = &asked["ceremony"];
    let body = json!({ "username": name, "ceremony": ceremony, "credential": credential });
    post("/api/v1/register/passkey").json(body)
}

both_with! { |flags| flags.password_required = Some("false".into());
    async fn an_account_is_made_with_a_passkey_alone(server: Server) {
        let mut it = Authenticator::new();
        let asked = asked_for(&server, "Ada").await;
        assert_eq!(asked["public_key"]["user"]["name"], "Ada");
        let credential = it.create(&asked["public_key"]);
        // It is asked for only once nothing else is wrong.
        let wrong = post("/api/v1/register/passkey/options").json(json!({ "username": "Ada", "email": "nonsense" }));
        server.send(wrong).await.expect_problem(422, "invalid_input");
        // It is for this name alone.
        server.send(registration("grace", &asked, &credential)).await.expect_problem(410, "flow_over");
        let made = server.send(registration("ada", &asked, &credential)).await.expect(201).json();
        assert_eq!(made["username"], "ada");
        assert_eq!(server.sql("select coalesce(password_hash, '-') from users").await, ["-"]);
        let signed_in = login(&server, &it).await.expect(200);
        assert_eq!(part(&token(&signed_in), 1)["acr"], "aal2");
        let guess = json!({ "identifier": "ada", "password": PASSWORD });
        server.send(post("/api/v1/login").json(guess)).await.expect_problem(401, "invalid_credentials");
        server.send(registration("ada", &asked, &credential)).await.expect(409);
        let options = post("/api/v1/register/passkey/options").json(json!({ "username": "ADA" }));
        server.send(options).await.expect_problem(409, "username_taken");
    }

    /// A search for names is stopped as early as by registrations, for names of both kinds.
    async fn names_are_counted_like_registrations(server: Server) {
        server.register("ada").await;
        let ask = |name: &str| post("/api/v1/register/passkey/options").json(json!({ "username": name })).from("198.51.100.9");
        for _ in 0..10 {
            server.send(ask("grace")).await.expect(200);
            server.send(ask("ada")).await.expect_problem(409, "username_taken");
        }
        server.send(ask("ada")).await.expect_problem(429, "too_many_requests");
        server.send(ask("grace")).await.expect_problem(429, "too_many_requests");
    }

    /// The answer of a registration may be lost, and the form sent again: the browser must not forget the account's only passkey.
    async fn the_passkey_of_an_account_is_not_called_unknown(server: Server) {
        let mut browser = Browser::new();
        let typed = post("/passkey/register").json(json!({ "username": "ada" })).same_origin();
        let asked = browser.take(server.send(typed).await).expect(200).json();
        let credential = Authenticator::new().create(&asked["public_key"]).to_string();
        let ceremony = asked["ceremony"].as_str().expect("a text");
        let fields = [("username", "ada"), ("ceremony", ceremony), ("credential", credential.as_str())];
        let cookies = browser.cookies();
        browser.post(&server, "/register/passkey", &fields).await.expect(303);
        let again = form("/register/passkey", &fields).cookie(&cookies);
        let again = server.send(again).await.expect(409).page();
        assert!(again.contains("data-form=\"register\"") && !again.contains("data-unknown"), "{again}");
    }

    async fn a_registration_that_fails_leaves_nothing(server: Server) {
        let mut it = Authenticator::new();
        let first = asked_for(&server, "ada").await;
        server.send(registration("ada", &first, &it.create(&first["public_key"]))).await.expect(201);
        // The same passkey for another account, a wrong answer, and a name that went meanwhile.
        let second = asked_for(&server, "grace").await;
        let again = it.create(&second["public_key"]);
        server.send(registration("grace", &second, &again)).await.expect_problem(409, "passkey_exists");
        let mut wrong = Authenticator::new();
        wrong.flags = 1;
        let wrong = wrong.create(&second["public_key"]);
        server.send(registration("grace", &second, &wrong)).await.expect_problem(422, "invalid_input");
        let third = asked_for(&server, "linus").await;
        server.register("linus").await;
        let late = Authenticator::new().create(&third["public_key"]);
        server.send(registration("linus", &third, &late)).await.expect_problem(409, "username_taken");
        let names = server.sql("select username from users order by username").await;
        assert_eq!(names, ["ada", "linus"]);
        assert_eq!(server.sql("select id from passkeys").await.len(), 1);
    }

    async fn the_page_offers_it(server: Server) {
        let mut browser = Browser::new();
        let page = browser.open(&server, "/register?next=/account/devices").await.expect(200).page();
        assert!(page.contains(r#"data-passkey="register""#), "{page}");
        let options = |name: &str, cookies: &str| {
            let typed = json!({ "username": name, "email": "grace@example.com" });
            post("/passkey/register").json(typed).same_origin().cookie(cookies)
        };
        let cookies = browser.cookies();
        server.send(options("ab", &cookies)).await.expect_problem(422, "invalid_input");
        let asked = browser.take(server.send(options("ada", &cookies)).await).expect(200).json();
        let ceremony = asked["ceremony"].as_str().expect("a text");
        let credential = Authenticator::new().create(&asked["public_key"]).to_string();
        let fields = [
            ("username", "grace"),
            ("email", "grace@example.com"),
            ("ceremony", ceremony),
            ("credential", credential.as_str()),
            ("next", "/account/devices"),
        ];
        let refused = browser.post(&server, "/register/passkey", &fields).await.expect(410).page();
        assert!(refused.contains("grace@example.com"), "{refused}");
        // Nobody keeps what the authenticator made, so the browser is told.
        assert!(refused.contains(r#"data-unknown="localhost""#), "{refused}");
        let fields = [
            ("username", "ada"),
            ("ceremony", ceremony),
            ("credential", credential.as_str()),
            ("next", "/account/devices"),
        ];
        let elsewhere = Browser::new().post(&server, "/register/passkey", &fields).await;
        elsewhere.expect(410);
        // Without any cookie, which the page looks for.
        let without = server.send(form("/register/passkey", &fields)).await.expect(303);
        assert_eq!(without.header("location"), "/register?arrived");
        let made = browser.post(&server, "/register/passkey", &fields).await.expect(303);
        assert_eq!(made.header("location"), "/account/devices");
        browser.open(&server, "/account/devices").await.expect(200);
        // There is no password to change.
        let page = browser.open(&server, "/account/password").await.expect(200).page();
        assert!(page.contains("Your account has no password") && !page.contains("current_password"), "{page}");
    }
}

both! {
    async fn a_service_that_needs_passwords_makes_none(server: Server) {
        let options = post("/api/v1/register/passkey/options").json(json!({ "username": "ada" }));
        server.send(options).await.expect_problem(404, "not_found");
        let page = post("/passkey/register").json(json!({ "username": "ada" })).same_origin();
        server.send(page).await.expect_problem(404, "not_found");
        let page = server.send(get("/register").header("accept", "text/html")).await.expect(200);
        assert!(!page.text.contains("data-passkey"), "{}", page.text);
    }
}
