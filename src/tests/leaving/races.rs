//! What happens at once.

use futures::future::join_all;

use super::*;

both! {
    async fn two_deletions_at_once_are_one(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let (_other, router) = server.again().await;
        let asks = (0..10).map(|n| {
            let router = if n % 2 == 0 { &server.router } else { &router };
            send(router, ask(&token, "ada"))
        });
        let replies = join_all(asks).await;
        assert!(replies.iter().any(|reply| reply.status == 202));
        assert!(replies.iter().all(|reply| [202, 401, 503].contains(&reply.status.as_u16())), "{replies:?}");
        assert_eq!(server.sql("select kind from audit_events where kind = 'deletion.ask'").await.len(), 1);
        assert_eq!(server.sql("select kind from outbox where kind = 'deletion_asked'").await.len(), 1);
    }

    async fn no_session_outlives_a_deletion(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let sign_ins = (0..8).map(|_| server.send(right("ada")));
        let asked = server.send(ask(&token, "ada"));
        let (asked, replies) = futures::join!(asked, join_all(sign_ins));
        asked.expect(202);
        assert!(replies.iter().all(|reply| [200, 401, 503].contains(&reply.status.as_u16())), "{replies:?}");
        assert_eq!(server.sql("select id from sessions where revoked_at is null").await, Vec::<String>::new());
        for opened in replies.iter().filter(|reply| reply.status == 200) {
            let token = opened.json()["access_token"].as_str().expect("a token").to_owned();
            server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        }
    }

    async fn keeping_and_erasing_at_once_is_one_of_them(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        server.app.clock.advance(11 * 86_400);
        tend(&server).await;
        server.app.clock.advance(3 * 86_400 - 1);
        let flow = offered(&server, "ada").await;
        let (other, _router) = server.again().await;
        let kept = server.send(keep(&flow));
        let erased = async {
            server.app.clock.advance(1);
            leaving::tend(&other).await.expect("a turn");
        };
        let (kept, ()) = futures::join!(kept, erased);
        let left = server.sql("select id from users").await.len();
        match kept.status.as_u16() {
            204 => assert_eq!(left, 1),
            _ => assert_eq!(left, 0, "{kept:?}"),
        }
    }

    async fn one_of_two_administrators_stays(server: Server) {
        let operator = server.admin().await;
        server.deputy().await;
        let deputy = server.login("deputy").await;
        let (_other, router) = server.again().await;
        let (one, two) = futures::join!(
            server.send(ask(&operator, "operator")),
            send(&router, ask(&deputy, "deputy"))
        );
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [202, 409]);
    }
}
