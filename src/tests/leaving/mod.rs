//! Leaving: an account is closed at once, can be kept for 14 days, and is erased then (S105).

mod erasure;
mod operators;
mod pages;
mod races;
mod schema;

use serde_json::json;
use vestibule::server::{
    db::users,
    secure::{known_device::KnownDevice, secret::Secret},
    service::{accounts::AccountChange, leaving},
};

use super::{
    mail::{confirmed, deliver, delivered, subjects},
    securing::{change, link, open, press},
    support::*,
};

/// 14 days, in seconds.
const KEPT_FOR: i64 = 14 * 86_400;

fn ask(token: &str, name: &str) -> Request {
    post("/api/v1/me/deletion").json(json!({ "confirm": name })).bearer(token)
}

fn keep(flow: &str) -> Request {
    post("/api/v1/login/keep").json(json!({ "flow": flow }))
}

/// Has an account erased after 14 days; answers that time.
async fn leave(server: &Server, name: &str) -> i64 {
    let token = server.login(name).await;
    let asked = server.send(ask(&token, name)).await.expect(202).json();
    asked["erase_after"].as_i64().expect("a time")
}

/// Signs in to an account that is leaving; answers the secret of its flow.
async fn offered(server: &Server, name: &str) -> String {
    let refused = server.send(right(name)).await.expect_problem(401, "account_leaving").json();
    refused["flow"].as_str().expect("a secret").to_owned()
}

async fn tend(server: &Server) {
    leaving::tend(&server.app).await.expect("a turn");
}

/// Lets 14 days pass, in which the owners of accounts that are leaving are reminded.
async fn wait_out(server: &Server) {
    server.app.clock.advance(11 * 86_400);
    tend(server).await;
    server.app.clock.advance(3 * 86_400);
}

