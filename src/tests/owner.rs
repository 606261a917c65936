//! The owner of an account gets in while others attack it (S22, S23).

use std::process::Command;

use vestibule::server::{
    secure::secret::Secret,
    service::{accounts::AccountChange, follow, limits, roles::Role},
};

use super::support::*;

/// An address of the owner's; the attackers come from 10.0.0.0/8.
const HOME: &str = "192.0.2.7";
const DAY: i64 = 86_400;
const WRONG: &str = "wrong horse battery";

/// Attackers with an address for each attempt, who make it in the moment in which one more is let through.
/// Answers how many were: it goes on for so many seconds.
async fn besiege(server: &Server, name: &str, seconds: i64) -> usize {
    let end = server.app.clock.now_s() + seconds;
    let mut tried = 0;
    loop {
        tried += guess_until_refused(&server.router, name).await;
        let reply = server.send(guess(name)).await.expect(429);
        let wait: i64 = reply.header("retry-after").parse().expect("seconds");
        assert!(wait > 0, "it goes on");
        if server.app.clock.now_s() + wait > end {
            return tried;
        }
        server.app.clock.advance(wait);
    }
}

fn by_form(name: &str, password: &str) -> Request {
    form("/login", &[("identifier", name), ("password", password)])
}

/// The cookie of the device that signed in.
fn device(reply: &Reply) -> String {
    reply.cookie("vestibule_device_3000").expect("a known device")
}

/// Runs `vestibule user unlock NAME`: another process. Its exit code, and what it prints.
fn unlock(server: &Server, name: &str) -> String {
    let flags = &server.flags;
    let output = Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .args(["user", "unlock", name])
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", server.url())
        .env("VESTIBULE_DATA_DIR", flags.data_dir.as_deref().expect("a folder"))
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&output.stdout);
    format!("{} {printed}", output.status.code().expect("a code"))
}

