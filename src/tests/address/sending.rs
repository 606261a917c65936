//! Who may have mails sent, to which addresses, and how many (S23, S26).

use super::*;

fn set(address: &str) -> Request {
    post("/api/v1/me/addresses").json(json!({ "address": address }))
}

fn register(name: &str, address: &str) -> Request {
    post("/api/v1/register")
        .json(json!({ "username": name, "password": PASSWORD, "email": address }))
}

both! {
    /// A stolen token must not become the whole account by an address of the thief.
    async fn a_new_address_needs_a_recent_proof(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        server.app.clock.advance(601);
        server.send(set("eve@example.org").bearer(&token)).await.expect_problem(401, "reauthentication_required");
        assert_eq!(addresses(&server, &token).await[0]["address"], "ada@example.org");
        let fresh = server.login("ada").await;
        server.send(set("ada@example.net").bearer(&fresh)).await.expect(202);
    }

    /// Three registrations that fail send nothing, so they use up nothing.
    async fn names_that_are_taken_use_up_no_mails(server: Server) {
        server.register("ada").await;
        for _ in 0..4 {
            server.send(register("ada", "bob@example.org")).await.expect_problem(409, "username_taken");
        }
        newcomer(&server, "bob", "bob@example.org").await;
        newest(&server.app).await;
    }

    /// Beyond the bound an account has its address, and no mail; it is told so, and can ask later.
    async fn a_mailbox_gets_three_mails_whatever_its_tags(server: Server) {
        for (name, address) in [("a", "bob+1@example.org"), ("b", "Bob+2@example.org"), ("c", "bob@example.org")] {
            server.send(register(&format!("name-{name}"), address)).await.expect(201);
        }
        assert_eq!(delivered(&server.app).await.len(), 3);
        let token = newcomer(&server, "bob", "bob+4@example.org").await;
        assert_eq!(delivered(&server.app).await.len(), 3);
        let path = verification(&server, &token).await;
        let refused = server.send(post(&path).bearer(&token)).await.expect_problem(429, "too_many_requests");
        let wait: i64 = refused.header("retry-after").parse().expect("seconds");
        assert!((1_100..=1_201).contains(&wait), "{wait}");
        server.app.clock.advance(wait);
        let token = server.login("bob").await;
        server.send(post(&path).bearer(&token)).await.expect(202);
        newest(&server.app).await;
    }

    async fn an_account_sets_five_addresses_then_one_a_day(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        for n in 0..5 {
            server.send(set(&format!("a{n}@example.org")).bearer(&token)).await.expect(202);
        }
        server.send(set("a5@example.org").bearer(&token)).await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(86_400);
        let token = server.login("ada").await;
        server.send(set("a5@example.org").bearer(&token)).await.expect(202);
    }

    /// The same address again is another mail to it, with the wait of one.
    async fn an_address_that_waits_keeps_its_id(server: Server) {
        let token = newcomer(&server, "ada", "ada@example.org").await;
        let before = verification(&server, &token).await;
        server.send(set("ada@example.org").bearer(&token)).await.expect_problem(429, "too_many_requests");
        server.app.clock.advance(60);
        server.send(set("ada@example.org").bearer(&token)).await.expect(202);
        assert_eq!(verification(&server, &token).await, before);
    }

    async fn a_source_has_twenty_mails_sent_then_one_a_minute(server: Server) {
        let mut statuses = Vec::new();
        for n in 0..5 {
            let name = format!("person-{n}");
            server.register(&name).await;
            let token = server.login(&name).await;
            for m in 0..5 {
                let asked = set(&format!("a{n}-{m}@example.org")).bearer(&token).from("192.0.2.1");
                statuses.push(server.send(asked).await.status.as_u16());
            }
        }
        assert_eq!(statuses, [[202; 20].as_slice(), &[429; 5]].concat());
    }
}
