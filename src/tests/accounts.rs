//! Registration, sign-in and one's own account.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::{db::credentials, service::accounts::AccountChange};

use super::support::*;

async fn register(server: &Server, body: Value) -> Reply {
    server.send(post("/api/v1/register").json(body)).await
}

async fn login(server: &Server, body: Value) -> Reply {
    server.send(post("/api/v1/login").json(body)).await
}

/// Status and code of a refusal, and the field that is wrong with the problem.
fn told(reply: &Reply) -> (u16, String, String) {
    let body = reply.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let errors = body["errors"].as_array().cloned().unwrap_or_default();
    let wrong =
        errors.iter().map(|error| format!("{} {}", text(&error["field"]), text(&error["problem"])));
    (reply.status.as_u16(), text(&body["code"]), wrong.collect::<Vec<_>>().join(", "))
}

both! {
    async fn registering_signing_in_and_reading_oneself(server: Server) {
        let body = json!({ "username": "Ada", "email": "ada@example.com", "password": PASSWORD });
        let reply = register(&server, body).await.expect(201);
        let id = reply.json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(reply.header("location"), format!("/api/v1/users/{id}"));

        let reply = login(&server, json!({ "username": "ada", "password": PASSWORD })).await.expect(200);
        let body = reply.json();
        assert_eq!(body["message"], "Login Success");
        assert_eq!(body["token"], body["access_token"]);
        assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("Bearer"), &json!(600)));
        assert!(body.get("refresh_token").is_none() && reply.session_cookie().is_none());

        let token = body["access_token"].as_str().expect("a token");
        let me = server.send(get("/api/v1/me").bearer(token)).await.expect(200).json();
        assert_eq!((&me["id"], &me["username"]), (&json!(id), &json!("Ada")));
        assert_eq!((&me["email"], &me["email_verified"]), (&json!("ada@example.com"), &json!(false)));
        assert_eq!(me["roles"], json!(["user"]));
    }

    async fn s1_registering_a_taken_name_changes_nothing(server: Server) {
        let token = server.user("ada").await;
        let before = server.send(get("/api/v1/me").bearer(&token)).await.text;
        for name in ["ada", "ADA", " ada ", "ａｄａ"] {
            let body = json!({ "username": name, "email": "evil@example.com", "password": "another long password" });
            register(&server, body).await.expect_problem(409, "username_taken");
        }
        assert_eq!(server.send(get("/api/v1/me").bearer(&token)).await.text, before);
        login(&server, json!({ "username": "ada", "password": "another long password" })).await.expect(401);
        login(&server, json!({ "username": "ada", "password": PASSWORD })).await.expect(200);
    }

    async fn s2_a_known_address_is_reported_to_nobody(server: Server) {
        let answer = async |name: &str, email: &str| {
            let reply = register(&server, json!({ "username": name, "email": email, "password": PASSWORD })).await;
            let mut body = reply.clone().expect(201).json();
            for told in ["id", "username", "email"] {
                body[told] = Value::Null;
            }
            body
        };
        assert_eq!(answer("first", "one@example.com").await, answer("second", "one@example.com").await);
        // And an address that nobody has verified signs nobody in.
        login(&server, json!({ "identifier": "one@example.com", "password": PASSWORD })).await.expect(401);
    }

    async fn s3_one_canonical_form_is_one_account(server: Server) {
        server.register("Grüße.ada").await;
        for name in ["grüße.ada", "GRÜSSE.ADA", " grüße.ada ", "gru\u{308}ße.ada", "ｇrüße.ada"] {
            register(&server, json!({ "username": name, "password": PASSWORD })).await.expect(409);
            login(&server, json!({ "identifier": name, "password": PASSWORD })).await.expect(200);
        }
    }

    async fn s4_names_that_nobody_gets(server: Server) {
        let table = [
            ("admin", "reserved"), ("ROOT", "reserved"), ("support", "reserved"), ("api", "reserved"),
            ("аdmin", "reserved"), ("pаypal", "confusable"), ("аррӏе", "looks_latin"),
            ("zero\u{200b}width", "bad_characters"), ("bi\u{202e}di", "bad_characters"),
            ("with space", "bad_characters"), ("at@sign", "address"), ("slash/es", "bad_characters"),
        ];
        for (name, problem) in table {
            let reply = register(&server, json!({ "username": name, "password": PASSWORD })).await;
            let body = reply.expect_problem(422, "invalid_input").json();
            assert_eq!(body["errors"][0]["problem"], problem, "{name}: {body}");
        }
        for name in ["ada", "ada-lovelace", "ада", "愛", "アダ愛", "o_o.3"] {
            let expected = if name.chars().count() < 3 { 422 } else { 201 };
            register(&server, json!({ "username": name, "password": PASSWORD })).await.expect(expected);
        }
    }

    async fn s5_hostile_text_is_the_clients_mistake(server: Server) {
        let token = server.user("ada").await;
        let long = "x".repeat(1 << 20);
        let hostile = ["nul\0nul", "bell\u{7}bell", "line\nline", "escape\u{1b}[31m", &long];
        for text in hostile {
            for field in ["username", "email", "password", "identifier"] {
                for path in ["/api/v1/register", "/api/v1/login", "/register", "/login"] {
                    let mut body = if field == "identifier" { json!({}) } else { json!({ "username": "bob" }) };
                    body["password"] = json!(PASSWORD);
                    body[field] = json!(text);
                    let expected = match (path.rsplit('/').next(), field) {
                        _ if text.len() > 100 => (413, "body_too_large", ""),
                        (Some("register"), "username") => (422, "invalid_input", "username bad_characters"),
                        (Some("register"), "email") => (422, "invalid_input", "email bad_characters"),
                        (Some("register"), "password") => (422, "invalid_input", "password too_short"),
                        (Some("register"), _) => (422, "invalid_input", "body unknown"),
                        // Another word for the identifier, which is there twice.
                        (_, "email") => (422, "invalid_input", "identifier invalid"),
                        (_, "password") => (401, "invalid_credentials", ""),
                        _ => (422, "invalid_input", "identifier bad_characters"),
                    };
                    let reply = server.send(post(path).json(body)).await;
                    assert_eq!(told(&reply), (expected.0, expected.1.into(), expected.2.into()), "{path} {field} {text:.20}");
                }
            }
            let form = json!({ "display_name": text });
            let reply = server.send(send_json(Method::PATCH, "/api/v1/me", form).bearer(&token)).await;
            if text.len() > 100 {
                reply.expect_problem(413, "body_too_large");
            } else {
                assert_eq!(told(&reply), (422, "invalid_input".into(), "display_name bad_characters".into()));
            }
        }
        // A lone surrogate is not JSON text.
        let body = r#"{"username":"\ud800abc","password":"correct horse battery"}"#;
        let request = post("/api/v1/register").header("content-type", "application/json").body(body);
        server.send(request).await.expect_problem(400, "malformed_body");
        // NUL inside JSON is a string to SQLite and an error to PostgreSQL: it must be stored by neither.
        let form = json!({ "metadata": { "a\0b": "c\0d" } });
        server.send(send_json(Method::PATCH, "/api/v1/me", form).bearer(&token)).await.expect(200);
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["metadata"]["a\0b"], "c\0d");
    }

    async fn s6_fifty_at_once_make_one_account(server: Server) {
        let attempts = (0..50).map(|_| register(&server, json!({ "username": "ada", "password": PASSWORD })));
        let replies = futures::future::join_all(attempts).await;
        let count = |status: u16| replies.iter().filter(|reply| reply.status.as_u16() == status).count();
        assert_eq!((count(201), count(409)), (1, 49));
    }

    async fn s7_fields_that_could_matter_are_refused(server: Server) {
        let token = server.user("ada").await;
        let extra = ["role", "roles", "is_admin", "email_verified", "id", "userId", "created_at", "disabled_at"];
        for field in extra {
            for path in ["/api/v1/register", "/register"] {
                let mut body = json!({ "username": "eve", "password": PASSWORD });
                body[field] = json!("admin");
                let reply = server.send(post(path).json(body)).await.expect_problem(422, "invalid_input");
                assert_eq!(reply.json()["errors"][0]["problem"], "unknown");
            }
            let mut body = json!({ "display_name": "Eve" });
            body[field] = json!("admin");
            server.send(send_json(Method::PATCH, "/api/v1/me", body).bearer(&token)).await.expect(422);
            // What is no field of a form is left out: extensions add inputs.
            let name = format!("mallory{}", field.len());
            let fields = [("username", &*name), ("password", PASSWORD), (field, "admin")];
            server.send(form("/register", &fields)).await;
            let mut account = json!({ "username": "eve", "password": PASSWORD });
            account[field] = json!("admin");
            server.send(enter("register", account)).await.expect(422);
        }
        login(&server, json!({ "username": "eve", "password": PASSWORD })).await.expect(401);
        assert!(server.sql("select username from users where username like 'mallory%'").await.len() > 3);
        assert!(server.sql("select role from user_roles").await.is_empty());
        assert!(server.sql("select id from users where disabled_at is not null or created_at <> updated_at").await.is_empty());
        assert!(server.sql("select id from user_emails").await.is_empty());
        let me = server.send(get("/api/v1/me").bearer(&token)).await.json();
        assert_eq!((&me["roles"], &me["display_name"]), (&json!(["user"]), &Value::Null));
    }

    async fn s10_to_s12_lengths_are_counted_in_code_points(server: Server) {
        let table = [
            ("fourteen chars", "too_short"), ("éééééééééééééé", "too_short"), ("", "required"),
            (&"x".repeat(257), "too_long"), (&"愛".repeat(342), "too_long"),
        ];
        for (password, problem) in table {
            let reply = register(&server, json!({ "username": "ada", "password": password })).await;
            let body = reply.expect_problem(422, "invalid_input").json();
            assert_eq!(body["errors"][0]["problem"], problem, "{password}");
        }
        let good = ["fifteen letters", "  a b c d e f  ", "🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎🔋🐎", &"y".repeat(256)];
        for (n, password) in good.iter().enumerate() {
            let name = format!("user{n}");
            register(&server, json!({ "username": name, "password": password })).await.expect(201);
            login(&server, json!({ "username": name, "password": password })).await.expect(200);
            // Nothing is cut off at the end, nothing is trimmed.
            let longer = format!("{password} ");
            login(&server, json!({ "username": name, "password": longer })).await
                .expect(if password.len() == 256 { 422 } else { 401 });
            let shorter: String = password.chars().skip(1).collect();
            login(&server, json!({ "username": name, "password": shorter })).await.expect(401);
        }
    }

    async fn s12_a_nul_in_a_password_counts(server: Server) {
        let password = "nul\0in the middle";
        register(&server, json!({ "username": "ada", "password": password })).await.expect(201);
        login(&server, json!({ "username": "ada", "password": password })).await.expect(200);
        login(&server, json!({ "username": "ada", "password": "nul\0in the meadow" })).await.expect(401);
        login(&server, json!({ "username": "ada", "password": "nul" })).await.expect(401);
    }

    async fn s13_composed_and_decomposed_sign_in_alike(server: Server) {
        register(&server, json!({ "username": "ada", "password": "cafés où été n\u{303}" })).await.expect(201);
        let decomposed = "cafe\u{301}s ou\u{300} e\u{301}te\u{301} \u{f1}";
        login(&server, json!({ "username": "ada", "password": decomposed })).await.expect(200);
    }

    async fn s16_stored_as_argon2id_with_a_salt_of_its_own(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        let hash = async |name: &str| {
            let row = credentials::by_username(&server.app.db, name).await.expect("read");
            row.expect("registered").password_hash.expect("a hash")
        };
        let (ada, bob) = (hash("ada").await, hash("bob").await);
        for hash in [&ada, &bob] {
            assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
            let salt = hash.split('$').nth(4).expect("a salt");
            assert!(salt.len() >= 22, "16 bytes in base64: {salt}");
        }
        assert_ne!(ada.split('$').nth(4), bob.split('$').nth(4));
    }

    async fn s21_unknown_wrong_and_disabled_are_alike(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        server.change("bob", AccountChange::Disable).await;
        let table = [("nobody", PASSWORD), ("ada", "wrong but long enough"), ("bob", PASSWORD), ("a@b.example", PASSWORD)];
        let mut answers = Vec::new();
        for (name, password) in table {
            let reply = login(&server, json!({ "identifier": name, "password": password })).await;
            let names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
            answers.push((reply.status, reply.text, names));
        }
        assert_eq!(answers[0].0, 401);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }

    async fn profile_and_metadata(server: Server) {
        let token = server.user("ada").await;
        let patch = async |body: Value| {
            server.send(send_json(Method::PATCH, "/api/v1/me", body).bearer(&token)).await
        };
        let metadata = json!({ "cart": [{ "sku": "gear" }], "wishlists": [] });
        let reply = patch(json!({ "display_name": " Ada Lovelace ", "metadata": metadata })).await.expect(200);
        assert_eq!((&reply.json()["display_name"], &reply.json()["metadata"]), (&json!("Ada Lovelace"), &metadata));
        // Absent stays, null clears.
        let reply = patch(json!({ "display_name": null })).await.expect(200);
        assert_eq!((&reply.json()["display_name"], &reply.json()["metadata"]), (&Value::Null, &metadata));
        assert_eq!(patch(json!({ "metadata": null })).await.expect(200).json()["metadata"], json!({}));
        // The limit, to the byte.
        let sized = |size: usize| json!({ "metadata": { "a": "x".repeat(size - r#"{"a":""}"#.len()) } });
        patch(sized(16 * 1024)).await.expect(200);
        patch(sized(16 * 1024 + 1)).await.expect_problem(422, "invalid_input");
        for wrong in [json!({ "metadata": [] }), json!({ "metadata": "x" }), json!({ "display_name": 7 })] {
            patch(wrong).await.expect_problem(422, "invalid_input");
        }
        let both = patch(json!({ "display_name": "x".repeat(129), "metadata": { "a": "x".repeat(20_000) } })).await;
        assert_eq!(both.expect(422).json()["errors"].as_array().map(Vec::len), Some(2));
    }

    async fn names_and_addresses_hide_nothing(server: Server) {
        for email in ["a\u{202e}b@example.com", "a\u{200b}b@example.com", "ab@exam\u{ad}ple.com"] {
            let body = json!({ "username": "ada", "email": email, "password": PASSWORD });
            let body = register(&server, body).await.expect_problem(422, "invalid_input").json();
            assert_eq!(body["errors"][0]["field"], "email");
        }
        let token = server.user("ada").await;
        for (name, status) in [("Ada\u{202e}", 422), ("A\u{200b}da", 422), ("👩\u{200d}💻 Ada", 200)] {
            let request = send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": name }));
            server.send(request.bearer(&token)).await.expect(status);
        }
    }

    async fn every_field_error_at_once(server: Server) {
        let reply = register(&server, json!({ "username": "a", "email": "nonsense", "password": "short" })).await;
        let body = reply.expect_problem(422, "invalid_input").json();
        let fields: Vec<&str> = body["errors"].as_array().expect("errors").iter()
            .map(|error| error["field"].as_str().expect("a field")).collect();
        assert_eq!(fields, ["username", "email", "password"]);
        let body = login(&server, json!({})).await.expect(422).json();
        assert_eq!(body["errors"].as_array().map(Vec::len), Some(2));
        login(&server, json!({ "username": null, "password": null })).await.expect(422);
        // One identifier, under one name (S26).
        login(&server, json!({ "username": "a", "email": "b", "password": PASSWORD })).await.expect(422);
    }
}
