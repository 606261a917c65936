//! Tokens and sessions of clients other than our own: whatever key signed them, they open nothing here (S91, S96).

use serde_json::json;
use vestibule::server::{
    router::routes,
    service::keys::{self, RingName},
};

use super::support::*;

/// Names that are not `vestibule`.
const OTHERS: [&str; 6] =
    ["grafana", "Vestibule", "vestibule ", "vestibule\u{0}", "vestibule,grafana", "*"];

both! {
    async fn no_guarded_endpoint_takes_a_token_of_another_client(server: Server) {
        let admin = server.admin().await;
        let id = part(&admin, 1)["sub"].as_str().expect("an id").to_owned();
        let forge = Forge::new(&server, &admin).await;
        let token = forge.with_claim("client_id", json!("grafana"));
        let mut guarded = 0;
        for route in routes::table().into_iter().filter(|route| route.access.wants_token() && !route.is_action) {
            let path = route.path.replace("{id}", &id);
            let ask = |token: &str| send_json(route.method.clone(), &path, json!({})).bearer(token);
            let refused = server.send(ask(&token)).await;
            assert_eq!(refused.status, 401, "{} {path}: {}", route.method, refused.text);
            assert!(refused.header("www-authenticate").contains(r#"error="invalid_token""#), "{path}");
            guarded += 1;
        }
        assert!(guarded > 20, "{guarded}");
        // The same token of our own client is good, also after the other was seen.
        assert_eq!(status(&server.router, &admin).await, 200);
        assert_eq!(status(&server.router, &forge.sign(&forge.header, &forge.claims)).await, 200);
        for other in OTHERS {
            let token = forge.with_claim("client_id", json!(other));
            assert_eq!(status(&server.router, &token).await, 401, "{other:?}");
            // A second time, and after our own was cached.
            assert_eq!(status(&server.router, &token).await, 401, "{other:?}");
        }
        server.send(get("/api/v1/users").bearer(&token)).await.expect_problem(401, "invalid_token");
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(200);
    }

    async fn nor_one_that_the_ring_for_others_signed(server: Server) {
        let admin = server.admin().await;
        keys::begin(&server.app, RingName::Es256).await.expect("begun");
        let forge = Forge::of_ring(&server, &admin, RingName::Es256).await;
        for client in ["vestibule", "grafana"] {
            let token = forge.with_claim("client_id", json!(client));
            for path in ["/api/v1/me", "/api/v1/users"] {
                server.send(get(path).bearer(&token)).await.expect_problem(401, "invalid_token");
            }
        }
    }

    async fn a_grant_of_another_client_is_no_session_of_a_browser(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let page = async || server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await;
        page().await.expect(200);
        server.sql("update sessions set client_id = 'grafana'").await;
        page().await.expect(303);
        server.sql("update sessions set client_id = 'vestibule'").await;
        page().await.expect(200);
    }
}
