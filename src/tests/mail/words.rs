//! An operator's words in place of ours, checked at the start.

use std::{fs, path::Path};

use vestibule::server::service::accounts::AccountChange;

use super::{confirmed, subjects};
use crate::support::*;

fn with(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("written");
    }
}

/// Starts nothing: checks the settings.
fn check(folder: &Path) -> Said {
    let mut command = vestibule(folder);
    command.args(["config", "check"]).env("VESTIBULE_MAIL_WORDS", folder.join("words"));
    command.env("VESTIBULE_LISTEN", "127.0.0.1:0");
    Said::by(&mut command)
}

#[tokio::test]
async fn words_of_the_operator_take_the_place_of_ours() {
    let words = tempfile::tempdir().expect("a folder");
    with(
        words.path(),
        &[
            (
                "en.ftl",
                "mail-subject = { $kind ->\n    [account_disabled] { $service }: closed\n   *[other] { $service }: news\n}\n\
             mail-never = We never ask.\n",
            ),
            (".hidden", "no words"),
        ],
    );
    let server = Server::with(Backend::Sqlite, |flags| {
        flags.mail_words = Some(words.path().display().to_string());
        flags.brand_name = Some("Acme".into());
    })
    .await;
    confirmed(&server, "ada").await;
    server.change("ada", AccountChange::Disable).await;
    confirmed(&server, "bob").await;
    server.sql("update users set locale = 'de' where username = 'bob'").await;
    server.change("bob", AccountChange::Disable).await;
    // Another language has ours.
    assert_eq!(subjects(&server.app).await, ["Acme: closed", "Ihr Konto bei Acme wurde gesperrt"]);
    let mails = super::delivered(&server.app).await;
    assert!(mails[0].mail.content.text.contains("We never ask."), "{}", mails[0].mail.content.text);
    // What was not replaced is ours.
    assert!(
        mails[0].mail.content.text.contains("disabled your account"),
        "{}",
        mails[0].mail.content.text
    );
    // Pages keep our words: only mails are replaced.
    let page = server.send(get("/login").header("accept", "text/html")).await.expect(200);
    assert!(page.page().contains("Sign in to Acme"), "{}", page.text);
}

#[test]
fn words_that_cannot_be_used_stop_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = folder.path().join("words");
    fs::create_dir(&words).expect("made");
    fs::create_dir(folder.path().join("data")).expect("made");
    with(&words, &[("en.ftl", "mail-never = We never ask.\n")]);
    assert_eq!(check(folder.path()).code, Some(0));
    let too_long = format!("mail-never = {}\n", "never ".repeat(3_600));
    for (name, text, says) in [
        (
            "en.ftl",
            "mail-never = { $link }\n",
            "mail-never has no placeholder $link; it has $service",
        ),
        (
            "en.ftl",
            "mail-account = { $service }\n",
            "mail-account has no placeholder $service; it has none",
        ),
        ("en.ftl", "mail-nothing = x\n", "mail-nothing is no message of mails"),
        ("en.ftl", "login-heading = x\n", "login-heading is no message of mails"),
        ("en.ftl", "mail-never = { NUMBER($service) }\n", "has no placeholder $NUMBER"),
        ("en.ftl", "mail-never = { mail-reason }\n", "has no placeholder $mail-reason"),
        ("en.ftl", "-brand = x\nmail-never = { -brand }\n", "-brand is a term"),
        (
            "en.ftl",
            "mail-never = fine\n\nmail-subject = { $kind ->\n",
            "line 3 cannot be read as Fluent",
        ),
        ("de.ftl", &too_long, "de.ftl: sign_in becomes too long: the HTML of a mail has"),
        ("xx.ftl", "mail-never = x\n", "expected a file named en.ftl, ar.ftl, de.ftl"),
        ("notes.txt", "", "expected a file named"),
    ] {
        for file in fs::read_dir(&words).expect("a folder") {
            fs::remove_file(file.expect("a file").path()).expect("removed");
        }
        with(&words, &[(name, text)]);
        let said = check(folder.path());
        assert_eq!(said.code, Some(1), "{text}: {said:?}");
        assert!(
            said.err.contains("mail: words:") && said.err.contains(says),
            "{text}: {}",
            said.err
        );
    }
    fs::remove_dir_all(&words).expect("removed");
    let said = check(folder.path());
    assert!(said.err.contains("mail: words:"), "{said:?}");
}

#[test]
fn previews_are_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = Said::by(vestibule(folder.path()).args(["mail", "preview", "sign_in"])).fine();
    assert_eq!(said.lines().count(), 6, "{said}");
    let html = fs::read_to_string(folder.path().join("sign_in.de.html")).expect("a file");
    assert!(html.contains("Neue Anmeldung") && html.contains("Firefox 140"), "{html}");
    let text = fs::read_to_string(folder.path().join("sign_in.en.txt")).expect("a file");
    assert!(text.contains("http://localhost:3000/account/devices"), "{text}");
    let said = Said::by(vestibule(folder.path()).args(["mail", "preview", "nothing"]));
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("session_reuse"), "{said:?}");
}
