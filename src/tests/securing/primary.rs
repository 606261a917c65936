//! The main address of several, and their removal.

use super::*;

/// To whom the mail for a new password goes that is asked for by a name.
async fn reset_to(server: &Server, name: &str) -> Vec<String> {
    server.app.clock.advance(3_600);
    let before = mails(&server.app, RESET).await.len();
    server.send(post("/api/v1/recovery").json(json!({ "identifier": name }))).await.expect(202);
    let all = mails(&server.app, RESET).await.into_iter();
    all.skip(before).map(|(to, _)| to).collect()
}

both! {
    /// By its own name an address gets the mail; by the username the main one does.
    async fn the_main_address_stands_for_the_account(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        add(&server, &token, "ada@new.example").await;
        assert_eq!(reset_to(&server, "ada").await, ["ada@example.org"]);
        assert_eq!(reset_to(&server, "ada@new.example").await, ["ada@new.example"]);
        let token = server.login("ada").await;
        let token = promote(&server, &token, "ada@new.example").await;
        assert_eq!(main_of(&server, &token).await, "ada@new.example");
        let told = mails(&server.app, REPLACED).await;
        assert_eq!((told.len(), &*told[0].0, told[0].1.len()), (1, "ada@example.org", 1));
        assert_eq!(reset_to(&server, "ada").await, ["ada@new.example"]);
        assert_eq!(reset_to(&server, "ada@example.org").await, ["ada@example.org"]);
        for address in ["ada@example.org", "ada@new.example"] {
            server.send(sign_in(address, PASSWORD)).await.expect(200);
        }
        // Once more changes nothing.
        let token = server.login("ada").await;
        server.send(promoting(&server, &token, "ada@new.example").await).await.expect(204);
        server.send(get("/api/v1/me").bearer(&token)).await.expect(200);
    }

    async fn an_address_that_waits_is_not_made_the_main_one(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.send(set("ada@new.example").bearer(&token)).await.expect(202);
        server.send(promoting(&server, &token, "ada@new.example").await).await.expect_problem(404, "not_found");
        confirmed(&server, "bob").await;
        let bob = server.login("bob").await;
        let id = id_of(&server, &token, "ada@example.org").await;
        for (method, path) in [(http::Method::PUT, "primary-address"), (http::Method::DELETE, "addresses")] {
            let of_ada = Request::new(method, &format!("/api/v1/me/{path}/{id}")).bearer(&bob);
            server.send(of_ada).await.expect_problem(404, "not_found");
        }
    }

    async fn a_removed_address_is_told_and_opens_nothing(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        server.send(removing(&server, &token, "ada@example.org").await).await.expect_problem(409, "primary_address");
        remove(&server, &token, "ada@new.example").await;
        assert_eq!(addresses(&server).await, ["ada@example.org", "(ada@new.example)"]);
        server.send(sign_in("ada@new.example", PASSWORD)).await.expect(401);
        assert_eq!(reset_to(&server, "ada@new.example").await, [""; 0]);
        let told = mails(&server.app, DROPPED).await;
        assert_eq!((told.len(), &*told[0].0, told[0].1.len()), (1, "ada@new.example", 1));
        let events = server.sql("select kind || ' ' || outcome from audit_events where kind = 'address.remove'").await;
        assert_eq!(events, ["address.remove success"]);
    }

    /// The only one may go. What comes then came after it, and goes if it comes back.
    async fn the_last_address_can_be_removed_and_comes_back(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let token = remove(&server, &token, "ada@example.org").await;
        assert_eq!(addresses(&server).await, ["(ada@example.org)"]);
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["email"], serde_json::Value::Null);
        add(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, DROPPED, "ada@example.org").await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
    }

    async fn an_account_has_five_confirmed_addresses(server: Server) {
        confirmed(&server, "ada").await;
        let mut token = server.login("ada").await;
        for n in 1..5 {
            token = add(&server, &token, &format!("ada{n}@example.org")).await;
        }
        server.app.clock.advance(86_400);
        let token = server.login("ada").await;
        server.send(set("ada5@example.org").bearer(&token)).await.expect_problem(409, "too_many_addresses");
        let body = json!({ "current_password": PASSWORD, "new_password": OTHER });
        let token = renewed(server.send(send_json(http::Method::PUT, "/api/v1/me/password", body).bearer(&token)).await);
        // Notices go to all of them.
        let told = mails(&server.app, "Your Vestibule password was changed").await;
        let mut to: Vec<_> = told.into_iter().map(|(to, _)| to).collect();
        to.sort();
        assert_eq!(to, ["ada1@example.org", "ada2@example.org", "ada3@example.org", "ada4@example.org", "ada@example.org"]);
        let token = remove(&server, &token, "ada4@example.org").await;
        server.send(set("ada5@example.org").bearer(&token)).await.expect(202);
    }
}
