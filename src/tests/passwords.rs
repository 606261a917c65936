//! Which passwords are taken, and how one is changed (S10 to S20).

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::{
    model::RegisterForm,
    server::{
        secure::{password::breached, secret::Secret},
        service::{accounts, accounts::AccountChange, hashing::PermitHolder, register, setup},
    },
};

use super::support::*;

const NEW: &str = "seven quiet lanterns";

async fn register(server: &Server, body: Value) -> Reply {
    server.send(post("/api/v1/register").json(body)).await
}

/// What is wrong with a password at registration; nothing if it is taken.
async fn problem(
    server: &Server,
    name: &str,
    email: Option<&str>,
    password: &str,
) -> Option<String> {
    let body = json!({ "username": name, "email": email, "password": password });
    let reply = register(server, body).await;
    if reply.status == 201 {
        return None;
    }
    let body = reply.expect_problem(422, "invalid_input").json();
    assert_eq!(body["errors"][0]["field"], "password", "{body}");
    assert!(!body.to_string().contains(password), "nothing is echoed: {body}");
    body["errors"][0]["problem"].as_str().map(str::to_owned)
}

fn change(current: &str, new: &str, access: &str) -> Request {
    let body = json!({ "current_password": current, "new_password": new });
    send_json(Method::PUT, "/api/v1/me/password", body).bearer(access)
}

/// Signs in with a refresh token in the body; answers it and the access token.
async fn sign_in(server: &Server, password: &str) -> (String, String) {
    let body = json!({ "username": "ada", "password": password, "session": "token" });
    let body = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
    let text = |name: &str| body[name].as_str().expect("a token").to_owned();
    (text("refresh_token"), text("access_token"))
}

async fn login(server: &Server, password: &str) -> u16 {
    let body = json!({ "username": "ada", "password": password });
    server.send(post("/api/v1/login").json(body)).await.status.as_u16()
}

