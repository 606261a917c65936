//! A person's own part of the audit log.

use axum::http::Method;
use serde_json::{Value, json};
use vestibule::server::service::accounts::AccountChange;

use super::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const PATH: &str = "/api/v1/me/security-history";

async fn history(server: &Server, token: &str, query: &str) -> Value {
    server.send(get(&format!("{PATH}{query}")).bearer(token)).await.expect(200).json()
}

fn sentences(page: &Value) -> Vec<&str> {
    let events = page["events"].as_array().expect("a list");
    events.iter().map(|event| event["what"].as_str().expect("a sentence")).collect()
}

fn login(name: &str, password: &str) -> Request {
    let body = json!({ "identifier": name, "password": password });
    post("/api/v1/login").header("user-agent", FIREFOX).json(body)
}

both! {
    async fn in_plain_words(server: Server) {
        server.register("ada").await;
        server.send(login("ada", "not the password at all")).await.expect(401);
        server.change("ada", AccountChange::Disable).await;
        server.change("ada", AccountChange::Enable).await;
        let reply = server.send(login("ada", PASSWORD)).await.expect(200).json();
        let token = reply["access_token"].as_str().expect("a token");
        let page = history(&server, token, "").await;
        assert_eq!(sentences(&page), [
            "Signed in",
            "Account enabled (by the people who run this service)",
            "Account disabled (by the people who run this service)",
            "Failed sign-in: wrong password",
            "Account created",
        ]);
        let first = &page["events"][0];
        assert_eq!((&first["kind"], &first["outcome"], &first["refused"]), (&json!("login"), &json!("success"), &json!(false)));
        assert_eq!(page["events"][3]["refused"], true);
        assert_eq!((&first["device"], &page["events"][3]["device"]), (&json!("Firefox 145 on Linux"), &json!("Firefox 145 on Linux")));
        // From where others act is theirs.
        assert!(page["events"][1].get("device").is_none(), "{page}");
        assert_eq!(first["at"], server.app.clock.now_s());
        assert!(page.get("next_before").is_none());
    }

    async fn s96_only_ones_own(server: Server) {
        let admin = server.admin().await;
        let bob = server.register("bob").await;
        let ada = server.user("ada").await;
        server.send(login("bob", "not the password at all")).await.expect(401);
        let page = history(&server, &ada, "").await;
        assert_eq!(page["events"].as_array().map(Vec::len), Some(2), "{page}");
        for other in [bob.as_str(), part(&admin, 1)["sub"].as_str().expect("an id"), "seq", "chain", "actor"] {
            assert!(!page.to_string().contains(other), "{page}");
        }
        // A cursor is of one history and says nothing of how much happens in others.
        let cursor = history(&server, &ada, "?limit=1").await["next_before"].as_str().expect("more").to_owned();
        history(&server, &ada, &format!("?before={cursor}")).await;
        let token = server.login("bob").await;
        for bad in [cursor.as_str(), "1", "x", "%00", ""] {
            server.send(get(&format!("{PATH}?before={bad}")).bearer(&token)).await.expect_problem(422, "invalid_input");
        }
        server.send(get(&format!("{PATH}?after=1")).bearer(&token)).await.expect_problem(422, "invalid_input");
    }

    async fn pages_by_key(server: Server) {
        let token = server.user("ada").await;
        for n in 0..28 {
            server.app.clock.advance(1);
            let body = json!({ "display_name": format!("Ada {n}") });
            server.send(send_json(Method::PATCH, "/api/v1/me", body).bearer(&token)).await.expect(200);
        }
        let (mut times, mut query) = (Vec::new(), "?limit=7".to_owned());
        for more in (0..5).rev() {
            let page = history(&server, &token, &query).await;
            times.extend(page["events"].as_array().expect("a list").iter().map(|event| event["at"].as_i64()));
            let next = page.get("next_before").map(|next| next.as_str().expect("a cursor"));
            assert_eq!(next.is_some(), more > 0, "five pages");
            query = format!("?limit=7&before={}", next.unwrap_or_default());
        }
        assert_eq!(times.len(), 30);
        assert!(times.is_sorted_by(|newer, older| newer >= older));
        for (limit, got) in [("0", 1), ("-1", 1), ("100", 30), ("9223372036854775807", 30)] {
            let page = history(&server, &token, &format!("?limit={limit}")).await;
            assert_eq!(page["events"].as_array().map(Vec::len), Some(got), "{limit}");
        }
    }

    async fn s74_a_page_without_script(server: Server) {
        server.register("ada").await;
        let page = |path: &str, cookie: &str| get(path).header("accept", "text/html").cookie(cookie);
        let path = "/account/activity";
        server.send(login("ada", "not the password at all")).await.expect(401);
        let token = server.login("ada").await;
        for n in 0..24 {
            let name = json!({ "display_name": format!("Ada {n}") });
            let rename = send_json(Method::PATCH, "/api/v1/me", name).bearer(&token);
            server.send(rename.header("user-agent", &format!("<script>alert({n})</script>"))).await.expect(200);
        }
        let cookie = server.browser("ada").await;
        let html = server.send(page(path, &cookie)).await.expect(200).text;
        assert!(html.contains("Signed in") && html.contains("Profile changed") && html.contains("An unknown program"), "{html}");
        assert!(!html.contains("alert("), "nothing that a stranger wrote: {html}");
        let href = html.split("href=\"").find(|rest| rest.starts_with("/account/activity?show=all&amp;before="));
        let older = href.and_then(|rest| rest.split('"').next()).expect("a link to older ones").replace("&amp;", "&");
        let html = server.send(page(&older, &cookie)).await.expect(200).text;
        assert!(html.contains("Account created") && html.contains("Refused") && html.contains("Newest") && !html.contains("Older"), "{html}");
        let newest = server.send(page(&format!("{path}?before=x"), &cookie)).await.expect(303);
        assert_eq!(newest.header("location"), path);
        let account = server.send(page("/account", &cookie)).await.expect(200).text;
        assert!(account.contains("href=\"/account/activity\""));
    }
}
