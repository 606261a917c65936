//! Connections to an SMTP server: TLS, silence, and servers that hang or lie.

use std::time::Duration;

use vestibule::server::{
    clock::Clock,
    config::{Config, Flags},
    mail::{Line, Mail, Step, Verdict, judge},
    say::Language,
    secure::mail_address::MailAddress,
    service::{
        accounts::AccountChange,
        mail::{self, MailKind},
    },
};

use super::{
    confirmed, deliver,
    outbox::write,
    smtp::{TO, sending, state},
};
use crate::support::*;

/// TLS from the first byte and after STARTTLS; a server without it, or with another certificate, gets nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_without_the_tls_of_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let other = tempfile::tempdir().expect("a folder");
    let (implicit, begun, plain) = (
        SmtpServer::start_tls(folder.path(), true).await,
        SmtpServer::start_tls(other.path(), false).await,
        SmtpServer::start().await,
    );
    let some = |text: &str| Some(text.to_owned());
    let ca = |folder: &tempfile::TempDir| some(&folder.path().join("ca.pem").display().to_string());
    for (smtp, tls, ca, is_sent) in [
        (&implicit, "implicit", ca(&folder), true),
        (&begun, "starttls", ca(&other), true),
        (&implicit, "implicit", ca(&other), false),
        (&begun, "starttls", ca(&folder), false),
        (&implicit, "implicit", None, false),
        (&plain, "starttls", ca(&folder), false),
        (&plain, "implicit", ca(&folder), false),
        (&begun, "implicit", ca(&other), false),
    ] {
        let server = Server::with(Backend::Sqlite, |flags| {
            smtp.flags(flags);
            (flags.mail_server, flags.mail_tls) = (some("localhost"), some(tls));
            flags.mail_ca_file = ca;
        })
        .await;
        let before = smtp.messages().len();
        write(&server.app, TO, false).await;
        deliver(&server.app).await;
        assert_eq!(
            smtp.messages().len() - before,
            usize::from(is_sent),
            "{tls} {}",
            state(&server).await
        );
        // It is our fault, not the mail's.
        assert_eq!(
            state(&server).await.starts_with("sent"),
            is_sent,
            "{tls}: {}",
            state(&server).await
        );
        assert_eq!(server.app.mail.pause().is_some(), !is_sent, "{tls}");
    }
}

/// What somebody on the way puts behind the answer to STARTTLS is no answer of the server (RFC 3207 section 6).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_planted_before_tls_is_taken_for_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let smtp = SmtpServer::start_tls(folder.path(), false).await;
    let server = Server::with(Backend::Sqlite, |flags| {
        smtp.flags(flags);
        let some = |text: &str| Some(text.to_owned());
        (flags.mail_server, flags.mail_tls) = (some("localhost"), some("starttls"));
        flags.mail_ca_file = some(&folder.path().join("ca.pem").display().to_string());
    })
    .await;
    write(&server.app, TO, false).await;
    let planted = "220 begin\r\n250 hello\r\n250 from\r\n250 to\r\n354 data\r\n250 taken";
    smtp.will(&[(At::StartTls, Does::Replies(planted))]);
    mail::send(&server.app).await.expect("a turn");
    assert!(smtp.is_done());
    assert_eq!(state(&server).await, "waiting 0 -");
    server.app.clock.advance(61);
    deliver(&server.app).await;
    assert_eq!((state(&server).await.as_str(), smtp.taken().len()), ("sent 1 -", 1));
}

/// A connection that was kept and hangs is no fault of a mail, nor of the settings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_connection_that_hangs_is_made_anew() {
    let smtp = SmtpServer::start().await;
    let (config, mail) = trial_of(&smtp);
    let mailer = mail::mailer(&config).expect("opened").expect("a way out");
    let mut line = Line::default();
    mailer.send(&mut line, &mail).await.expect("sent");
    smtp.will(&[(At::Kept, Does::Waits)]);
    let mailer = mailer.with_limit(Duration::from_secs(18));
    mailer.send(&mut line, &mail).await.expect("sent by another connection");
    assert!(smtp.is_done());
    assert_eq!(smtp.taken().len(), 2);
}

