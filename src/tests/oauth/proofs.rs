//! Requests that ask for a sign-in of their own, or for none (S83).

use super::{
    conformance::{id_token, set_up},
    *,
};

both! {
    async fn oidcc_prompt_none(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let silent = asking(&client.id, &[("prompt", "none")]);
        let error = async |cookie: &str| {
            let reply = server.send(open(&silent, cookie)).await.expect(303);
            told(&reply, "error").unwrap_or_default()
        };
        assert_eq!(error(KEPT).await, "login_required");
        assert_eq!(error(&cookie).await, "consent_required");
        tokens(&server, &client, &cookie, &[]).await;
        let reply = server.send(open(&silent, &cookie)).await.expect(303);
        let code = told(&reply, "code").expect("a code");
        let answer = server.send(exchange(&client, &code)).await.expect(200).json();
        assert_eq!(id_token(&answer)["nonce"], "a nonce");
        for mixed in ["none login", "none none", "later"] {
            let reply = server.send(open(&asking(&client.id, &[("prompt", mixed)]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"), "{mixed}");
        }
    }

    async fn oidcc_prompt_login(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let first = id_token(&tokens(&server, &client, &cookie, &[]).await);
        server.app.clock.advance(5);
        let page = server.send(open(&asking(&client.id, &[("prompt", "login")]), &cookie)).await.expect(200);
        let (reply, cookie) = prove(&server, &page, &cookie).await;
        let code = told(&reply, "code").expect("a code");
        let second = id_token(&server.send(exchange(&client, &code)).await.expect(200).json());
        assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
        assert_eq!(second["sub"], first["sub"]);
        // The session went on: the grant of before is alive.
        assert_eq!(server.sql("select id from sessions where revoked_at is not null and revoked_reason <> 'renewed'").await, [""; 0]);
        assert!(!cookie.is_empty());
    }

    async fn oidcc_max_age(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let first = id_token(&tokens(&server, &client, &cookie, &[]).await);
        server.app.clock.advance(2);
        let old = tokens(&server, &client, &cookie, &[("max_age", "10000")]).await;
        assert_eq!(id_token(&old)["auth_time"], first["auth_time"]);
        let page = server.send(open(&asking(&client.id, &[("max_age", "1")]), &cookie)).await.expect(200);
        let (reply, cookie) = prove(&server, &page, &cookie).await;
        let code = told(&reply, "code").expect("a code");
        let second = id_token(&server.send(exchange(&client, &code)).await.expect(200).json());
        assert!(second["auth_time"].as_i64() > first["auth_time"].as_i64());
        let reply = server.send(open(&asking(&client.id, &[("max_age", "0"), ("prompt", "none")]), &cookie)).await.expect(303);
        assert!(told(&reply, "code").is_some(), "in the same second");
        server.app.clock.advance(1);
        let reply = server.send(open(&asking(&client.id, &[("max_age", "0"), ("prompt", "none")]), &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("login_required"));
        for bad in ["-1", "1.5", "a", "99999999999", "1 "] {
            let reply = server.send(open(&asking(&client.id, &[("max_age", bad)]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"), "{bad}");
        }
    }
}

/// Gives the password on the page of a proof; what the client is told, and the cookie of the session as it goes on.
async fn prove(server: &Server, page: &Reply, cookie: &str) -> (Reply, String) {
    let text = of_form(page, "/account/confirm");
    let (token, next) = (hidden(&text, "form_token"), hidden(&text, "next").replace("&amp;", "&"));
    let fields =
        [("form", "proof"), ("form_token", &*token), ("next", &*next), ("password", PASSWORD)];
    let wrong = [
        ("form", "proof"),
        ("form_token", &*token),
        ("next", &*next),
        ("password", "wrong horse battery"),
    ];
    let again = server.send(form("/account/confirm", &wrong).cookie(cookie)).await.expect(401);
    assert_eq!(
        hidden(&of_form(&again, "/account/confirm"), "next").replace("&amp;", "&"),
        next,
        "asked again"
    );
    let reply = server.send(form("/account/confirm", &fields).cookie(cookie)).await.expect(303);
    let cookie = reply.session_cookie().expect("the session goes on");
    assert_eq!(reply.header("location"), next);
    let reply = server.send(open(&next, &cookie)).await.expect(200);
    (reply, cookie)
}
