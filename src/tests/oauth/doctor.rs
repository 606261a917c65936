//! What the doctor says of clients.

use vestibule::server::{
    doctor::{Finding, clients as checks},
    service::clients::{self as registry, ClientSettings, Pkce},
};

use super::*;

fn said(server: &Server) -> Vec<String> {
    let findings = checks::check(&server.app).into_iter();
    findings
        .map(|finding| match finding {
            Finding::Warning(what, _) => what,
            other => panic!("{other:?}"),
        })
        .collect()
}

both_with! { |flags| flags.public_url = Some("https://id.example.com".into());
    async fn it_warns_of_weak_clients(server: Server) {
        assert_eq!(said(&server), [""; 0]);
        make(&server, "fine", web()).await;
        assert_eq!(said(&server), [""; 0]);
        let settings = ClientSettings {
            pkce: Pkce::Optional,
            redirect_uris: vec!["http://localhost:3000/callback".into()],
            ..web()
        };
        registry::create(&server.app, Agent::Operator, "weak", &settings, None).await.expect("a client");
        let found = said(&server);
        assert_eq!(found.len(), 3, "{found:?}");
        for (text, words) in found.iter().zip(["PKCE", "over plain http, at http://localhost:3000/callback", "has no secret"]) {
            assert!(text.contains(words) && text.contains("weak"), "{text}");
        }
        let soon = server.app.clock.now_s() + 86_400;
        registry::add_secret(&server.app, Agent::Operator, "weak", Some(soon), None).await.expect("a secret");
        assert!(said(&server)[2].contains("ends on 2026-01-02"), "{:?}", said(&server));
        server.app.clock.advance(86_400);
        assert!(said(&server)[2].contains("has ended"), "{:?}", said(&server));
        registry::add_secret(&server.app, Agent::Operator, "weak", None, None).await.expect("a secret");
        assert_eq!(said(&server).len(), 2);
        // Nobody signs in to one that is off.
        registry::set_disabled(&server.app, Agent::Operator, "weak", true).await.expect("disabled");
        assert_eq!(said(&server), [""; 0]);
    }
}
