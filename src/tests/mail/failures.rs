//! The notice to the owner of an account that is throttled, because too many sign-ins failed (S32).

use super::{confirmed, delivered};
use crate::support::*;

const SUBJECT: &str = "Many failed sign-ins at your Vestibule account";

/// Strangers from everywhere try wrong passwords, until they are told to wait.
async fn burn(router: &Router, name: &str) {
    for _ in 0..ACCOUNT_BURST {
        send(router, guess(name)).await.expect_problem(401, "invalid_credentials");
    }
    send(router, guess(name)).await.expect_problem(429, "account_throttled");
}

/// The notices about it, as text.
async fn notices(server: &Server) -> Vec<String> {
    let mails = delivered(&server.app).await.into_iter();
    let fitting = mails.filter(|kept| kept.mail.content.subject == SUBJECT);
    fitting.map(|kept| kept.mail.content.text.clone()).collect()
}

both! {
    async fn s32_the_owner_of_a_throttled_account_is_told_once_a_day(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..ACCOUNT_BURST {
            server.send(guess("ada")).await.expect(401);
        }
        assert_eq!(notices(&server).await, [""; 0]);
        server.send(guess("ada")).await.expect_problem(429, "account_throttled");
        let told = notices(&server).await;
        assert_eq!(told.len(), 1);
        let said = format!("They came from {ACCOUNT_BURST} network addresses.");
        for part in [&*said, "ada", "/account/password"] {
            assert!(told[0].contains(part), "{part}: {}", told[0]);
        }
        for _ in 0..5 {
            server.send(guess("ada")).await.expect(429);
        }
        // By the address of the account, and by another process.
        burn(&server.router, "ada@example.org").await;
        let (_other, router) = server.again().await;
        burn(&router, "ada").await;
        assert_eq!(notices(&server).await.len(), 1);
        server.app.clock.advance(86_401);
        burn(&server.router, "ada").await;
        assert_eq!(notices(&server).await.len(), 2);
    }

    /// S21: the same writes for a name that nobody has, and for an account without a confirmed address.
    async fn s21_nobody_learns_who_is_told(server: Server) {
        confirmed(&server, "ada").await;
        server.register("bob").await;
        let states = async || server.sql("select state from outbox where kind = 'many_failures' order by state").await;
        let wanted: [(&str, &[&str]); 3] = [
            ("ada", &["waiting"]),
            ("bob", &["decoy", "waiting"]),
            ("nobody", &["decoy", "decoy", "waiting"]),
        ];
        for (name, expected) in wanted {
            burn(&server.router, name).await;
            assert_eq!(states().await, expected, "{name}");
        }
    }

    /// The device of an account of their own lets a stranger past the first count, and not past the notice.
    async fn a_device_of_somebody_else_changes_nothing(server: Server) {
        confirmed(&server, "ada").await;
        server.register("eve").await;
        let fields = [("identifier", "eve"), ("password", PASSWORD)];
        let arrived = server.send(form("/login", &fields)).await.expect(303);
        let device = arrived.cookie("vestibule_device_3000").expect("a known device");
        let wrong = || form("/login", &[("identifier", "ada"), ("password", "wrong horse battery")]);
        for _ in 0..ACCOUNT_BURST {
            server.send(wrong().cookie(&device)).await.expect(401);
        }
        assert_eq!(notices(&server).await, [""; 0]);
        server.send(wrong().cookie(&device)).await.expect(429);
        assert_eq!(notices(&server).await.len(), 1);
    }

    /// One source that guesses at once is slowed down before the account is.
    async fn guesses_at_once_from_one_source_are_no_reason(server: Server) {
        confirmed(&server, "ada").await;
        for _ in 0..30 {
            server.send(guess("ada").from("192.0.2.1")).await;
        }
        assert_eq!(notices(&server).await, [""; 0]);
    }
}
