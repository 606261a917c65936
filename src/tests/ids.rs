//! Ids are parsed where they come in, and nothing else is one.

use axum::http::Method;
use proptest::prelude::*;
use vestibule::model::{SessionId, UserId};

use super::support::*;

/// What is no id, as a part of a URL.
const BAD: [&str; 12] = [
    "unknown",
    "%00",
    "%ff",
    "%25",
    "zzzz",
    "'%20or%20'1'='1",
    // A UUID in other spellings (RFC 9562 section 4), cut, and with more.
    "018F4E3E-0000-7000-8000-000000000001",
    "018f4e3e000070008000000000000001",
    "%7B018f4e3e-0000-7000-8000-000000000001%7D",
    "018f4e3e-0000-7000-8000-00000000000",
    "018f4e3e-0000-7000-8000-0000000000011",
    "018f4e3e-0000-7000-8000-00000000000%C3%A9",
];
/// What could be one, and is nobody's.
const NOBODYS: &str = "018f4e3e-0000-7000-8000-000000000001";

proptest! {
    #[test]
    fn an_id_is_a_uuid_in_lower_case(
        text in "[0-9a-fA-F]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{11,13}|[0-9a-f-]{36}|.{0,40}",
    ) {
        let read = uuid::Uuid::parse_str(&text).is_ok_and(|uuid| uuid.to_string() == text);
        prop_assert_eq!(text.parse::<UserId>().is_ok(), read);
        let json = serde_json::json!(text);
        prop_assert_eq!(serde_json::from_value::<SessionId>(json.clone()).is_ok(), read);
        if let Ok(id) = text.parse::<SessionId>() {
            prop_assert_eq!(serde_json::json!(id), json);
        }
    }
}

both! {
    async fn a_malformed_id_is_nobodys(server: Server) {
        let admin = server.admin().await;
        for id in BAD.into_iter().chain([NOBODYS]) {
            let user = format!("/api/v1/users/{id}");
            server.send(get(&user).bearer(&admin)).await.expect_problem(404, "not_found");
            let patch = send_json(Method::PATCH, &user, serde_json::json!({})).bearer(&admin);
            server.send(patch).await.expect_problem(404, "not_found");
            let session = Request::new(Method::DELETE, &format!("/api/v1/me/sessions/{id}"));
            server.send(session.bearer(&admin)).await.expect_problem(404, "not_found");
        }
        for id in BAD.into_iter().chain([""]) {
            for path in ["/api/v1/users?after=", "/api/v1/me/sessions?before="] {
                let reply = server.send(get(&format!("{path}{id}")).bearer(&admin)).await;
                reply.expect_problem(422, "invalid_input");
            }
        }
        for path in ["/api/v1/users?after=", "/api/v1/me/sessions?before="] {
            server.send(get(&format!("{path}{NOBODYS}")).bearer(&admin)).await.expect(200);
        }
    }

    async fn no_cursor_leads_to_an_empty_page(server: Server) {
        let token = server.user("ada").await;
        // A hundred sessions fill a page to the last line.
        for _ in 1..100 {
            server.app.clock.advance(2);
            server.login("ada").await;
        }
        let list = async |query: &str| {
            let path = format!("/api/v1/me/sessions{query}");
            server.send(get(&path).bearer(&token)).await.expect(200).json()
        };
        let page = list("").await;
        assert_eq!(page["sessions"].as_array().map(Vec::len), Some(100));
        assert!(page.get("next_before").is_none(), "{page}");
        let newest = page["sessions"][0]["id"].as_str().expect("an id");
        assert_eq!(list(&format!("?before={newest}")).await["sessions"].as_array().map(Vec::len), Some(99));
        // The same for what happened: the registration, and one event for each sign-in.
        let history = async |query: &str| {
            let path = format!("/api/v1/me/security-history{query}");
            server.send(get(&path).bearer(&token)).await.expect(200).json()
        };
        let page = history("?limit=100").await;
        let next = page["next_before"].as_str().expect("another page");
        let rest = history(&format!("?limit=1&before={next}")).await;
        assert_eq!(rest["events"].as_array().map(Vec::len), Some(1));
        assert!(rest.get("next_before").is_none(), "{rest}");
    }
}
