//! What an SMTP server answers, and what comes of it: for the mail, the address, the sender and the operator.

use vestibule::server::{
    doctor,
    service::{accounts::AccountChange, mail},
};

use super::{confirmed, deliver, outbox::write};
use crate::{backup::command, support::*};

pub(super) const TO: &str = "ada@example.org";

/// A server that sends mails to a scripted one.
pub(super) async fn sending(backend: Backend) -> (SmtpServer, Server) {
    let smtp = SmtpServer::start().await;
    let server = Server::with(backend, |flags| smtp.flags(flags)).await;
    (smtp, server)
}

/// Runs a test on both databases.
macro_rules! on_both {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $($(#[$doc])* mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                tokio::time::timeout(TEST_WITHIN, super::$name(Backend::Sqlite)).await.expect("in time");
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                tokio::time::timeout(TEST_WITHIN, super::$name(Backend::Postgres)).await.expect("in time");
            }
        })*
    };
}

on_both! {
    a_temporary_reply_is_tried_again
    greylisting_passes
    a_refused_address_is_told
    a_full_mailbox_is_tried_for_a_day
    one_mail_does_not_stop_all
    a_policy_ends_the_mail
    a_cut_message_is_sent_once_more_with_the_same_id
    a_cut_connection_costs_nothing
    wrong_credentials_lose_no_mail
}

/// State, attempts and last code of the only mail.
pub(super) async fn state(server: &Server) -> String {
    let row = "select state || ' ' || cast(attempts as text) || ' ' || coalesce(cast(last_code as text), '-')
               from outbox order by id limit 1";
    server.sql(row).await.remove(0)
}

async fn a_temporary_reply_is_tried_again(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    for (attempt, (at, reply, code)) in [
        (At::Connected, "421 too busy", 421),
        (At::From, "450 4.3.2 not now", 450),
        (At::To, "451 4.7.1 greylisted", 451),
        (At::Text, "452 4.3.1 no disk", 452),
    ]
    .into_iter()
    .enumerate()
    {
        smtp.will(&[(at, Does::Replies(reply))]);
        deliver(&server.app).await;
        assert!(smtp.is_done(), "{at:?}");
        assert_eq!(state(&server).await, format!("waiting {} {code}", attempt + 1));
        // Not before its time, which grows.
        let pauses = [30, 120, 300, 600];
        server.app.clock.advance(pauses[attempt] * 8 / 10 - 1);
        deliver(&server.app).await;
        assert_eq!(state(&server).await, format!("waiting {} {code}", attempt + 1));
        server.app.clock.advance(pauses[attempt] * 4 / 10 + 2);
    }
    deliver(&server.app).await;
    assert_eq!(state(&server).await, "sent 5 -");
    assert_eq!(smtp.taken().len(), 1);
}

/// The third attempt is well within the half hour of a link.
async fn greylisting_passes(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    let begun = server.app.clock.now_s();
    smtp.will(&[
        (At::To, Does::Replies("451 greylisted")),
        (At::To, Does::Replies("451 greylisted")),
    ]);
    while smtp.taken().is_empty() {
        deliver(&server.app).await;
        server.app.clock.advance(10);
        assert!(server.app.clock.now_s() - begun < 300, "{}", state(&server).await);
    }
}

/// It is told to the person and to the operator, and forgotten when a mail arrives.
async fn a_refused_address_is_told(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    confirmed(&server, "ada").await;
    server.change("ada", AccountChange::Disable).await;
    smtp.will(&[(At::To, Does::Replies("550 5.1.1 <ada@example.org>: no such user"))]);
    deliver(&server.app).await;
    assert_eq!(state(&server).await, "refused 1 550");
    let noted = "select coalesce(refused_reply, 'nothing') from user_emails";
    assert_eq!(server.sql(noted).await, ["550 5.1.1 <…>: no such user"]);
    server.change("ada", AccountChange::Enable).await;
    smtp.will(&[(At::To, Does::Replies("550 5.1.1 no such user"))]);
    deliver(&server.app).await;
    let cookie = server.browser("ada").await;
    let page = server
        .send(get("/account").header("accept", "text/html").cookie(&cookie))
        .await
        .expect(200);
    assert!(page.text.contains("refused our last mail"), "{}", page.text);
    let shown = Said::by(command(&server).args(["user", "show", "ada"])).fine();
    assert!(shown.contains("ada@example.org (verified, refused mail at 2026-"), "{shown}");
    let token = server.login("ada").await;
    let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
    assert_eq!(me["email_refused_at"], server.app.clock.now_s());
    deliver(&server.app).await;
    assert_eq!(server.sql(noted).await, ["nothing"]);
}

