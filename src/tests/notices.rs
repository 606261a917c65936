//! The choice of notices: mails about new sign-ins can be turned off, and no others.

use serde_json::json;

use super::{
    mail::{confirmed, subjects},
    support::*,
};

const NEW: &str = "New sign-in to your Vestibule account";
const OFF: &str = "Mails about new sign-ins to Vestibule are off";

fn choose(sign_in: bool) -> Request {
    send_json(http::Method::PUT, "/api/v1/me/notices", json!({ "sign_in": sign_in }))
}

async fn count(server: &Server, subject: &str) -> usize {
    subjects(&server.app).await.iter().filter(|said| *said == subject).count()
}

both! {
    async fn mails_about_new_sign_ins_can_be_turned_off(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let first = count(&server, NEW).await;
        assert_eq!(first, 1);
        let shown = server.send(get("/api/v1/me/notices").bearer(&token)).await.expect(200).json();
        assert_eq!(shown, json!({ "sign_in": true }));
        for _ in 0..2 {
            let chosen = server.send(choose(false).bearer(&token)).await.expect(200).json();
            assert_eq!(chosen, json!({ "sign_in": false }));
        }
        assert_eq!(count(&server, OFF).await, 1, "it is told, once");
        server.browser("ada").await;
        assert_eq!(count(&server, NEW).await, first);
        // Others are sent all the same.
        let password = json!({ "current_password": PASSWORD, "new_password": "another horse battery" });
        let changed = send_json(http::Method::PUT, "/api/v1/me/password", password).bearer(&token);
        let token = server.send(changed).await.expect(200).json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(count(&server, "Your Vestibule password was changed").await, 1);
        server.send(choose(true).bearer(&token)).await.expect(200);
        let body = json!({ "identifier": "ada", "password": "another horse battery" });
        server.send(post("/api/v1/login").json(body)).await.expect(200);
        assert_eq!(count(&server, NEW).await, first + 1);
        let kinds = server.sql("select details from audit_events where kind = 'notices.choose' order by seq").await;
        assert_eq!(kinds.len(), 2, "{kinds:?}");
    }

    /// Somebody with a stolen token keeps the owner informed.
    async fn it_asks_for_a_recent_proof(server: Server) {
        confirmed(&server, "ada").await;
        let mut browser = Browser::new();
        browser.post(&server, "/login", &[("identifier", "ada"), ("password", PASSWORD)]).await.expect(303);
        let page = browser.open(&server, "/account/devices").await.expect(200).text;
        let token = form_token(&page, "notice_off");
        let fields = [("form", "notice_off"), ("form_token", &*token)];
        server.app.clock.advance(601);
        let asked = browser.post(&server, "/account/devices", &fields).await.expect(401).page();
        assert!(asked.contains(r#"data-form="proof""#), "{asked}");
        assert_eq!(server.sql("select id from users where sign_in_quiet_at is not null").await, [""; 0]);
        let token = form_token(&asked, "proof");
        let proof = [("form", "proof"), ("form_token", &*token), ("then", "notice_off"), ("password", PASSWORD)];
        let led = browser.post(&server, "/account/confirm", &proof).await.expect(303);
        assert_eq!(led.header("location"), "/account/devices");
        let page = browser.open(&server, "/account/devices").await.expect(200).page();
        assert!(page.contains("You get no mail when a new browser"), "{page}");
    }
}
