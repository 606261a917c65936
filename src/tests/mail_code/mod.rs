//! A sign-in by a code of a mail, where the settings allow it (S2, S21, S27, S80).

mod alike;
mod factor;
mod pages;

use serde_json::{Value, json};
use vestibule::server::{App, config::Flags, service::accounts::AccountChange};

use super::{
    mail::{confirmed, delivered},
    support::*,
};

fn allowed(flags: &mut Flags) {
    flags.mail_code = Some("true".into());
}

fn ask(name: &str) -> Request {
    post("/api/v1/login/mail").json(json!({ "identifier": name }))
}

fn give(flow: &str, code: &str) -> Request {
    let body = json!({ "flow": flow, "code": code, "session": "token" });
    send_json(http::Method::PUT, "/api/v1/login/mail", body)
}

/// Asks for a mail; answers the secret of the attempt.
async fn begin(server: &Server, name: &str) -> String {
    let begun = server.send(ask(name)).await.expect(202).json();
    begun["flow"].as_str().expect("a secret").to_owned()
}

/// The code of the newest mail.
async fn newest(app: &App) -> String {
    let mails = delivered(app).await;
    let mut content = mails.into_iter().map(|kept| kept.mail.content);
    let last = content.rfind(|content| content.subject == "Your code for Vestibule");
    let content = last.expect("a mail");
    assert_eq!(content.links, [""; 0], "it works in one browser alone");
    content.codes.first().expect("a code").clone()
}

/// Another code than this.
fn wrong(code: &str) -> &'static str {
    if code.replace(' ', "") == "12345678" { "87654321" } else { "12345678" }
}

const SESSIONS: &str = "select amr from sessions";

both_with! { |flags| allowed(flags);
    async fn a_code_signs_in_and_the_password_stays(server: Server) {
        confirmed(&server, "ada").await;
        let before = server.login("ada").await;
        let begun = server.send(ask("ada@example.org")).await.expect(202).json();
        assert_eq!((&begun["expires_in"], &begun["resend_after"]), (&json!(600), &json!(60)));
        let flow = begun["flow"].as_str().expect("a secret").to_owned();
        server.send(get("/api/v1/me").bearer(&flow)).await.expect_problem(401, "invalid_token");
        let code = newest(&server.app).await;
        server.send(give(&flow, wrong(&code))).await.expect_problem(401, "invalid_code");
        let opened = server.send(give(&flow, &code)).await.expect(200).json();
        assert!(opened["refresh_token"].is_string());
        let claims = part(opened["access_token"].as_str().expect("a token"), 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["otp"]), &json!("aal1")));
        // It works once.
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
        // The password and other sessions stay.
        server.send(get("/api/v1/me").bearer(&before)).await.expect(200);
        server.send(right("ada")).await.expect(200);
        let kinds = "select kind || ' ' || outcome from audit_events order by seq";
        let kinds = server.sql(kinds).await;
        let wanted = ["mail_code.ask success", "mail_code.give refused", "mail_code.give success", "login success"];
        assert!(kinds.windows(4).any(|four| four == wanted), "{kinds:?}");
        let details = server.sql("select details from audit_events where kind = 'login' order by seq").await;
        assert!(details.iter().any(|details| details.contains("by_mail")), "{details:?}");
    }

    async fn a_newer_mail_ends_the_one_before(server: Server) {
        confirmed(&server, "ada").await;
        let first = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let second = begin(&server, "ada").await;
        let newer = newest(&server.app).await;
        server.send(give(&first, &code)).await.expect_problem(401, "invalid_code");
        // The code of one attempt is worth nothing with the secret of another.
        server.send(give(&first, &newer)).await.expect_problem(401, "invalid_code");
        server.send(give(&second, &newer)).await.expect(200);
    }

    /// Flows of other purposes sign nobody in, and this one sets no password.
    async fn s80_a_code_of_another_purpose_is_none(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let prove = post("/api/v1/recovery/code").json(json!({ "flow": flow, "code": code }));
        server.send(prove).await.expect_problem(401, "invalid_code");
        let new = json!({ "flow": flow, "new_password": "another horse battery" });
        server.send(post("/api/v1/recovery/password").json(new)).await.expect_problem(410, "flow_over");
        let reset = server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202).json();
        let mails = delivered(&server.app).await;
        let of_reset = mails.last().expect("a mail").mail.content.codes[0].clone();
        let flow_of_reset = reset["flow"].as_str().expect("a secret");
        server.send(give(flow_of_reset, &of_reset)).await.expect_problem(401, "invalid_code");
        assert_eq!(server.sql(SESSIONS).await, [""; 0]);
    }

    async fn it_ends_after_ten_minutes_and_with_the_account(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        server.app.clock.advance(600);
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
        for change in [AccountChange::Disable, AccountChange::Enable] {
            let flow = begin(&server, "ada").await;
            server.change("ada", change).await;
            if let Some(code) = delivered(&server.app).await.last().and_then(|kept| kept.mail.content.codes.first().cloned()) {
                server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
            }
        }
        assert_eq!(server.sql(SESSIONS).await, [""; 0]);
    }

    /// Five for each mail, and twenty for each account, however many mails are asked for.
    async fn codes_are_bounded(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        for _ in 0..5 {
            server.send(give(&flow, wrong(&code))).await.expect_problem(401, "invalid_code");
        }
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
        for _ in 0..3 {
            server.app.clock.advance(1_200);
            let flow = begin(&server, "ada").await;
            for _ in 0..5 {
                server.send(give(&flow, "0000 0001")).await.expect(401);
            }
        }
        server.app.clock.advance(1_200);
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        // An hour has given one back.
        server.send(give(&flow, wrong(&code))).await.expect(401);
        server.send(give(&flow, &code)).await.expect_problem(401, "invalid_code");
    }

    async fn a_race_opens_one_session(server: Server) {
        confirmed(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        let (_, other) = server.again().await;
        let replies = futures::future::join_all((0..20).map(|n| {
            send(if n % 2 == 0 { &server.router } else { &other }, give(&flow, &code))
        }));
        let replies = replies.await;
        let opened = replies.iter().filter(|reply| reply.status == 200).count();
        assert_eq!((opened, server.sql(SESSIONS).await.len()), (1, 1), "{replies:?}");
    }

    async fn an_account_that_is_leaving_is_only_kept(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::Delete).await;
        let flow = begin(&server, "ada").await;
        let code = newest(&server.app).await;
        server.send(give(&flow, &code)).await.expect_problem(401, "account_leaving");
        assert_eq!(server.sql(SESSIONS).await, [""; 0]);
    }
}

both! {
    /// It is off unless the operator turns it on.
    async fn it_is_off_by_default(server: Server) {
        confirmed(&server, "ada").await;
        server.send(ask("ada")).await.expect_problem(404, "not_found");
        server.send(give(&"A".repeat(43), "1234 5678")).await.expect_problem(404, "not_found");
        let page = server.send(get("/login").header("accept", "text/html")).await.expect(200).page();
        assert!(!page.contains("/login/mail"), "{page}");
        let mut browser = Browser::new();
        assert_eq!(browser.open(&server, "/login/mail").await.expect(303).header("location"), "/login");
        browser.post(&server, "/login/mail", &[("identifier", "ada")]).await.expect(404);
        assert_eq!(server.sql("select id from outbox").await, [""; 0]);
    }
}
