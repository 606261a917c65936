//! A sign-in that waited while something happened to its account.

use vestibule::server::{secure::secret::Secret, service::accounts::AccountChange};

use super::*;
use crate::factors::enrol_in;

both_with! { |flags| required(flags);
    /// It goes in with what it has proved, and gives the account no other address: that needs a recent proof (S64, S81).
    async fn another_one_confirms_the_address(server: Server) {
        newcomer(&server, "ada").await;
        let (first, second) = (waiting(&server, "ada").await, waiting(&server, "ada").await);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        let opened = server.send(give(&first, &code)).await.expect(200).json();
        let token = opened["access_token"].as_str().expect("a token");
        let other = json!({ "address": "other@example.org" });
        server.send(post("/api/v1/me/addresses").json(other).bearer(token)).await.expect(202);
        for address in [Some("eve@example.org"), None] {
            let refused = server.send(send_to(&second, address)).await;
            refused.expect_problem(409, "address_confirmed");
        }
        server.send(give(&second, "")).await.expect(200);
        assert_eq!(server.sql(CONFIRMED).await, ["ada@example.org"]);
    }

    async fn another_password_ends_it(server: Server) {
        newcomer(&server, "ada").await;
        let flow = waiting(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        server.change("ada", AccountChange::Password(Secret::new("another horse battery"))).await;
        server.send(give(&flow, &code)).await.expect_problem(410, "flow_over");
        assert_eq!(server.sql(CONFIRMED).await, [""; 0]);
    }

    /// A hash that is made anew at the sign-in is the one that it then expects.
    async fn an_outdated_hash_waits_as_well(server: Server) {
        newcomer(&server, "ada").await;
        let hash = bcrypt::hash_with_salt(PASSWORD, 4, [7; 16]).expect("hashed").to_string();
        server.sql(format!("update users set password_hash = '{hash}'").leak()).await;
        let flow = waiting(&server, "ada").await;
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        server.send(give(&flow, &code)).await.expect(200);
        assert!(server.sql("select password_hash from users").await[0].starts_with("$argon2id"));
    }
}

both! {
    /// What was given is in the history, and told once a mail reaches the account.
    async fn a_recovery_code_is_told_afterwards(server: Server) {
        let token = server.user("ada").await;
        let ada = enrol_in(&server, &token).await;
        let (_, router) = server.again_with(required).await;
        let asked = send(&router, first("ada")).await.expect_problem(401, "factor_required").json();
        let second = json!({ "flow": asked["flow"], "code": ada.recovery_code() });
        let refused = send(&router, post("/api/v1/login/factor").json(second)).await;
        let flow = refused.expect_problem(401, "address_unverified").json()["flow"].clone();
        let flow = flow.as_str().expect("a secret");
        send(&router, send_to(flow, Some("ada@example.org"))).await.expect(202);
        let (_, code) = mailed(&server.app, "ada@example.org").await;
        send(&router, give(flow, &code)).await.expect(200);
        let with_code = "select outcome from audit_events where kind = 'login' and details like '%recovery_code%' order by seq";
        assert_eq!(server.sql(with_code).await, ["address_unverified", "success"]);
        let told = delivered(&server.app).await;
        assert!(told.iter().any(|kept| kept.mail.content.subject.contains("recovery code")), "{told:?}");
    }
}
