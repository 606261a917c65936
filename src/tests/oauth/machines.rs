//! Programs that act for themselves.

use vestibule::server::service::{
    clients::{self as registry, ClientKind, ClientSettings},
    follow,
};

use super::*;

async fn set_up(server: &Server) -> Registered {
    resource(server).await;
    let settings = ClientSettings {
        resources: vec![API.into()],
        scopes: Some(vec!["orders:read".into()]),
        ..ClientSettings::new(ClientKind::Machine, "Nightly")
    };
    make(server, "nightly", ClientSettings { id_token_alg: Signature::Es256, ..settings }).await
}

fn ask(client: &Registered, more: &[(&str, &str)]) -> Request {
    let mut fields = vec![("grant_type", "client_credentials")];
    fields.extend(more);
    by(client, "/oauth/token", &fields)
}

both! {
    async fn a_machine_has_tokens_of_its_own(server: Server) {
        let client = set_up(&server).await;
        let answer = server.send(ask(&client, &[])).await.expect(200).json();
        assert_eq!((text(&answer, "scope"), answer["expires_in"].as_i64()), ("orders:read", Some(600)));
        for absent in ["refresh_token", "id_token"] {
            assert_eq!(answer.get(absent), None, "{absent}");
        }
        let claims = part(text(&answer, "access_token"), 1);
        assert_eq!((text(&claims, "sub"), text(&claims, "aud")), ("client:nightly", API));
        for absent in ["sid", "auth_time", "acr"] {
            assert_eq!(claims.get(absent), None, "{absent}");
        }
        for more in ["orders:write", "orders:read orders:write", "openid", "unknown", "\"", " "] {
            refused(server.send(ask(&client, &[("scope", more)])).await, 400, "invalid_scope");
        }
        refused(server.send(ask(&client, &[("resource", "https://unknown.example")])).await, 400, "invalid_target");
        // It opens nothing here, and is nobody.
        server.send(get("/oauth/userinfo").bearer(text(&answer, "access_token"))).await.expect(401);
        assert_eq!(status(&server.router, text(&answer, "access_token")).await, 401);
        for grant in ["authorization_code", "refresh_token"] {
            let reply = server.send(by(&client, "/oauth/token", &[("grant_type", grant), ("code", "a")])).await;
            refused(reply, 400, "unauthorized_client");
        }
        server.send(open(&asking("nightly", &[]), KEPT)).await.expect(400);
    }

    async fn s91_a_machine_revokes_one_token(server: Server) {
        let client = set_up(&server).await;
        let (process, router) = server.again().await;
        let one = server.send(ask(&client, &[])).await.expect(200).json();
        let two = server.send(ask(&client, &[])).await.expect(200).json();
        let reply = server.send(by(&client, "/oauth/revoke", &[("token", text(&one, "access_token"))])).await.expect(200);
        assert_eq!(reply.text, "");
        follow::all(&process).await.expect("the feed");
        for router in [&server.router, &router] {
            assert!(!is_active(router, &client, text(&one, "access_token")).await);
            assert!(is_active(router, &client, text(&two, "access_token")).await);
        }
    }

    /// One takes the place of another without a gap.
    async fn five_secrets_overlap(server: Server) {
        let client = set_up(&server).await;
        let now_s = server.app.clock.now_s();
        let mut all = vec![client.clone()];
        for n in 1..5 {
            let until = (n == 1).then_some(now_s + 60);
            let made = registry::add_secret(&server.app, Agent::Operator, "nightly", until, None).await.expect("a secret");
            all.push(Registered { secret: made.secret.expose().to_owned(), ..client.clone() });
        }
        for one in &all {
            server.send(ask(one, &[])).await.expect(200);
        }
        let sixth = registry::add_secret(&server.app, Agent::Operator, "nightly", None, None).await;
        assert!(matches!(sixth, Err(registry::ClientError::TooManySecrets)));
        server.app.clock.advance(60);
        refused(server.send(ask(&all[1], &[])).await, 401, "invalid_client");
        server.send(ask(&all[2], &[])).await.expect(200);
        let view = registry::show(&server.app, Agent::Operator, "nightly").await.expect("a client");
        let first = view.secrets.iter().find(|secret| all[0].secret.ends_with(&secret.hint)).expect("the first");
        registry::remove_secret(&server.app, Agent::Operator, "nightly", &first.id).await.expect("removed");
        refused(server.send(ask(&all[0], &[])).await, 401, "invalid_client");
        // They are stored as hashes.
        let stored = server.sql("select hash from client_secrets").await.concat();
        assert!(all.iter().all(|one| !stored.contains(&one.secret)));
    }
}
