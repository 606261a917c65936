//! The way back through an address that nobody has confirmed, where the operator allows it.

use super::*;
use crate::factors::enrol_in;

/// Somebody with an address that they have not confirmed; answers an access token.
async fn newcomer(server: &Server, name: &str) -> String {
    let email = format!("{name}@example.org");
    let body = json!({ "username": name, "password": PASSWORD, "email": email });
    server.send(post("/api/v1/register").json(body)).await.expect(201);
    server.sql("delete from outbox where kind = 'verify_address'").await;
    server.login(name).await
}

both_with! { |flags| flags.recovery_unconfirmed = Some("true".into());
    /// S9: the app may be that of somebody who registered with another's address, so it goes.
    async fn it_works_and_takes_the_app_away(server: Server) {
        let token = newcomer(&server, "ada").await;
        let ada = enrol_in(&server, &token).await;
        let flow = begin(&server, "ada@example.org").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
        server.send(get("/api/v1/me").bearer(&ada.token)).await.expect(401);
        // No code is asked for any more, and the address is as unconfirmed as before.
        let opened = server.send(sign_in("ada", OTHER)).await.expect(200).json();
        assert_eq!(opened["user"]["email_verified"], false);
        assert!(opened["user"].get("second_factor_at").is_none());
        let removed = "select outcome from audit_events where kind = 'totp.remove'";
        assert_eq!(server.sql(removed).await, ["success"]);
    }

    async fn by_username_too_and_the_mail_names_nobody(server: Server) {
        newcomer(&server, "ada").await;
        begin(&server, "ada").await;
        let mails = delivered(&server.app).await;
        assert_eq!(mails[0].mail.to.to_string(), "ada@example.org");
        assert!(!mails[0].mail.content.text.contains("ada\n"), "{}", mails[0].mail.content.text);
    }

    /// A thief with a session could have set it.
    async fn an_address_beside_a_confirmed_one_gets_nothing(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let set = post("/api/v1/me/addresses").json(json!({ "address": "eve@example.org" }));
        server.send(set.bearer(&token)).await.expect(202);
        server.sql("delete from outbox").await;
        begin(&server, "eve@example.org").await;
        assert_eq!(delivered(&server.app).await.len(), 0);
        begin(&server, "ada").await;
        assert_eq!(delivered(&server.app).await[0].mail.to.to_string(), "ada@example.org");
    }

    async fn an_address_that_was_confirmed_meanwhile_takes_nothing(server: Server) {
        let token = newcomer(&server, "ada").await;
        enrol_in(&server, &token).await;
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        server.sql("update user_emails set verified_at = created_at").await;
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
        server.send(sign_in("ada", OTHER)).await.expect_problem(401, "factor_required");
    }

    async fn an_address_that_was_replaced_opens_nothing(server: Server) {
        let token = newcomer(&server, "ada").await;
        let flow = begin(&server, "ada").await;
        let (_, code) = newest(&server.app).await;
        let set = post("/api/v1/me/addresses").json(json!({ "address": "other@example.org" }));
        server.send(set.bearer(&token)).await.expect(202);
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect_problem(410, "flow_over");
    }
}
