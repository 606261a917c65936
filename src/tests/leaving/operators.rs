//! What operators see and do.

use super::*;

both! {
    async fn operators_start_and_stop_it(server: Server) {
        let admin = server.admin().await;
        let id = confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.change("ada", AccountChange::Delete).await;
        server.send(get("/api/v1/me").bearer(&token)).await.expect_problem(401, "invalid_token");
        let path = format!("/api/v1/users/{id}");
        let shown = server.send(get(&path).bearer(&admin)).await.expect(200).json();
        assert_eq!(shown["leaving_at"], json!(server.app.clock.now_s() + KEPT_FOR));
        offered(&server, "ada").await;
        server.change("ada", AccountChange::Keep).await;
        let shown = server.send(get(&path).bearer(&admin)).await.expect(200).json();
        assert_eq!(shown["leaving_at"], json!(null));
        server.login("ada").await;
        let kinds = "select kind from audit_events where actor = 'operator' and kind like 'deletion.%' order by seq";
        assert_eq!(server.sql(kinds).await, ["deletion.ask", "deletion.stop"]);
        let told = subjects(&server.app).await;
        assert!(told.iter().any(|subject| subject == "Your Vestibule account stays"), "{told:?}");
    }

    async fn a_disabled_account_is_erased_all_the_same(server: Server) {
        server.register("ada").await;
        leave(&server, "ada").await;
        let flow = offered(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        // Its owner keeps nothing while it is disabled; the operator can.
        server.send(keep(&flow)).await.expect_problem(410, "flow_over");
        server.send(right("ada")).await.expect_problem(401, "invalid_credentials");
        server.app.clock.advance(KEPT_FOR);
        tend(&server).await;
        assert_eq!(server.sql("select id from users").await, Vec::<String>::new());
    }
}
