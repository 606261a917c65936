//! The API as it describes itself: the document, the list of errors, and the page for developers.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::{
    model::ErrorCode,
    server::{
        http::description::{Document, codes, markdown, name},
        router::routes,
        say::{Language, in_language},
        service::reflection,
    },
};

use super::support::*;

/// Compares a file of the repository with its text, or writes it where `make descriptions` asks for that.
#[expect(clippy::disallowed_methods, reason = "scripts/descriptions asks this way")]
fn compare(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("VESTIBULE_WRITE_DESCRIPTIONS").is_some() {
        fs::write(path, text).expect("written");
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    assert!(found == text, "{file} is out of date; run: make descriptions");
}

#[test]
fn the_files_of_the_repository_are_those_of_the_table() {
    compare("docs/openapi.json", &routes::document().text);
    compare("docs/errors.md", &markdown());
}

/// It is made once for everybody, within the request of its first reader.
#[tokio::test]
async fn the_document_is_in_english_whatever_its_first_reader_reads() {
    let english = Document::of(&routes::table()).text;
    for language in Language::all() {
        let made = in_language(language, async { Document::of(&routes::table()).text }).await;
        assert!(made == english, "{language:?}");
    }
}

/// `make descriptions` finds the test above by its name.
#[test]
fn the_script_fails_where_not_exactly_one_test_ran() {
    for (passed, is_fine) in [(0, false), (1, true), (2, false), (10, false)] {
        let said = Command::new("bash")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/descriptions"))
            // A function of the shell in place of cargo.
            .env(
                "BASH_FUNC_cargo%%",
                format!("() {{ echo 'test result: ok. {passed} passed; 0 failed'; }}"),
            )
            .output()
            .expect("it ran");
        assert_eq!(said.status.success(), is_fine, "{passed}: {said:?}");
    }
}

#[test]
fn each_endpoint_of_the_api_is_described() {
    let (mut ids, mut described) = (BTreeSet::new(), 0);
    for route in routes::table() {
        let is_api = route.path.starts_with("/api/");
        let Some(operation) = route.operation else {
            assert!(!is_api, "{} {} has no description", route.method, route.path);
            continue;
        };
        assert!(ids.insert(operation.id), "{} is there twice", operation.id);
        assert!(!operation.answers.is_empty() && !route.part.is_empty(), "{}", operation.id);
        described += 1;
    }
    assert!(described > 20);
}

/// A client finds the headers by which it asks where they change the answer.
#[test]
fn headers_of_requests_are_described() {
    for route in routes::table() {
        let Some(operation) = route.operation else { continue };
        let names = operation.headers.iter().map(|header| header.name.to_ascii_lowercase());
        let mut expected = Vec::new();
        if operation.answers.iter().any(|answer| answer.status == 304) {
            expected.push("if-none-match".to_owned());
        }
        if operation.id == "showReflection" {
            expected.push(reflection::HEADER.to_owned());
        }
        assert_eq!(names.collect::<Vec<_>>(), expected, "{}", operation.id);
    }
    let parameters =
        &routes::document().value["paths"]["/.well-known/jwks.json"]["get"]["parameters"];
    for (parameter, named) in [(0, ("alg", "query")), (1, ("If-None-Match", "header"))] {
        let parameter = &parameters[parameter];
        assert_eq!((&parameter["name"], &parameter["in"]), (&json!(named.0), &json!(named.1)));
    }
}

#[test]
fn each_code_that_programs_meet_is_declared_somewhere() {
    let declared: BTreeSet<_> = routes::table().iter().flat_map(codes).map(name).collect();
    let elsewhere = [
        // No row has the method or the address; only pages; never sent.
        ErrorCode::MethodNotAllowed,
        ErrorCode::StaleForm,
        ErrorCode::SetupClosed,
        ErrorCode::NetworkFailure,
    ];
    for code in ErrorCode::ALL {
        let is_declared = declared.contains(&name(*code));
        assert_ne!(is_declared, elsewhere.contains(code), "{}", name(*code));
        assert!(!code.meaning().is_empty() && code.advice().ends_with('.'), "{}", name(*code));
    }
}

/// The contents of requests and answers, each with a name.
fn contents() -> Vec<(String, &'static Value)> {
    let mut found = Vec::new();
    for (path, item) in routes::document().value["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let mut add = |name: &str, part: &'static Value| {
                for (media_type, content) in
                    resolved(part)["content"].as_object().into_iter().flatten()
                {
                    found.push((format!("{method} {path} {name} {media_type}"), content));
                }
            };
            add("request", &operation["requestBody"]);
            for (status, answer) in operation["responses"].as_object().expect("answers") {
                add(status, answer);
            }
        }
    }
    found
}

/// What is wrong with the examples of a content.
fn faults(key: &str, content: &Value) -> Vec<String> {
    let schema = validator(format!("example of {key}"), &content["schema"]);
    let named = content["examples"].as_object().into_iter().flatten();
    let named = named.map(|(_, example)| &example["value"]);
    let examples: Vec<_> = content.get("example").into_iter().chain(named).collect();
    if examples.is_empty() {
        return vec![format!("{key} has no example")];
    }
    let wrong = examples.into_iter().flat_map(|example| schema.iter_errors(example));
    wrong.map(|error| format!("{key}: {error}")).collect()
}

