//! Bounds of mails and codes.

use super::*;

both! {
    async fn an_address_gets_three_mails_then_one_in_twenty_minutes(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..2 {
            begin(&server, "ada").await;
            begin(&server, "Ada@example.org").await;
        }
        // By two names, and still three to one address.
        assert_eq!(delivered(&server.app).await.len(), 3);
        server.app.clock.advance(1_200);
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, &code)).await.expect(204);
    }

    /// One that was not sent does not end one that was.
    async fn a_decoy_leaves_the_mail_before_it_alone(server: Server) {
        confirmed(&server, "ada").await;
        let mut flows = Vec::new();
        for _ in 0..3 {
            flows.push(begin(&server, "ada").await);
        }
        let (_, code) = newest(&server.app).await;
        begin(&server, "ada").await;
        server.send(prove(&flows[2], &code)).await.expect(204);
    }

    async fn ten_mails_a_day(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..40 {
            begin(&server, "ada").await;
            delivered(&server.app).await;
            server.app.clock.advance(1_300);
        }
        // Ten at once, and one more for each tenth of a day: 40 times 1,300 s are six of them.
        let sent = delivered(&server.app).await.len();
        assert!((10..=16).contains(&sent), "{sent}");
    }

    async fn a_source_is_told_when_it_asks_too_often(server: Server) {
        let asked = || ask("nobody").from("192.0.2.1");
        for _ in 0..20 {
            server.send(asked()).await.expect(202);
        }
        let refused = server.send(asked()).await.expect_problem(429, "too_many_requests");
        assert!(!refused.header("retry-after").is_empty());
        server.send(ask("nobody").from("198.51.100.1")).await.expect(202);
        server.app.clock.advance(61);
        server.send(asked()).await.expect(202);
    }

    /// However many mails are asked for: twenty wrong codes a day.
    async fn codes_are_counted_by_account(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..4 {
            let flow = begin(&server, "ada").await;
            let (_, code) = newest(&server.app).await;
            let wrong = if code == "12345678" { "87654321" } else { "12345678" };
            for _ in 0..5 {
                server.send(prove(&flow, wrong)).await.expect(401);
            }
            server.app.clock.advance(1_200);
        }
        let flow = begin(&server, "ada").await;
        let (link, code) = newest(&server.app).await;
        // 80 minutes have brought one more.
        server.send(prove(&flow, "0000 0000")).await.expect(401);
        server.send(prove(&flow, &code)).await.expect_problem(401, "invalid_code");
        let fields = [("link", token(&link)), ("new_password", OTHER)];
        server.send(form("/reset", &fields)).await.expect(303);
    }
}
