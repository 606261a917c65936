//! What a person is asked, and when (S89).

use vestibule::server::service::clients::{ClientKind, ClientSettings};

use super::*;

async fn set_up(server: &Server) -> (Registered, String) {
    server.register("ada").await;
    resource(server).await;
    let settings = ClientSettings {
        resources: vec![API.into()],
        contact: Some("it@example.org".into()),
        ..web()
    };
    (make(server, "grafana", settings).await, server.browser("ada").await)
}

fn is_asked(reply: &Reply) -> bool {
    reply.status == 200 && reply.text.contains(r#"value="allow""#)
}

both! {
    async fn s89_consent_is_remembered_and_asked_for_again(server: Server) {
        let (_, cookie) = set_up(&server).await;
        let ask = async |others: &[(&str, &str)]| server.send(open(&asking("grafana", others), &cookie)).await;
        let first = ask(&[("scope", "openid orders:read")]).await;
        assert!(is_asked(&first));
        for shown in ["Grafana", "app.example", "See your orders", "Orders", "ada"] {
            assert!(first.page().contains(shown), "{shown}: {}", first.page());
        }
        assert!(!first.page().contains("Place orders"), "only what is asked for");
        answer(&server, &first, &cookie, "allow").await.expect(200);
        assert!(!is_asked(&ask(&[("scope", "openid orders:read")]).await));
        assert!(!is_asked(&ask(&[("scope", "orders:read")]).await), "less is not more");
        let more = ask(&[("scope", "openid orders:read orders:write")]).await;
        assert!(is_asked(&more) && more.page().contains("<strong>new</strong>"), "{}", more.page());
        answer(&server, &more, &cookie, "allow").await.expect(200);
        assert!(!is_asked(&ask(&[("scope", "openid orders:read orders:write")]).await));
        assert!(is_asked(&ask(&[("scope", "openid"), ("prompt", "consent")]).await));
        // Another client behind the same name, as far as anybody can see.
        change(&server, "grafana", |settings| settings.name = "Grafanb".into()).await;
        assert!(is_asked(&ask(&[("scope", "openid")]).await));
        change(&server, "grafana", |settings| settings.name = "Grafana".into()).await;
        assert!(!is_asked(&ask(&[("scope", "openid")]).await));
        change(&server, "grafana", |settings| settings.redirect_uris.push("https://app.example/b".into())).await;
        assert!(is_asked(&ask(&[("scope", "openid")]).await));
    }

    async fn s89_programs_on_computers_are_always_asked_about(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings {
            redirect_uris: vec!["http://127.0.0.1/callback".into()], id_token_alg: Signature::Es256,
            ..ClientSettings::new(ClientKind::Native, "Phone")
        };
        make(&server, "phone", settings).await;
        let cookie = server.browser("ada").await;
        let path = asking("phone", &[("redirect_uri", "http://127.0.0.1:4711/callback")]);
        for _ in 0..2 {
            let asked = server.send(open(&path, &cookie)).await;
            assert!(is_asked(&asked) && asked.page().contains("on this computer"), "{}", asked.page());
            answer(&server, &asked, &cookie, "allow").await.expect(200);
        }
        let silent = format!("{path}&prompt=none");
        let reply = server.send(open(&silent, &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("consent_required"));
    }

    async fn s89_no_is_an_answer_and_is_not_remembered(server: Server) {
        let (_, cookie) = set_up(&server).await;
        let asked = server.send(open(&asking("grafana", &[]), &cookie)).await;
        let reply = answer(&server, &asked, &cookie, "deny").await.expect(200);
        assert_eq!(told(&reply, "error").as_deref(), Some("access_denied"));
        assert_eq!((told(&reply, "state").as_deref(), told(&reply, "iss").as_deref()), (Some("a state"), Some(ORIGIN)));
        assert!(is_asked(&server.send(open(&asking("grafana", &[]), &cookie)).await));
        // The question is over: neither button of its page works any more.
        for late in ["allow", "deny"] {
            let reply = answer(&server, &asked, &cookie, late).await.expect(410);
            assert!(reply.headers.get("refresh").is_none());
        }
        let kinds = server.sql("select kind from audit_events where kind like 'app.%'").await;
        assert_eq!(kinds, ["app.deny"]);
    }

    /// The cookie alone changes nothing, and neither does the page of another person or site (S65).
    async fn s65_an_answer_needs_the_token_of_its_question(server: Server) {
        let (_, cookie) = set_up(&server).await;
        server.register("bob").await;
        let bob = server.browser("bob").await;
        let asked = server.send(open(&asking("grafana", &[]), &cookie)).await;
        let page = of_form(&asked, "/oauth/consent");
        let (uri, token) = (hidden(&page, "request_uri"), hidden(&page, "form_token"));
        let other = hidden(&of_form(&server.send(open(&asking("grafana", &[]), &cookie)).await, "/oauth/consent"), "form_token");
        let fields = |token: &str| {
            [("client_id", "grafana".to_owned()), ("request_uri", uri.clone()), ("form_token", token.to_owned()), ("answer", "allow".to_owned())]
        };
        let send = async |token: &str, cookie: &str| {
            let fields = fields(token);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            server.send(form("/oauth/consent", &fields).cookie(cookie)).await
        };
        for (token, cookie) in [("", &cookie), (other.as_str(), &cookie), (token.as_str(), &bob), (token.as_str(), &KEPT.to_owned())] {
            let reply = send(token, cookie).await.expect(303);
            assert!(reply.header("location").starts_with("/oauth/authorize?client_id=grafana&request_uri="), "asked again");
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields(&token)).finish();
        let foreign = post("/oauth/consent").header("content-type", "application/x-www-form-urlencoded")
            .header("origin", "https://evil.example").header("sec-fetch-site", "cross-site").cookie(&cookie).body(body);
        server.send(foreign).await.expect_problem(403, "cross_origin");
        assert_eq!(server.sql("select cast(count(*) as text) from consents").await, ["0"]);
        assert!(told(&send(&token, &cookie).await.expect(200), "code").is_some());
    }

    async fn people_without_its_role_may_not_use_a_client(server: Server) {
        let (_, cookie) = set_up(&server).await;
        change(&server, "grafana", |settings| settings.roles = vec!["admin".into()]).await;
        let page = server.send(open(&asking("grafana", &[]), &cookie)).await.expect(200);
        assert!(!is_asked(&page) && page.page().contains("it@example.org"), "{}", page.page());
        let reply = answer(&server, &page, &cookie, "allow").await;
        assert_eq!(reply.status, 303, "not by hand either");
        let reply = answer(&server, &page, &cookie, "deny").await.expect(200);
        assert_eq!(told(&reply, "error").as_deref(), Some("access_denied"));
        let silent = server.send(open(&asking("grafana", &[("prompt", "none")]), &cookie)).await.expect(303);
        assert_eq!(told(&silent, "error").as_deref(), Some("access_denied"));
    }

    /// A slow person has half an hour; reload and two tabs work meanwhile.
    async fn a_request_waits_for_its_person(server: Server) {
        let (client, _) = set_up(&server).await;
        let sent = server.send(open(&asking("grafana", &[("login_hint", "ada")]), KEPT)).await.expect(303);
        let login = sent.header("location").to_owned();
        assert!(login.starts_with("/login?next=%2Foauth%2Fauthorize%3F") && login.ends_with("&login_hint=ada"), "{login}");
        let page = server.send(open(&login, KEPT)).await.expect(200);
        assert!(page.page().contains("Grafana") && page.page().contains(r#"value="ada""#), "{}", page.page());
        assert_eq!(page.header("cross-origin-opener-policy"), "unsafe-none", "a popup keeps its opener");
        server.app.clock.advance(1_700);
        let next = hidden(&of_form(&page, "/login"), "next").replace("&amp;", "&");
        let fields = [("identifier", "ada"), ("password", PASSWORD), ("next", &*next)];
        let entered = server.send(form("/login", &fields).cookie(KEPT)).await.expect(303);
        let cookie = entered.session_cookie().expect("a session");
        assert_eq!(entered.header("location"), next);
        let (one, two) = (server.send(open(&next, &cookie)).await.expect(200), server.send(open(&next, &cookie)).await.expect(200));
        assert!(is_asked(&one) && is_asked(&two));
        let other_tab = server.send(open(&asking("grafana", &[("state", "two")]), &cookie)).await.expect(200);
        let reply = answer(&server, &two, &cookie, "allow").await.expect(200);
        let code = told(&reply, "code").expect("a code");
        server.send(exchange(&client, &code)).await.expect(200);
        let reply = answer(&server, &other_tab, &cookie, "allow").await.expect(200);
        assert_eq!(told(&reply, "state").as_deref(), Some("two"));
        assert!(told(&reply, "code").is_some());
        // The first one is answered.
        server.send(open(&next, &cookie)).await.expect(410);
        let late = server.send(open(&asking("grafana", &[("prompt", "consent")]), &cookie)).await.expect(200);
        server.app.clock.advance(1_800);
        answer(&server, &late, &cookie, "allow").await.expect(410);
    }

    async fn people_choose_their_account(server: Server) {
        let (client, cookie) = set_up(&server).await;
        server.register("bob").await;
        tokens(&server, &client, &cookie, &[]).await;
        server.app.clock.advance(1);
        let page = server.send(open(&asking("grafana", &[("prompt", "select_account")]), &cookie)).await.expect(200).page();
        let links: Vec<_> = page.split(r#"href=""#).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().replace("&amp;", "&")).collect();
        let this = links.iter().find(|link| link.ends_with("&chosen")).expect("this account");
        assert!(told(&server.send(open(this, &cookie)).await, "code").is_some());
        let page = server.send(open(&asking("grafana", &[("prompt", "select_account")]), &cookie)).await.expect(200).page();
        let links: Vec<_> = page.split(r#"href=""#).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().replace("&amp;", "&")).collect();
        let other = links.iter().find(|link| link.ends_with("&another")).expect("another account");
        let login = server.send(open(other, &cookie)).await.expect(200);
        let next = hidden(&of_form(&login, "/login"), "next").replace("&amp;", "&");
        let fields = [("identifier", "bob"), ("password", PASSWORD), ("next", &*next)];
        let entered = server.send(form("/login", &fields).cookie(&cookie)).await.expect(303);
        let bob = entered.session_cookie().expect("a session");
        assert!(is_asked(&server.send(open(entered.header("location"), &bob)).await), "bob was not asked before");
        // Who has no account makes one.
        let create = server.send(open(&asking("grafana", &[("prompt", "create")]), KEPT)).await.expect(303);
        assert!(create.header("location").starts_with("/register?next=%2Foauth%2Fauthorize"));
    }
}
