//! Metadata is the app's, and names are people's: all of it comes back as it was.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::service::import::{carry_out, plan};

use super::{super::support::*, with_input};

/// Numbers that a parser with number types of its own changes.
const NUMBERS: &str = r#"{"a":1e+400,"b":1.0,"c":12345678901234567890,"d":-0.0,"e":121.48886955472557,"f":0.10000000000000001,"g":[1e+5,{"h":-1.50}]}"#;

fn change(path: &str, body: String) -> Request {
    Request::new(Method::PATCH, path).header("content-type", "application/json").body(body)
}

both! {
    /// In answers, in the database, in lists, for administrators, and after a change of something else.
    async fn numbers_come_back_as_they_were(server: Server) {
        let token = server.user("ada").await;
        let me = server.send(change("/api/v1/me", format!(r#"{{"metadata":{NUMBERS}}}"#)).bearer(&token));
        let me = me.await.expect(200);
        assert!(me.text.contains(NUMBERS), "{}", me.text);
        let id = me.json()["id"].as_str().expect("an id").to_owned();
        let admin = server.admin().await;
        let user = format!("/api/v1/users/{id}");
        let body = format!(r#"{{"app_metadata":{NUMBERS}}}"#);
        let seen = server.send(change(&user, body.clone()).bearer(&admin)).await.expect(200);
        assert_eq!(seen.text.matches(NUMBERS).count(), 2, "{}", seen.text);
        // The same number, however its exponent was written.
        let other = NUMBERS.replace("1e+400", "1E400").replace("1e+5", "1e5");
        let me = server.send(change("/api/v1/me", format!(r#"{{"metadata":{other}}}"#)).bearer(&token)).await.expect(200);
        assert!(me.text.contains(NUMBERS), "{}", me.text);
        // Once more the same is no news.
        server.send(change(&user, body).bearer(&admin)).await.expect(200);
        let count = server.sql("select cast(count(*) as text) from audit_events where kind = 'user.app_metadata'").await;
        assert_eq!(count, ["1"]);
        server.send(change("/api/v1/me", r#"{"display_name":"Ada"}"#.into()).bearer(&token)).await.expect(200);
        for (path, token) in [("/api/v1/me", &token), ("/api/v1/users", &admin), (user.as_str(), &admin)] {
            let seen = server.send(get(path).bearer(token)).await.expect(200);
            assert_eq!(seen.text.matches(NUMBERS).count(), 2, "{path}: {}", seen.text);
        }
        let signed_in = server.send(right("ada")).await.expect(200);
        assert_eq!(signed_in.text.matches(NUMBERS).count(), 2, "{}", signed_in.text);
        let stored = server.sql("select metadata from users where username_canonical = 'ada'").await;
        assert_eq!(stored, [NUMBERS]);
    }

    /// Metadata that comes with an import is the same as if it had been set here.
    async fn metadata_is_imported_as_it_was(server: Server) {
        let line = format!(r#"{{"username":"ada","metadata":{NUMBERS},"email_verified":null,"roles":null,"disabled":null}}"#);
        let read = plan(&server.app, &line, None).await.expect("read");
        assert!(read.wrong.is_empty());
        carry_out(&server.app, Agent::Operator, read, |_, _| ()).await.expect("let in");
        let stored = server.sql("select metadata from users").await;
        assert_eq!(stored, [NUMBERS]);
        for (line, said) in [
            (r#"["listed",null,false,null,null,null,false,[]]"#.to_owned(), "cannot be read: expected an object"),
            (r#"{"username":"eve","metadata":{"a":1,"a":2}}"#.into(), "cannot be read: an object has a name twice at line 1 column "),
            (r#"{"username":"eve","metadata":[]}"#.into(), "cannot be read: metadata: expected an object"),
            (r#"{"username":"eve","email_verified":"yes"}"#.into(), "cannot be read: email_verified: expected true or false"),
            (r#"{"username":"eve","created_at":1.5}"#.into(), "created_at: expected Unix seconds, a whole number"),
            (r#"{"username":"eve","created_at":"2020-01-01"}"#.into(), "created_at: expected Unix seconds, a whole number"),
            (r#"{"username":7}"#.into(), "cannot be read: username: expected a string"),
            (r#"{"usrname":"eve"}"#.into(), "cannot be read: unknown field, expected one of `username`"),
            (r#"{"email":null}"#.into(), "username: there is none. Give one"),
            (format!(r#"{{"username":"eve","metadata":{{"a":"{}"}}}}"#, "x".repeat(17_000)), "metadata: At most 16384 bytes."),
            (r#"{"username":"eve","display_name":"\u2800"}"#.into(), "display_name: This text has no visible characters."),
        ] {
            let read = plan(&server.app, &line, None).await.expect("read");
            let (_, wrong) = read.wrong.first().expect("refused");
            assert!(wrong.to_string().starts_with(said), "{wrong}");
        }
    }

    /// What cannot be kept is refused with its place, and changes nothing.
    async fn what_cannot_be_kept_is_refused_with_its_place(server: Server) {
        let token = server.user("ada").await;
        for (metadata, said) in [
            (r#"{"a":{"b":1,"b":2}}"#, "an object has a name twice at line 1 column 27"),
            (r#"{"$serde_json::private::Number":"1"}"#, "a name begins with `$serde_json::private::`"),
            (r#"{"a":{"\u0024serde_json::private::Number":"1"}}"#, "a name begins with `$serde_json::private::`"),
            (r#"[["a",1]]"#, "metadata: expected an object"),
            (r#""text""#, "metadata: expected an object"),
        ] {
            let request = change("/api/v1/me", format!(r#"{{"metadata":{metadata}}}"#)).bearer(&token);
            let refused = server.send(request).await.expect_problem(422, "invalid_input");
            let detail = refused.json()["detail"].as_str().expect("a detail").to_owned();
            assert!(detail.starts_with(said), "{detail}");
        }
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        assert_eq!(me.json()["metadata"], json!({}));
    }

    /// Limits count what their sentence names.
    async fn limits_count_what_their_sentence_names(server: Server) {
        let token = server.user("ada").await;
        let me = |body: Value| send_json(Method::PATCH, "/api/v1/me", body).bearer(&token);
        // Bytes of JSON: two for each of these, and eight for `{"a":""}`.
        let text = |count: usize| json!({ "metadata": { "a": "ü".repeat(count) } });
        server.send(me(text(8_188))).await.expect(200);
        let refused = server.send(me(text(8_189))).await.expect_problem(422, "invalid_input");
        let error = &refused.json()["errors"][0];
        assert_eq!((&error["problem"], &error["max"]), (&json!("too_many_bytes"), &json!(16_384)));
        assert_eq!(error["message"], "At most 16384 bytes.");
        // Characters, however many bytes each has.
        server.send(me(json!({ "display_name": "💻".repeat(128) }))).await.expect(200);
        let refused = server.send(me(json!({ "display_name": "a".repeat(129) }))).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["message"], "At most 128 characters.");
        let register = |username: String, email: String, password: String| {
            post("/api/v1/register").json(json!({ "username": username, "email": email, "password": password }))
        };
        let (fine, long) = ("ß".repeat(64), "ß".repeat(65));
        server.send(register(fine, "a@example.com".into(), "💻🦀".repeat(128))).await.expect(201);
        let address = format!("{}@example.com", "ü".repeat(130));
        let refused = server.send(register(long, address, "x".repeat(257))).await.expect(422);
        let errors = refused.json()["errors"].as_array().expect("errors").clone();
        let told = |field: &str| {
            let error = errors.iter().find(|error| error["field"] == field).map(|error| error["message"].clone());
            error.unwrap_or_else(|| panic!("{field}: {}", refused.text))
        };
        assert_eq!(told("username"), "At most 64 characters.");
        assert_eq!(told("password"), "At most 256 characters.");
        let address = format!("{}@example.com", "ü".repeat(130));
        let refused = server.send(register("bob".into(), address, PASSWORD.into())).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["message"], "At most 254 bytes.");
    }

    /// A display name that shows nothing is none.
    async fn a_name_that_shows_nothing_is_refused(server: Server) {
        let token = server.user("ada").await;
        for name in ["\u{200d}", "\u{fe0f}", "\u{2800}", "\u{2800}\u{2800}", "\u{301}"] {
            let request = send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": name })).bearer(&token);
            let refused = server.send(request).await.expect_problem(422, "invalid_input");
            assert_eq!(refused.json()["errors"][0]["problem"], "unseen", "{name:?}");
        }
        for (name, kept) in [("👩\u{200d}💻", json!("👩\u{200d}💻")), (" ", Value::Null), ("", Value::Null)] {
            let request = send_json(Method::PATCH, "/api/v1/me", json!({ "display_name": name })).bearer(&token);
            assert_eq!(server.send(request).await.expect(200).json()["display_name"], kept);
        }
    }
}

/// What programs and shells put before a text is not of the text.
#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let command = || vestibule(folder.path());
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let password = ["user", "create", "ada", "--password-stdin"];
    with_input(command().args(password), &marked(PASSWORD)).fine();
    let secret = std::fs::read(folder.path().join("data/secret.key")).expect("a secret");
    std::fs::write(
        folder.path().join("data/secret.key"),
        [b"\xef\xbb\xbf", secret.as_slice()].concat(),
    )
    .expect("marked");
    let line = r#"{"username":"bob"}"#;
    with_input(command().args(["user", "import", "-"]), &marked(line)).fine();
    std::fs::write(folder.path().join("people"), marked(r#"{"username":"eve"}"#)).expect("written");
    Said::by(command().args(["user", "import", "people"])).fine();
    with_input(
        command().args(["user", "set-app-metadata", "bob", "-"]),
        &marked(r#"{"plan":1.0}"#),
    )
    .fine();
    let listed = Said::by(command().args(["user", "list", "--json"])).fine();
    assert!(listed.contains("bob") && listed.contains("eve"), "{listed}");
    let shown = Said::by(command().args(["user", "show", "bob", "--json"])).fine();
    assert!(shown.contains(r#""app_metadata":{"plan":1.0}"#), "{shown}");
    // Another encoding is refused with a word, and nothing is changed.
    let utf16: Vec<u8> =
        "\u{feff}{\"username\":\"x\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for args in [
        &["user", "import", "-"][..],
        &["user", "set-app-metadata", "bob", "-"],
        &["user", "password", "bob", "--password-stdin"],
    ] {
        let said = with_input(command().args(args), &utf16).refused();
        assert!(said.contains("it is in UTF-16; save it in UTF-8"), "{said}");
        let said = with_input(command().args(args), b"{\"username\":\"\xe9\"}").refused();
        assert!(said.contains("it is not in UTF-8 (byte 14)"), "{said}");
    }
    let said =
        with_input(command().args(["user", "set-app-metadata", "bob", "-"]), b"[]").refused();
    assert!(said.contains("app metadata is a JSON object: expected an object"), "{said}");
    let said =
        with_input(command().args(["user", "set-app-metadata", "bob", "-"]), br#"{"a":1,"a":2}"#)
            .refused();
    assert!(said.contains("an object has a name twice at line 1 column 10"), "{said}");
}
