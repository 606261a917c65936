//! What ends the trust in all browsers of an account.

use vestibule::server::{
    secure::secret::Secret,
    service::{accounts::AccountChange, session},
};

use super::*;
use crate::{
    backup::{Place, backend, save},
    mail::delivered,
    securing::{change, link, press},
};

const OTHER: &str = "another horse battery";
const ROWS: &str = "select id from trusted_devices";

/// An account with a trusted browser, the browser's cookie, and a fresh access token.
async fn trusting(server: &Server) -> (Enrolled, String, String) {
    let enrolled = owner(server, "ada").await;
    let cookie = trust(server, &enrolled, "ada").await;
    let token = sign_in(server, "ada", &enrolled.next(server)).await;
    let token = token["access_token"].as_str().expect("a token").to_owned();
    let cookie = enter(server, "ada", &cookie).await;
    (enrolled, cookie, token)
}

/// The link of a mail with a subject, and a new password by it.
async fn choose(server: &Server, subject: &str) {
    let link = link(&server.app, subject, "ada@example.org").await;
    let mut browser = Browser::new();
    browser.open(server, &link).await.expect(303);
    let page = browser.open(server, "/reset").await.expect(200).page();
    let token = hidden(&page, "link");
    let fields = [("link", token.as_str()), ("new_password", OTHER)];
    browser.post(server, "/reset", &fields).await.expect(303);
}

