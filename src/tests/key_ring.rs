//! Signing keys over time: published, signing, verifying, retired (S47).

use vestibule::server::{
    App,
    secure::{jwt::LEEWAY, key_ring::KeyState},
    service::{follow, keys},
};

use super::support::*;

const DAY: i64 = 86_400;

fn states(app: &App) -> Vec<KeyState> {
    keys::list(app).into_iter().map(|line| line.state).collect()
}

both! {
    async fn s47_the_next_key_is_published_before_it_signs(server: Server) {
        let first = server.user("ada").await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        assert_eq!(states(&server.app), [KeyState::Next, KeyState::Signing]);
        assert_eq!(jwks(&server.router).await.len(), 2);
        let again = keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.map_err(|error| error.to_string());
        assert!(again.expect_err("one is enough").contains("published already"));
        server.app.clock.advance(keys::PUBLISH_AHEAD - 1);
        assert_eq!(kid(&server.login("ada").await), kid(&first));
        server.app.clock.advance(2);
        let second = server.login("ada").await;
        assert_ne!(kid(&second), kid(&first));
        assert_eq!(states(&server.app), [KeyState::Signing, KeyState::Verifying]);
        // The old key verifies until the last token that any process can have made with it has expired.
        let forge = Forge::new(&server, &first).await;
        let late = |now: i64| {
            let mut claims = forge.claims.clone();
            claims["iat"] = now.into();
            claims["exp"] = (now + 600).into();
            forge.sign(&forge.header, &claims)
        };
        server.app.clock.advance(600 + 2 * LEEWAY - 1);
        assert_eq!(status(&server.router, &late(server.app.clock.now_s())).await, 200);
        server.app.clock.advance(1);
        assert_eq!(status(&server.router, &late(server.app.clock.now_s())).await, 401);
        assert_eq!(jwks(&server.router).await.len(), 1);
    }

    async fn keys_rotate_by_themselves(server: Server) {
        server.register("ada").await;
        let (other, _) = server.again().await;
        let first = server.login("ada").await;
        server.app.clock.advance(90 * DAY - keys::PUBLISH_AHEAD - 1);
        keys::maintain(&server.app).await.expect("maintained");
        assert_eq!(states(&server.app), [KeyState::Signing]);
        server.app.clock.advance(2);
        // Two processes at the same moment make one key.
        let (here, there) = futures::future::join(keys::maintain(&server.app), keys::maintain(&other)).await;
        here.and(there).expect("maintained");
        follow::all(&server.app).await.expect("the feed");
        assert_eq!(states(&server.app), [KeyState::Next, KeyState::Signing]);
        server.app.clock.advance(keys::PUBLISH_AHEAD);
        assert_ne!(kid(&server.login("ada").await), kid(&first));
        keys::maintain(&server.app).await.expect("maintained");
        assert_eq!(states(&server.app), [KeyState::Signing, KeyState::Verifying]);
    }

    async fn a_retired_key_opens_nothing_at_once(server: Server) {
        let token = server.user("ada").await;
        let (other, router) = server.again().await;
        for router in [&server.router, &router] {
            assert_eq!(status(router, &token).await, 200);
        }
        assert!(keys::retire(&server.app, Agent::Operator, "nothing").await.is_err());
        keys::retire(&server.app, Agent::Operator, &kid(&token)).await.expect("retired");
        assert_eq!(status(&server.router, &token).await, 401);
        follow::all(&other).await.expect("the feed");
        assert_eq!(status(&router, &token).await, 401);
        // Another key signs, known to both.
        server.app.clock.advance(2);
        let fresh = server.login("ada").await;
        assert_eq!(status(&router, &fresh).await, 200);
        assert_eq!(jwks(&router).await.len(), 1);

        // With a next key published, that one takes over.
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        let next = keys::list(&server.app).remove(0).kid;
        keys::retire(&server.app, Agent::Operator, &kid(&fresh)).await.expect("retired");
        server.app.clock.advance(2);
        assert_eq!(kid(&server.login("ada").await), next);
        // And a key to come can be called off.
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        let next = keys::list(&server.app).remove(0).kid;
        keys::retire(&server.app, Agent::Operator, &next).await.expect("retired");
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        server.app.clock.advance(2);
        assert_ne!(kid(&server.login("ada").await), next);
    }

    async fn a_retired_neighbour_brings_no_key_back(server: Server) {
        let first = server.user("ada").await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, true).await.expect("rotated");
        let forge = Forge::new(&server, &first).await;
        let late = || {
            let now = server.app.clock.now_s();
            let mut claims = forge.claims.clone();
            (claims["iat"], claims["exp"]) = (now.into(), (now + 600).into());
            forge.sign(&forge.header, &claims)
        };
        server.app.clock.advance(2 * DAY);
        assert_eq!(status(&server.router, &late()).await, 401, "over");
        let second = server.login("ada").await;
        keys::retire(&server.app, Agent::Operator, &kid(&second)).await.expect("retired");
        server.app.clock.advance(2);
        assert_eq!(status(&server.router, &late()).await, 401, "over for good");
        assert_eq!(states(&server.app), [KeyState::Signing]);
        assert_ne!(kid(&server.login("ada").await), kid(&first));
    }

    async fn two_servers_that_start_at_once_make_one_key(server: Server) {
        let start = || server.again_with(|flags| flags.signing_algorithm = Some("ES256".into()));
        let ((app, _), _) = futures::future::join(start(), start()).await;
        follow::all(&app).await.expect("the feed");
        assert_eq!(states(&app), [KeyState::Next, KeyState::Signing]);
    }

    async fn two_shells_at_once_leave_a_key(server: Server) {
        server.register("ada").await;
        keys::rotate(&server.app, Agent::Operator, keys::RingName::Own, false).await.expect("rotated");
        let (other, _) = server.again().await;
        let lines = keys::list(&server.app);
        let (next, signing) = (&lines[0].kid, &lines[1].kid);
        keys::retire(&server.app, Agent::Operator, signing).await.expect("retired");
        // The other still believes that one signs and one waits.
        let raced = keys::retire(&other, Agent::Operator, next).await.expect_err("not as it was");
        assert!(raced.to_string().contains("changed elsewhere"), "{raced}");
        assert_eq!(kid(&server.login("ada").await), *next);
        keys::retire(&other, Agent::Operator, next).await.expect("looked again");
        follow::all(&server.app).await.expect("the feed");
        assert_ne!(kid(&server.login("ada").await), *next);
    }
}
