//! What operators see and do.

use super::*;
use crate::backup::{Place, backend, save};

/// Subjects of mails.
const ASKED: &str = "Your Vestibule account will be deleted";
const SOON: &str = "Your Vestibule account will be deleted within three days";

both! {
    async fn operators_start_and_stop_it(server: Server) {
        let admin = server.admin().await;
        let id = confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.change("ada", AccountChange::Delete).await;
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        let path = format!("/api/v1/users/{id}");
        let shown = server.send(get(&path).bearer(&admin)).await.expect(200).json();
        assert_eq!(shown["erase_after"], json!(server.app.clock.now_s() + KEPT_FOR));
        offered(&server, "ada").await;
        server.change("ada", AccountChange::Keep).await;
        let shown = server.send(get(&path).bearer(&admin)).await.expect(200).json();
        assert_eq!(shown["erase_after"], json!(null));
        server.login("ada").await;
        let kinds = "select kind from audit_events where actor = 'operator' and kind like 'deletion.%' order by seq";
        assert_eq!(server.sql(kinds).await, ["deletion.ask", "deletion.stop"]);
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "Your Vestibule account stays"), "{told:?}");
    }

    async fn the_log_counts_the_sessions_of_both(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        server.browser("ada").await;
        leave(&server, "ada").await;
        server.browser("bob").await;
        server.login("bob").await;
        server.change("bob", AccountChange::Delete).await;
        let details = "select details from audit_events where kind = 'deletion.ask' order by seq";
        let details = server.sql(details).await;
        assert_eq!(details.len(), 2);
        for details in details {
            assert!(details.contains(r#""sessions_ended":2"#), "{details}");
        }
    }

    async fn help_says_that_its_owner_can_keep_it(server: Server) {
        let help = Said::by(vestibule(server.folder()).args(["user", "delete", "--help"])).fine();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("its owner can keep it by signing in, unless it is disabled"), "{help}");
    }

    /// Nobody signs in to a disabled account, so no mail asks for it.
    async fn mails_to_a_disabled_account_do_not_invite_to_sign_in(server: Server) {
        confirmed(&server, "ada").await;
        confirmed(&server, "bob").await;
        leave(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        server.change("bob", AccountChange::Disable).await;
        server.change("bob", AccountChange::Delete).await;
        deliver(&server.app).await;
        server.app.clock.advance(11 * 86_400);
        tend(&server).await;
        let mails = delivered(&server.app).await;
        let soon: Vec<_> = mails.iter().filter(|kept| kept.mail.content.subject == SOON).collect();
        assert_eq!(soon.len(), 2);
        for kept in soon {
            let content = &kept.mail.content;
            assert!(!content.links.contains(&format!("{ORIGIN}/login")), "{:?}", content.links);
            assert!(!content.text.contains("sign in before then"), "{}", content.text);
        }
        server.change("ada", AccountChange::Enable).await;
        server.change("ada", AccountChange::Keep).await;
        leave(&server, "ada").await;
        let mails = delivered(&server.app).await;
        let content = &mails.iter().rfind(|kept| kept.mail.content.subject == ASKED).expect("a mail").mail.content;
        assert!(content.links.contains(&format!("{ORIGIN}/login")), "{:?}", content.links);
    }

    /// Only where somebody in the account asked can a reader say that it was not them.
    async fn the_mail_of_a_deletion_that_the_owner_asked_for_has_the_link_against_thieves(server: Server) {
        let secures = async || {
            let mails = delivered(&server.app).await;
            let asked = mails.into_iter().filter(|kept| kept.mail.content.subject == ASKED);
            let links = asked.map(|kept| kept.mail.content.links);
            links.map(|links| links.iter().any(|link| link.contains("/go/"))).collect::<Vec<_>>()
        };
        confirmed(&server, "ada").await;
        confirmed(&server, "bob").await;
        leave(&server, "ada").await;
        assert_eq!(secures().await, [true]);
        server.change("bob", AccountChange::Delete).await;
        assert_eq!(secures().await, [true, false]);
    }

    /// S113: it may have been kept since the backup, and its reminder lost.
    async fn a_restore_tells_the_owner_again_before_it_erases(server: Server) {
        for name in ["ada", "bob"] {
            confirmed(&server, name).await;
            leave(&server, name).await;
        }
        server.app.clock.advance(11 * 86_400);
        tend(&server).await;
        let file = save(&server, "saved");
        server.app.clock.advance(4 * 86_400);
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        let said = place.restore(&file, "as-saved").fine();
        assert!(said.contains("2 accounts asked to be deleted"), "{said}");
        let (app, router) = place.open(&server).await;
        leaving::tend(&app).await.expect("a turn");
        assert_eq!(subjects(&app).await, [SOON, SOON]);
        let refused = send(&router, right("ada")).await.expect_problem(401, "account_leaving").json();
        send(&router, keep(refused["flow"].as_str().expect("a secret"))).await.expect(204);
        app.clock.advance(3 * 86_400);
        leaving::tend(&app).await.expect("a turn");
        send(&router, right("ada")).await.expect(200);
        send(&router, right("bob")).await.expect_problem(401, "invalid_credentials");
    }

    async fn a_disabled_account_is_erased_all_the_same(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        let flow = offered(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        // Its owner keeps nothing while it is disabled; the operator can.
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
        wait_out(&server).await;
        tend(&server).await;
        assert_eq!(server.sql("select id from users").await, Vec::<String>::new());
    }
}
