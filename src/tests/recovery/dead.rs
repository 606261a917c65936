//! Each way in which a flow of a forgotten password ends.

use vestibule::server::service::accounts::AccountChange;

use super::*;

/// A flow whose code was given, the link of its mail, and one whose code was not given.
struct Begun {
    flow: String,
    link: String,
    code: String,
}

async fn begun(server: &Server) -> Begun {
    confirmed(server, "ada").await;
    let flow = begin(server, "ada").await;
    let (link, code) = newest(&server.app).await;
    Begun { flow, link, code }
}

impl Begun {
    /// It opens nothing any more: neither by its code, nor by its link, nor after the code was given.
    async fn is_dead(&self, server: &Server, why: &str) {
        server.send(prove(&self.flow, &self.code)).await.expect_problem(401, "invalid_code");
        server.send(replace(&self.flow, OTHER)).await.expect_problem(410, "flow_over");
        let gone = server.send(get(&self.link).header("accept", "text/html")).await.expect(303);
        assert_eq!((gone.header("location"), gone.header("set-cookie")), ("/go", ""), "{why}");
        let fields = [("link", token(&self.link)), ("new_password", OTHER)];
        server.send(form("/reset", &fields)).await.expect(410);
        server.send(sign_in("ada", OTHER)).await.expect(401);
    }
}

both! {
    async fn by_time_to_the_second(server: Server) {
        let begun = begun(&server).await;
        server.app.clock.advance(1_799);
        server.send(get(&begun.link)).await.expect(303);
        let opened = server.send(get(&begun.link).header("accept", "text/html").cookie(KEPT)).await.expect(303);
        assert_eq!(opened.header("location"), "/reset");
        server.app.clock.advance(1);
        begun.is_dead(&server, "half an hour").await;
    }

    async fn by_time_after_the_code_too(server: Server) {
        let begun = begun(&server).await;
        server.send(prove(&begun.flow, &begun.code)).await.expect(204);
        server.app.clock.advance(1_800);
        begun.is_dead(&server, "half an hour").await;
    }

    async fn by_a_newer_one(server: Server) {
        let first = begun(&server).await;
        server.send(prove(&first.flow, &first.code)).await.expect(204);
        let flow = begin(&server, "ada@example.org").await;
        first.is_dead(&server, "a newer one").await;
        let (_, code) = newest(&server.app).await;
        server.send(prove(&flow, &code)).await.expect(204);
        server.send(replace(&flow, OTHER)).await.expect(204);
    }

    async fn by_being_used(server: Server) {
        let begun = begun(&server).await;
        let fields = [("link", token(&begun.link)), ("new_password", "a third horse battery")];
        server.send(form("/reset", &fields)).await.expect(303);
        begun.is_dead(&server, "used").await;
    }

    async fn by_a_new_password(server: Server) {
        let begun = begun(&server).await;
        server.send(prove(&begun.flow, &begun.code)).await.expect(204);
        let token = server.login("ada").await;
        let body = json!({ "current_password": PASSWORD, "new_password": "a third horse battery" });
        let change = send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token);
        server.send(change).await.expect(200);
        begun.is_dead(&server, "a new password").await;
    }

    async fn by_being_disabled(server: Server) {
        let begun = begun(&server).await;
        server.send(prove(&begun.flow, &begun.code)).await.expect(204);
        server.change("ada", AccountChange::Disable).await;
        begun.is_dead(&server, "disabled").await;
        // And it does not come back with the account: its epoch is over.
        server.change("ada", AccountChange::Enable).await;
        begun.is_dead(&server, "disabled and enabled").await;
    }

    async fn by_five_wrong_codes(server: Server) {
        let begun = begun(&server).await;
        let wrong = if begun.code == "12345678" { "87654321" } else { "12345678" };
        for _ in 0..5 {
            server.send(prove(&begun.flow, wrong)).await.expect_problem(401, "invalid_code");
        }
        server.send(prove(&begun.flow, &begun.code)).await.expect_problem(401, "invalid_code");
        server.send(replace(&begun.flow, OTHER)).await.expect_problem(410, "flow_over");
        // The link counts alone: who has it reads the mailbox.
        let fields = [("link", token(&begun.link)), ("new_password", OTHER)];
        server.send(form("/reset", &fields)).await.expect(303);
    }
}