async fn a_full_mailbox_is_tried_for_a_day(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    let begun = server.app.clock.now_s();
    let mut attempts = 0;
    while state(&server).await.starts_with("waiting") {
        smtp.will(&[(At::To, Does::Replies("552 5.2.2 mailbox full"))]);
        deliver(&server.app).await;
        assert!(smtp.is_done());
        attempts += 1;
        server.app.clock.advance(3_600 * 12 / 10 + 1);
    }
    assert_eq!(state(&server).await, format!("dead {attempts} 552"));
    let took = server.app.clock.now_s() - begun;
    assert!((80_000..100_000).contains(&took), "{took}");
}

/// A server that refuses one mail for our fault, wrongly, holds up the others for one pause at most.
async fn one_mail_does_not_stop_all(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    server.app.clock.advance(1);
    write(&server.app, "bob@example.org", false).await;
    server.app.clock.advance(1);
    smtp.will(&[(At::To, Does::Replies("530 5.7.0 not that one"))]);
    deliver(&server.app).await;
    assert!(smtp.is_done() && smtp.taken().is_empty());
    smtp.will(&[]);
    server.app.clock.advance(61);
    mail::send(&server.app).await.expect("a turn");
    let taken: Vec<_> = smtp.taken().into_iter().map(|message| message.to).collect();
    assert_eq!(taken, ["bob@example.org"], "the other one is tried first");
    mail::send(&server.app).await.expect("a turn");
    assert_eq!(smtp.taken().len(), 2);
}

async fn a_policy_ends_the_mail(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    confirmed(&server, "ada").await;
    for (at, reply) in [
        (At::Text, "554 5.7.1 looks like spam"),
        (At::From, "550 5.7.1 not from you"),
        (At::To, "550 5.7.1 blocked\r"),
    ] {
        server.sql("delete from outbox").await;
        server.change("ada", AccountChange::Disable).await;
        server.sql("update users set disabled_at = null").await;
        smtp.will(&[(at, Does::Replies(reply))]);
        deliver(&server.app).await;
        assert!(smtp.is_done());
        assert!(state(&server).await.starts_with("dead 1 55"), "{reply}: {}", state(&server).await);
    }
    // That is nobody's address's fault.
    assert_eq!(
        server.sql("select coalesce(refused_reply, 'nothing') from user_emails").await,
        ["nothing"]
    );
    let failed = doctor::mail::check(&server.app).await;
    assert!(format!("{failed:?}").contains("mails that failed within a day: 1"), "{failed:?}");
}

/// Nobody knows whether it arrived: one more attempt, which receivers can recognise.
async fn a_cut_message_is_sent_once_more_with_the_same_id(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    smtp.will(&[(At::Text, Does::Cuts)]);
    deliver(&server.app).await;
    assert_eq!(state(&server).await, "waiting 1 -");
    server.app.clock.advance(40);
    smtp.will(&[(At::Text, Does::Cuts)]);
    deliver(&server.app).await;
    assert_eq!(state(&server).await, "dead 2 -");
    let messages = smtp.messages();
    assert_eq!(messages.len(), 2);
    let id = messages[0].header("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@localhost>"), "{id}");
    assert_eq!(messages[1].header("Message-ID"), id);
    // The next mail is not concerned.
    write(&server.app, "bob@example.org", false).await;
    deliver(&server.app).await;
    assert_eq!(smtp.taken().len(), 1);
}