both! {
    /// From a browser that signed in before, for days.
    async fn from_a_known_device(server: Server) {
        server.register("ada").await;
        let known = device(&server.send(by_form("ada", PASSWORD)).await.expect(303));
        for _ in 0..3 {
            besiege(&server, "ada", DAY).await;
            server.send(right("ada")).await.expect_problem(429, "account_throttled");
            server.send(by_form("ada", PASSWORD).cookie(&known)).await.expect(303);
            // What strangers had used up is forgotten: the owner is no stranger anywhere.
            server.send(right("ada")).await.expect(200);
        }
    }

    /// An API client has no device, but the network that it has signed in from.
    async fn from_a_known_source(server: Server) {
        server.register("ada").await;
        server.send(right("ada").from(HOME)).await.expect(200);
        for _ in 0..3 {
            besiege(&server, "ada", DAY).await;
            server.send(right("ada").from("198.51.100.7")).await.expect_problem(429, "account_throttled");
            // The same /24: addresses change.
            server.send(right("ada").from("192.0.2.200")).await.expect(200);
        }
        // A network is known for thirty days, each of its sign-ins begins them anew.
        server.app.clock.advance(27 * DAY);
        besiege(&server, "ada", 60).await;
        server.send(right("ada").from(HOME)).await.expect(200);
        server.app.clock.advance(31 * DAY);
        besiege(&server, "ada", 60).await;
        server.send(right("ada").from(HOME)).await.expect_problem(429, "account_throttled");
    }

    /// The networks of IPv6 are as wide as one customer's.
    async fn from_a_known_source_of_ipv6(server: Server) {
        server.register("ada").await;
        server.send(right("ada").from("2001:db8:1:2::1")).await.expect(200);
        besiege(&server, "ada", 60).await;
        server.send(right("ada").from("2001:db8:2:2::1")).await.expect(429);
        server.send(right("ada").from("2001:db8:1:ffff::1")).await.expect(200);
    }

    /// A network that signed in by one name is known for the other as well; unknown names have none.
    async fn by_every_name_that_opens_the_account(server: Server) {
        server.register("ada").await;
        server.sql(
            "insert into user_emails (id, user_id, address, address_canonical, created_at, verified_at)
             select 'an id', id, 'ada@example.com', 'ada@example.com', 1, 1 from users",
        ).await;
        server.send(right("ada").from(HOME)).await.expect(200);
        besiege(&server, "ada@example.com", 60).await;
        besiege(&server, "ada", 60).await;
        besiege(&server, "nobody", 60).await;
        server.send(right("nobody").from(HOME)).await.expect_problem(429, "account_throttled");
        server.send(right("ada").from("198.51.100.7")).await.expect(429);
        server.send(right("ada@example.com").from(HOME)).await.expect(200);
        // Both names are free again.
        server.send(right("ada").from("198.51.100.7")).await.expect(200);
    }

    /// S22: who tries from a network of the owner's has a budget, and all such networks have one together.
    async fn known_sources_have_no_more_than_their_own_budget(server: Server) {
        server.register("ada").await;
        let homes: Vec<String> = (0..12).map(|n| format!("192.0.{n}.7")).collect();
        for home in &homes {
            server.send(right("ada").from(home)).await.expect(200);
        }
        besiege(&server, "ada", 60).await;
        let mut failures = 0;
        for home in &homes {
            for n in 0..11 {
                let reply = server.send(guess("ada").from(home)).await;
                failures += usize::from(reply.status == 401);
                assert!(n < 10 || reply.status == 429, "ten from one of them");
            }
        }
        assert_eq!(failures, 100);
        let known = server.sql("select account || source from known_sources").await;
        assert_eq!(known.len(), 12);
        assert!(known.iter().all(|names| names.len() == 44 && !names.contains("192.0")), "{known:?}");
    }

    /// Nobody fills the table: fifty networks for each name, and none after thirty days.
    async fn what_is_known_is_bounded(server: Server) {
        server.register("ada").await;
        for n in 0..55 {
            server.send(right("ada").from(&format!("192.0.{n}.7"))).await.expect(200);
            server.app.clock.advance(2);
        }
        let known = || server.sql("select source from known_sources");
        assert_eq!(known().await.len(), 50);
        besiege(&server, "ada", 60).await;
        server.send(right("ada").from("192.0.4.7")).await.expect_problem(429, "account_throttled");
        server.app.clock.advance(2 * DAY);
        server.send(right("ada").from("192.0.5.7")).await.expect(200);
        server.app.clock.advance(29 * DAY);
        limits::prune(&server.app).await.expect("pruned");
        assert_eq!(known().await.len(), 1);
        server.app.clock.advance(2 * DAY);
        limits::prune(&server.app).await.expect("pruned");
        assert_eq!(known().await.len(), 0);
    }

    /// The operator helps a person who has neither; the other process hears of it by the feed, once.
    async fn from_anywhere_after_an_unlock(server: Server) {
        server.register("ada").await;
        besiege(&server, "ada", 2 * DAY).await;
        server.send(right("ada").from(HOME)).await.expect_problem(429, "account_throttled");
        assert_eq!(unlock(&server, "Ada"), "0 unlocked Ada\n");
        follow::all(&server.app).await.expect("the feed");
        server.send(right("ada").from(HOME)).await.expect(200);
        let events = server.sql("select actor from audit_events where kind = 'user.unlock'").await;
        assert_eq!(events, ["operator"]);
        // The line stays in the feed for a while, and is read again: it unlocks nothing twice.
        besiege(&server, "ada", 0).await;
        follow::all(&server.app).await.expect("the feed");
        follow::again(&server.app).await.expect("the feed");
        server.send(right("ada").from("198.51.100.7")).await.expect_problem(429, "account_throttled");
        // Nor for a process that starts later.
        let (_, restarted) = server.again().await;
        guess_until_refused(&restarted, "ada").await;
        assert_eq!(unlock(&server, "nobody"), "1 ", "nobody has this name");
    }

    /// A device is known until the account's epoch moves, a year at most; its cookie is renewed.
    async fn a_device_is_known_for_a_year_and_an_epoch(server: Server) {
        server.admin().await;
        server.register("ada").await;
        let known = device(&server.send(by_form("ada", PASSWORD)).await.expect(303));
        server.app.clock.advance(364 * DAY);
        besiege(&server, "ada", 60).await;
        let renewed = device(&server.send(by_form("ada", PASSWORD).cookie(&known)).await.expect(303));
        assert_ne!(known, renewed);
        server.app.clock.advance(2 * DAY);
        besiege(&server, "ada", 60).await;
        server.send(by_form("ada", PASSWORD).cookie(&known)).await.expect(429);
        server.send(by_form("ada", PASSWORD).cookie(&renewed)).await.expect(303);
        for change in [
            AccountChange::Password(Secret::new(PASSWORD)),
            AccountChange::GrantRole(Role::Admin),
            AccountChange::Disable,
        ] {
            let known = device(&server.send(by_form("ada", PASSWORD)).await.expect(303));
            server.change("ada", change).await;
            server.change("ada", AccountChange::Enable).await;
            besiege(&server, "ada", 60).await;
            server.send(by_form("ada", PASSWORD).cookie(&known)).await.expect(429);
            server.app.clock.advance(15 * 60);
            server.send(by_form("ada", PASSWORD).cookie(&known)).await.expect(303);
        }
    }

    /// Cookies from before there was a date in them are a stranger's, and spoil nothing.
    async fn a_cookie_of_the_old_format_is_a_strangers(server: Server) {
        use aws_lc_rs::hmac;
        use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

        let id = server.register("ada").await;
        let mut whole = uuid::Uuid::parse_str(&id).expect("an id").as_bytes().to_vec();
        whole.extend_from_slice(&[7; 16]);
        let mac = hmac::sign(&server.app.secret.mac_key("known device"), &whole);
        whole.extend_from_slice(mac.as_ref());
        let old = format!("vestibule_device_3000={}", URL_SAFE_NO_PAD.encode(whole));
        server.send(by_form("ada", PASSWORD).cookie(&old)).await.expect(303);
        besiege(&server, "ada", 60).await;
        server.send(by_form("ada", PASSWORD).cookie(&old)).await.expect(429);
    }

    /// S22: who has a known device of somebody's cannot forget its failures by signing in to another account.
    async fn a_success_elsewhere_forgets_nothing_of_a_device(server: Server) {
        server.register("ada").await;
        server.register("eve").await;
        let known = device(&server.send(by_form("ada", PASSWORD)).await.expect(303));
        let wrong = || server.send(by_form("ada", WRONG).cookie(&known));
        for _ in 0..9 {
            wrong().await.expect(401);
        }
        server.send(by_form("eve", PASSWORD).cookie(&known)).await.expect(303);
        wrong().await.expect(401);
        assert_eq!(wrong().await.status, 429, "its ten are used up");
    }
}

