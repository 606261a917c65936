//! Roles and resources as clients see them: no more than the person has, and has allowed.

use vestibule::server::service::{
    accounts::AccountChange,
    clients::{self as registry, ClientSettings, IdTokenClaims, ResourceSettings},
    follow,
    roles::Role,
};

use super::*;

const OTHER_API: &str = "https://files.example.com";

fn with_roles() -> ClientSettings {
    ClientSettings {
        scopes: Some(["openid", "roles", "orders:read"].map(str::to_owned).to_vec()),
        resources: vec![API.into()],
        id_token_claims: IdTokenClaims::All,
        ..web()
    }
}

async fn told_roles(server: &Server, answer: &Value) -> Vec<Value> {
    let access = part(text(answer, "access_token"), 1)["roles"].clone();
    let id = part(text(answer, "id_token"), 1)["roles"].clone();
    let request = get("/oauth/userinfo").bearer(text(answer, "access_token"));
    let userinfo = server.send(request).await.expect(200).json()["roles"].clone();
    vec![access, id, userinfo]
}

both_with! { |flags| flags.factor_required_for = Some("admin".into());
    async fn a_role_that_demands_a_factor_reaches_no_client_without_one(server: Server) {
        server.register("ada").await;
        resource(&server).await;
        let client = make(&server, "grafana", with_roles()).await;
        // The session was opened before the role came, and has one factor.
        let cookie = server.browser("ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let held = tokens(&server, &client, &cookie, &[("scope", "openid roles")]).await;
        for roles in told_roles(&server, &held).await {
            assert_eq!(roles, json!(["user"]));
        }
        let next = server.send(next(&client, text(&held, "refresh_token"))).await.expect(200).json();
        for roles in told_roles(&server, &next).await {
            assert_eq!(roles, json!(["user"]));
        }
    }
}

both! {
    async fn s62_a_role_that_was_withdrawn_is_told_no_more(server: Server) {
        server.admin().await;
        server.register("ada").await;
        resource(&server).await;
        let client = make(&server, "grafana", with_roles()).await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let cookie = server.browser("ada").await;
        let others = [("scope", "roles orders:read"), ("resource", API)];
        let held = tokens(&server, &client, &cookie, &others).await;
        let (process, router) = server.again().await;
        let told = async || {
            follow::all(&process).await.expect("the feed");
            let request = by(&client, "/oauth/introspect", &[("token", text(&held, "access_token"))]);
            send(&router, request).await.expect(200).json()
        };
        assert_eq!(told().await["roles"], json!(["user", "admin"]));
        server.change("ada", AccountChange::RevokeRole(Role::Admin)).await;
        let now = told().await;
        assert_eq!((&now["active"], &now["roles"]), (&json!(true), &json!(["user"])));
    }

    /// A word that a second resource has as well is no way into it.
    async fn s89_a_grant_opens_no_resource_that_nobody_was_asked_about(server: Server) {
        server.register("ada").await;
        resource(&server).await;
        let settings = ClientSettings { resources: vec![API.into()], ..web() };
        let client = make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        let held = tokens(&server, &client, &cookie, &[("scope", "orders:read")]).await;
        let files = ResourceSettings {
            name: "Files".into(),
            scopes: [("orders:read".to_owned(), "Read your files".to_owned())].into(),
            alg: Signature::Es256,
            token_life: None,
            introspectors: Vec::new(),
        };
        registry::create_resource(&server.app, Agent::Operator, OTHER_API, &files, None).await.expect("a resource");
        change(&server, "grafana", |settings| settings.resources.push(OTHER_API.into())).await;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", text(&held, "refresh_token"))];
        let with = |uri: &'static str| fields.into_iter().chain([("resource", uri)]).collect::<Vec<_>>();
        refused(server.send(by(&client, "/oauth/token", &with(OTHER_API))).await, 400, "invalid_target");
        refused(server.send(by(&client, "/oauth/token", &fields)).await, 400, "invalid_target");
        change(&server, "grafana", |settings| settings.default_resource = Some(OTHER_API.into())).await;
        refused(server.send(by(&client, "/oauth/token", &fields)).await, 400, "invalid_target");
        let next = server.send(by(&client, "/oauth/token", &with(API))).await.expect(200).json();
        assert_eq!(part(text(&next, "access_token"), 1)["aud"], API);
        // Asked about, it is open.
        let reply = server.send(open(&asking("grafana", &[("scope", "orders:read"), ("resource", OTHER_API)]), &cookie)).await;
        assert!(reply.text.contains("Read your files"), "asked: {}", reply.text);
    }

    async fn an_app_in_the_browser_ends_with_its_session(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings {
            redirect_uris: vec![CALLBACK.into()],
            id_token_alg: Signature::Es256,
            ..ClientSettings::new(registry::ClientKind::Spa, "Spa")
        };
        let client = make(&server, "spa", settings.clone()).await;
        let cookie = server.browser("ada").await;
        let held = tokens(&server, &client, &cookie, &[("scope", "openid offline_access")]).await;
        assert_eq!(held["scope"], "openid");
        let page = server.send(open("/account", &cookie)).await.expect(200).page();
        let token = form_token(&page, "logout");
        server.send(form("/logout", &[("form", "logout"), ("form_token", &token)]).cookie(&cookie)).await.expect(303);
        refused(server.send(next(&client, text(&held, "refresh_token"))).await, 400, "invalid_grant");
        let offline = ClientSettings { scopes: Some(vec!["offline_access".into()]), ..settings };
        let made = registry::create(&server.app, Agent::Operator, "other", &offline, None).await;
        assert!(matches!(made, Err(registry::ClientError::Fault(fault)) if fault.member == "scopes"));
    }

    /// Any program of the computer can say that it is this one, whatever the operator thinks of it.
    async fn s89_no_setting_spares_a_program_on_a_computer_its_question(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings {
            redirect_uris: vec!["http://127.0.0.1/callback".into()],
            id_token_alg: Signature::Es256,
            consent: Consent::Skip,
            ..ClientSettings::new(registry::ClientKind::Native, "Ours")
        };
        make(&server, "ours", settings).await;
        let cookie = server.browser("ada").await;
        let place = ("redirect_uri", "http://127.0.0.1:4711/callback");
        let page = server.send(open(&asking("ours", &[place]), &cookie)).await.expect(200);
        assert!(page.text.contains(r#"value="allow""#));
        let silent = server.send(open(&asking("ours", &[place, ("prompt", "none")]), &cookie)).await.expect(303);
        assert_eq!(told(&silent, "error").as_deref(), Some("consent_required"));
    }

    /// What a later version has written stops no process; the client is refused here.
    async fn settings_of_a_later_version_leave_one_client_out(server: Server) {
        server.register("ada").await;
        make(&server, "later", own()).await;
        let client = make(&server, "grafana", own()).await;
        server.sql("update clients set settings = '{\"of_tomorrow\":true}' where id = 'later'").await;
        let (_, router) = server.again().await;
        let cookie = server.browser("ada").await;
        assert_eq!(send(&router, open(&asking("later", &[]), &cookie)).await.status, 400);
        assert_eq!(send(&router, open(&asking("grafana", &[]), &cookie)).await.status, 303);
        assert!(!client.secret.is_empty());
    }
}
