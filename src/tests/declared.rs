//! The look at each answer (`support/declared.rs`) finds what the description does not declare.

use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::{Value, json};
use vestibule::server::router::routes;

use super::support::*;

const JSON: &str = "application/json";
const PROBLEM: &str = "application/problem+json";
const FORM: &str = "application/x-www-form-urlencoded";

fn paths() -> &'static Value {
    &routes::document().value["paths"]
}

fn asked(method: &Method, path: &str, media_type: &str) -> Asked {
    Asked::of(&Request::new(method.clone(), path).header("content-type", media_type).build())
}

/// The example of an answer, with the headers that it always has.
fn example(method: &Method, path: &str, status: u16, named: Option<&str>) -> Reply {
    let operation = &paths()[path][method.as_str().to_ascii_lowercase()];
    let answer = resolved(&operation["responses"][status.to_string()]);
    let mut headers = HeaderMap::new();
    for (name, header) in answer["headers"].as_object().into_iter().flatten() {
        if header["required"] == true {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            headers.insert(name, header["example"].to_string().parse().expect("a value"));
        }
    }
    let media_type = if named.is_some() { PROBLEM } else { JSON };
    let content = &answer["content"][media_type];
    let body = named.map_or(&content["example"], |code| &content["examples"][code]["value"]);
    let is_empty = answer.get("content").is_none();
    if !is_empty {
        headers.insert("content-type", media_type.parse().expect("a value"));
    }
    let text = if is_empty { String::new() } else { body.to_string() };
    Reply { status: StatusCode::from_u16(status).expect("a status"), headers, text }
}

/// What is found of an answer after a change to it.
fn found(
    (method, path): (Method, &str),
    (status, named): (u16, Option<&str>),
    change: impl FnOnce(&mut Reply),
) -> Option<String> {
    let mut reply = example(&method, path, status, named);
    let asked = asked(&method, &path.replace("{id}", "1"), JSON);
    assert_eq!(fault(paths(), &asked, &reply), None, "{method} {path}");
    change(&mut reply);
    fault(paths(), &asked, &reply)
}

/// Changes a member of the body.
fn set(pointer: &'static str, name: &'static str, value: Value) -> impl FnOnce(&mut Reply) {
    move |reply| {
        let mut body = reply.json();
        body.pointer_mut(pointer).expect("it is there")[name] = value;
        reply.text = body.to_string();
    }
}

fn is(found: Option<String>, fault: &str) {
    assert!(found.as_ref().is_some_and(|found| found.starts_with(fault)), "{found:?}, not {fault}");
}

const BODY: &str = "the body is not as declared";

#[test]
fn bodies_that_do_not_fit_are_found() {
    let me = || (Method::GET, "/api/v1/me");
    let login = || (Method::POST, "/api/v1/login");
    is(found(me(), (200, None), set("", "email_verified", json!("no"))), BODY);
    is(found(me(), (401, Some("invalid_token")), set("", "code", json!("invalid_grant"))), BODY);
    is(found(me(), (401, Some("invalid_token")), set("", "status", json!(403))), BODY);
    // Members that are declared nowhere: of the body, of a part of it, of a list, of one of several parts.
    is(found(me(), (200, None), set("", "password_hash", json!("x"))), BODY);
    is(found(me(), (401, Some("invalid_token")), set("", "cause", json!("x"))), BODY);
    is(found(login(), (200, None), set("/user", "password_hash", json!("x"))), BODY);
    is(
        found(
            (Method::GET, "/api/v1/me/sessions"),
            (200, None),
            set("/sessions/0", "secret", json!(1)),
        ),
        BODY,
    );
    is(
        found(
            (Method::GET, "/.well-known/jwks.json"),
            (200, None),
            set("/keys/0", "d", json!("x")),
        ),
        BODY,
    );
    is(found(login(), (422, Some("invalid_input")), set("/errors/0", "typed", json!("x"))), BODY);
    // Data of the app, and of the person, is free.
    assert_eq!(found(me(), (200, None), set("/metadata", "any", json!({ "thing": 1 }))), None);
}

