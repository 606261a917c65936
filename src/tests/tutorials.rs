//! The Flask tutorials' literal requests, in both modes.

use serde_json::{Value, json};

use super::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_script_meets_no_surprise_in_either_mode() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tutorial.sh");
    for (compat, arguments) in [("false", vec![]), ("true", vec!["--compat"])] {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = [("VESTIBULE_TUTORIAL_COMPAT", compat)];
        let server = Process::start(folder.path(), &settings).await;
        let output = std::process::Command::new("bash")
            .arg(script)
            .args(arguments)
            .arg(&server.url)
            .output();
        let output = output.expect("bash runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && said.contains("no surprises"), "{said}");
        // And it can fail: the other mode's answers are surprises.
        let other = if compat == "true" { vec![] } else { vec!["--compat"] };
        let other =
            std::process::Command::new("bash").arg(script).args(other).arg(&server.url).output();
        assert!(!other.expect("bash runs").status.success());
    }
}

async fn tutorial(server: &Server) -> Server {
    let (url, file) = (server.flags.database_url.clone(), server.folder().join("secret.key"));
    Server::with(Backend::Sqlite, |flags| {
        flags.tutorial_compat = Some("true".into());
        flags.database_url = url;
        flags.secret_file = Some(file.display().to_string());
    })
    .await
}

fn weak() -> Value {
    json!({ "username": "testuser", "password": "password123" })
}

both! {
    async fn by_default_the_weak_password_is_refused(server: Server) {
        let body = server.send(post("/register").json(weak())).await.expect_problem(422, "invalid_input").json();
        assert!(body["message"].is_string() && body["msg"].is_string(), "{body}");
        assert_eq!(body["errors"][0]["problem"], "too_short");
        let good = json!({ "username": "testuser", "password": PASSWORD });
        let body = server.send(post("/register").json(good.clone())).await.expect(201).json();
        assert_eq!(body["message"], "User registered successfully!");
        server.send(post("/register").json(good.clone())).await.expect_problem(409, "username_taken");

        let body = server.send(post("/login").json(good.clone())).await.expect(200).json();
        assert_eq!((&body["message"], &body["token"]), (&json!("Login Success"), &body["access_token"]));
        let wrong = json!({ "username": "testuser", "password": "wrong" });
        server.send(post("/login").json(wrong)).await.expect_problem(401, "invalid_credentials");
        server.send(post("/login").json(json!({}))).await.expect(422);
        server.send(post("/login").json(json!({ "username": "testuser", "password": null }))).await.expect(422);
        // testuser:correct horse battery
        let basic = post("/login").header("authorization", "Basic dGVzdHVzZXI6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5");
        assert!(server.send(basic).await.expect(401).json()["detail"].as_str().is_some_and(|hint| hint.contains("JSON")));
    }

    async fn by_default_only_bearer_opens(server: Server) {
        let token = server.user("ada").await;
        let raw = || get("/protected").header("authorization", &token);
        let body = server.send(raw()).await.expect_problem(401, "invalid_token").json();
        assert!(body["detail"].as_str().is_some_and(|hint| hint.contains("Bearer <token>")));
        let body = server.send(get("/protected").bearer(&token)).await.expect(200).json();
        assert_eq!(body, json!({ "message": "This is a protected route!" }));
        for path in ["/protected", "/users", "/get_name"] {
            let reply = server.send(get(path)).await.expect(401);
            assert_eq!(reply.json()["msg"], "Missing Authorization Header");
            assert!(!reply.header("www-authenticate").is_empty());
            server.send(get(path).bearer("nonsense")).await.expect(401);
        }
        server.send(get("/users").bearer(&token)).await.expect_problem(403, "forbidden");
        let admin = server.admin().await;
        let text = server.send(get("/users").bearer(&admin)).await.expect(200).text;
        assert!(text.contains("operator") && !text.contains("argon2"));
        let body = server.send(get("/get_name").bearer(&token)).await.expect(200).json();
        assert_eq!(body, json!({ "message": "User found", "name": "ada" }));
    }

    async fn in_tutorial_mode_they_work_to_the_letter(server: Server) {
        let server = tutorial(&server).await;
        server.send(post("/register").json(weak())).await.expect(201);
        server.send(post("/register").json(weak())).await.expect(409);
        let token = server.send(post("/login").json(weak())).await.expect(200).json()["token"].clone();
        let token = token.as_str().expect("a token");
        let reply = server.send(get("/protected").header("authorization", token)).await.expect(200);
        assert!(!reply.header("deprecation").is_empty());
        assert!(server.send(get("/protected").bearer(token)).await.expect(200).headers.get("deprecation").is_none());
        server.send(get("/protected")).await.expect(401);
        server.send(get("/protected").header("authorization", "nonsense")).await.expect(401);
        // testuser:password123
        let basic = post("/login").header("authorization", "Basic dGVzdHVzZXI6cGFzc3dvcmQxMjM=");
        server.send(basic).await.expect(200);
        let wrong = post("/login").header("authorization", "Basic dGVzdHVzZXI6d3Jvbmc=");
        server.send(wrong).await.expect(401);
        let text = server.send(get("/users").bearer(token)).await.expect(200).text;
        assert!(text.contains("testuser") && !text.contains("argon2"));
        let reply = server.send(get("/protected").bearer(token).header("origin", "http://localhost:3999")).await;
        assert_eq!(reply.header("access-control-allow-origin"), "http://localhost:3999");
        // The API proper stays strict.
        server.send(post("/api/v1/register").json(weak())).await.expect(422);
        server.send(post("/api/v1/login").json(weak())).await.expect_problem(403, "password_change_required");
        let reply = server.send(get("/api/v1/me").bearer(token).header("origin", "http://localhost:3999")).await;
        assert_eq!(reply.header("access-control-allow-origin"), "");
        server.send(get("/api/v1/me").header("authorization", token)).await.expect(401);
        server.send(get("/api/v1/users").bearer(token)).await.expect(403);
    }

    async fn a_weak_password_opens_nothing_outside_of_tutorial_mode(server: Server) {
        let loose = tutorial(&server).await;
        loose.send(post("/register").json(weak())).await.expect(201);
        server.send(post("/login").json(weak())).await.expect_problem(403, "password_change_required");
        server.send(post("/api/v1/login").json(weak())).await.expect(403);
        let wrong = json!({ "username": "testuser", "password": "password124" });
        server.send(post("/login").json(wrong)).await.expect(401);
        let change = vestibule::server::service::accounts::AccountChange::Password(
            vestibule::server::secure::secret::Secret::new(PASSWORD),
        );
        server.change("testuser", change).await;
        server.login("testuser").await;
    }
}
