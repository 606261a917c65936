//! Forgotten passwords: the mail, its link and its code, and the new password (S79, S80).

mod alike;
mod browser;
mod dead;
mod limits;
mod links;
mod order;
mod races;
mod unconfirmed;

use serde_json::{Value, json};
use vestibule::server::App;

pub(super) use alike::{added, reached_alike, rows, seen};

use super::{
    mail::{confirmed, delivered, subjects},
    support::*,
};

/// A password that the policy takes, other than that of the tests.
const OTHER: &str = "another horse battery";

fn ask(name: &str) -> Request {
    post("/api/v1/recovery").json(json!({ "identifier": name }))
}

fn prove(flow: &str, code: &str) -> Request {
    post("/api/v1/recovery/code").json(json!({ "flow": flow, "code": code }))
}

fn replace(flow: &str, password: &str) -> Request {
    post("/api/v1/recovery/password").json(json!({ "flow": flow, "new_password": password }))
}

fn sign_in(name: &str, password: &str) -> Request {
    post("/api/v1/login").json(json!({ "identifier": name, "password": password }))
}

/// The secret of an attempt that was begun.
fn flow_of(begun: &Value) -> String {
    begun["flow"].as_str().expect("a secret").to_owned()
}

/// Asks for a mail; answers the secret of the attempt.
async fn begin(server: &Server, name: &str) -> String {
    flow_of(&server.send(ask(name)).await.expect(202).json())
}

/// What the newest mail carries: the path of its link, and its code.
async fn newest(app: &App) -> (String, String) {
    let mut mails = delivered(app).await;
    // Of those that wait, only one has a link that works; the others are not sent.
    mails.retain(|kept| kept.mail.content.subject == "Choose a new password for Vestibule");
    let content = &mails.last().expect("a mail").mail.content;
    let link = content.links.first().expect("a link").strip_prefix(ORIGIN).expect("our address");
    (link.to_owned(), content.codes.first().expect("a code").clone())
}

/// The token of a link.
fn token(link: &str) -> &str {
    link.strip_prefix("/go/").expect("a link of mails")
}

both! {
    async fn s79_a_forgotten_password_is_replaced_by_a_code(server: Server) {
        confirmed(&server, "ada").await;
        let (before, cookie) = (server.login("ada").await, server.browser("ada").await);
        let begun = server.send(ask("ada@example.org")).await.expect(202).json();
        assert_eq!((&begun["expires_in"], &begun["resend_after"]), (&json!(1_800), &json!(60)));
        let flow = flow_of(&begun);
        let (_, code) = newest(&server.app).await;
        // Nothing is replaced before the code is given.
        server.send(replace(&flow, OTHER)).await.expect_problem(410, "flow_over");
        server.send(prove(&flow, &format!("{} {}", &code[..4], &code[4..]))).await.expect(204);
        // A password that the policy refuses spends nothing.
        server.send(replace(&flow, "short")).await.expect_problem(422, "invalid_input");
        server.send(replace(&flow, "ada")).await.expect_problem(422, "invalid_input");
        let replaced = server.send(replace(&flow, OTHER)).await.expect(204);
        // Nobody is signed in by it, and everybody is signed out.
        assert_eq!((replaced.text.as_str(), replaced.session_cookie()), ("", None));
        server.send(get("/api/v1/me").bearer(&before)).await.expect(401);
        let refresh = post("/api/v1/token/refresh").same_origin().cookie(&cookie);
        server.send(refresh).await.expect(400);
        server.send(sign_in("ada", PASSWORD)).await.expect(401);
        server.send(sign_in("ada", OTHER)).await.expect(200);
        assert!(subjects(&server.app).await.contains(&"Your Vestibule password was reset".to_owned()));
        // It works once.
        server.send(replace(&flow, "a third horse battery")).await.expect_problem(410, "flow_over");
    }

    async fn by_username_the_mail_goes_to_the_confirmed_address(server: Server) {
        confirmed(&server, "ada").await;
        server.sql(
            "insert into user_emails (id, user_id, address, address_canonical, created_at)
             select 'other', id, 'typo@example.org', 'typo@example.org', 0 from users",
        ).await;
        begin(&server, "ADA").await;
        let mails = delivered(&server.app).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to.to_string(), "ada@example.org");
    }

    /// F12: the person who was kept out by somebody's guesses gets in with the new password.
    async fn failed_sign_ins_are_forgotten(server: Server) {
        confirmed(&server, "ada").await;
        guess_until_refused(&server.router, "ada").await;
        server.send(right("ada")).await.expect_problem(429, "account_throttled");
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
        server.send(sign_in("ada", OTHER)).await.expect(200);
    }

    /// Somebody who knew the old password is a stranger again, wherever they are.
    async fn known_networks_are_forgotten(server: Server) {
        confirmed(&server, "ada").await;
        server.send(right("ada").from("192.0.2.1")).await.expect(200);
        let known = async || server.sql("select account from known_sources").await.len();
        assert!(known().await > 0);
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
        assert_eq!(known().await, 0);
    }

    /// A leaked table opens nothing, and neither does a mail that was sent.
    async fn secrets_are_stored_as_hashes(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let stored = async || {
            let flows = "select secret_hash || link_hash || coalesce(code_mac, '') || coalesce(data_sealed, '') from flows";
            let mails = "select address_sealed || coalesce(payload_sealed, '') from outbox";
            [server.sql(flows).await, server.sql(mails).await].concat().join(" ")
        };
        let before = stored().await;
        let (link, code) = newest(&server.app).await;
        let after = stored().await;
        for secret in [&*flow, token(&link), &code, "ada@example.org"] {
            assert!(!before.contains(secret) && !after.contains(secret), "{secret}");
        }
        let payloads = server.sql("select id from outbox where payload_sealed is not null").await;
        assert_eq!(payloads, [""; 0], "what was sent is forgotten");
    }

    async fn the_history_says_what_happened(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, "0000 0000")).await.expect(401);
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
        let kinds = server.sql("select kind || ' ' || outcome from audit_events order by seq").await;
        let wanted = [
            "recovery.ask success",
            "recovery.code refused",
            "recovery.code success",
            "password.reset success",
        ];
        assert_eq!(kinds[kinds.len() - 4..], wanted, "{kinds:?}");
    }
}

both_with! {
    |flags| {
        flags.listen = Some("0.0.0.0:3000".into());
        flags.public_url = Some("https://id.example.com".into());
    };
    /// Where no mail can be sent, the answer is the same for all, and says whom to ask.
    async fn without_mails_everybody_is_told_whom_to_ask(server: Server) {
        let body = json!({ "username": "ada", "password": PASSWORD });
        let register = post("/api/v1/register").json(body).replace("host", "id.example.com");
        server.send(register).await.expect(201);
        for name in ["ada", "nobody", "ada@example.org"] {
            let asked = ask(name).replace("host", "id.example.com");
            server.send(asked).await.expect_problem(501, "mail_unavailable");
        }
        let page = get("/forgot").header("accept", "text/html").replace("host", "id.example.com");
        let page = server.send(page).await.expect(200).page();
        assert!(page.contains("This service sends no mails."), "{page}");
        assert!(!page.contains("data-form=\"forgot\""), "{page}");
    }
}