#[test]
fn answers_of_another_kind_are_found() {
    let me = || (Method::GET, "/api/v1/me");
    is(found(me(), (200, None), |reply| reply.status = StatusCode::IM_A_TEAPOT), "the status");
    is(
        found(me(), (200, None), |reply| drop(reply.headers.remove("content-type"))),
        "the media type",
    );
    let html = |reply: &mut Reply| {
        drop(reply.headers.insert("content-type", "text/html".parse().expect("a value")))
    };
    is(found(me(), (200, None), html), "the media type");
    assert_eq!(found(me(), (401, Some("invalid_token")), html), None);
    let ended = (Method::DELETE, "/api/v1/me/sessions/{id}");
    is(found(ended, (204, None), |reply| reply.text = "done".into()), "it is declared without");
}

#[test]
fn headers_that_are_missing_or_undeclared_are_found() {
    let login = || (Method::POST, "/api/v1/login");
    let without = |name: &'static str| move |reply: &mut Reply| drop(reply.headers.remove(name));
    let with = |name: &'static str| {
        move |reply: &mut Reply| drop(reply.headers.insert(name, "1".parse().expect("a value")))
    };
    is(
        found(login(), (401, Some("invalid_credentials")), without("www-authenticate")),
        "the header WWW-Authenticate",
    );
    is(
        found(login(), (429, Some("too_many_requests")), without("retry-after")),
        "the header Retry-After",
    );
    is(
        found(login(), (503, Some("unavailable")), without("retry-after")),
        "the header Retry-After",
    );
    is(
        found((Method::POST, "/api/v1/register"), (201, None), without("location")),
        "the header Location",
    );
    is(
        found((Method::GET, "/.well-known/jwks.json"), (304, None), without("etag")),
        "the header ETag",
    );
    assert_eq!(found(login(), (200, None), with("set-cookie")), None);
    is(
        found((Method::GET, "/api/v1/me"), (200, None), with("set-cookie")),
        "the header set-cookie",
    );
    is(found(login(), (200, None), with("retry-after")), "the header retry-after");
}

#[test]
fn forms_are_left_out_only_where_a_row_takes_them() {
    let wrong = |path| {
        let mut reply = example(&Method::POST, path, 200, None);
        reply.status = StatusCode::IM_A_TEAPOT;
        fault(paths(), &asked(&Method::POST, path, FORM), &reply)
    };
    assert_eq!(wrong("/login"), None);
    is(wrong("/api/v1/login"), "the status");
}

#[test]
fn a_row_that_is_not_described_is_found() {
    let mut planted = paths().clone();
    planted["/api/v1/me"].as_object_mut().expect("methods").remove("get");
    planted.as_object_mut().expect("paths").remove("/api/v1/users/{id}");
    for path in ["/api/v1/me", "/api/v1/users/{id}"] {
        let reply = example(&Method::GET, path, 200, None);
        let asked = asked(&Method::GET, &path.replace("{id}", "1"), JSON);
        assert_eq!(fault(paths(), &asked, &reply), None);
        is(fault(&planted, &asked, &reply), "its row is not described");
    }
    // What is no row of the API is none of its business.
    let reply = example(&Method::GET, "/api/v1/me", 200, None);
    for (method, path) in
        [(Method::GET, "/login"), (Method::POST, "/api/v1/me"), (Method::GET, "/nowhere")]
    {
        assert_eq!(fault(paths(), &asked(&method, path, JSON), &reply), None);
    }
}

#[test]
#[should_panic(expected = "the status is not declared: GET /api/v1/me answered 418")]
fn such_an_answer_fails_its_test() {
    let mut reply = example(&Method::GET, "/api/v1/me", 200, None);
    reply.status = StatusCode::IM_A_TEAPOT;
    check(&asked(&Method::GET, "/api/v1/me", JSON), &reply);
}
