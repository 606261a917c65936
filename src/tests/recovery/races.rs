//! Of twenty at once, in two processes, one has an effect.

use futures::future::join_all;

use super::*;

both! {
    async fn twenty_by_one_link(server: Server) {
        confirmed(&server, "ada").await;
        begin(&server, "ada").await;
        let (link, _) = newest(&server.app).await;
        let (_other, router) = server.again().await;
        let passwords: Vec<_> = (0..20).map(|n| format!("horse battery number {n}")).collect();
        let posts = passwords.iter().enumerate().map(|(n, password)| {
            let request = form("/reset", &[("link", token(&link)), ("new_password", password)]);
            send(if n % 2 == 0 { &server.router } else { &router }, request)
        });
        let replies = join_all(posts).await;
        let won: Vec<_> = (0..20).filter(|n| replies[*n].status == 303).collect();
        assert_eq!(won.len(), 1, "{:?}", replies.iter().map(|reply| reply.status).collect::<Vec<_>>());
        assert!(replies.iter().all(|reply| [303, 410, 503].contains(&reply.status.as_u16())));
        for (n, password) in passwords.iter().enumerate() {
            let status = if n == won[0] { 200 } else { 401 };
            server.send(sign_in("ada", password)).await.expect(status);
        }
        assert_eq!(server.sql("select kind from audit_events where kind = 'password.reset'").await.len(), 1);
    }

    async fn twenty_with_one_code(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        let (_other, router) = server.again().await;
        let proofs = (0..20).map(|n| send(if n % 2 == 0 { &server.router } else { &router }, prove(&flow, &code)));
        let replies = join_all(proofs).await;
        // The same code is right each time, and what it opens is used once.
        assert!(replies.iter().all(|reply| reply.status == 204), "{replies:?}");
        assert_eq!(server.sql("select cast(tries as text) from flows where purpose = 'reset'").await, ["0"]);
        let posts = (0..20).map(|n| {
            let password = format!("horse battery number {n}");
            let router = if n % 2 == 0 { &server.router } else { &router };
            let request = replace(&flow, &password);
            async move { send(router, request).await }
        });
        let replies = join_all(posts).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 204).count(), 1);
    }

    /// Twenty guesses at once are five: each is counted before it is judged.
    async fn twenty_guesses_at_once_are_five(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        newest(&server.app).await;
        let (_other, router) = server.again().await;
        let guesses = (0..20).map(|n| {
            let router = if n % 2 == 0 { &server.router } else { &router };
            send(router, prove(&flow, &format!("0000 00{n:02}")))
        });
        let replies = join_all(guesses).await;
        assert!(replies.iter().all(|reply| reply.status == 401));
        let tries = server.sql("select cast(tries as text) from flows where purpose = 'reset'").await;
        assert_eq!(tries, ["5"]);
    }

    async fn twenty_asked_at_once_leave_one_open(server: Server) {
        confirmed(&server, "ada").await;
        let (_other, router) = server.again().await;
        let asked = (0..20).map(|n| send(if n % 2 == 0 { &server.router } else { &router }, ask("ada")));
        for reply in join_all(asked).await {
            reply.expect(202);
        }
        let open = "select id from flows where purpose = 'reset' and state = 'open' and user_id is not null";
        assert_eq!(server.sql(open).await.len(), 1);
    }
}