both! {
    async fn s105_everything_that_opens_the_account_ends_at_once(server: Server) {
        confirmed(&server, "ada").await;
        let (other, cookie) = (server.login("ada").await, server.browser("ada").await);
        let recovery = post("/api/v1/recovery").json(json!({ "identifier": "ada" }));
        server.send(recovery).await.expect(202);
        let mails = delivered(&server.app).await;
        let mail = mails.iter().find(|kept| !kept.mail.content.codes.is_empty()).expect("a mail");
        let mut links = mail.mail.content.links.iter().filter_map(|link| link.strip_prefix(ORIGIN));
        let link = links.find(|path| path.starts_with("/go/")).expect("a link").to_owned();
        let sign_in = [("identifier", "ada"), ("password", PASSWORD)];
        let device = server.send(form("/login", &sign_in)).await.expect(303).cookie("vestibule_device_3000");
        let token = server.login("ada").await;
        let now_s = server.app.clock.now_s();
        let asked = server.send(ask(&token, " ADA ")).await.expect(202).json();
        assert_eq!(asked, json!({ "erase_after": now_s + KEPT_FOR }));
        for token in [&token, &other] {
            server.send(get("/api/v1/me").bearer(token)).await.expect_problem(401, "invalid_token");
        }
        let refresh = post("/api/v1/token/refresh").same_origin().cookie(&cookie);
        server.send(refresh).await.expect_problem(400, "invalid_grant");
        server.send(get("/account").header("accept", "text/html").cookie(&cookie)).await.expect(303);
        let open = "select id from sessions where revoked_at is null";
        assert_eq!(server.sql(open).await, Vec::<String>::new());
        // The mail for a new password is over with its epoch, and so is the known device.
        assert_eq!(server.send(get(&link)).await.expect(303).header("location"), "/go");
        let secret = link.strip_prefix("/go/").expect("a link of mails");
        let reset = [("link", secret), ("new_password", "another horse battery")];
        server.send(form("/reset", &reset)).await.expect(410);
        let device = device.expect("a known device");
        let (_, device) = device.split_once('=').expect("a value");
        let device = KnownDevice::parse(&server.app.limits.device_mac, device, now_s).expect("it is ours");
        let epoch = users::epoch(&server.app.db, &device.user_id).await.expect("read").expect("ada");
        assert!(device.epoch < epoch, "{} {epoch}", device.epoch);
        assert_eq!(server.sql("select kind from audit_events where kind = 'deletion.ask'").await.len(), 1);
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "Your Vestibule account will be deleted"), "{told:?}");
    }

    async fn only_its_owner_asks_with_a_fresh_proof_and_the_name(server: Server) {
        server.register("ada").await;
        let token = server.login("ada").await;
        let refused = server.send(ask(&token, "eve")).await.expect_problem(422, "invalid_input").json();
        assert_eq!(refused["errors"][0]["field"], "confirm");
        server.send(ask(&token, "")).await.expect_problem(422, "invalid_input");
        let cookie = server.browser("ada").await;
        server.app.clock.advance(601);
        let refresh = post("/api/v1/token/refresh").same_origin().cookie(&cookie);
        let refreshed = server.send(refresh).await.expect(200).json();
        let token = refreshed["access_token"].as_str().expect("a token");
        server.send(ask(token, "ada")).await.expect_problem(401, "reauthentication_required");
        assert_eq!(server.sql("select user_id from deletions").await, Vec::<String>::new());
    }

    async fn a_right_sign_in_opens_no_session_and_keeps_the_account(server: Server) {
        confirmed(&server, "ada").await;
        leave(&server, "ada").await;
        // A wrong password learns nothing.
        server.send(guess("ada")).await.expect_problem(401, "invalid_credentials");
        let first = offered(&server, "ada").await;
        let flow = offered(&server, "ada").await;
        assert_eq!(server.sql("select id from sessions where revoked_at is null").await, Vec::<String>::new());
        for secret in [&first, &flow] {
            server.send(get("/api/v1/me").bearer(secret)).await.expect_problem(401, "invalid_token");
            let refresh = post("/api/v1/token/refresh").json(json!({ "refresh_token": secret }));
            server.send(refresh).await.expect_problem(400, "invalid_grant");
        }
        // A newer sign-in has replaced the first.
        server.send(keep(&first)).await.expect_problem(410, "flow_over");
        server.send(keep("nonsense")).await.expect_problem(410, "flow_over");
        server.send(keep(&flow)).await.expect(204);
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "Your Vestibule account stays"), "{told:?}");
        let token = server.login("ada").await;
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!((&me["username"], &me["email_verified"], &me["erase_after"]), (&json!("ada"), &json!(true), &json!(null)));
        server.app.clock.advance(KEPT_FOR + 1);
        tend(&server).await;
        server.login("ada").await;
    }

    async fn the_offer_lasts_ten_minutes_and_ends_with_the_password(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        let flow = offered(&server, "ada").await;
        server.app.clock.advance(600);
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        let flow = offered(&server, "ada").await;
        server.change("ada", AccountChange::Password(Secret::new("another horse battery"))).await;
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
    }

    async fn nobody_keeps_the_account_of_somebody_else(server: Server) {
        server.register("ada").await;
        server.register("eve").await;
        leave(&server, "ada").await;
        leave(&server, "eve").await;
        let flow = offered(&server, "eve").await;
        server.send(keep(&flow)).await.expect(204);
        server.login("eve").await;
        offered(&server, "ada").await;
    }

    /// Its owner did not ask, or asks again: both links of mails keep it (S32, S81).
    async fn an_account_whose_owner_says_that_it_was_not_them_stays(server: Server) {
        for (name, subject) in [
            ("ada", "Your Vestibule account will be deleted"),
            ("bob", "The main address of your Vestibule account was changed"),
        ] {
            confirmed(&server, name).await;
            let mut token = server.login(name).await;
            if name == "bob" {
                token = change(&server, &token, "bob@new.example").await;
            }
            server.send(ask(&token, name)).await.expect(202);
            let link = link(&server.app, subject, &format!("{name}@example.org")).await;
            let (.., page) = open(&server, &link).await;
            let page = page.expect(200).page();
            assert!(page.contains("The account will not be deleted."), "{page}");
            press(&server, &link).await.expect(303);
        }
        assert_eq!(server.sql("select user_id from deletions").await, Vec::<String>::new());
        let told = subjects(&server.app).await;
        assert_eq!(told.iter().filter(|subject| *subject == "Your Vestibule account stays").count(), 2, "{told:?}");
        let stops = "select kind from audit_events where kind = 'deletion.stop'";
        assert_eq!(server.sql(stops).await.len(), 2);
    }

    async fn the_last_administrator_stays(server: Server) {
        let token = server.admin().await;
        server.send(ask(&token, "operator")).await.expect_problem(409, "last_admin");
        assert_eq!(server.sql("select user_id from deletions").await, Vec::<String>::new());
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
        server.deputy().await;
        server.send(ask(&token, "operator")).await.expect(202);
        // An administrator who is leaving counts no more.
        let deputy = server.login("deputy").await;
        server.send(ask(&deputy, "deputy")).await.expect_problem(409, "last_admin");
    }
}
