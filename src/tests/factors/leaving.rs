//! An account that is leaving is kept after both steps of a sign-in (S105).

use super::*;

/// Has the account erased after 14 days.
async fn leave(server: &Server, enrolled: &Enrolled) {
    let ask = post("/api/v1/me/deletion").json(json!({ "confirm": "ada" }));
    server.send(ask.bearer(&enrolled.token)).await.expect(202);
}

fn keep(flow: &str) -> Request {
    post("/api/v1/login/keep").json(json!({ "flow": flow }))
}

/// The flows with which an account can be kept.
async fn offers(server: &Server) -> usize {
    server.sql("select id from flows where purpose = 'keep' and spent_at is null").await.len()
}

both! {
    async fn s105_it_is_kept_after_password_and_code(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        leave(&server, &enrolled).await;
        let flow = pending(&server, "ada").await;
        // The code that set the app up is used: it offers nothing, and neither does the password alone.
        let wrong = server.send(second(&flow, &enrolled.code(&server))).await.expect_problem(401, "invalid_code");
        assert_eq!(wrong.json().get("flow"), None);
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        assert_eq!(offers(&server).await, 0);
        let offered = server.send(second(&flow, &enrolled.next(&server))).await.expect_problem(401, "account_leaving").json();
        assert_eq!((&offered["expires_in"], offers(&server).await), (&json!(600), 1));
        assert_eq!(server.sql("select id from sessions where revoked_at is null").await, Vec::<String>::new());
        // The first step is spent, and so is the code.
        server.send(second(&flow, &enrolled.next(&server))).await.expect_problem(410, "flow_over");
        let again = pending(&server, "ada").await;
        server.send(second(&again, &enrolled.code(&server))).await.expect_problem(401, "account_leaving");
        server.send(keep(offered["flow"].as_str().expect("a secret"))).await.expect_problem(410, "flow_over");
        let code = enrolled.next(&server);
        server.send(second(&again, &code)).await.expect_problem(410, "flow_over");
        let third = pending(&server, "ada").await;
        let offered = server.send(second(&third, &code)).await.expect_problem(401, "account_leaving").json();
        server.send(keep(offered["flow"].as_str().expect("a secret"))).await.expect(204);
        sign_in(&server, "ada", &enrolled.next(&server)).await;
    }

    async fn the_pages_ask_for_the_code_first(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        leave(&server, &enrolled).await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        let half = browser.post(&server, "/login", &login).await.expect(303);
        assert!(half.header("location").starts_with("/login/factor"), "{half:?}");
        browser.open(&server, "/leaving").await.expect(303);
        let used = enrolled.code(&server);
        browser.post(&server, "/login/factor", &[("app_code", &used)]).await.expect(401);
        browser.open(&server, "/leaving").await.expect(303);
        assert_eq!(offers(&server).await, 0);
        let code = enrolled.next(&server);
        let whole = browser.post(&server, "/login/factor", &[("app_code", &code)]).await.expect(303);
        assert!(whole.header("location").starts_with("/leaving"), "{whole:?}");
        assert_eq!(whole.session_cookie(), None);
        assert!(!browser.cookies().contains("vestibule_pending"), "{}", browser.cookies());
        let page = browser.open(&server, "/leaving").await.expect(200).text;
        assert!(page.contains("Keep your account?"), "{page}");
        let kept = browser.post(&server, "/leaving", &[("form", "keep")]).await.expect(303);
        assert_eq!(kept.header("location"), "/login?reason=kept");
        assert_eq!(server.sql("select 'a row' from deletions").await.len(), 0);
    }

    async fn a_recovery_code_keeps_it_too(server: Server) {
        let enrolled = enrol(&server, "ada").await;
        leave(&server, &enrolled).await;
        let flow = pending(&server, "ada").await;
        let offered = server.send(second(&flow, &enrolled.codes[0])).await.expect_problem(401, "account_leaving").json();
        let again = pending(&server, "ada").await;
        server.send(second(&again, &enrolled.codes[0])).await.expect_problem(401, "invalid_code");
        server.send(keep(offered["flow"].as_str().expect("a secret"))).await.expect(204);
    }
}
