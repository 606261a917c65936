//! Another username: by a fresh proof, with a limit, recorded, and without a new epoch.

use serde_json::json;

use super::support::*;

fn rename(token: &str, name: &str) -> Request {
    act("username", json!({ "username": name })).bearer(token)
}

both! {
    async fn a_person_renames_themselves_and_stays_signed_in(server: Server) {
        server.register("ada").await;
        let (token, other) = (server.login("ada").await, server.login("ada").await);
        server.send(rename(&token, "Countess")).await.expect(200);
        // Tokens name people by id: no epoch begins.
        for token in [&token, &other] {
            assert_eq!(server.send(get("/api/v1/me").bearer(token)).await.expect(200).json()["username"], "Countess");
        }
        server.send(right("ada")).await.expect(401);
        server.send(right("countess")).await.expect(200);
        // Nothing is written twice.
        server.send(rename(&token, "Countess")).await.expect(200);
        let told = "select outcome from audit_events where kind = 'username.change'";
        assert_eq!(server.sql(told).await, ["success"]);
        let shown = server.send(get("/api/v1/me/security-history").bearer(&token)).await.expect(200).json();
        assert!(shown["events"].as_array().expect("events").iter().any(|event| event["what"] == "Username changed"));
    }

    /// Its person is known by it: nobody else gets it for 90 days, and they can have it back.
    async fn a_former_name_is_kept_for_its_person(server: Server) {
        server.register("ada").await;
        server.register("grace").await;
        let (ada, grace) = (server.login("ada").await, server.login("grace").await);
        server.send(rename(&ada, "countess")).await.expect(200);
        let refused = server.send(rename(&grace, "ADA")).await.expect(409).json();
        assert_eq!(refused["fields"][0]["problem"], "taken");
        let new = json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/api/v1/register").json(new.clone())).await.expect(409);
        server.send(rename(&ada, "ada")).await.expect(200);
        server.send(rename(&ada, "countess")).await.expect(200);
        server.app.clock.advance(90 * 86_400);
        server.send(post("/api/v1/register").json(new)).await.expect(201);
        server.send(rename(&server.login("countess").await, "ada")).await.expect(409);
    }

    /// A name that everybody sees is no password.
    async fn a_name_that_is_the_password_is_refused(server: Server) {
        let account = json!({ "username": "ada", "password": "a.name.that.is.long" });
        server.send(post("/api/v1/register").json(account)).await.expect(201);
        let login = json!({ "identifier": "ada", "password": "a.name.that.is.long" });
        let token = server.send(post("/api/v1/login").json(login)).await.expect(200).json();
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let refused = server.send(rename(&token, "A.Name.That.Is.Long")).await.expect(422).json();
        assert_eq!(refused["fields"][0]["problem"], "own_password");
        server.send(rename(&token, "a.name.that.is.longer")).await.expect(200);
    }

    async fn an_old_proof_is_not_enough(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        server.app.clock.advance(599);
        server.send(rename(&token, "countess")).await.expect(200);
        server.app.clock.advance(1);
        let refused = server.send(rename(&token, "ada")).await.expect(401).json();
        assert_eq!(refused["code"], "reauthentication_required");
        assert_eq!(server.sql("select username from users").await, ["countess"]);
    }

    async fn a_name_that_cannot_be_had_is_refused(server: Server) {
        server.register("ada").await;
        server.register("grace").await;
        let token = server.login("ada").await;
        for (name, status, problem) in [
            ("GRACE", 409, "taken"),
            ("admin", 422, "reserved"),
            ("ab", 422, "too_short"),
            ("a@b.example", 422, "address"),
            ("", 422, "required"),
        ] {
            let refused = server.send(rename(&token, name)).await.expect(status).json();
            assert_eq!(refused["fields"][0]["problem"], problem, "{refused}");
        }
        assert_eq!(server.sql("select username from users order by 1").await, ["ada", "grace"]);
    }

    /// Of two who want one name at once one gets it, and the other hears why not.
    async fn one_name_is_given_once(server: Server) {
        for name in ["ada", "grace"] {
            server.register(name).await;
        }
        let (ada, grace) = (server.login("ada").await, server.login("grace").await);
        let (one, other) = futures::join!(server.send(rename(&ada, "countess")), server.send(rename(&grace, "countess")));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }

    async fn changes_have_a_limit(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let mut refused = 0;
        for n in 0..10 {
            let reply = server.send(rename(&token, &format!("ada-{n}"))).await;
            refused += usize::from(reply.status == 429);
        }
        assert_eq!(refused, 5);
    }

    async fn the_page_does_it_without_script(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let page = server.send(get("/account?edit=username").header("accept", "text/html").cookie(&cookie));
        let token = form_token(&page.await.expect(200).text, "username");
        let post = |name: &str, token: &str| {
            let fields = [("form", "username"), ("form_token", token), ("username", name)];
            server.send(form("/account", &fields).cookie(&cookie))
        };
        let refused = post("a b", &token).await.expect(422).text;
        assert!(refused.contains("no spaces") && refused.contains(r#"value="a b""#), "{refused}");
        // A proof that is too old is asked for, and what was typed is carried along.
        server.app.clock.advance(601);
        let asked = post("countess", &token).await.expect(401).text;
        // Of two inputs with one name a browser would send both, and the last would win.
        assert_eq!(asked.matches(r#"name="username""#).count(), 1, "{asked}");
        let proof = form_token(&asked, "proof");
        let fields = [("form", "proof"), ("form_token", &proof), ("then", "username"), ("username", "countess"), ("password", PASSWORD)];
        let reply = server.send(form("/account/confirm", &fields).cookie(&cookie)).await.expect(303);
        assert_eq!(reply.header("location"), "/account");
        assert_eq!(server.sql("select username from users").await, ["countess"]);
    }

    /// An act that fails after its proof is told, with what was typed; the proof stands.
    async fn what_fails_after_its_proof_is_reported(server: Server) {
        server.register("ada").await;
        server.register("grace").await;
        let cookie = server.browser("ada").await;
        server.app.clock.advance(601);
        let page = server.send(get("/account?edit=username").header("accept", "text/html").cookie(&cookie));
        let token = form_token(&page.await.expect(200).text, "username");
        let fields = [("form", "username"), ("form_token", &token), ("username", "grace")];
        let asked = server.send(form("/account", &fields).cookie(&cookie)).await.expect(401).text;
        let proof = form_token(&asked, "proof");
        let fields = [("form", "proof"), ("form_token", &proof), ("then", "username"), ("username", "grace"), ("password", PASSWORD)];
        let told = server.send(form("/account/confirm", &fields).cookie(&cookie)).await.expect(409);
        assert!(told.text.contains("This username is taken") && told.text.contains(r#"value="grace""#), "{}", told.text);
        // The page is of the session's new identity, and its form can be sent.
        let cookie = told.session_cookie().expect("a session cookie");
        let token = form_token(&told.text, "username");
        let fields = [("form", "username"), ("form_token", &token), ("username", "countess")];
        server.send(form("/account", &fields).cookie(&cookie)).await.expect(303);
        assert_eq!(server.sql("select username from users order by 1").await, ["countess", "grace"]);
    }
}
