//! `/dev/mail`: the inbox of a developer, for this machine alone.

use serde_json::Value;

use super::{confirmed, deliver, outbox::write};
use crate::support::*;

const COOKIE: &str = "vestibule_inbox_3000";

fn key(server: &Server) -> String {
    let inbox = server.app.mail.mailer().and_then(|mailer| mailer.inbox());
    inbox.expect("an inbox").key().to_owned()
}

/// A request from this machine.
fn here(path: &str) -> Request {
    get(path).from("127.0.0.1")
}

fn page(path: &str) -> Request {
    here(path).header("accept", "text/html")
}

both! {
    async fn a_developer_reads_mails(server: Server) {
        confirmed(&server, "ada").await;
        server.browser("ada").await;
        deliver(&server.app).await;
        let key = key(&server);
        // The link of the start leads to the address without the key.
        let arrived = server.send(page(&format!("/dev/mail?key={key}"))).await.expect(303);
        assert_eq!(arrived.header("location"), "/dev/mail");
        let cookie = arrived.cookie(COOKIE).expect("a cookie");
        let set = arrived.header("set-cookie");
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Max-Age"), "{set}");
        let list = server.send(page("/dev/mail").cookie(&cookie)).await.expect(200).page();
        assert!(list.contains("New sign-in to your Vestibule account") && list.contains("ada@example.org"), "{list}");
        assert!(!list.contains(&key), "{list}");
        let (_, rest) = list.split_once("href=\"/dev/mail/").expect("a link");
        let id = rest.split('"').next().expect("an id").to_owned();
        let shown = server.send(page(&format!("/dev/mail/{id}")).cookie(&cookie)).await.expect(200);
        assert!(shown.page().contains("http://localhost:3000/account/devices"), "{}", shown.text);
        assert!(shown.page().contains("Auto-Submitted: auto-generated"), "{}", shown.text);
        assert!(shown.header("content-security-policy").contains("frame-src 'self';"));
        assert!(shown.text.contains("sandbox=\"\""), "{}", shown.text);
        // The mail itself runs nothing, loads nothing, and is framed by this page alone.
        let html = server.send(page(&format!("/dev/mail-html/{id}")).cookie(&cookie)).await.expect(200);
        let policy = html.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("sandbox"), "{policy}");
        assert!(policy.contains("frame-ancestors 'self'") && !policy.contains("script"), "{policy}");
        assert_eq!(html.header("x-frame-options"), "SAMEORIGIN");
        assert_eq!(html.header("cache-control"), "no-store");
        assert!(html.text.contains("<h1"), "{}", html.text);
        // No other page may have a frame.
        let login = server.send(page("/login")).await.expect(200);
        assert!(!login.header("content-security-policy").contains("frame-src"));
        server.send(page("/dev/mail/nothing").cookie(&cookie)).await.expect(404);
        server.send(page("/dev/mail-html/nothing").cookie(&cookie)).await.expect(404);
    }

    async fn programs_get_json(server: Server) {
        write(&server.app, "ada@example.org", false).await;
        write(&server.app, "bob@example.org", false).await;
        deliver(&server.app).await;
        let key = key(&server);
        let list = server.send(here(&format!("/dev/mail?key={key}"))).await.expect(200).json();
        assert_eq!(list.as_array().map(Vec::len), Some(2));
        let list = server.send(here(&format!("/dev/mail?key={key}&to=ada@example.org"))).await.expect(200).json();
        let [mail] = &list.as_array().expect("a list")[..] else { panic!("{list}") };
        assert_eq!((&mail["to"], &mail["language"]), (&"ada@example.org".into(), &"en".into()));
        assert_eq!(mail["subject"], "Your Vestibule password was changed");
        assert_eq!(mail["links"], serde_json::json!(["http://localhost:3000/account/password", "http://localhost:3000/go/preview"]));
        assert!(mail["message"].as_str().is_some_and(|message| message.starts_with("Date: ")), "{mail}");
        let id = mail["id"].as_str().expect("an id");
        let one = server.send(here(&format!("/dev/mail/{id}?key={key}"))).await.expect(200).json();
        assert_eq!(&one, mail);
    }

    async fn it_is_for_nobody_else(server: Server) {
        let admin = server.admin().await;
        confirmed(&server, "ada").await;
        let key = key(&server);
        let open = format!("/dev/mail?key={key}");
        server.send(here(&open)).await.expect(200);
        // Not from another machine, not past a proxy on this one, not with another key.
        server.send(get(&open).from("192.0.2.1")).await.expect_problem(404, "not_found");
        server.send(get(&open).from("::ffff:127.0.0.1")).await.expect(200);
        for header in ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"] {
            server.send(here(&open).header(header, "for=127.0.0.1")).await.expect_problem(404, "not_found");
        }
        server.send(here("/dev/mail?key=x")).await.expect_problem(403, "forbidden");
        server.send(here("/dev/mail")).await.expect_problem(403, "forbidden");
        let locked = server.send(page("/dev/mail")).await.expect(403);
        assert!(locked.text.contains("mail-inbox.txt"), "{}", locked.text);
        // Another start has another key.
        let (_, router) = server.again().await;
        send(&router, here(&open)).await.expect_problem(403, "forbidden");
        // An administrator needs none; somebody else who is signed in does, and a token alone opens no page.
        let cookie = server.browser("operator").await;
        server.send(page("/dev/mail").cookie(&cookie)).await.expect(200);
        let cookie = server.browser("ada").await;
        server.send(page("/dev/mail").cookie(&cookie)).await.expect(403);
        server.send(here("/dev/mail").bearer(&admin)).await.expect(403);
    }
}

both_with! {
    |flags| flags.public_url = Some("https://id.example.com".into());
    /// A loopback server behind a proxy is for the public: it has no inbox.
    async fn a_public_server_has_none(server: Server) {
        assert!(server.app.mail.mailer().is_none());
        let request = here("/dev/mail").replace("host", "id.example.com");
        server.send(request).await.expect_problem(404, "not_found");
    }
}

/// The link with the key is in a file of its owner, and in no line of the log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_start_says_where_mails_go() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let file = folder.path().join("data/mail-inbox.txt");
    let link = std::fs::read_to_string(&file).expect("a link");
    assert_eq!(std::fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let (address, key) = link.trim().split_once("?key=").expect("a key");
    assert_eq!(address, format!("{}/dev/mail", process.url));
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("mail=the inbox at /dev/mail") && log.contains("mail-inbox.txt"), "{log}");
    assert!(!log.contains(key), "{log}");
    let list: Value =
        reqwest::get(link.trim()).await.expect("an answer").json().await.expect("JSON");
    assert_eq!(list, serde_json::json!([]));
    drop(process);
    // With a server for mails there is no inbox, and the file of before is gone.
    let smtp = SmtpServer::start().await;
    let variables = smtp.variables();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let process = Process::start(folder.path(), &variables).await;
    assert!(!file.exists());
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains(&format!("mail=127.0.0.1:{} (no TLS)", smtp.port())), "{log}");
    let answer = reqwest::get(format!("{}/dev/mail", process.url)).await.expect("an answer");
    assert_eq!(answer.status(), 404);
}
