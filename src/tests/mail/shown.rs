//! How mails look: each kind in each language, with the longest names, and what must not be in them.

use vestibule::server::{
    clock::Clock,
    config::{Config, Flags},
    say::Language,
    service::mail::{self, MailKind},
};

use super::{confirmed, delivered};
use crate::support::*;

fn config(change: impl FnOnce(&mut Flags)) -> Config {
    let mut flags = Flags::default();
    change(&mut flags);
    Config::load(&flags, None).expect("settings")
}

#[test]
fn every_mail_is_made_in_every_language() {
    let some = |text: &str| Some(text.to_owned());
    for name in ["Acme", "Ä & <b>Söhne</b> \"Ltd\"", "W".repeat(40).as_str()] {
        let config = config(|flags| {
            flags.brand_name = some(name);
            flags.brand_support = some("mailto:help@acme.example");
            flags.brand_accent = some("#5b3df5");
        });
        for kind in MailKind::ALL {
            for language in Language::all() {
                let content =
                    mail::preview(&config, &Clock::manual(1_767_225_600_000), *kind, language);
                let content = content.expect("a mail");
                let (text, html) = (&content.text, &content.html);
                let what = format!("{kind:?} {language:?}: {html}");
                assert!(html.len() <= 20 * 1024 && content.subject.chars().count() < 120, "{what}");
                assert!(html.contains(&format!("<html lang=\"{}\"", language.code())), "{what}");
                assert_eq!(html.contains("dir=\"rtl\""), language.is_rtl(), "{what}");
                // Nothing of a name is markup, and nothing is loaded.
                assert!(!html.contains("<b>") && !html.contains("<script"), "{what}");
                for loads in ["src=", "url(", "@import", "<img", "<link", "http-equiv"] {
                    assert!(!html.contains(loads), "{loads} in {what}");
                }
                // The text alone says all: each link is a line of its own, short enough not to be broken.
                for link in &content.links {
                    assert!(text.lines().any(|line| line == link) && link.len() <= 76, "{text}");
                }
                assert!(text.contains(name), "{text}");
                // No message was missing, and no placeholder stayed.
                assert!(!text.contains("{ $") && !text.contains('?'), "{text}");
                assert!(
                    !content.subject.contains(['\n', '\r', '\u{2068}']),
                    "{:?}",
                    content.subject
                );
            }
        }
    }
}

/// S78: whatever a request names, links lead to the public URL.
#[tokio::test]
async fn s78_links_come_from_the_settings() {
    let server = Server::new(Backend::Sqlite).await;
    confirmed(&server, "ada").await;
    let fields = [("identifier", "ada"), ("password", PASSWORD)];
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("forwarded", "host=evil.example;proto=https"),
        ("x-original-url", "https://evil.example/"),
        ("referer", "https://evil.example/"),
    ] {
        server.send(form("/login", &fields).header(name, value)).await.expect(303);
    }
    server.send(form("/login", &fields).replace("host", "evil.example")).await.expect(421);
    // Another name of this machine is ours, and no link has it.
    let other = form("/login", &fields)
        .replace("host", "127.0.0.1:3000")
        .replace("origin", "http://127.0.0.1:3000");
    drop(server.send(other).await);
    let mails = delivered(&server.app).await;
    assert!(mails.len() >= 5, "{}", mails.len());
    for kept in mails {
        let (content, message) = (kept.mail.content, kept.message);
        assert!(
            content.links.iter().all(|link| link.starts_with("http://localhost:3000/")),
            "{:?}",
            content.links
        );
        assert!(
            !content.html.contains("evil")
                && !content.text.contains("evil")
                && !message.contains("evil")
        );
        assert_eq!(content.html.matches("href=").count(), content.links.len(), "{}", content.html);
    }
}

/// S74: what people type is text in mails too.
#[tokio::test]
async fn s74_what_was_typed_is_text_in_mails() {
    let server = Server::new(Backend::Sqlite).await;
    confirmed(&server, "ada").await;
    let agent = "<script>alert(1)</script> Firefox/140.0\" onload=\"x";
    let fields = [("identifier", "ada"), ("password", PASSWORD)];
    server.send(form("/login", &fields).header("user-agent", agent)).await.expect(303);
    server.sql("update users set username = '<b>ada</b>'").await;
    let mails = delivered(&server.app).await;
    let content = &mails[0].mail.content;
    assert!(
        !content.html.contains("<script>") && !content.html.contains("onload"),
        "{}",
        content.html
    );
    assert!(content.text.contains("Firefox 140"), "{}", content.text);
}

/// The shape of a message: what other programs read of it is in scripts/mail.
#[tokio::test]
async fn a_message_is_multipart_with_short_lines_of_ascii() {
    let server = Server::new(Backend::Sqlite).await;
    confirmed(&server, "ada").await;
    server.sql("update users set locale = 'ar'").await;
    server.browser("ada").await;
    let mails = delivered(&server.app).await;
    let message = &mails[0].message;
    assert!(message.is_ascii() && message.split("\r\n").all(|line| line.len() <= 78), "{message}");
    assert!(!message.replace("\r\n", "").contains(['\r', '\n']), "{message}");
    for header in [
        "Date: Thu, 01 Jan 2026 00:00:00 +0000\r\n",
        "From: Vestibule <no-reply@localhost>\r\n",
        "To: ada@example.org\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "X-Auto-Response-Suppress: All\r\n",
        "Content-Language: ar\r\n",
        "Content-Type: multipart/alternative;",
    ] {
        assert_eq!(message.matches(header).count(), 1, "{header}: {message}");
    }
    let id = format!("Message-ID: <{}@localhost>\r\n", mails[0].mail.id);
    assert!(message.contains(&id), "{message}");
    let (plain, html) = (message.find("text/plain"), message.find("text/html"));
    assert!(plain.is_some() && plain < html, "text comes first: {message}");
    assert_eq!(
        message.matches("Content-Transfer-Encoding: quoted-printable\r\n").count(),
        2,
        "{message}"
    );
    for tracking in ["List-Unsubscribe", "Disposition-Notification", "X-Mailer", "User-Agent"] {
        assert!(!message.contains(tracking), "{message}");
    }
}
