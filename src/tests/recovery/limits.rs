//! Bounds of mails and codes.

use vestibule::server::service::limits::blocks;

use super::*;

both! {
    async fn an_address_gets_three_mails_then_one_in_twenty_minutes(server: Server) {
        confirmed(&server, "ada").await;
        for name in ["ada", "Ada@example.org", "ada", "Ada@example.org"] {
            begin(&server, name).await;
            delivered(&server.app).await;
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
        begin(&server, "ada@example.org").await;
        server.send(prove(&flows[2], &code)).await.expect(204);
    }

    /// A browser in which a name was typed too often keeps the attempt whose mail may be read now.
    async fn a_browser_keeps_what_was_begun(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        for _ in 0..3 {
            browser.post(&server, "/forgot", &[("identifier", "ada")]).await.expect(303);
        }
        let (_, code) = newest(&server.app).await;
        browser.post(&server, "/forgot", &[("identifier", "ada")]).await.expect(303);
        let flow = hidden(&browser.open(&server, "/forgot/code").await.expect(200).text, "flow");
        let proved = browser.post(&server, "/forgot/code", &[("flow", &flow), ("code", &code)]).await.expect(303);
        assert_eq!(proved.header("location"), "/reset");
    }

    /// What is over by the time of sending is not sent.
    async fn a_mail_whose_link_is_over_is_not_sent(server: Server) {
        confirmed(&server, "ada").await;
        begin(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        assert_eq!(delivered(&server.app).await.len(), 1);
        assert_eq!(server.sql("select state from outbox order by state").await, ["dead", "sent"]);
        server.send(prove(&flow, &code)).await.expect(204);
    }

    async fn a_source_gives_sixty_codes_then_one_in_three_seconds(server: Server) {
        let flow = begin(&server, "nobody").await;
        let given = || prove(&flow, "0000 0000").from("192.0.2.1");
        for _ in 0..60 {
            server.send(given()).await.expect(401);
        }
        let refused = server.send(given()).await.expect_problem(429, "too_many_requests");
        let wait: i64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=4).contains(&wait), "{wait}");
        // New passwords are counted with them.
        let reset = form("/reset", &[("link", &"A".repeat(43)), ("new_password", OTHER)]);
        server.send(reset.from("192.0.2.1")).await.expect(429);
        server.send(prove(&flow, "0000 0000").from("198.51.100.1")).await.expect(401);
    }

    async fn a_blocked_source_is_refused_at_each_step(server: Server) {
        let flow = begin(&server, "nobody").await;
        let network = "192.0.2.1".parse::<std::net::IpAddr>().expect("an address").into();
        blocks::add(&server.app, Agent::Operator, network, 600).await.expect("blocked");
        let reset = form("/reset", &[("link", &"A".repeat(43)), ("new_password", OTHER)]);
        for step in [ask("nobody"), prove(&flow, "0000 0000"), replace(&flow, OTHER)] {
            server.send(step.from("192.0.2.1")).await.expect_problem(429, "source_blocked");
        }
        server.send(reset.from("192.0.2.1")).await.expect(429);
    }

    async fn ten_mails_a_day(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..40 {
            begin(&server, "ada").await;
            delivered(&server.app).await;
            server.app.clock.advance(1_300);
        }
        // Ten, and one more for each tenth of a day: 39 times 1,300 s have five of them.
        assert_eq!(delivered(&server.app).await.len(), 15);
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
