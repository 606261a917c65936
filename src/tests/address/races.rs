//! Of twenty at once, in two processes.

use futures::future::join_all;

use super::*;

both! {
    /// An address that is confirmed, withdrawn and refused at once: one of them wins.
    async fn confirmed_or_gone(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let (_, code) = newest(&server.app).await;
        let mails = delivered(&server.app).await;
        let refusal = mails.last().expect("a mail").mail.content.links[1].clone();
        let refusal = refusal.rsplit('/').next().expect("a token").to_owned();
        let path = verification(&server, &token).await;
        let address = path.replace("verifications", "addresses");
        let (_other, router) = server.again().await;
        let posts = (0..20).map(|n| {
            let request = match n % 3 {
                0 => send_json(http::Method::PUT, &path, json!({ "code": code })).bearer(&token),
                1 => Request::new(http::Method::DELETE, &address).bearer(&token),
                _ => form("/refuse", &[("link", &*refusal), ("sure", "yes")]),
            };
            send(if n % 2 == 0 { &server.router } else { &router }, request)
        });
        let statuses: Vec<_> = join_all(posts).await.iter().map(|reply| reply.status.as_u16()).collect();
        let of = |n: usize| statuses.iter().skip(n).step_by(3);
        let is_confirmed = of(0).any(|status| *status == 204);
        let gone = of(1).filter(|status| **status == 204).count() + of(2).filter(|status| **status == 303).count();
        assert_eq!(usize::from(is_confirmed) + gone, 1, "{statuses:?}");
        let left = server.sql("select address from user_emails where verified_at is not null").await;
        assert_eq!(left.len(), usize::from(is_confirmed), "{statuses:?}");
        assert_eq!(server.sql("select address from user_emails").await.len(), left.len());
    }

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
