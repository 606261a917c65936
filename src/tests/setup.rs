//! The first admin (S8).

use vestibule::server::service::setup;

use super::support::*;

fn claim(token: &str, name: &str) -> Request {
    form("/setup", &[("token", token), ("username", name), ("password", PASSWORD)])
}

async fn link(server: &Server) -> String {
    setup::new_link(&server.app).await.expect("asked").expect("no admin yet")
}

both! {
    async fn the_link_makes_one_admin_once(server: Server) {
        let token = link(&server).await;
        let path = format!("/setup?token={token}");
        // Looking spends nothing: mail scanners and impatient people look twice.
        for _ in 0..3 {
            server.send(get(&path).header("accept", "text/html")).await.expect(200);
        }
        server.send(claim("wrong", "eve")).await.expect(410);
        // A mistake in the form does not spend it either.
        let short = [("token", token.as_str()), ("username", "ada"), ("password", "short")];
        server.send(form("/setup", &short)).await.expect(422);
        let reply = server.send(claim(&token, "ada")).await.expect(303);
        assert!(reply.session_cookie().is_some());
        let admin = server.login("ada").await;
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(200);

        server.send(claim(&token, "eve")).await.expect(410);
        server.send(get(&path).header("accept", "text/html")).await.expect(410);
        assert_eq!(setup::new_link(&server.app).await.expect("asked"), None, "an admin exists");
    }

    async fn a_race_makes_one_admin(server: Server) {
        let token = link(&server).await;
        let names: Vec<String> = (0..10).map(|n| format!("user{n}")).collect();
        let claims = names.iter().map(|name| server.send(claim(&token, name)));
        let replies = futures::future::join_all(claims).await;
        let won = replies.iter().filter(|reply| reply.status == 303).count();
        assert_eq!((won, replies.iter().filter(|reply| reply.status == 410).count()), (1, 9));
        let admin = names.iter().zip(&replies).find(|(_, reply)| reply.status == 303).expect("a winner").0;
        let token = server.login(admin).await;
        let people = server.send(get("/api/v1/users").bearer(&token)).await.expect(200).json();
        assert_eq!(people["users"].as_array().map(Vec::len), Some(1), "the losers made no account");
    }

    async fn a_link_ends_after_an_hour_and_at_the_next_start(server: Server) {
        let old = link(&server).await;
        server.app.clock.advance(setup::LINK_TTL);
        server.send(claim(&old, "ada")).await.expect(410);
        let first = link(&server).await;
        let second = link(&server).await;
        server.send(claim(&first, "ada")).await.expect(410);
        server.send(claim(&second, "ada")).await.expect(303);
    }

    async fn the_link_is_stored_as_a_hash(server: Server) {
        let token = link(&server).await;
        assert!(vestibule::server::db::setup::is_open(&server.app.db, &token, 0).await.is_ok_and(|open| !open));
        assert!(setup::is_open(&server.app, &token).await.expect("asked"));
    }
}
