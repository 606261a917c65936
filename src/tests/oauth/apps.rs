//! What people see of apps, and how they take it away.

use vestibule::server::service::follow;

use super::*;

async fn take_away(server: &Server, cookie: &str) -> Reply {
    let page = server.send(open("/account/apps", cookie)).await.expect(200);
    let page = of_form(&page, "/account/apps/withdraw");
    let fields = ["client_id", "form_token"].map(|name| (name, hidden(&page, name)));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    server.send(form("/account/apps/withdraw", &fields).cookie(cookie)).await
}

both! {
    async fn s89_one_button_takes_all_of_it_away(server: Server) {
        server.register("ada").await;
        let client = make(&server, "grafana", web()).await;
        let cookie = server.browser("ada").await;
        let (process, router) = server.again().await;
        let none = server.send(open("/account/apps", &cookie)).await.expect(200).page();
        assert!(!none.contains("/account/apps/withdraw"));
        let online = tokens(&server, &client, &cookie, &[]).await;
        let offline = tokens(&server, &client, &cookie, &[("scope", "openid offline_access")]).await;
        let waiting = code(&server, "grafana", &cookie, &[]).await;
        let asked = server.send(open(&asking("grafana", &[("prompt", "consent")]), &cookie)).await.expect(200);
        let page = server.send(open("/account/apps", &cookie)).await.expect(200).page();
        assert!(page.contains("Grafana"), "{page}");
        let security = server.send(open("/account/security", &cookie)).await.expect(200).page();
        assert!(security.contains("One app has access."), "{security}");
        let reply = take_away(&server, &cookie).await.expect(303);
        assert_eq!(reply.header("location"), "/account/apps");
        follow::all(&process).await.expect("the feed");
        for held in [&online, &offline] {
            for router in [&server.router, &router] {
                assert!(!is_active(router, &client, text(held, "access_token")).await);
                assert!(!is_active(router, &client, text(held, "refresh_token")).await);
                assert_eq!(send(router, get("/oauth/userinfo").bearer(text(held, "access_token"))).await.status, 401);
            }
        }
        refused(server.send(exchange(&client, &waiting)).await, 400, "invalid_grant");
        let events = server.sql("select kind from audit_events where kind = 'app.withdraw'").await;
        assert_eq!(events, ["app.withdraw"]);
        // What was asked before is answered by a new yes alone.
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        let code = told(&reply, "code").expect("a code");
        server.send(exchange(&client, &code)).await.expect(200);
    }

    async fn s65_access_is_taken_away_by_its_owner_alone(server: Server) {
        server.register("ada").await;
        server.register("bob").await;
        let client = make(&server, "grafana", web()).await;
        let (ada, bob) = (server.browser("ada").await, server.browser("bob").await);
        let held = tokens(&server, &client, &ada, &[]).await;
        tokens(&server, &client, &bob, &[]).await;
        let page = server.send(open("/account/apps", &bob)).await.expect(200);
        let token = hidden(&of_form(&page, "/account/apps/withdraw"), "form_token");
        let fields = [("client_id", "grafana"), ("form_token", &*token)];
        server.send(form("/account/apps/withdraw", &fields).cookie(&ada)).await.expect(403);
        server.send(form("/account/apps/withdraw", &fields[..1]).cookie(&ada)).await.expect(403);
        assert!(is_active(&server.router, &client, text(&held, "refresh_token")).await);
        take_away(&server, &bob).await.expect(303);
        assert!(is_active(&server.router, &client, text(&held, "refresh_token")).await, "bob's alone");
    }
}
