//! Requests that a client pushes (RFC 9126), and assurance levels.

use vestibule::server::service::clients::{ClientSettings, Par};

use super::*;

fn pushed(client: &Registered, others: &[(&str, &str)]) -> Request {
    let query = asking(&client.id, others).split_once('?').expect("a query").1.to_owned();
    let pairs: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    by(client, "/oauth/par", &pairs)
}

fn opened(client: &str, uri: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("client_id", client), ("request_uri", uri)])
        .finish();
    format!("/oauth/authorize?{query}")
}

both! {
    async fn s93_a_request_is_pushed_and_opened_within_its_time(server: Server) {
        server.register("ada").await;
        let client = make(&server, "grafana", ClientSettings { par: Par::Required, ..own() }).await;
        make(&server, "other", own()).await;
        let cookie = server.browser("ada").await;
        let reply = server.send(open(&asking("grafana", &[]), &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"), "it must push");
        let stored = server.send(pushed(&client, &[])).await.expect(201).json();
        assert_eq!(stored["expires_in"], 90);
        let uri = text(&stored, "request_uri").to_owned();
        server.send(open(&opened("other", &uri), &cookie)).await.expect(410);
        // Nothing of ours stands before the answer to its first opening.
        let reply = server.send(open(&opened("grafana", &uri), &cookie)).await.expect(303);
        assert!(told(&reply, "code").is_some());
        server.send(open(&opened("grafana", &uri), &cookie)).await.expect(410);
        // Reload works while nobody has answered, and longer than the push waits.
        let stored = server.send(pushed(&client, &[("prompt", "consent")])).await.expect(201).json();
        let path = opened("grafana", text(&stored, "request_uri"));
        server.send(open(&path, &cookie)).await.expect(200);
        server.app.clock.advance(600);
        let asked = server.send(open(&path, &cookie)).await.expect(200);
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        assert!(told(&reply, "code").is_some());
        let stored = server.send(pushed(&client, &[])).await.expect(201).json();
        server.app.clock.advance(90);
        server.send(open(&opened("grafana", text(&stored, "request_uri")), &cookie)).await.expect(410);
        // The same rules as at the page.
        refused(server.send(pushed(&client, &[("redirect_uri", "https://evil.example/")])).await, 400, "invalid_request");
        refused(server.send(pushed(&client, &[("scope", "unknown")])).await, 400, "invalid_scope");
        refused(server.send(pushed(&client, &[("response_type", "token")])).await, 400, "unsupported_response_type");
        refused(server.send(pushed(&Registered { secret: "wrong".into(), ..client.clone() }, &[])).await, 401, "invalid_client");
        for junk in ["urn:ietf:params:oauth:request_uri:a", "urn:ietf:params:oauth:request_uri:"] {
            server.send(open(&opened("grafana", junk), &cookie)).await.expect(410);
        }
    }

    async fn acr_is_what_was_reached(server: Server) {
        server.register("ada").await;
        let client = make(&server, "grafana", own()).await;
        let cookie = server.browser("ada").await;
        // A wish that cannot be met is none; a demand is an error.
        let held = tokens(&server, &client, &cookie, &[("acr_values", "aal2")]).await;
        assert_eq!(part(text(&held, "id_token"), 1)["acr"], "aal1");
        change(&server, "grafana", |settings| settings.require_acr = Some("aal2".into())).await;
        let reply = server.send(open(&asking("grafana", &[]), &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("unmet_authentication_requirements"));
    }
}