both! {
    // S11: no rule about kinds of characters.
    async fn s11_any_kind_of_character_will_do(server: Server) {
        let good = [
            "onlylowercaseletters", "ONLY UPPERCASE LETTERS", "739184650284917", "a b c d e f g h i j", "🐎🔋🪵🧷🐎🪵🔋🧷🐎🧷🪵🔋🐎🔋🪵",
            "добрый вечер, друзья", "tab\tand\u{a0}space and more", "$%&/()=?!§+*#'-_",
        ];
        for (n, password) in good.iter().enumerate() {
            assert_eq!(problem(&server, &format!("user{n}"), None, password).await, None, "{password}");
        }
        let long = "sixty four characters and more are welcome: ".repeat(2);
        assert_eq!(problem(&server, "long", None, &long).await, None);
    }

    // S15: on the list of the breached, in any case and composition, as a whole.
    async fn s15_breached_and_common_passwords_are_refused(server: Server) {
        let bad = [
            "1qaz2wsx3edc4rfv", "PASSWORDPASSWORD", "PasswordPassword1", "qwertyuiopasdfgh", "123456789012345", "aaaaaaaaaaaaaaa",
            "               ", "correcthorsebatterystaple", "Correct Horse Battery Staple", "letmeinletmeinletmein", "ｐａｓｓｗｏｒｄｐａｓｓｗｏｒｄ",
            "iloveyouiloveyou", "zyxwvutsrqponmlkjihgfedcba",
        ];
        for password in bad {
            assert_eq!(problem(&server, "ada", None, password).await.as_deref(), Some("breached"), "{password}");
        }
        // A whole one is meant, not a part.
        assert_eq!(problem(&server, "ada", None, "passwordpassword of the lake").await, None);
    }

    // S15: the service's name, one's own name and address, once or more often, forwards or backwards.
    async fn s15_own_names_and_the_services_are_refused(server: Server) {
        let (name, email) = ("countess.lovelace", Some("Ada.King.Noel@example.com"));
        for password in [
            "countess.lovelace", "COUNTESS.Lovelace", "ecalevol.ssetnuoc", "countess.lovelacecountess.lovelace", "ada.king.noel@example.com",
            "ada.king.noelada.king.noel", "leon.gnik.adaada.king.noel",
        ] {
            assert_eq!(problem(&server, name, email, password).await.as_deref(), Some("own_name"), "{password}");
        }
        for password in ["vestibulevestibule", "VestibuleElubitsev", "localhostlocalhost", "http://localhost:3000"] {
            assert_eq!(problem(&server, name, email, password).await.as_deref(), Some("service_name"), "{password}");
        }
        // Somebody else's name is nobody's business, and a name may well be a part.
        assert_eq!(problem(&server, "bob", None, "countess.lovelace").await, None);
        assert_eq!(problem(&server, name, email, "countess.lovelace of vestibule").await, None);
    }

    // S10, S15: a policy of eight characters meets the list too.
    async fn s15_short_ones_where_short_ones_are_taken(server: Server) {
        let (_, router) = server.again_with(|flags| flags.password_min_length = Some("8".into())).await;
        for (password, status) in [("password123", 422), ("football", 422), ("P@ssw0rd", 422), ("kz7#mlrw", 201)] {
            let body = json!({ "username": "ada", "password": password });
            send(&router, post("/api/v1/register").json(body)).await.expect(status);
        }
    }

    // S15: every way to make or change an account.
    async fn s15_every_endpoint_asks(server: Server) {
        const BAD: &str = "passwordpassword";
        let said = |text: &str| assert!(text.contains("Attackers try this password first") && !text.contains(BAD), "{text}");
        said(&server.send(form("/register", &[("username", "ada"), ("password", BAD)])).await.expect(422).text);
        let account = json!({ "username": "ada", "password": BAD });
        assert!(server.send(enter("register", account)).await.expect(422).text.contains("breached"));
        server.send(post("/register").json(json!({ "username": "ada", "password": BAD }))).await.expect(422);
        let token = setup::new_link(&server.app, Agent::System).await.expect("a link").expect("no admin yet");
        let fields = form("/setup", &[("username", "ada"), ("password", BAD)]);
        said(&server.send(fields.cookie(&link_cookie(token.expose()))).await.expect(422).text);

        let by_operator = RegisterForm { username: Some("ada".into()), password: Some(BAD.into()), ..RegisterForm::default() };
        assert!(register::by_operator(&server.app, Agent::Operator, by_operator, true).await.is_err());
        let token = server.user("ada").await;
        assert!(accounts::change(&server.app, Agent::Operator, "ada", AccountChange::Password(Secret::new(BAD))).await.is_err());
        let body = server.send(change(PASSWORD, BAD, &token)).await.expect_problem(422, "invalid_input").json();
        assert_eq!((&body["errors"][0]["field"], &body["errors"][0]["problem"]), (&json!("new_password"), &json!("breached")));
        server.send(change(PASSWORD, "adaadaadaadaada", &token)).await.expect(422);
        assert_eq!((login(&server, PASSWORD).await, login(&server, BAD).await), (200, 401));
    }

    // S14: too long is told before anything is hashed, at every endpoint: with no place to hash in, all would be
    // 503.
    async fn s14_a_huge_password_is_refused_before_hashing_everywhere(server: Server) {
        let token = server.user("ada").await;
        let mut places = Vec::new();
        while let Ok(place) = server.app.passwords.hashing.reserve(PermitHolder::Operator) {
            places.push(place);
            assert!(places.len() < 100_000, "the queue has no end");
        }
        let huge = "x".repeat(1025);
        let sent = [
            post("/api/v1/register").json(json!({ "username": "bob", "password": huge })),
            post("/api/v1/login").json(json!({ "username": "ada", "password": huge })),
            send_json(Method::POST, "/api/v1/me/reauthenticate", json!({ "password": huge })).bearer(&token),
            change(&huge, NEW, &token),
            change(PASSWORD, &huge, &token),
            change(PASSWORD, &"愛".repeat(257), &token),
        ];
        for request in sent {
            let body = server.send(request).await.expect_problem(422, "invalid_input").json();
            assert_eq!(body["errors"][0]["problem"], "too_long");
        }
        server.send(change(PASSWORD, NEW, &token)).await.expect_problem(503, "overloaded");
        drop(places);
    }

    // S18: the current password, or nothing changes.
    async fn s18_a_change_needs_the_current_password(server: Server) {
        let token = server.user("ada").await;
        server.send(change("wrong but long enough", NEW, &token)).await.expect_problem(401, "invalid_credentials");
        for (body, field) in [
            (json!({ "new_password": NEW }), "current_password"),
            (json!({ "current_password": PASSWORD }), "new_password"),
            (json!({ "current_password": PASSWORD, "new_password": "short" }), "new_password"),
        ] {
            let request = send_json(Method::PUT, "/api/v1/me/password", body).bearer(&token);
            let body = server.send(request).await.expect_problem(422, "invalid_input").json();
            assert_eq!(body["errors"][0]["field"], field);
        }
        let extra = json!({ "current_password": PASSWORD, "new_password": NEW, "username": "eve" });
        server.send(send_json(Method::PUT, "/api/v1/me/password", extra).bearer(&token)).await.expect(422);
        assert_eq!((login(&server, PASSWORD).await, login(&server, NEW).await), (200, 401));
        server.send(change(PASSWORD, NEW, &token)).await.expect(200);
        assert_eq!((login(&server, PASSWORD).await, login(&server, NEW).await), (401, 200));
        let told = server.sql("select kind || ' ' || outcome from audit_events where kind = 'password.change' order by seq").await;
        assert_eq!(told, ["password.change wrong_password", "password.change success"]);
    }

    // S18: wrong ones are counted, together with those of other proofs in the session.
    async fn s18_wrong_current_passwords_are_counted(server: Server) {
        let token = server.user("ada").await;
        for n in 0..10 {
            let wrong = "wrong but long enough";
            let proof = send_json(Method::POST, "/api/v1/me/reauthenticate", json!({ "password": wrong })).bearer(&token);
            let request = if n % 2 == 0 { proof } else { change(wrong, NEW, &token) };
            server.send(request).await.expect_problem(401, "invalid_credentials");
        }
        let reply = server.send(change(PASSWORD, NEW, &token)).await.expect_problem(429, "too_many_requests");
        assert!(!reply.header("retry-after").is_empty());
        assert_eq!(login(&server, PASSWORD).await, 200);
        server.app.clock.advance(60);
        server.send(change(PASSWORD, NEW, &token)).await.expect(200);
    }

    // S19: all other sessions end with it, access tokens too; this one goes on, with a fresh proof.
    async fn s19_a_change_ends_all_other_sessions(server: Server) {
        server.register("ada").await;
        let (other_refresh, other) = sign_in(&server, PASSWORD).await;
        let bare = server.login("ada").await;
        let (_, mine) = sign_in(&server, PASSWORD).await;
        let cookie = server.browser("ada").await;
        server.app.clock.advance(599);
        let body = server.send(change(PASSWORD, NEW, &mine)).await.expect(200).json();
        let fresh = body["access_token"].as_str().expect("a token");
        assert_eq!((&body["token_type"], &body["fresh_for"]), (&json!("Bearer"), &json!(600)));
        // Under a new id: a copy of the session that asked is dead as well.
        assert_ne!(part(fresh, 1)["sid"], part(&mine, 1)["sid"]);
        let refresh = body["refresh_token"].as_str().expect("a token");
        for dead in [&other, &bare, &mine] {
            server.send(get("/api/v1/me").bearer(dead)).await.expect_problem(401, "invalid_token");
        }
        let gone = json!({ "refresh_token": other_refresh });
        server.send(post("/api/v1/token/refresh").json(gone)).await.expect_problem(400, "invalid_grant");
        server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await.expect(303);
        server.send(get("/api/v1/me").bearer(fresh)).await.expect(200);
        // Fresh: what asks for a proof asks for none now.
        server.app.clock.advance(2);
        let body = server.send(post("/api/v1/token/refresh").json(json!({ "refresh_token": refresh }))).await.expect(200).json();
        let next = body["access_token"].as_str().expect("a token");
        server.send(Request::new(Method::DELETE, "/api/v1/me/sessions?except=current").bearer(next)).await.expect(204);
    }

    // S19: and in other processes, with the next look at the feed.
    async fn s19_a_change_is_heard_by_other_processes(server: Server) {
        server.register("ada").await;
        let (_, other) = sign_in(&server, PASSWORD).await;
        let (_, mine) = sign_in(&server, PASSWORD).await;
        let (elsewhere, router) = server.again().await;
        assert_eq!(status(&router, &other).await, 200);
        let body = server.send(change(PASSWORD, NEW, &mine)).await.expect(200).json();
        let fresh = body["access_token"].as_str().expect("a token");
        vestibule::server::service::follow::all(&elsewhere).await.expect("read");
        assert_eq!((status(&router, &other).await, status(&router, &mine).await), (401, 401));
        assert_eq!(status(&router, fresh).await, 200);
    }

    // Of several changes at once one wins, and only its password opens.
    async fn changes_at_once_leave_one_password(server: Server) {
        let token = server.user("ada").await;
        let wanted: Vec<String> = (0..6).map(|n| format!("quiet lantern number {n}")).collect();
        let replies = futures::future::join_all(wanted.iter().map(|new| server.send(change(PASSWORD, new, &token)))).await;
        let won: Vec<usize> = (0..6).filter(|n| replies[*n].status == 200).collect();
        assert_eq!(won.len(), 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
        for (n, new) in wanted.iter().enumerate() {
            assert_eq!(login(&server, new).await, if n == won[0] { 200 } else { 401 });
        }
    }

    // S20, and where password managers look.
    async fn s20_the_page_for_a_new_password(server: Server) {
        server.register("ada").await;
        let page = |path: &str| get(path).header("accept", "text/html");
        assert_eq!(server.send(get("/.well-known/change-password")).await.expect(303).header("location"), "/account/password");
        let elsewhere = server.send(page("/account/password")).await.expect(303);
        assert_eq!(elsewhere.header("location"), "/login?next=%2Faccount%2Fpassword");
        let cookie = server.browser("ada").await;
        let text = server.send(page("/account/password").cookie(&cookie)).await.expect(200).text;
        let inputs: Vec<&str> = text.split("<input").skip(1).filter_map(|rest| rest.split('>').next()).collect();
        for (name, autocomplete) in [
            ("username", "username"), ("current_password", "current-password"), ("new_password", "new-password"),
        ] {
            let input = inputs.iter().find(|input| input.contains(&format!(r#"name="{name}""#))).expect("an input");
            assert!(input.contains(&format!(r#"autocomplete="{autocomplete}""#)), "{input}");
            assert!(!input.contains("maxlength=") && !input.contains("onpaste"), "{input}");
            if name != "username" {
                assert!(input.contains(r#"type="password""#), "{input}");
                assert_eq!(text.matches(&format!(r#"<label for="password-{name}""#)).count(), 1);
            }
        }
        assert!(text.contains(r#"value="ada""#) && text.contains("minlength: 15; maxlength: 256;"));
        assert!(server.send(page("/account").cookie(&cookie)).await.text.contains(r#"href="/account/password""#));
    }
}

/// S15: what every test and example of ours uses is not on the list, and one in some ten thousand others is.
#[test]
fn the_list_finds_what_is_on_it_and_little_else() {
    assert!(!breached::contains(PASSWORD) && !breached::contains(NEW));
    let mistaken =
        (0..20_000).filter(|n| breached::contains(&format!("not on any list {n}"))).count();
    assert!(mistaken <= 5, "{mistaken} of 20000; 0.3 are to be expected");
}
