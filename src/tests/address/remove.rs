//! Withdrawing an address that waits for its confirmation.

use super::*;

fn remove(token: &str, id: &str) -> Request {
    Request::new(http::Method::DELETE, &format!("/api/v1/me/addresses/{id}")).bearer(token)
}

async fn id(server: &Server, token: &str) -> String {
    addresses(server, token).await[0]["id"].as_str().expect("an id").to_owned()
}

both! {
    /// The mail of a typo confirms nothing any more, and nobody is told.
    async fn an_address_that_waits_is_withdrawn(server: Server) {
        let token = newcomer(&server, "ada", "adda@example.org").await;
        let (link, code) = newest(&server.app).await;
        let path = verification(&server, &token).await;
        // It needs no recent proof: the account has the same ways in as before.
        server.app.clock.advance(601);
        let late = server.login("ada").await;
        let written = server.sql("select id from outbox").await.len();
        server.send(remove(&late, &id(&server, &late).await)).await.expect(204);
        assert_eq!(addresses(&server, &late).await.len(), 0);
        assert_eq!(server.sql("select id from outbox").await.len(), written);
        assert_eq!(server.send(get(&link)).await.expect(303).header("location"), "/go");
        let put = send_json(http::Method::PUT, &path, json!({ "code": code })).bearer(&late);
        server.send(put).await.expect_problem(404, "not_found");
        let me = server.send(get("/api/v1/me").bearer(&late)).await.expect(200).json();
        assert_eq!(me["email"], Value::Null);
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'address.withdraw'").await;
        assert_eq!(events, ["address.withdraw success"]);
    }

    async fn of_ones_own_account_alone(server: Server) {
        let ada = newcomer(&server, "ada", "ada@example.org").await;
        let bob = newcomer(&server, "bob", "bob@example.org").await;
        let of_ada = id(&server, &ada).await;
        server.send(remove(&bob, &of_ada)).await.expect_problem(404, "not_found");
        server.send(remove(&ada, "nothing")).await.expect_problem(404, "not_found");
        assert_eq!(addresses(&server, &ada).await.len(), 1);
    }

    /// A mail that was not sent yet is not sent any more: what it is about is over.
    async fn its_mail_is_not_sent_any_more(server: Server) {
        let token = newcomer(&server, "ada", "adda@example.org").await;
        server.send(remove(&token, &id(&server, &token).await)).await.expect(204);
        assert_eq!(delivered(&server.app).await.len(), 0);
    }

    async fn by_the_page_without_script(server: Server) {
        newcomer(&server, "ada", "adda@example.org").await;
        let mut browser = pages::browser(&server, "ada").await;
        let page = browser.open(&server, "/account/address").await.expect(200).text;
        let address = hidden(&page, "address");
        let fields = [("address", &*address)];
        let done = pages::send(&server, &mut browser, "address_remove", &fields).await.expect(303);
        assert_eq!(done.header("location"), "/account/address");
        let page = browser.open(&server, "/account/address").await.expect(200).page();
        assert!(page.contains("The address is removed.") && page.contains(r#"data-form="address""#), "{page}");
    }
}
