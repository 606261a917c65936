//! Who acts on others: what it takes, what is recorded of it, and that one administrator is left.

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use vestibule::{
    model::{ErrorCode, RegisterForm},
    server::{
        App,
        error::{Error, Result},
        secure::secret::Secret,
        service::{
            ClientInfo,
            accounts::{self, AccountChange},
            audit, import,
            keys::{self, KeyError},
            limits::blocks,
            principal::{self, Principal},
            register,
            roles::Role,
            setup,
        },
    },
};

use super::{keys::ED25519_PEM, support::*};

fn patch(id: &str, token: &str, body: Value) -> Request {
    send_json(Method::PATCH, &format!("/api/v1/users/{id}"), body).bearer(token)
}

async fn enabled_admins(server: &Server) -> usize {
    server
        .sql(
            "select username from users u join user_roles r on r.user_id = u.id
             where r.role = 'admin' and u.disabled_at is null",
        )
        .await
        .len()
}

/// Everything that acts on others or on the instance, as somebody: what each answers.
async fn every_verb(app: &App, agent: Agent<'_>) -> Vec<(&'static str, Result<()>)> {
    fn key(changed: std::result::Result<(), KeyError>) -> Result<()> {
        changed.map_err(|error| match error {
            KeyError::Other(error) => error,
            error => Error::Internal(error.to_string()),
        })
    }
    let network = "203.0.113.0/24".parse().expect("a network");
    let form = |name: &str| RegisterForm {
        username: Some(name.into()),
        password: Some(PASSWORD.into()),
        ..RegisterForm::default()
    };
    let plan = import::plan(app, r#"{"username":"imported"}"#, None).await.expect("read");
    let imported = import::carry_out(app, agent, plan, |_, _| ()).await;
    let imported = imported.map_err(|stopped| match stopped.why {
        import::Why::Failed(error) => error,
        why => Error::Internal(why.to_string()),
    });
    let exported = audit::export(app, agent, audit::Range::default(), |_| Ok::<_, Error>(())).await;
    let disabled = accounts::change(app, agent, "ada", AccountChange::Disable).await.map(drop);
    let pem = Secret::new(ED25519_PEM);
    vec![
        ("import", imported),
        ("export", exported),
        ("change", disabled),
        ("register", register::by_operator(app, agent, form("made"), true).await.map(drop)),
        ("block", blocks::add(app, agent, network, 600).await),
        ("lift", blocks::lift(app, agent, network).await),
        ("rotate", key(keys::rotate(app, agent, keys::RingName::Own, true).await)),
        ("import key", key(keys::import(app, agent, keys::RingName::Own, &pem, true).await)),
        ("set-up link", setup::new_link(app, agent).await.map(drop)),
    ]
}

fn code(outcome: &Result<()>) -> Option<ErrorCode> {
    match outcome {
        Err(Error::Api(error)) => Some(error.code),
        _ => None,
    }
}

/// The code of a refusal, if it is one.
fn refused(reply: Reply) -> Option<ErrorCode> {
    let code = (reply.status != 200).then(|| reply.json()["code"].clone())?;
    Some(serde_json::from_value(code).expect("a code"))
}

fn called_with(app: &App, token: &str) -> Principal {
    principal::verify(app, token).expect("a good token")
}

both! {
    async fn an_admin_changes_others(server: Server) {
        let admin = server.admin().await;
        let operator = part(&admin, 1)["sub"].as_str().expect("an id").to_owned();
        let ada = server.register("ada").await;
        let token = server.login("ada").await;
        let body = json!({ "app_metadata": { "plan": "pro" }, "roles": ["user", "admin"] });
        let request = patch(&ada, &admin, body).from("192.0.2.7").header("user-agent", "Console/1");
        let user = server.send(request).await.expect(200).json();
        assert_eq!((&user["app_metadata"], &user["roles"]), (&json!({ "plan": "pro" }), &json!(["user", "admin"])));
        // The token of before says less than the account does now.
        server.send(get("/api/v1/me").bearer(&token)).await.expect(401);
        let token = server.login("ada").await;
        server.send(get("/api/v1/users").bearer(&token)).await.expect(200);
        let user = server.send(patch(&ada, &admin, json!({ "disabled": true, "roles": [] }))).await.expect(200).json();
        assert!(user["disabled_at"].is_i64() && user["roles"] == json!(["user"]), "{user}");
        server.send(get("/api/v1/me").bearer(&token)).await.expect(401);
        server.send(right("ada")).await.expect(401);
        let user = server.send(patch(&ada, &admin, json!({ "disabled": false, "app_metadata": null }))).await.expect(200).json();
        assert!(user.get("disabled_at").is_none() && user["app_metadata"] == json!({}), "{user}");
        server.send(right("ada")).await.expect(200);
        // Recorded as theirs, from where they were.
        let events = server.sql(
            "select kind || ' ' || actor || ' ' || subject from audit_events
             where kind like 'user.%' or kind like 'role.%' order by seq",
        ).await;
        let said = ["user.app_metadata", "role.grant", "user.disable", "role.withdraw", "user.app_metadata", "user.enable"];
        assert_eq!(events, said.map(|kind| format!("{kind} {operator} {ada}")));
        let from = server.sql("select client_ip || ' ' || user_agent from audit_events where kind = 'role.grant'").await;
        assert_eq!(from, ["192.0.2.7 Console/1"]);
        // To ada it was an administrator, from nowhere that concerns her.
        let token = server.login("ada").await;
        let history = server.send(get("/api/v1/me/security-history").bearer(&token)).await.expect(200).text;
        assert!(history.contains("Account enabled (by an administrator)") && !history.contains("192.0.2.7"), "{history}");
    }

    async fn what_is_so_already_is_not_written(server: Server) {
        let admin = server.admin().await;
        let ada = server.register("ada").await;
        let body = || json!({ "app_metadata": { "b": 1, "a": [] }, "disabled": true, "roles": ["admin"] });
        server.send(patch(&ada, &admin, body())).await.expect(200);
        let state = async || {
            let users = server.sql("select username || epoch || ' ' || updated_at from users order by id").await;
            let events = server.sql("select kind from audit_events").await;
            (users, events, server.sql("select kind from revocations").await)
        };
        let before = state().await;
        server.app.clock.advance(5);
        let again = server.send(patch(&ada, &admin, body())).await.expect(200).json();
        assert_eq!(again["app_metadata"], json!({ "b": 1, "a": [] }));
        server.send(patch(&ada, &admin, json!({}))).await.expect(200);
        for change in [AccountChange::Disable, AccountChange::GrantRole(Role::Admin)] {
            let changed = accounts::change(&server.app, Agent::Operator, "ada", change).await;
            assert!(!changed.expect("nothing to do"));
        }
        assert_eq!(state().await, before);
        // Half of it is news: that half is written. The feed has that tokens are over, and that the profile changed.
        server.send(patch(&ada, &admin, json!({ "disabled": true, "roles": [] }))).await.expect(200);
        let (_, events, revocations) = state().await;
        assert_eq!((events.len(), revocations.len()), (before.1.len() + 1, before.2.len() + 2));
    }

    async fn all_of_a_change_or_nothing(server: Server) {
        let admin = server.admin().await;
        let operator = part(&admin, 1)["sub"].as_str().expect("an id").to_owned();
        let ada = server.register("ada").await;
        for (id, body, status, code) in [
            (&operator, json!({ "app_metadata": { "a": 1 }, "disabled": true }), 409, "last_admin"),
            (&operator, json!({ "app_metadata": { "a": 1 }, "roles": ["user"] }), 409, "last_admin"),
            (&ada, json!({ "app_metadata": { "a": 1 }, "roles": ["root"] }), 422, "invalid_input"),
            (&ada, json!({ "disabled": true, "app_metadata": { "a": "x".repeat(16 * 1024) } }), 422, "invalid_input"),
            (&ada, json!({ "disabled": true, "app_metadata": [] }), 422, "invalid_input"),
            (&ada, json!({ "disabled": true, "password": PASSWORD }), 422, "invalid_input"),
            (&ada, json!({ "disabled": "yes" }), 422, "invalid_input"),
        ] {
            server.send(patch(id, &admin, body)).await.expect_problem(status, code);
        }
        let untouched = server.sql("select username from users where disabled_at is null and app_metadata = '{}'").await;
        assert_eq!(untouched.len(), 2);
        let reply = server.send(patch(&ada, &admin, json!({ "roles": ["root"] }))).await.expect(422).json();
        assert_eq!(reply["errors"][0]["field"], "roles");
    }

    async fn it_takes_the_permission_and_a_fresh_proof(server: Server) {
        server.admin().await;
        let ada = server.register("ada").await;
        let user = server.login("ada").await;
        server.send(patch(&ada, &user, json!({ "roles": ["admin"] }))).await.expect_problem(403, "forbidden");
        let body = json!({ "username": "operator", "password": PASSWORD, "session": "token" });
        let old = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        server.app.clock.advance(600);
        let refresh = json!({ "refresh_token": old["refresh_token"] });
        let admin = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
        let admin = admin["access_token"].as_str().expect("a token");
        let change = || json!({ "roles": ["admin"] });
        server.send(patch(&ada, admin, change())).await.expect_problem(401, "reauthentication_required");
        let proof = post("/api/v1/me/reauthenticate").bearer(admin).json(json!({ "password": PASSWORD }));
        let fresh = server.send(proof).await.expect(200).json();
        server.send(patch(&ada, fresh["access_token"].as_str().expect("a token"), change())).await.expect(200);
    }

    // The verb asks for the permission itself, not the route alone.
    async fn every_verb_asks_for_permission_and_proof(server: Server) {
        let stale = {
            server.admin().await;
            let body = json!({ "username": "operator", "password": PASSWORD, "session": "token" });
            let old = server.send(post("/api/v1/login").json(body)).await.expect(200).json();
            server.app.clock.advance(600);
            let refresh = json!({ "refresh_token": old["refresh_token"] });
            let new = server.send(post("/api/v1/token/refresh").json(refresh)).await.expect(200).json();
            new["access_token"].as_str().expect("a token").to_owned()
        };
        let user = server.user("ada").await;
        let count = async || server.sql("select kind from audit_events").await.len();
        let (before, nowhere) = (count().await, ClientInfo::default());
        for (token, refused) in [(&user, ErrorCode::Forbidden), (&stale, ErrorCode::ReauthenticationRequired)] {
            let principal = called_with(&server.app, token);
            for (verb, outcome) in every_verb(&server.app, Agent::Admin(&principal, &nowhere)).await {
                assert_eq!(code(&outcome), Some(refused), "{verb}");
            }
            let retired = keys::retire(&server.app, Agent::Admin(&principal, &nowhere), &kid(token)).await;
            assert!(matches!(retired, Err(KeyError::Other(Error::Api(error))) if error.code == refused));
        }
        assert_eq!(count().await, before, "nothing was done");
    }

    async fn what_an_admin_does_is_recorded_as_theirs(server: Server) {
        server.register("ada").await;
        let admin = server.admin().await;
        let principal = called_with(&server.app, &admin);
        let (client_ip, user_agent) = (Some("192.0.2.7".into()), Some("Console/1".into()));
        let client_info = ClientInfo { client_ip, user_agent, ..ClientInfo::default() };
        let before = server.sql("select kind from audit_events").await.len();
        for (verb, outcome) in every_verb(&server.app, Agent::Admin(&principal, &client_info)).await {
            // The key to come may be one that is there already.
            let done = outcome.is_ok() || verb == "import key";
            assert!(done, "{verb}: {outcome:?}");
        }
        let said = server.sql(
            "select kind || ' ' || coalesce(actor, '-') || ' ' || coalesce(client_ip, '-') || ' ' ||
                    coalesce(user_agent, '-') from audit_events order by seq",
        ).await;
        let kinds = ["user.import", "audit.export", "user.disable", "register", "role.grant", "source.block", "source.lift", "key.publish"];
        let theirs = kinds.map(|kind| format!("{kind} {} 192.0.2.7 Console/1", principal.user()));
        assert_eq!(said[before..][..theirs.len()], theirs);
    }

    async fn the_last_enabled_admin_stays(server: Server) {
        let admin = server.admin().await;
        let operator = part(&admin, 1)["sub"].as_str().expect("an id").to_owned();
        // A disabled one does not count.
        server.deputy().await;
        server.change("deputy", AccountChange::Disable).await;
        for change in [AccountChange::Disable, AccountChange::RevokeRole(Role::Admin)] {
            let refused = accounts::change(&server.app, Agent::Operator, "operator", change).await;
            assert_eq!(code(&refused.map(drop)), Some(ErrorCode::LastAdmin));
        }
        let reply = server.send(patch(&operator, &admin, json!({ "disabled": true }))).await;
        let reply = reply.expect_problem(409, "last_admin");
        assert!(reply.json()["message"].as_str().expect("a sentence").contains("last administrator"));
        // The one that is disabled already may lose the role, and anybody else be disabled.
        server.change("deputy", AccountChange::RevokeRole(Role::Admin)).await;
        server.register("ada").await;
        server.change("ada", AccountChange::Disable).await;
        server.send(get("/api/v1/me").bearer(&admin)).await.expect(200);
        assert_eq!(enabled_admins(&server).await, 1);
    }

    async fn without_any_admin_others_can_be_disabled(server: Server) {
        server.register("ada").await;
        server.change("ada", AccountChange::Disable).await;
    }

    async fn of_twenty_admins_at_once_one_stays(server: Server) {
        let (other, router) = server.again().await;
        let mut admins = Vec::new();
        for n in 0..20 {
            let name = format!("admin{n}");
            let id = server.register(&name).await;
            server.change(&name, AccountChange::GrantRole(Role::Admin)).await;
            admins.push((name.clone(), id, server.login(&name).await));
        }
        // By the command line and over HTTP, by two processes, disabled and demoted.
        let acts = admins.iter().enumerate().map(|(n, (name, id, token))| {
            let (server, other, router) = (&server, &other, &router);
            async move {
                match n % 4 {
                    0 => code(&accounts::change(&server.app, Agent::Operator, name, AccountChange::Disable).await.map(drop)),
                    1 => code(&accounts::change(other, Agent::Operator, name, AccountChange::RevokeRole(Role::Admin)).await.map(drop)),
                    2 => refused(server.send(patch(id, token, json!({ "roles": [] }))).await),
                    _ => refused(send(router, patch(id, token, json!({ "disabled": true }))).await),
                }
            }
        });
        let refused: Vec<_> = join_all(acts).await.into_iter().flatten().collect();
        assert_eq!(refused, [ErrorCode::LastAdmin]);
        assert_eq!(enabled_admins(&server).await, 1);
    }
}