#[test]
fn each_example_is_one_of_its_schema() {
    let contents = contents();
    assert!(contents.len() > 100, "{}", contents.len());
    let faults: Vec<_> =
        contents.into_iter().flat_map(|(key, content)| faults(&key, content)).collect();
    assert_eq!(faults, [""; 0]);
}

#[test]
fn a_content_without_an_example_is_found() {
    for (key, content) in contents() {
        let mut planted = content.clone();
        let planted = planted.as_object_mut().expect("an object");
        planted.retain(|name, _| name == "schema");
        assert_eq!(faults(&key, &json!(planted)), [format!("{key} has no example")]);
    }
}

#[test]
fn an_answer_that_is_not_declared_is_found() {
    let (_, content) = contents()
        .into_iter()
        .find(|(key, _)| key.starts_with("get /api/v1/me 200"))
        .expect("it is there");
    let user = validator("planted".into(), &content["schema"]);
    let mut planted = content["example"].clone();
    assert!(user.is_valid(&planted));
    planted["email_verified"] = "no".into();
    assert!(!user.is_valid(&planted));
    let (_, content) = contents()
        .into_iter()
        .find(|(key, _)| key.starts_with("get /api/v1/me 401"))
        .expect("it is there");
    let refusal = validator("planted refusal".into(), &content["schema"]);
    let mut planted = content["examples"]["invalid_token"]["value"].clone();
    assert!(refusal.is_valid(&planted));
    planted["code"] = "invalid_grant".into();
    assert!(!refusal.is_valid(&planted));
}

fn example(method: &str, path: &str) -> Value {
    routes::document().value["paths"][path][method]["requestBody"]["content"]["application/json"]["example"].clone()
}

both! {
    async fn the_examples_work(server: Server) {
        let admin = server.admin().await;
        let id = server.send(post("/api/v1/register").json(example("post", "/api/v1/register"))).await.expect(201);
        let id = id.json()["id"].as_str().expect("an id").to_owned();
        let reply = server.send(post("/api/v1/login").json(example("post", "/api/v1/login"))).await.expect(200);
        let token = reply.json()["access_token"].as_str().expect("a token").to_owned();
        for (method, path, done) in [
            (Method::PATCH, "/api/v1/me", 200),
            (Method::POST, "/api/v1/me/reauthenticate", 200),
        ] {
            let body = example(&method.as_str().to_ascii_lowercase(), path);
            server.send(send_json(method, path, body).bearer(&token)).await.expect(done);
        }
        let change = example("patch", "/api/v1/users/{id}");
        server.send(send_json(Method::PATCH, &format!("/api/v1/users/{id}"), change).bearer(&admin)).await.expect(200);
    }

    /// What is not described is refused where a body or a query is, and not read elsewhere.
    async fn the_document_says_what_becomes_of_the_rest(server: Server) {
        let admin = server.admin().await;
        let id = server.register("ada").await;
        let (mut bodies, mut queries, mut unread) = (0, 0, 0);
        for route in routes::table() {
            let Some(operation) = &route.operation else { continue };
            let path = route.path.replace("{id}", &id);
            if operation.body.is_some() {
                let mut body = example(&route.method.as_str().to_ascii_lowercase(), route.path);
                body["unplanned"] = 1.into();
                let reply = server.send(send_json(route.method.clone(), &path, body).bearer(&admin)).await;
                assert!(reply.expect_problem(422, "invalid_input").text.contains("unknown"), "{path}");
                bodies += 1;
            }
            let ask = |query: &str| Request::new(route.method.clone(), &format!("{path}{query}")).bearer(&admin);
            // Clients add names of their own to the address of the key set, to get past caches.
            let is_refusing = operation.query.is_some() && path.starts_with("/api/");
            if is_refusing {
                server.send(ask("?unplanned=1")).await.expect_problem(422, "invalid_input");
                queries += 1;
            } else if route.method == Method::GET {
                let (bare, more) = (server.send(ask("")).await, ask("?unplanned=1").json(json!({ "unplanned": 1 })));
                assert_eq!(server.send(more).await.status, bare.status, "{path}");
                unread += 1;
            }
        }
        assert!(bodies > 6 && queries > 3 && unread > 6, "{bodies} {queries} {unread}");
    }

    async fn the_document_is_served(server: Server) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
        let file = fs::read_to_string(file).expect("the file");
        for language in ["de", "ar", "en"] {
            let reply = server.send(get("/openapi.json").header("accept-language", language)).await.expect(200);
            assert_eq!(reply.header("content-type"), "application/json");
            assert!(reply.text == file, "{language}");
        }
    }

    /// The page needs nothing of another host, and nothing but itself.
    async fn the_page_shows_all_of_it(server: Server) {
        let reply = server.send(get("/docs").header("accept", "text/html")).await.expect(200);
        let html = reply.page();
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("http"), "{policy}");
        for route in routes::table() {
            if let Some(operation) = &route.operation {
                assert!(html.contains(operation.summary) && html.contains(&format!("id=\"{}\"", operation.id)), "{}", operation.id);
            }
        }
        for code in ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::NetworkFailure) {
            assert!(html.contains(&format!("id=\"error-{}\"", name(*code))), "{}", name(*code));
        }
        // Each link leads to something on it.
        for target in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(html.contains(&format!("id=\"{target}\"")), "{target}");
        }
        assert!(html.contains(r#"lang="en""#) && !html.contains("src=\"http") && !html.contains("href=\"http"), "{html}");
    }
}
