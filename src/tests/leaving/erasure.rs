//! The job that reminds and erases, and what is left afterwards.

use super::*;

both! {
    async fn s105_after_14_days_nothing_is_left(server: Server) {
        let before = confirmed(&server, "ada").await;
        server.browser("ada").await;
        let erase_after = leave(&server, "ada").await;
        let before_it = subjects(&server.app).await.len();
        server.app.clock.advance(11 * 86_400 - 1);
        tend(&server).await;
        assert_eq!(subjects(&server.app).await.len(), before_it);
        server.app.clock.advance(1);
        for _ in 0..2 {
            tend(&server).await;
        }
        let told = subjects(&server.app).await;
        assert_eq!(told.len(), before_it + 1, "{told:?}");
        assert_eq!(told[before_it], "Your Vestibule account will be deleted within three days");
        server.app.clock.advance(erase_after - server.app.clock.now_s() - 1);
        tend(&server).await;
        let flow = offered(&server, "ada").await;
        server.app.clock.advance(1);
        // Its time is over, though the job has not come yet.
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        for _ in 0..2 {
            tend(&server).await;
        }
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
        let told = subjects(&server.app).await;
        assert_eq!(told.last().map(String::as_str), Some("Your Vestibule account was deleted"));
        let left = "select 'users' from users union all select 'user_emails' from user_emails
                    union all select 'user_roles' from user_roles union all select 'sessions' from sessions
                    union all select 'flows' from flows union all select 'former_usernames' from former_usernames
                    union all select 'deletions' from deletions union all select 'known_sources' from known_sources";
        assert_eq!(server.sql(left).await, Vec::<String>::new());
        assert_eq!(server.sql("select 'a row' from outbox where user_id is not null").await.len(), 0);
        // The log has ids alone.
        assert_eq!(server.sql("select subject from audit_events where kind = 'user.erase'").await, [before.clone()]);
        let said = "select coalesce(actor, '') || coalesce(subject, '') || details from audit_events";
        for event in server.sql(said).await {
            assert!(!event.contains("ada"), "{event}");
        }
        // Names and address are free, and belong to somebody else.
        let after = confirmed(&server, "ada").await;
        assert_ne!(after, before);
        server.login("ada").await;
    }

    async fn the_names_of_a_renamed_account_are_free(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let rename = form_of_username("countess");
        server.send(rename.bearer(&token)).await.expect(200);
        server.send(ask(&token, "ada")).await.expect_problem(422, "invalid_input");
        server.send(ask(&token, "countess")).await.expect(202);
        server.app.clock.advance(KEPT_FOR);
        tend(&server).await;
        server.register("ada").await;
        server.register("countess").await;
        let said = "select coalesce(actor, '') || coalesce(subject, '') || details from audit_events";
        for event in server.sql(said).await {
            assert!(!event.contains("ada") && !event.contains("countess"), "{event}");
        }
    }

    async fn others_stay(server: Server) {
        for n in 0..5 {
            server.register(&format!("person-{n}")).await;
        }
        leave(&server, "person-1").await;
        leave(&server, "person-3").await;
        server.app.clock.advance(KEPT_FOR);
        tend(&server).await;
        assert_eq!(server.sql("select username from users order by username").await, ["person-0", "person-2", "person-4"]);
    }
}

fn form_of_username(name: &str) -> Request {
    act("username", json!({ "username": name }))
}
