//! Of twenty at once, in two processes.

use futures::future::join_all;

use super::*;

both! {
    async fn one_of_two_people_confirms_an_address(server: Server) {
        let mut people = Vec::new();
        for name in ["ada", "bob"] {
            let token = newcomer(&server, name, "shared@example.org").await;
            let (_, code) = newest(&server.app).await;
            people.push((verification(&server, &token).await, token, code));
        }
        let (_other, router) = server.again().await;
        let posts = (0..20).map(|n| {
            let (path, token, code) = &people[n % 2];
            let request = send_json(http::Method::PUT, path, json!({ "code": code })).bearer(token);
            send(if n % 4 < 2 { &server.router } else { &router }, request)
        });
        let replies = join_all(posts).await;
        let confirmed = server.sql("select user_id from user_emails where verified_at is not null").await;
        assert_eq!(confirmed.len(), 1, "{replies:?}");
        // Those of the winner are fine, all others are refused.
        for n in 0..2 {
            let of: Vec<_> = replies.iter().skip(n).step_by(2).map(|reply| reply.status.as_u16()).collect();
            let others = [204, 401, 409, 410];
            assert!(of.iter().all(|status| others.contains(status)), "{of:?}");
        }
    }
}