/// A connection that ends before the message is no harm to it, at any step.
async fn a_cut_connection_costs_nothing(backend: Backend) {
    let (smtp, server) = sending(backend).await;
    write(&server.app, TO, false).await;
    for (attempt, at) in
        [At::Connected, At::Hello, At::From, At::To, At::Data].into_iter().enumerate()
    {
        smtp.will(&[(at, Does::Cuts)]);
        deliver(&server.app).await;
        assert!(smtp.is_done(), "{at:?}");
        assert_eq!(state(&server).await, format!("waiting {} -", attempt + 1), "{at:?}");
        server.app.clock.advance(3_600);
    }
    deliver(&server.app).await;
    assert_eq!((state(&server).await.as_str(), smtp.messages().len()), ("sent 6 -", 1));
}

/// 535 for an hour, then right: all leave, and none is marked.
async fn wrong_credentials_lose_no_mail(backend: Backend) {
    let folder = tempfile::tempdir().expect("a folder");
    let smtp = SmtpServer::start_tls(folder.path(), true).await;
    let password = folder.path().join("password");
    std::fs::write(&password, "of the relay\n").expect("written");
    std::fs::set_permissions(&password, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("changed");
    let server = Server::with(backend, |flags| {
        smtp.flags(flags);
        let some = |text: &str| Some(text.to_owned());
        (flags.mail_server, flags.mail_tls) = (some("localhost"), some("implicit"));
        flags.mail_ca_file = some(&folder.path().join("ca.pem").display().to_string());
        (flags.mail_user, flags.mail_password_file) =
            (some("relay"), some(&password.display().to_string()));
    })
    .await;
    let to = ["a@example.org", "b@example.org", "c@example.org"];
    for address in to {
        write(&server.app, address, false).await;
        server.app.clock.advance(1);
    }
    let log = Log::start();
    let (begun, mut tries) = (server.app.clock.now_s(), 0);
    while server.app.clock.now_s() - begun < 3_600 {
        if smtp.is_done() {
            smtp.will(&[(At::Auth, Does::Replies("535 5.7.8 bad credentials"))]);
            tries += 1;
        }
        deliver(&server.app).await;
        let ready = server.send(get("/readyz")).await.expect(200).text;
        assert!(ready.contains("warn mail-sender: no mail is taken"), "{ready}");
        server.app.clock.advance(5);
    }
    // After 1, 2, 4, 8 and 15 minutes: no relay locks an account for that.
    assert!((6..=9).contains(&tries), "{tries}");
    let said = log.end();
    assert_eq!(said.matches("no mail is taken").count(), 1, "{said}");
    let rows = server.sql("select state || cast(attempts as text) from outbox order by id").await;
    assert_eq!(rows, ["waiting0"; 3]);
    assert_eq!(
        server.sql("select id from user_emails where refused_at is not null").await,
        [""; 0]
    );
    // An administrator sees it among the findings.
    let found = doctor::at_a_glance(&server.app).await;
    assert!(found.iter().any(|(what, _)| what.contains("535 5.7.8 bad credentials")), "{found:?}");
    // The relay takes the password again, and the operator need not wait.
    smtp.will(&[]);
    while !smtp.is_done() {
        server.app.clock.advance(900);
        deliver(&server.app).await;
    }
    mail::retry(&server.app, Agent::Operator).await.expect("asked");
    assert_eq!(
        server.sql("select kind from audit_events where kind = 'mail.retry'").await.len(),
        1
    );
    deliver(&server.app).await;
    let mut taken: Vec<_> = smtp.taken().into_iter().map(|message| message.to).collect();
    taken.sort();
    assert_eq!(taken, to);
    let ready = server.send(get("/readyz")).await.expect(200).text;
    assert!(ready.contains("ok mail-sender"), "{ready}");
    let auth = smtp.heard().into_iter().filter(|line| line.starts_with("AUTH PLAIN ")).count();
    assert!(auth >= tries, "{auth}");
}
