//! Sign-out that a client begins, under the names of the conformance suite (S83).

use vestibule::server::service::clients::ClientSettings;

use super::*;

const AFTER: &str = "https://app.example/after";

async fn set_up(server: &Server) -> (Registered, String, String) {
    server.register("ada").await;
    let settings = ClientSettings { post_logout_redirect_uris: vec![AFTER.into()], ..own() };
    let client = make(server, "grafana", settings).await;
    let cookie = server.browser("ada").await;
    let held = tokens(server, &client, &cookie, &[]).await;
    let hint = text(&held, "id_token").to_owned();
    (client, cookie, hint)
}

fn path(pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/oauth/end_session?{query}")
}

async fn is_signed_in(server: &Server, cookie: &str) -> bool {
    server.send(open("/account", cookie)).await.status == 200
}

/// Says yes on the page that asks.
async fn confirm(server: &Server, page: &Reply, cookie: &str) -> Reply {
    let text = of_form(page, "/oauth/end_session/confirm");
    let mut fields = Vec::new();
    for name in ["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "form_token"] {
        if text.contains(&format!(r#"name="{name}""#)) {
            fields.push((name, hidden(&text, name)));
        }
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    server.send(form("/oauth/end_session/confirm", &fields).cookie(cookie)).await
}

both! {
    async fn rp_initiated_logout(server: Server) {
        let (client, cookie, hint) = set_up(&server).await;
        let asked = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER), ("state", "a b&c")]);
        let reply = server.send(open(&asked, &cookie)).await.expect(303);
        assert_eq!(reply.header("location"), "https://app.example/after?state=a+b%26c");
        assert!(reply.cookie("vestibule_session_3000").is_some_and(|cookie| cookie.ends_with('=')), "forgotten");
        assert!(!is_signed_in(&server, &cookie).await);
        let reply = server.send(open(&asking(&client.id, &[("prompt", "none")]), &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("login_required"));
        // Again it is as good as done, and the hint shows whose it was.
        let reply = server.send(open(&asked, KEPT)).await.expect(303);
        assert!(reply.header("location").starts_with(AFTER));
    }

    async fn rp_initiated_logout_bad_post_logout_redirect_uri(server: Server) {
        let (_, cookie, hint) = set_up(&server).await;
        let asked = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://app.example/after?a"), ("state", "s")]);
        let reply = server.send(open(&asked, &cookie)).await.expect(200);
        assert!(reply.headers.get("refresh").is_none() && !reply.text.contains("after?a"));
        assert!(!is_signed_in(&server, &cookie).await, "signing out depends on no address");
    }

    async fn rp_initiated_logout_bad_and_modified_id_token_hint(server: Server) {
        let (client, cookie, hint) = set_up(&server).await;
        let modified = format!("{}x", &hint[..hint.len() - 1]);
        for bad in ["a", "a.b.c", &modified] {
            let asked = path(&[("id_token_hint", bad), ("post_logout_redirect_uri", AFTER)]);
            let page = server.send(open(&asked, &cookie)).await.expect(200);
            assert!(page.headers.get("refresh").is_none());
            assert!(is_signed_in(&server, &cookie).await, "asked first: {bad}");
        }
        let other = path(&[("id_token_hint", &hint), ("client_id", "other"), ("post_logout_redirect_uri", AFTER)]);
        server.send(open(&other, &cookie)).await.expect(200);
        assert!(is_signed_in(&server, &cookie).await);
        // With the name of the client the person's yes is enough.
        let asked = path(&[("client_id", &client.id), ("post_logout_redirect_uri", AFTER), ("state", "s")]);
        let page = server.send(open(&asked, &cookie)).await.expect(200);
        assert!(page.page().contains("Grafana"));
        let reply = confirm(&server, &page, &cookie).await.expect(200);
        assert_eq!(reply.header("refresh"), "0; url=https://app.example/after?state=s");
        assert!(!is_signed_in(&server, &cookie).await);
    }

    async fn rp_initiated_logout_no_params(server: Server) {
        let (_, cookie, hint) = set_up(&server).await;
        for pairs in [&[][..], &[("state", "s")], &[("post_logout_redirect_uri", AFTER)]] {
            let page = server.send(open(&path(pairs), &cookie)).await.expect(200);
            assert!(is_signed_in(&server, &cookie).await, "asked first");
            assert!(page.headers.get("refresh").is_none());
        }
        let page = server.send(open(&path(&[]), &cookie)).await.expect(200);
        let reply = confirm(&server, &page, &cookie).await.expect(200);
        assert!(reply.headers.get("refresh").is_none());
        assert!(!is_signed_in(&server, &cookie).await);
        let nobody = server.send(open(&path(&[]), KEPT)).await.expect(200);
        assert!(!nobody.text.contains("/oauth/end_session/confirm"));
        // Without an address the page says so.
        let (_, hint) = (cookie, hint);
        server.send(open(&path(&[("id_token_hint", &hint)]), KEPT)).await.expect(200);
    }

    /// A form of another site carries no cookie: its page asks, and that page's form carries one.
    async fn rp_initiated_logout_by_post(server: Server) {
        let (_, cookie, hint) = set_up(&server).await;
        let request = call("/oauth/end_session", &[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER)])
            .header("accept", "text/html").header("origin", "https://app.example");
        let page = server.send(request).await.expect(200);
        // Its form has no token yet, so the session is asked about once more.
        let again = confirm(&server, &page, &cookie).await.expect(200);
        let reply = confirm(&server, &again, &cookie).await.expect(200);
        assert_eq!(reply.header("refresh"), "0; url=https://app.example/after");
        assert!(!is_signed_in(&server, &cookie).await);
    }

    /// The hint of somebody else, or of another browser, signs nobody out unasked.
    async fn a_hint_is_of_its_session(server: Server) {
        let (_, cookie, hint) = set_up(&server).await;
        server.register("bob").await;
        let (bob, elsewhere) = (server.browser("bob").await, server.browser("ada").await);
        let asked = path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER)]);
        for other in [&bob, &elsewhere] {
            let page = server.send(open(&asked, other)).await.expect(200);
            assert!(page.headers.get("refresh").is_none());
            assert!(is_signed_in(&server, other).await);
        }
        assert!(is_signed_in(&server, &cookie).await);
        // The cookie alone signs nobody out.
        let fields = [("id_token_hint", hint.as_str())];
        server.send(form("/oauth/end_session/confirm", &fields).cookie(&bob)).await.expect(200);
        assert!(is_signed_in(&server, &bob).await);
    }
}
