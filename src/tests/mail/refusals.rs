//! Addresses: refused, or written right, to the last byte of what an SMTP server hears (S77).

use serde_json::json;

use super::{deliver, outbox::write};
use crate::support::*;

both! {
    /// CR, LF and NUL reach neither a header nor the envelope: they are refused where they are typed.
    async fn s77_what_ends_a_line_is_no_address(server: Server) {
        for (n, address) in [
            "ada@example.org\r\nBcc: eve@example.org", "ada\r\n@example.org", "ada@example.org\n", "a\0da@example.org",
            "<ada@example.org>", "ada@example.org, eve@example.org", "\"a b\"@example.org", "a@[127.0.0.1]",
            "ada@exam\u{2028}ple.org", "a\u{202e}da@example.org",
        ]
        .into_iter()
        .enumerate()
        {
            let body = json!({ "username": format!("user{n}"), "password": PASSWORD, "email": address });
            let reply = server.send(post("/api/v1/register").json(body)).await;
            // A blank at the end is none.
            let expected = if address == "ada@example.org\n" { 201 } else { 422 };
            assert_eq!(reply.status.as_u16(), expected, "{address:?}: {}", reply.text);
        }
        assert_eq!(server.sql("select address from user_emails").await, ["ada@example.org"]);
    }
}

/// What a server hears of unusual addresses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s77_unusual_addresses_are_written_right() {
    let smtp = SmtpServer::start().await;
    let server = Server::with(Backend::Sqlite, |flags| smtp.flags(flags)).await;
    for (stored, heard) in [
        ("Ada@Bücher.example", "Ada@xn--bcher-kva.example"),
        ("a..b@example.org", "\"a..b\"@example.org"),
        ("o'hara+tag@example.org", "o'hara+tag@example.org"),
        ("ａｄａ@example.org", "ada@example.org"),
    ] {
        write(&server.app, stored, false).await;
        deliver(&server.app).await;
        let message = smtp.taken().pop().expect("a message");
        assert_eq!(message.to, heard, "{stored}");
        assert_eq!(message.header("To"), heard, "{stored}");
        assert_eq!(message.text.matches("\r\nTo: ").count(), 1, "{}", message.text);
        assert!(message.text.is_ascii(), "{stored}");
    }
    // The server does not know SMTPUTF8: it is told so, and the address is refused.
    let before = smtp.messages().len();
    write(&server.app, "田中@example.org", false).await;
    deliver(&server.app).await;
    assert_eq!(smtp.messages().len(), before);
    let row = server.sql("select last_reply from outbox where state = 'refused'").await;
    assert_eq!(row, ["the SMTP server takes no address with letters beyond ASCII"]);
}

/// The sender's name may have anything that can be seen.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s77_a_name_is_quoted_or_encoded() {
    for (from, expected) in [
        (
            "Acme, Inc. <no-reply@acme.example>",
            "=?utf-8?b?QWNtZSwgSW5jLg==?= <no-reply@acme.example>",
        ),
        ("\"Acme\" <no-reply@acme.example>", "Acme <no-reply@acme.example>"),
        ("no-reply@acme.example", "Vestibule <no-reply@acme.example>"),
        ("Büro <no-reply@bücher.example>", "=?utf-8?b?QsO8cm8=?= <no-reply@xn--bcher-kva.example>"),
    ] {
        let smtp = SmtpServer::start().await;
        let server = Server::with(Backend::Sqlite, |flags| {
            smtp.flags(flags);
            flags.mail_from = Some(from.into());
            flags.mail_reply_to = Some("Help <help@acme.example>".into());
            flags.mail_bounce = Some("bounces@acme.example".into());
        })
        .await;
        write(&server.app, "ada@example.org", false).await;
        deliver(&server.app).await;
        let message = smtp.taken().pop().expect("a message");
        assert_eq!(message.header("From"), expected);
        assert_eq!(message.header("Reply-To"), "Help <help@acme.example>");
        assert_eq!(message.from, "bounces@acme.example", "the envelope");
    }
}

/// `vestibule mail test`: the whole way by the settings, with advice where it fails.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_mail_says_what_the_server_said() {
    let smtp = SmtpServer::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let mut command = vestibule(folder.path());
        command.args(["mail", "test"]).args(args).envs(smtp.variables());
        tokio::task::spawn_blocking(move || Said::by(&mut command))
    };
    let said = run(&["ada@example.org"]).await.expect("run").fine();
    assert!(said.contains("handed to 127.0.0.1:"), "{said}");
    let message = smtp.taken().pop().expect("a message");
    assert_eq!(message.header("Subject"), "Test mail from Vestibule");
    // Nothing is made: no database, no folder.
    assert!(!folder.path().join("data").exists());
    smtp.will(&[(At::To, Does::Replies("550 5.1.1 no such user"))]);
    let said = run(&["ada@example.org"]).await.expect("run").refused();
    assert!(
        said.contains("550 5.1.1 no such user") && said.contains("the address takes no mail"),
        "{said}"
    );
    let said = run(&["ada"]).await.expect("run").refused();
    assert!(said.contains("expected an address"), "{said}");
    let said =
        Said::by(vestibule(folder.path()).args(["mail", "test", "ada@example.org"])).refused();
    assert!(said.contains("VESTIBULE_MAIL_SERVER"), "{said}");
}
