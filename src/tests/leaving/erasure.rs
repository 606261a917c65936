//! The job that reminds and erases, and what is left afterwards.

use vestibule::server::db::Db;

use super::*;

/// Makes the erasure of ada fail.
async fn stick(server: &Server) {
    let statements: &[&str] = match server.app.db {
        Db::Sqlite { .. } => {
            &["create trigger stuck before delete on users when old.username = 'ada'
                                begin select raise(abort, 'stuck'); end"]
        }
        Db::Postgres(_) => &[
            // As a statement that took too long, which could also be an outage.
            "create function stuck() returns trigger language plpgsql as
                 $$ begin raise exception 'stuck' using errcode = '57014'; end $$",
            "create trigger stuck before delete on users for each row when (old.username = 'ada') execute function stuck()",
        ],
    };
    for statement in statements {
        server.sql(statement).await;
    }
}

both! {
    /// Ids are hexadecimal, and may have "ada" in them: the name has other letters.
    async fn s105_after_14_days_nothing_is_left(server: Server) {
        let before = confirmed(&server, "zoe").await;
        server.browser("zoe").await;
        let erase_after = leave(&server, "zoe").await;
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
        let flow = offered(&server, "zoe").await;
        server.app.clock.advance(1);
        // Its time is over, though the job has not come yet.
        server.send(right("zoe")).await.expect_problem(401, "invalid_credentials");
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        for _ in 0..2 {
            tend(&server).await;
        }
        server.send(right("zoe")).await.expect_problem(401, "invalid_credentials");
        let told = subjects(&server.app).await;
        assert_eq!(told.last().map(String::as_str), Some("Your Vestibule account was deleted"));
        // The log has ids alone; what else is left is looked at in all of the schema.
        assert_eq!(server.sql("select subject from audit_events where kind = 'user.erase'").await, std::slice::from_ref(&before));
        let said = "select coalesce(actor, '') || coalesce(subject, '') || details from audit_events";
        for event in server.sql(said).await {
            assert!(!event.contains("zoe"), "{event}");
        }
        // Names and address are free, and belong to somebody else.
        let after = confirmed(&server, "zoe").await;
        assert_ne!(after, before);
        server.login("zoe").await;
    }

    async fn the_names_of_a_renamed_account_are_free(server: Server) {
        server.register("zoe").await;
        let token = server.login("zoe").await;
        let rename = form_of_username("countess");
        server.send(rename.bearer(&token)).await.expect(200);
        server.send(ask(&token, "zoe")).await.expect_problem(422, "invalid_input");
        server.send(ask(&token, "countess")).await.expect(202);
        wait_out(&server).await;
        tend(&server).await;
        server.register("zoe").await;
        server.register("countess").await;
        let said = "select coalesce(actor, '') || coalesce(subject, '') || details from audit_events";
        for event in server.sql(said).await {
            assert!(!event.contains("zoe") && !event.contains("countess"), "{event}");
        }
    }

    /// No server ran for its last days: the owner has three days from the reminder all the same.
    async fn nothing_is_erased_before_a_reminder(server: Server) {
        confirmed(&server, "ada").await;
        let erase_after = leave(&server, "ada").await;
        deliver(&server.app).await;
        server.app.clock.advance(KEPT_FOR + 86_400);
        tend(&server).await;
        let told = subjects(&server.app).await;
        assert_eq!(told.last().map(String::as_str), Some("Your Vestibule account will be deleted within three days"));
        offered(&server, "ada").await;
        let after = server.sql("select cast(erase_after as text) from deletions").await;
        assert_eq!(after, [(erase_after + 4 * 86_400).to_string()]);
        server.app.clock.advance(3 * 86_400 - 1);
        tend(&server).await;
        offered(&server, "ada").await;
        server.app.clock.advance(1);
        tend(&server).await;
        assert_eq!(server.sql("select id from users").await, Vec::<String>::new());
    }

    async fn one_that_fails_stops_no_other(server: Server) {
        for name in ["ada", "bob", "eve"] {
            server.register(name).await;
            leave(&server, name).await;
            server.app.clock.advance(1);
        }
        wait_out(&server).await;
        stick(&server).await;
        leaving::tend(&server.app).await.expect_err("one is stuck");
        assert_eq!(server.sql("select username from users").await, ["ada"]);
        server.sql(match server.app.db {
            Db::Sqlite { .. } => "drop trigger stuck",
            Db::Postgres(_) => "drop trigger stuck on users",
        }).await;
        tend(&server).await;
        assert_eq!(server.sql("select username from users").await, Vec::<String>::new());
    }

    /// More sessions than are deleted at once.
    async fn many_sessions_are_erased_a_thousand_at_a_time(server: Server) {
        server.register("ada").await;
        let columns = "user_id, kind, generation, rotated_at_ms, epoch, auth_time, created_at, last_seen_at,
                       idle_expires_at, expires_at, revoked_at, late_generation, late_run, amr, acr, client_id";
        leave(&server, "ada").await;
        let many = format!(
            "with recursive n(n) as (select 1 union all select n + 1 from n where n < 2500)
             insert into sessions (id, {columns}) select 'of-' || n, {columns} from sessions, n
             where sessions.id = (select min(id) from sessions)"
        );
        server.sql(many.leak()).await;
        assert_eq!(server.sql("select cast(count(*) as text) from sessions").await, ["2501"]);
        wait_out(&server).await;
        // They are gone before the account is.
        stick(&server).await;
        leaving::tend(&server.app).await.expect_err("it is stuck");
        assert_eq!(server.sql("select username from users").await, ["ada"]);
        assert_eq!(server.sql("select id from sessions").await, Vec::<String>::new());
    }

    /// A right password opens nothing then, and is in the log all the same.
    async fn a_sign_in_between_time_and_erasure_is_in_the_log(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        wait_out(&server).await;
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
        let newest = "select kind || ' ' || outcome from audit_events order by seq desc limit 1";
        assert_eq!(server.sql(newest).await, ["login account_leaving"]);
        assert_eq!(server.sql("select id from flows where purpose = 'keep'").await, Vec::<String>::new());
    }

    /// The last mail has an address while it waits, and no longer.
    async fn a_last_mail_that_is_not_sent_forgets_its_address(server: Server) {
        confirmed(&server, "ada").await;
        leave(&server, "ada").await;
        wait_out(&server).await;
        tend(&server).await;
        let last = || server.sql("select state || ' ' || address_sealed from outbox where kind = 'account_erased'");
        assert!(last().await[0].len() > "waiting ".len());
        server.app.clock.advance(3 * 86_400);
        vestibule::server::service::mail::sweep(&server.app).await.expect("swept");
        assert_eq!(last().await, ["dead "]);
    }

    async fn others_stay(server: Server) {
        for n in 0..5 {
            server.register(&format!("person-{n}")).await;
        }
        leave(&server, "person-1").await;
        leave(&server, "person-3").await;
        wait_out(&server).await;
        tend(&server).await;
        assert_eq!(server.sql("select username from users order by username").await, ["person-0", "person-2", "person-4"]);
    }
}

fn form_of_username(name: &str) -> Request {
    act("username", json!({ "username": name }))
}