/// Settings for a server, and a mail.
fn trial_of(smtp: &SmtpServer) -> (Config, Mail) {
    let mut flags = Flags::default();
    smtp.flags(&mut flags);
    let config = Config::load(&flags, None).expect("settings");
    let content = mail::preview(&config, &Clock::System, MailKind::Test, Language::ENGLISH);
    let to = MailAddress::parse(TO).expect("an address");
    let mail = Mail { id: "id".into(), to, content: content.expect("a mail"), at: 0 };
    (config, mail)
}

/// A server that hangs holds up no request, and no other mail than the one that it has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs_holds_up_nothing_else() {
    let (smtp, server) = sending(Backend::Sqlite).await;
    confirmed(&server, "ada").await;
    write(&server.app, "first@example.org", false).await;
    // One mail proves that the server takes any.
    mail::send(&server.app).await.expect("a turn");
    server.change("ada", AccountChange::Disable).await;
    write(&server.app, "second@example.org", false).await;
    smtp.will(&[(At::To, Does::Waits)]);
    let app = server.app.clone();
    let turn = tokio::spawn(async move { mail::send(&app).await });
    until(|| smtp.is_done() && smtp.taken().len() == 2).await;
    assert!(!turn.is_finished(), "the server hangs");
    server.change("ada", AccountChange::Enable).await;
    server.browser("ada").await;
    smtp.open_gate();
    turn.await.expect("ended").expect("a turn");
    deliver(&server.app).await;
    assert_eq!(smtp.taken().len(), 5);
}

/// Silence has an end, at whichever step it falls.
#[tokio::test]
async fn silence_has_an_end() {
    for (at, step, verdict) in [
        (At::Connected, Step::Greet, Verdict::Again),
        (At::From, Step::From, Verdict::Again),
        (At::To, Step::To, Verdict::Again),
        (At::Data, Step::Data, Verdict::Again),
        (At::Text, Step::Text, Verdict::Unknown),
    ] {
        let smtp = SmtpServer::start().await;
        let (config, mail) = trial_of(&smtp);
        smtp.will(&[(at, Does::Waits)]);
        // A busy machine may need longer than the shortest limit to come to the step.
        let mut limits = [100, 1_000, 10_000, 30_000].map(Duration::from_millis).into_iter();
        loop {
            let limit = limits.next().expect("the step is reached in time");
            let mailer = mail::mailer(&config).expect("opened").expect("a way out");
            let mailer = mailer.with_limit(limit);
            let failure = mailer.send(&mut Line::default(), &mail).await.expect_err("silence");
            if smtp.is_done() {
                assert_eq!((failure.step, judge(&failure)), (step, verdict), "{failure:?}");
                break;
            }
        }
    }
}

/// S102: whatever a server sends, the log and the outbox have one line of text.
#[tokio::test]
async fn s102_a_reply_cannot_write_into_the_log() {
    let (smtp, server) = sending(Backend::Sqlite).await;
    write(&server.app, TO, false).await;
    let reply = "550-5.1.1 <ADA@example.org> first\r\n550-\u{1b}[31mred\tand\u{7}more\r\n550 5.1.1 \u{202e}last";
    smtp.will(&[(At::To, Does::Replies(reply))]);
    let log = Log::of_all();
    deliver(&server.app).await;
    let said = log.end();
    let stored = server.sql("select last_reply from outbox").await;
    assert!(!stored[0].contains(char::is_control) && stored[0].contains("first"), "{stored:?}");
    assert!(!said.contains("\u{1b}") && !said.contains('\u{7}'), "{said}");
    // No address is in the log at any level, also if the server repeats it.
    assert!(said.contains("first"), "{said}");
    assert!(!format!("{said}{stored:?}").to_lowercase().contains("ada@example.org"), "{said}");
}
