//! Wrong codes, and somebody who knows the password.

use futures::future::join_all;
use vestibule::server::service::limits;

use super::*;
use crate::mail::{confirmed, subjects};

const WRONG: &str = "000000";

async fn known_device(server: &Server, enrolled: &Enrolled, name: &str) -> String {
    let mut browser = Browser::new();
    let login = [("identifier", name), ("password", PASSWORD)];
    browser.post(server, "/login", &login).await.expect(303);
    let code = enrolled.next(server);
    browser.post(server, "/login/factor", &[("app_code", &code)]).await.expect(303);
    let cookies = browser.cookies();
    let device = cookies.split("; ").find(|pair| pair.starts_with("vestibule_device"));
    device.expect("a known device").to_owned()
}

both! {
    /// S82: ten answers for one sign-in.
    async fn s82_a_pending_sign_in_takes_ten_answers(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let flow = pending(&server, "ada").await;
        for _ in 0..10 {
            server.send(second(&flow, WRONG)).await.expect_problem(401, "invalid_code");
        }
        let right = enrolled.next(&server);
        server.send(second(&flow, &right)).await.expect_problem(429, "too_many_requests");
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &right)).await.expect(200);
    }

    /// Answers are counted by account, however many sign-ins are begun; a known device has counts of its own.
    async fn an_account_takes_twenty_wrong_codes(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let device = known_device(&server, &enrolled, "ada").await;
        for _ in 0..2 {
            let flow = pending(&server, "ada").await;
            for _ in 0..10 {
                server.send(second(&flow, WRONG)).await.expect(401);
            }
        }
        let flow = pending(&server, "ada").await;
        let right = enrolled.next(&server);
        server.send(second(&flow, &right)).await.expect_problem(429, "too_many_requests");
        server.send(second(&flow, &right).cookie(&device)).await.expect(200);
        // The success forgets the failures of strangers.
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &enrolled.next(&server))).await.expect(200);
    }

    async fn an_operator_unlocks_it(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        for _ in 0..2 {
            let flow = pending(&server, "ada").await;
            for _ in 0..10 {
                server.send(second(&flow, WRONG)).await.expect(401);
            }
        }
        limits::unlock(&server.app, Agent::Operator, "ada").await.expect("unlocked");
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &enrolled.next(&server))).await.expect(200);
    }

    /// Who knows the password fills no count of its owner.
    async fn a_stranger_with_the_password_keeps_nobody_out(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let stranger = |n: usize| first("ada").from(&format!("192.0.2.{}", n % 4));
        let mut begun = 0;
        for n in 0..60 {
            let reply = server.send(stranger(n)).await;
            begun += usize::from(reply.status == 401);
            if reply.status != 401 {
                reply.expect_problem(429, "too_many_requests");
            }
        }
        assert_eq!(begun, 40, "ten from each source");
        sign_in(&server, "ada", &enrolled.next(&server)).await;
    }

    /// S82: a reader of the mails of an account gets no new tries by them.
    async fn s82_a_new_password_by_mail_forgets_no_wrong_codes(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let enrolled = enrol_in(&server, &token).await;
        for _ in 0..2 {
            let flow = pending(&server, "ada").await;
            for _ in 0..10 {
                server.send(second(&flow, WRONG)).await.expect(401);
            }
        }
        let begun = post("/api/v1/recovery").json(json!({ "identifier": "ada" }));
        let flow = server.send(begun).await.expect(202).json()["flow"].as_str().expect("a secret").to_owned();
        let mails = crate::mail::delivered(&server.app).await;
        let code = mails.iter().find_map(|kept| kept.mail.content.codes.first()).expect("a code").clone();
        server.send(post("/api/v1/recovery/code").json(json!({ "flow": flow, "code": code }))).await.expect(204);
        let replace = json!({ "flow": flow, "new_password": PASSWORD });
        server.send(post("/api/v1/recovery/password").json(replace)).await.expect(204);
        let flow = pending(&server, "ada").await;
        server.send(second(&flow, &enrolled.next(&server))).await.expect_problem(429, "too_many_requests");
    }

    /// An invented secret is counted by its source.
    async fn invented_sign_ins_are_counted_by_source(server: Server) {
        for _ in 0..60 {
            server.send(second("nonsense", WRONG).from("192.0.2.7")).await.expect_problem(410, "flow_over");
        }
        server.send(second("nonsense", WRONG).from("192.0.2.7")).await.expect_problem(429, "too_many_requests");
    }

    /// A pending sign-in too many counts as a failure, so the ones after it are refused before their hash.
    async fn right_passwords_without_a_code_are_refused_before_the_hash(server: Server) {
        enrol(&server, "ada").await;
        for n in 0..20 {
            server.send(first("ada").from("192.0.2.9")).await.expect(if n < 10 { 401 } else { 429 });
        }
        // A wrong password is not looked at either.
        let wrong = json!({ "identifier": "ada", "password": "wrong horse battery" });
        server.send(post("/api/v1/login").json(wrong).from("192.0.2.9")).await.expect_problem(429, "too_many_requests");
    }

    /// S32: the owner is told, once a day.
    async fn s32_the_owner_is_told_of_wrong_codes(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let enrolled = enrol_in(&server, &token).await;
        let told = async || {
            let subject = "Somebody knows your Vestibule password";
            subjects(&server.app).await.into_iter().filter(|told| told == subject).count()
        };
        let flow = pending(&server, "ada").await;
        for wrong in 1..=9 {
            server.send(second(&flow, WRONG)).await.expect(401);
            assert_eq!(told().await, usize::from(wrong >= 3), "{wrong}");
        }
        server.app.clock.advance(86_401);
        sign_in(&server, "ada", &enrolled.next(&server)).await;
        let flow = pending(&server, "ada").await;
        for wrong in 1..=3 {
            server.send(second(&flow, WRONG)).await.expect(401);
            assert_eq!(told().await, 1 + usize::from(wrong >= 3), "{wrong}");
        }
    }

    /// S82: of twenty at once, one.
    async fn s82_a_code_is_used_once_by_twenty_at_once(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        let (other, router) = server.again().await;
        other.clock.advance(server.app.clock.now_s() - other.clock.now_s());
        for is_recovery in [false, true] {
            let mut flows = Vec::new();
            for _ in 0..20 {
                flows.push(pending(&server, "ada").await);
            }
            let code = if is_recovery { enrolled.codes[0].clone() } else { enrolled.next(&server) };
            other.clock.advance(server.app.clock.now_s() - other.clock.now_s());
            let routers = [&server.router, &router];
            let sent = flows.iter().enumerate().map(|(n, flow)| send(routers[n % 2], second(flow, &code)));
            let statuses: Vec<_> = join_all(sent).await.iter().map(|reply| reply.status.as_u16()).collect();
            let opened = statuses.iter().filter(|status| **status == 200).count();
            assert_eq!(opened, 1, "{statuses:?}");
            assert!(statuses.iter().all(|status| [200, 401, 429].contains(status)), "{statuses:?}");
            limits::unlock(&server.app, Agent::Operator, "ada").await.expect("unlocked");
        }
    }
}
