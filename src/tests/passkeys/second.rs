//! A passkey as the second factor, and as a fresh proof.

use super::*;
use crate::factors::enrol_in;
use vestibule::server::service::{accounts::AccountChange, roles::Role};

/// The first step of a sign-in that is refused for its second factor; answers the secret.
async fn pending(server: &Server, name: &str) -> String {
    let first = json!({ "identifier": name, "password": PASSWORD, "session": "token" });
    let refused = server.send(post("/api/v1/login").json(first)).await;
    let refused = refused.expect_problem(401, "factor_required").json();
    refused["flow"].as_str().expect("a secret").to_owned()
}

async fn asked_for(server: &Server, flow: &str) -> Value {
    let options = post("/api/v1/login/passkey/options").json(json!({ "flow": flow }));
    server.send(options).await.expect(200).json()
}

fn second(flow: &str, asked: &Value, credential: &Value) -> Request {
    let ceremony = &asked["ceremony"];
    let body = json!({ "flow": flow, "ceremony": ceremony, "credential": credential });
    post("/api/v1/login/passkey").json(body)
}

async fn proof(server: &Server, token: &str, authenticator: &Authenticator) -> Reply {
    let asked = post("/api/v1/me/reauthenticate/options").bearer(token);
    let asked = server.send(asked).await.expect(200).json();
    let credential = authenticator.get(&asked["public_key"]);
    let body = json!({ "ceremony": asked["ceremony"], "credential": credential });
    server.send(post("/api/v1/me/reauthenticate/passkey").bearer(token).json(body)).await
}