both! {
    async fn a_new_password_does(server: Server) {
        let (_, cookie, token) = trusting(&server).await;
        let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
        server.send(send_json(Method::PUT, "/api/v1/me/password", body).bearer(&token)).await.expect(200);
        assert_eq!(server.sql(ROWS).await, Vec::<String>::new());
        is_asked(&server, "ada", OTHER, &cookie).await;
    }

    async fn a_password_by_mail_does(server: Server) {
        let (_, cookie, _) = trusting(&server).await;
        let begun = post("/api/v1/recovery").json(json!({ "identifier": "ada" }));
        server.send(begun).await.expect(202);
        choose(&server, "Choose a new password for Vestibule").await;
        is_asked(&server, "ada", OTHER, &cookie).await;
    }

    async fn another_app_does(server: Server) {
        let (_, cookie, token) = trusting(&server).await;
        server.app.clock.advance(30);
        enrol_in(&server, &token).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    /// An app that is set up later does not find it again.
    async fn no_app_does(server: Server) {
        let (_, cookie, token) = trusting(&server).await;
        server.send(Request::new(Method::DELETE, "/api/v1/me/totp").bearer(&token)).await.expect(200);
        let token = server.login("ada").await;
        enrol_in(&server, &token).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn a_recovery_code_does(server: Server) {
        let (enrolled, cookie, _) = trusting(&server).await;
        sign_in(&server, "ada", &enrolled.codes[0]).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    /// At a proof in a session too.
    async fn a_recovery_code_of_a_proof_does(server: Server) {
        let (enrolled, cookie, token) = trusting(&server).await;
        let body = json!({ "password": PASSWORD, "code": enrolled.codes[0] });
        server.send(post("/api/v1/me/reauthenticate").json(body).bearer(&token)).await.expect(200);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn another_address_does(server: Server) {
        let (_, cookie, token) = trusting(&server).await;
        change(&server, &token, "countess@example.org").await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn undoing_the_change_does(server: Server) {
        let (enrolled, _, token) = trusting(&server).await;
        change(&server, &token, "countess@example.org").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let undo = link(&server.app, "The main address of your Vestibule account was changed", "ada@example.org").await;
        press(&server, &undo).await.expect(303);
        choose(&server, "Your Vestibule account needs a new password").await;
        is_asked(&server, "ada", OTHER, &cookie).await;
    }

    /// The mail about the trust has the link.
    async fn s32_the_reader_of_the_notice_does(server: Server) {
        let enrolled = owner(&server, "ada").await;
        server.app.clock.advance(7 * 86_400);
        let cookie = trust(&server, &enrolled, "ada").await;
        let secure = link(&server.app, "A browser is trusted by your Vestibule account", "ada@example.org").await;
        press(&server, &secure).await.expect(303);
        choose(&server, "Your Vestibule account needs a new password").await;
        is_asked(&server, "ada", OTHER, &cookie).await;
    }

    async fn signing_out_everywhere_does(server: Server) {
        let (_, cookie, token) = trusting(&server).await;
        server.send(Request::new(Method::DELETE, "/api/v1/me/sessions").bearer(&token)).await.expect(204);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    /// The browser that is used stays trusted, and no copy of its cookie is.
    async fn signing_out_everywhere_else_does_elsewhere(server: Server) {
        let (enrolled, there, _) = trusting(&server).await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let code = enrolled.next(&server);
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        let copy = browser.post(&server, "/login/factor", &step).await.expect(303).cookie(TRUST).expect("a cookie");
        let page = browser.open(&server, "/account/devices").await.expect(200).page();
        let token = form_token(&page, "end_others");
        let others = [("form", "end_others"), ("form_token", &*token)];
        let ended = browser.post(&server, "/account/devices", &others).await.expect(303);
        let here = ended.cookie(TRUST).expect("another cookie");
        assert_eq!(server.sql(ROWS).await.len(), 1);
        is_asked(&server, "ada", PASSWORD, &there).await;
        let here = enter(&server, "ada", &here).await;
        is_asked(&server, "ada", PASSWORD, &copy).await;
        is_asked(&server, "ada", PASSWORD, &here).await;
    }

    /// So does it where an old cookie is shown, or the session's is not.
    async fn signing_out_everywhere_else_spares_no_copy(server: Server) {
        let (enrolled, here, token) = trusting(&server).await;
        let others = || Request::new(Method::DELETE, "/api/v1/me/sessions?except=current").bearer(&token);
        server.send(others().cookie(&here)).await.expect(204);
        is_asked(&server, "ada", PASSWORD, &here).await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let code = enrolled.next(&server);
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        let stale = browser.post(&server, "/login/factor", &step).await.expect(303).cookie(TRUST).expect("a cookie");
        enter(&server, "ada", &stale).await;
        let page = browser.open(&server, "/account/devices").await.expect(200).page();
        let token = form_token(&page, "end_others");
        let others = [("form", "end_others"), ("form_token", &*token)];
        let ended = browser.post(&server, "/account/devices", &others).await.expect(303);
        assert_eq!(ended.cookie(TRUST), None);
        assert_eq!(server.sql(ROWS).await, Vec::<String>::new());
    }

    async fn a_deletion_that_is_stopped_does(server: Server) {
        let (enrolled, cookie, token) = trusting(&server).await;
        let asked = post("/api/v1/me/deletion").json(json!({ "confirm": "ada" })).bearer(&token);
        server.send(asked).await.expect(202);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        let flow = pending(&server, "ada").await;
        let code = enrolled.next(&server);
        let offered = server.send(second(&flow, &code)).await.expect_problem(401, "account_leaving").json();
        let keep = json!({ "flow": offered["flow"] });
        server.send(post("/api/v1/login/keep").json(keep)).await.expect(204);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn disabling_does(server: Server) {
        let (_, cookie, _) = trusting(&server).await;
        server.change("ada", AccountChange::Disable).await;
        server.send(with_password("ada", PASSWORD, &cookie)).await.expect(401);
        server.change("ada", AccountChange::Enable).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    async fn the_operator_does(server: Server) {
        let (enrolled, cookie, _) = trusting(&server).await;
        session::end_by_agent(&server.app, Agent::Operator, "ada", None).await.expect("ended");
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        // Without a session too.
        let cookie = trust(&server, &enrolled, "ada").await;
        for id in server.sql("select id from sessions where revoked_at is null").await {
            let id = id.parse().expect("an id");
            session::end_by_agent(&server.app, Agent::Operator, "ada", Some(&id)).await.expect("ended");
        }
        assert_eq!(session::end_by_agent(&server.app, Agent::Operator, "ada", None).await.expect("none"), 0);
        assert_eq!(events(&server).await.last().map(String::as_str), Some("trusted_device.remove success"));
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        let cookie = trust(&server, &enrolled, "ada").await;
        server.change("ada", AccountChange::Password(Secret::new(OTHER))).await;
        is_asked(&server, "ada", OTHER, &cookie).await;
        server.change("ada", AccountChange::Password(Secret::new(PASSWORD))).await;
        let cookie = trust(&server, &enrolled, "ada").await;
        server.change("ada", AccountChange::RemoveFactor).await;
        let token = server.login("ada").await;
        enrol_in(&server, &token).await;
        is_asked(&server, "ada", PASSWORD, &cookie).await;
    }

    /// What is no matter of the second factor leaves it.
    async fn other_changes_do_not(server: Server) {
        let (enrolled, cookie, token) = trusting(&server).await;
        let codes = post("/api/v1/me/recovery-codes").bearer(&token);
        server.send(codes).await.expect(201);
        let body = json!({ "display_name": "Ada" });
        server.send(send_json(Method::PATCH, "/api/v1/me", body).bearer(&token)).await.expect(200);
        sign_in(&server, "ada", &enrolled.next(&server)).await;
        enter(&server, "ada", &cookie).await;
    }

    /// A backup has the rows, and a restore trusts none of them.
    async fn a_restore_does(server: Server) {
        let (_, cookie, _) = trusting(&server).await;
        let file = save(&server, "saved");
        assert!(std::fs::read_to_string(&file).expect("a backup").contains(r#""table":"trusted_devices""#));
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        place.restore(&file, "as-saved").fine();
        let (app, router) = place.open(&server).await;
        assert_eq!(server.sql(ROWS).await.len(), 1, "before");
        assert_eq!(place.sql(ROWS).await, Vec::<String>::new());
        let reply = send(&router, with_password("ada", PASSWORD, &cookie)).await.expect(303);
        assert!(reply.header("location").starts_with("/login/factor"), "{reply:?}");
        drop(app);
    }

    async fn erasure_deletes_it(server: Server) {
        let (_, _, token) = trusting(&server).await;
        let asked = post("/api/v1/me/deletion").json(json!({ "confirm": "ada" })).bearer(&token);
        server.send(asked).await.expect(202);
        for days in [11, 3] {
            server.app.clock.advance(days * 86_400);
            vestibule::server::service::leaving::tend(&server.app).await.expect("a turn");
        }
        assert!(!delivered(&server.app).await.is_empty());
        for table in ["select id from users", "select id from trusted_devices"] {
            assert_eq!(server.sql(table).await, Vec::<String>::new());
        }
    }
}