both_with! { |flags| flags.limits = Some("database".into());
    /// The same where processes count together: the store is told by the command itself.
    async fn from_anywhere_after_an_unlock_of_the_shared_store(server: Server) {
        server.register("ada").await;
        let (other, router) = server.again().await;
        besiege(&server, "ada", DAY).await;
        send(&router, right("ada")).await.expect_problem(429, "account_throttled");
        assert_eq!(unlock(&server, "ada"), "0 unlocked ada\n");
        send(&router, right("ada")).await.expect(200);
        besiege(&server, "ada", 0).await;
        follow::all(&other).await.expect("the feed");
        follow::again(&server.app).await.expect("the feed");
        send(&router, right("ada")).await.expect_problem(429, "account_throttled");
    }

    /// S22: over a restart and several processes.
    async fn a_hundred_in_a_row_over_restarts_in_the_shared_store(server: Server) {
        a_hundred_in_a_row(server).await;
    }
}

both! {
    /// S22: what one process has counted in the long run outlives it.
    async fn a_hundred_in_a_row_over_restarts(server: Server) {
        a_hundred_in_a_row(server).await;
    }
}

/// However often the process starts anew, a hundred failures in a row are tried, and what the days earn.
async fn a_hundred_in_a_row(server: Server) {
    server.register("ada").await;
    let mut failures = 0;
    for restart in 0..8 {
        let (_, router) = server.again().await;
        for _ in 0..ACCOUNT_BURST {
            failures += usize::from(send(&router, guess("ada")).await.status == 401);
        }
        server.app.clock.advance(60);
        assert!(failures <= 100, "{failures} after {restart} restarts");
    }
    let (_, router) = server.again().await;
    send(&router, right("ada")).await.expect_problem(429, "account_throttled");
    server.app.clock.advance(DAY);
    send(&router, right("ada")).await.expect(200);
    // Success begins anew, after a restart too.
    let (_, router) = server.again().await;
    for _ in 0..ACCOUNT_BURST {
        send(&router, guess("ada")).await.expect(401);
    }
}