both! {
    async fn a_passkey_completes_a_sign_in_by_password(server: Server) {
        let mut it = Authenticator::new();
        let ada = owner(&server, "ada", &mut it).await;
        // Without an app a passkey is a comfort: the password is enough.
        server.login("ada").await;
        enrol_in(&server, &ada).await;
        let flow = pending(&server, "ada").await;
        let asked = asked_for(&server, &flow).await;
        assert_eq!(asked["public_key"]["allowCredentials"][0]["id"], it.id());
        let credential = it.get(&asked["public_key"]);
        // It is for this step alone.
        server.send(answer(&asked, &credential)).await.expect_problem(410, "flow_over");
        let signed_in = server.send(second(&flow, &asked, &credential)).await.expect(200);
        let claims = part(&token(&signed_in), 1);
        assert_eq!((&claims["amr"], &claims["acr"]), (&json!(["pwd", "swk", "user", "mfa"]), &json!("aal2")));
        assert!(signed_in.json()["refresh_token"].is_string());
        server.send(second(&flow, &asked, &credential)).await.expect_problem(410, "flow_over");
    }

    async fn s82_a_passkey_of_somebody_else_completes_nothing(server: Server) {
        let (mut it, mut other) = (Authenticator::new(), Authenticator::new());
        let ada = owner(&server, "ada", &mut it).await;
        owner(&server, "bob", &mut other).await;
        enrol_in(&server, &ada).await;
        let flow = pending(&server, "ada").await;
        let asked_once = asked_for(&server, &flow).await;
        let theirs = other.get(&asked_once["public_key"]);
        server.send(second(&flow, &asked_once, &theirs)).await.expect_problem(401, "invalid_passkey");
        // The challenge of an anonymous sign-in is of no use here.
        let anonymous = asked(&server).await;
        let right = it.get(&anonymous["public_key"]);
        server.send(second(&flow, &anonymous, &right)).await.expect_problem(410, "flow_over");
        let asked_again = asked_for(&server, &flow).await;
        let right = it.get(&asked_again["public_key"]);
        server.send(second(&flow, &asked_again, &right)).await.expect(200);
    }

    async fn a_passkey_is_a_fresh_proof(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let ada = token(&login(&server, &it).await.expect(200));
        server.app.clock.advance(599);
        let renewed = proof(&server, &ada, &it).await.expect(200);
        let claims = part(&token(&renewed), 1);
        assert_eq!(claims["auth_time"], server.app.clock.now_s());
        assert_eq!(claims["amr"], json!(["swk", "user", "mfa"]));
        // The session has another id, so that a copy of it is not fresh.
        server.send(get("/api/v1/me").bearer(&ada)).await.expect_problem(401, "invalid_token");
    }

    /// The password alone would make less of the session.
    async fn a_session_of_a_passkey_is_confirmed_by_one(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        let ada = token(&login(&server, &it).await.expect(200));
        let again = post("/api/v1/me/reauthenticate").bearer(&ada).json(json!({ "password": PASSWORD }));
        server.send(again).await.expect_problem(401, "factor_required");
        proof(&server, &ada, &it).await.expect(200);
        let by_password = server.login("ada").await;
        let again = post("/api/v1/me/reauthenticate").bearer(&by_password).json(json!({ "password": PASSWORD }));
        server.send(again).await.expect(200);
    }

    async fn a_proof_is_of_ones_own_passkey_and_session(server: Server) {
        let (mut it, mut other) = (Authenticator::new(), Authenticator::new());
        let ada = owner(&server, "ada", &mut it).await;
        owner(&server, "bob", &mut other).await;
        let carol = server.user("carol").await;
        let none = post("/api/v1/me/reauthenticate/options").bearer(&carol);
        server.send(none).await.expect_problem(404, "not_found");
        proof(&server, &ada, &other).await.expect_problem(401, "invalid_passkey");
        let asked = post("/api/v1/me/reauthenticate/options").bearer(&ada);
        let asked = server.send(asked).await.expect(200).json();
        let body = json!({ "ceremony": asked["ceremony"], "credential": it.get(&asked["public_key"]) });
        let second = server.login("ada").await;
        let elsewhere = post("/api/v1/me/reauthenticate/passkey").bearer(&second).json(body.clone());
        server.send(elsewhere).await.expect_problem(410, "flow_over");
        let here = post("/api/v1/me/reauthenticate/passkey").bearer(&ada).json(body);
        server.send(here).await.expect(200);
    }

    /// An operator who removes both is shown both.
    async fn an_operator_removes_app_and_passkeys(server: Server) {
        let ada = owner(&server, "ada", &mut Authenticator::new()).await;
        enrol_in(&server, &ada).await;
        server.change("ada", AccountChange::RemoveFactor).await;
        let removed = server.sql("select kind from audit_events where kind like '%.remove' order by kind").await;
        assert_eq!(removed, ["passkey.remove", "totp.remove"]);
    }
}

both_with! { |flags| flags.factor_required_for = Some("admin".into());
    async fn a_passkey_is_what_a_role_demands(server: Server) {
        let mut it = Authenticator::new();
        owner(&server, "ada", &mut it).await;
        server.deputy().await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let signed_in = login(&server, &it).await.expect(200);
        server.send(get("/api/v1/users").bearer(&token(&signed_in))).await.expect(200);
        let flow = pending(&server, "ada").await;
        let asked = asked_for(&server, &flow).await;
        let credential = it.get(&asked["public_key"]);
        let signed_in = server.send(second(&flow, &asked, &credential)).await.expect(200);
        let ada = token(&signed_in);
        server.send(get("/api/v1/users").bearer(&ada)).await.expect(200);
        // It is the last one.
        let list = server.send(get("/api/v1/me/passkeys").bearer(&ada)).await.expect(200).json();
        let path = format!("/api/v1/me/passkeys/{}", list["passkeys"][0]["id"].as_str().expect("an id"));
        let remove = Request::new(Method::DELETE, &path).bearer(&ada);
        server.send(remove).await.expect_problem(409, "last_way_in");
        // Without it, its owner sets up an app.
        server.change("ada", AccountChange::RemoveFactor).await;
        let first = json!({ "identifier": "ada", "password": PASSWORD });
        let refused = server.send(post("/api/v1/login").json(first)).await;
        refused.expect_problem(401, "factor_enrolment_required");
    }
}
