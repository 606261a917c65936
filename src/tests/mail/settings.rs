//! The settings of mails: what goes together, and the files that they name.

use std::os::unix::fs::PermissionsExt;

use vestibule::server::config::{Config, Flags};

use crate::support::*;

fn faults(given: &[(&str, &str)]) -> Vec<String> {
    let mut flags = Flags::default();
    for (name, value) in given {
        let value = Some((*value).to_owned());
        match *name {
            "server" => flags.mail_server = value,
            "port" => flags.mail_port = value,
            "tls" => flags.mail_tls = value,
            "user" => flags.mail_user = value,
            "password" => flags.mail_password_file = value,
            "from" => flags.mail_from = value,
            "ca" => flags.mail_ca_file = value,
            "plain" => flags.mail_allow_plain = value,
            "folder" => flags.mail_folder = value,
            _ => panic!("{name}"),
        }
    }
    Config::load(&flags, None).err().map(|error| error.faults).unwrap_or_default()
}

#[test]
fn settings_of_mails_go_together() {
    const FROM: (&str, &str) = ("from", "no-reply@acme.example");
    const SERVER: (&str, &str) = ("server", "smtp.acme.example");
    for (given, fault) in [
        (&[FROM, SERVER][..], None),
        (&[SERVER], Some("it is needed beside mail_server and mail_folder")),
        (&[("folder", "mails")], Some("it is needed")),
        (&[FROM, SERVER, ("folder", "mails")], Some("only without mail_server")),
        (&[FROM, SERVER, ("user", "relay")], Some("MAIL_PASSWORD_FILE: it is needed")),
        (&[FROM, SERVER, ("password", "file")], Some("MAIL_USER: it is needed")),
        (&[FROM, SERVER, ("user", "relay"), ("password", "file")], None),
        // No password over plain SMTP, whatever else is allowed.
        (
            &[
                FROM,
                ("server", "localhost"),
                ("tls", "none"),
                ("plain", "true"),
                ("user", "relay"),
                ("password", "file"),
            ],
            Some("only with TLS"),
        ),
        (&[FROM, SERVER, ("tls", "none")], Some("none is for an SMTP server on this machine")),
        (&[FROM, SERVER, ("tls", "none"), ("plain", "true")], None),
        (&[FROM, ("server", "localhost"), ("tls", "none")], None),
        (&[FROM, ("server", "127.0.0.2"), ("tls", "none")], None),
        (&[FROM, ("server", "::1"), ("tls", "none")], None),
        (
            &[FROM, ("server", "localhost"), ("tls", "none"), ("ca", "ca.pem")],
            Some("only with TLS"),
        ),
        (&[FROM, ("server", "smtp.acme.example:587")], Some("the port is VESTIBULE_MAIL_PORT")),
        (&[FROM, ("server", "smtps://smtp.acme.example")], Some("expected a host name")),
        (&[FROM, SERVER, ("tls", "opportunistic")], Some("expected implicit, starttls or none")),
        (&[("from", "acme"), SERVER], Some("expected an address")),
        // A server without SMTPUTF8 would take no mail, and no address is at fault.
        (&[("from", "josé@acme.example"), SERVER], Some("ASCII letters alone")),
        (&[("from", "Büro <no-reply@bücher.example>"), SERVER], None),
        (
            &[("from", "Acme\r\nBcc: eve@example.org <no-reply@acme.example>"), SERVER],
            Some("characters that are seen"),
        ),
    ] {
        let found = faults(given);
        match fault {
            None => assert_eq!(found, [""; 0], "{given:?}"),
            Some(fault) => {
                assert!(found.iter().any(|found| found.contains(fault)), "{given:?}: {found:?}")
            }
        }
    }
}

/// The password of a relay is a secret as any other (S104).
#[tokio::test]
async fn s104_a_password_that_others_can_read_stops_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("password");
    std::fs::write(&file, "of the relay\n").expect("written");
    let check = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).expect("changed");
        let mut command = vestibule(folder.path());
        command.args(["config", "check"]).env("VESTIBULE_LISTEN", "127.0.0.1:0");
        for (name, value) in [
            ("VESTIBULE_MAIL_SERVER", "smtp.acme.example"),
            ("VESTIBULE_MAIL_FROM", "no-reply@acme.example"),
            ("VESTIBULE_MAIL_USER", "relay"),
            ("VESTIBULE_MAIL_PASSWORD_FILE", &file.display().to_string()),
        ] {
            command.env(name, value);
        }
        Said::by(&mut command)
    };
    std::fs::create_dir(folder.path().join("data")).expect("made");
    assert_eq!(check(0o600).code, Some(0), "{:?}", check(0o600));
    let said = check(0o644);
    assert!(
        said.code == Some(1) && said.err.contains("mail: ") && said.err.contains("chmod 600"),
        "{said:?}"
    );
    assert!(!said.err.contains("of the relay"), "{said:?}");
    std::fs::write(&file, "\n").expect("written");
    assert!(check(0o600).err.contains("it is empty"), "{:?}", check(0o600));
    std::fs::remove_file(&file).expect("removed");
    let mut command = vestibule(folder.path());
    let said = Said::by(command.args(["config", "show"]));
    assert!(said.out.contains("password_file = "), "{said:?}");
}

/// Mails as files, for a program that takes them on.
#[tokio::test]
async fn mails_can_be_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::with(Backend::Sqlite, |flags| {
        flags.mail_folder = Some(folder.path().display().to_string());
        flags.mail_from = Some("Acme <no-reply@acme.example>".into());
        flags.mail_bounce = Some("bounces@acme.example".into());
    })
    .await;
    super::outbox::write(&server.app, "ada@example.org", false).await;
    super::deliver(&server.app).await;
    let files: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    let [Ok(file)] = &files[..] else { panic!("{files:?}") };
    assert!(file.file_name().to_string_lossy().ends_with(".eml"));
    assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(file.path()).expect("text");
    assert!(
        text.starts_with(
            "X-Envelope-From: <bounces@acme.example>\r\nX-Envelope-To: <ada@example.org>\r\n"
        ),
        "{text}"
    );
    // A folder that is gone is ours to mend: the mail waits.
    super::outbox::write(&server.app, "bob@example.org", false).await;
    std::fs::remove_dir_all(folder.path()).expect("removed");
    super::deliver(&server.app).await;
    assert!(server.app.mail.pause().is_some());
    std::fs::create_dir(folder.path()).expect("made");
    server.app.clock.advance(61);
    super::deliver(&server.app).await;
    assert_eq!(server.sql("select state from outbox").await, ["sent", "sent"]);
}
