//! Security notices: with the change, to confirmed addresses, and only if something changed (S32).

use serde_json::json;
use vestibule::server::{
    secure::secret::Secret,
    service::{
        accounts::{self, AccountChange},
        roles::Role,
        session,
    },
};

use super::{confirmed, deliver, delivered, subjects};
use crate::support::*;

both! {
    async fn s32_a_new_browser_is_told_and_a_known_one_is_not(server: Server) {
        confirmed(&server, "ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let first = server.send(form("/login", &fields).header("user-agent", firefox)).await.expect(303);
        let device = first.cookie("vestibule_device_3000").expect("a known device");
        let mails = delivered(&server.app).await;
        let [kept] = &mails[..] else { panic!("{} mails", mails.len()) };
        let content = &kept.mail.content;
        assert_eq!(kept.mail.to.to_string(), "ada@example.org");
        assert_eq!(content.subject, "New sign-in to your Vestibule account");
        for part in [&content.text, &content.html] {
            for fact in ["ada", "1 Jan 2026, 00:00 UTC", "Firefox 140 on Linux", "localhost"] {
                assert!(part.contains(fact), "{fact}: {part}");
            }
        }
        let links = ["/account/devices", "/account/password", "/go/"].map(|path| format!("{ORIGIN}{path}"));
        assert_eq!(content.links.len(), links.len(), "{:?}", content.links);
        for (link, expected) in content.links.iter().zip(&links) {
            assert!(link.starts_with(expected), "{link}: {expected}");
        }
        // The same browser, and with the cookie of somebody else.
        server.send(form("/login", &fields).header("user-agent", firefox).cookie(&device)).await.expect(303);
        assert_eq!(subjects(&server.app).await.len(), 1);
        confirmed(&server, "bob").await;
        let fields = [("identifier", "bob"), ("password", PASSWORD)];
        server.send(form("/login", &fields).cookie(&device)).await.expect(303);
        let mails = delivered(&server.app).await;
        assert_eq!(mails.len(), 2);
        assert_eq!(mails[1].mail.to.to_string(), "bob@example.org");
    }

    /// A program has no cookie: it is known by what it is and where it is.
    async fn a_program_is_new_once_for_each_network(server: Server) {
        confirmed(&server, "ada").await;
        let login = |from: &'static str, agent: &'static str| {
            let body = json!({ "identifier": "ada", "password": PASSWORD, "session": "token" });
            server.send(post("/api/v1/login").json(body).from(from).header("user-agent", agent))
        };
        let mut expected = 0;
        for (from, agent, is_new) in [
            ("192.0.2.1", "curl/8.5.0", true),
            ("192.0.2.200", "curl/8.6.0", false),
            ("198.51.100.1", "curl/8.5.0", true),
            ("192.0.2.1", "python-requests/2.32", true),
            ("192.0.2.1", "curl/8.5.0", false),
        ] {
            login(from, agent).await.expect(200);
            expected += usize::from(is_new);
            assert_eq!(subjects(&server.app).await.len(), expected, "{from} {agent}");
        }
    }

    async fn no_more_than_ten_new_devices_a_day_are_told(server: Server) {
        confirmed(&server, "ada").await;
        let sign_in = async || { server.browser("ada").await; };
        for _ in 0..15 {
            sign_in().await;
        }
        assert_eq!(subjects(&server.app).await.len(), 10);
        server.app.clock.advance(86_401);
        sign_in().await;
        assert_eq!(subjects(&server.app).await.len(), 11);
    }

    /// S2: an address that nobody has confirmed may be a stranger's.
    async fn an_unconfirmed_address_gets_nothing(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD, "email": "victim@example.org" });
        server.send(post("/api/v1/register").json(body)).await.expect(201);
        server.browser("ada").await;
        // But the mail that asks whether it is theirs.
        assert_eq!(subjects(&server.app).await, ["Confirm your address for Vestibule"]);
        server.change("ada", AccountChange::Disable).await;
        assert_eq!(subjects(&server.app).await.len(), 1);
        assert_eq!(server.sql("select kind from outbox").await, ["verify_address"]);
    }

    async fn every_confirmed_address_is_told(server: Server) {
        let id = confirmed(&server, "ada").await;
        server.sql(
            "insert into user_emails (id, user_id, address, address_canonical, created_at, verified_at)
             select 'second', id, 'Ada@Elsewhere.example', 'ada@elsewhere.example', 1, 1 from users",
        ).await;
        server.sql(
            "insert into user_emails (id, user_id, address, address_canonical, created_at)
             select 'third', id, 'ada@unconfirmed.example', 'ada@unconfirmed.example', 1 from users",
        ).await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let mut to: Vec<_> =
            delivered(&server.app).await.into_iter().map(|kept| kept.mail.to.to_string()).collect();
        to.sort();
        // As it was typed: another spelling may be another mailbox.
        assert_eq!(to, ["Ada@elsewhere.example", "ada@example.org"], "{id}");
    }

    async fn s32_ones_own_changes_are_told_once_they_have_happened(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        deliver(&server.app).await;
        let change = |current: &str, new: &str| {
            let body = json!({ "current_password": current, "new_password": new });
            send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token)
        };
        server.send(change("wrong horse battery", "another horse battery")).await.expect(401);
        server.send(change(PASSWORD, "short")).await.expect(422);
        assert_eq!(subjects(&server.app).await.len(), 1);
        let changed = server.send(change(PASSWORD, "another horse battery")).await.expect(200).json();
        let token = changed["access_token"].as_str().expect("a token");
        let rename = |name: &str| act("username", json!({ "username": name })).bearer(token);
        server.send(rename("ada")).await.expect(200);
        assert_eq!(subjects(&server.app).await.len(), 2);
        server.send(rename("countess")).await.expect(200);
        let mails = delivered(&server.app).await;
        let subjects: Vec<_> = mails.iter().map(|kept| kept.mail.content.subject.as_str()).collect();
        assert_eq!(subjects, [
            "New sign-in to your Vestibule account",
            "Your Vestibule password was changed",
            "Your Vestibule username was changed",
        ]);
        let text = &mails[2].mail.content.text;
        assert!(text.contains("from ada to countess"), "{text}");
    }

    async fn s32_what_an_operator_does_is_told(server: Server) {
        server.admin().await;
        confirmed(&server, "ada").await;
        for (change, again, subject) in [
            (AccountChange::GrantRole(Role::Admin), true, "Your Vestibule account has a new role"),
            (AccountChange::RevokeRole(Role::Admin), true, "Your Vestibule account lost a role"),
            (AccountChange::Password(Secret::new("another horse battery")), false, "Your Vestibule account has a new password"),
            (AccountChange::Disable, true, "Your Vestibule account was disabled"),
            (AccountChange::Enable, true, "Your Vestibule account is enabled again"),
        ] {
            let before = subjects(&server.app).await.len();
            server.change("ada", change.clone()).await;
            // A second time nothing changes.
            if again {
                server.change("ada", change).await;
            }
            let now = subjects(&server.app).await;
            assert_eq!(now[before..], [subject], "{now:?}");
        }
        // What is the app's is nobody's security.
        let data = serde_json::Map::from_iter([("plan".to_owned(), json!("pro"))]);
        let before = subjects(&server.app).await.len();
        server.change("ada", AccountChange::AppMetadata(data)).await;
        assert_eq!(subjects(&server.app).await.len(), before);
        let right = post("/api/v1/login").json(json!({ "identifier": "ada", "password": "another horse battery" }));
        server.send(right).await.expect(200);
        let before = subjects(&server.app).await.len();
        session::end_by_agent(&server.app, Agent::Operator, "ada", None).await.expect("ended");
        session::end_by_agent(&server.app, Agent::Operator, "ada", None).await.expect("nothing to end");
        assert_eq!(subjects(&server.app).await[before..], ["Your Vestibule account was signed out"]);
    }

    /// S52: the owner is told, in whichever way the theft was found.
    async fn s52_a_stolen_refresh_token_is_told(server: Server) {
        confirmed(&server, "ada").await;
        let stolen = server.browser("ada").await;
        deliver(&server.app).await;
        let refresh = |cookie: &str| server.send(post("/api/v1/token/refresh").same_origin().cookie(cookie));
        let second = refresh(&stolen).await.expect(200).session_cookie().expect("a cookie");
        let third = refresh(&second).await.expect(200).json();
        server.send(get("/api/v1/me").bearer(third["access_token"].as_str().expect("a token"))).await.expect(200);
        server.app.clock.advance(11);
        for _ in 0..2 {
            refresh(&stolen).await.expect(400);
        }
        assert_eq!(subjects(&server.app).await[1..], ["A copied sign-in to your Vestibule account was ended"]);
    }

    /// A change that is rolled back has no mail: both are in one unit of work.
    async fn a_change_that_fails_is_not_told(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let before = subjects(&server.app).await.len();
        // She is the last administrator, which is found at the end of the unit.
        let refused = accounts::change(&server.app, Agent::Operator, "ada", AccountChange::RevokeRole(Role::Admin)).await;
        assert!(refused.is_err());
        assert_eq!(subjects(&server.app).await.len(), before);
    }

    /// An attacker who signs in does not choose the language of the warning.
    async fn mails_are_in_the_language_of_their_reader(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
        let register = post("/api/v1/register").json(body).header("accept-language", "de-AT, en;q=0.5");
        server.send(register).await.expect(201);
        server.sql("update user_emails set verified_at = created_at").await;
        server.sql("delete from outbox").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        server.send(form("/login", &fields).header("accept-language", "ar")).await.expect(303);
        let mails = delivered(&server.app).await;
        assert_eq!(mails[0].mail.content.subject, "Neue Anmeldung bei Ihrem Konto bei Vestibule");
        assert!(mails[0].message.contains("Content-Language: de\r\n"), "{}", mails[0].message);
        // The profile wins, once it names one.
        server.sql("update users set profile = '{\"language\":\"ar\"}'").await;
        server.change("ada", AccountChange::Disable).await;
        let mails = delivered(&server.app).await;
        assert_eq!(mails[1].mail.content.language.code(), "ar");
        assert!(mails[1].mail.content.html.contains("dir=\"rtl\""), "{}", mails[1].mail.content.html);
    }
}

both_with! {
    |flags| flags.mail_language = Some("de".into());
    /// People who came by an import, or were created by an operator, have no language yet.
    async fn without_a_language_it_is_that_of_the_settings(server: Server) {
        confirmed(&server, "ada").await;
        server.sql("update users set locale = null").await;
        server.change("ada", AccountChange::Disable).await;
        assert_eq!(subjects(&server.app).await, ["Ihr Konto bei Vestibule wurde gesperrt"]);
    }
}

both_with! {
    |flags| {
        flags.listen = Some("0.0.0.0:3000".into());
        flags.public_url = Some("https://id.example.com".into());
    };
    /// Where mails go nowhere none are written: a server that gets settings later must not tell of the past.
    async fn without_a_way_out_nothing_is_written(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.org" });
        let register = post("/api/v1/register").json(body).replace("host", "id.example.com");
        server.send(register).await.expect(201);
        server.sql("update user_emails set verified_at = created_at").await;
        server.change("ada", AccountChange::Disable).await;
        assert_eq!(server.sql("select id from outbox").await, [""; 0]);
    }
}
