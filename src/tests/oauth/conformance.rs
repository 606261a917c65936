//! The modules of the OpenID conformance suite that are about one request and its answer, under their names (S83).

use serde_json::{Value, json};
use vestibule::server::service::clients::{
    ClientAuth, ClientSettings, IdTokenClaims, Pkce, Signature,
};

use super::*;

/// The suite sends no challenge.
pub(super) fn of_suite() -> ClientSettings {
    ClientSettings { pkce: Pkce::Optional, ..web() }
}

const WITHOUT_PKCE: [(&str, &str); 2] = [("code_challenge", ""), ("code_challenge_method", "")];

pub(super) async fn set_up(server: &Server) -> (Registered, String) {
    server.register("ada").await;
    (make(server, "grafana", of_suite()).await, server.browser("ada").await)
}

pub(super) fn id_token(answer: &Value) -> Value {
    part(text(answer, "id_token"), 1)
}

async fn userinfo(server: &Server, answer: &Value) -> Value {
    let request = get("/oauth/userinfo").bearer(text(answer, "access_token"));
    server.send(request).await.expect(200).json()
}

both! {
    async fn oidcc_discovery_endpoint_verification(server: Server) {
        let document = server.send(get("/.well-known/openid-configuration")).await.expect(200);
        let other = server.send(get("/.well-known/oauth-authorization-server")).await.expect(200);
        assert_eq!(document.text, other.text, "one document");
        assert_eq!(document.header("access-control-allow-origin"), "*");
        let told = document.json();
        assert_eq!(told["issuer"], ORIGIN);
        for (name, value) in [
            ("response_types_supported", json!(["code"])),
            ("response_modes_supported", json!(["query", "form_post"])),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("authorization_response_iss_parameter_supported", json!(true)),
            ("claims_parameter_supported", json!(false)),
            ("request_parameter_supported", json!(false)),
            ("request_uri_parameter_supported", json!(false)),
            ("id_token_signing_alg_values_supported", json!(["RS256", "ES256", "EdDSA"])),
        ] {
            assert_eq!(told[name], value, "{name}");
        }
        // Every endpoint is there.
        let members = told.as_object().expect("an object");
        let endpoints = members.iter().filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri");
        let mut count = 0;
        for (name, address) in endpoints {
            let path = address.as_str().expect("an address").strip_prefix(ORIGIN).expect("ours");
            assert_ne!(server.send(get(path)).await.status, 404, "{name}");
            count += 1;
        }
        assert_eq!(count, 8);
    }

    async fn oidcc_server(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let asked = server.send(open(&asking(&client.id, &WITHOUT_PKCE), &cookie)).await.expect(200);
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        let (place, _) = sent_to(&reply);
        assert_eq!(place, CALLBACK);
        assert_eq!(told(&reply, "state").as_deref(), Some("a state"));
        assert_eq!(told(&reply, "iss").as_deref(), Some(ORIGIN), "S88");
        let code = told(&reply, "code").expect("a code");
        let fields = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", CALLBACK)];
        let answer = server.send(by(&client, "/oauth/token", &fields)).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store");
        let answer = answer.json();
        assert_eq!((text(&answer, "token_type"), text(&answer, "scope")), ("Bearer", "openid profile email"));
        let claims = id_token(&answer);
        let user = server.sql("select id from users").await.concat();
        for (name, value) in [
            ("iss", json!(ORIGIN)), ("sub", json!(user)), ("aud", json!("grafana")), ("nonce", json!("a nonce")),
            ("acr", json!("aal1")), ("amr", json!(["pwd"])),
        ] {
            assert_eq!(claims[name], value, "{name}");
        }
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(exp, iat)| exp - iat), Some(600));
        let access = part(text(&answer, "access_token"), 1);
        assert_eq!(part(text(&answer, "access_token"), 0)["typ"], "at+jwt");
        assert_eq!(access["aud"], json!(format!("{ORIGIN}/oauth/userinfo")));
        for absent in ["gen", "epoch", "roles", "email"] {
            assert_eq!(access.get(absent), None, "{absent}");
        }
        assert_eq!(access["sid"], claims["sid"]);
    }

    async fn oidcc_idtoken_signature(server: Server) {
        // RS256 where nothing is said.
        server.register("ada").await;
        let settings = ClientSettings { id_token_alg: Signature::default(), ..of_suite() };
        let client = make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        let answer = tokens(&server, &client, &cookie, &[]).await;
        let token = text(&answer, "id_token");
        let header = part(token, 0);
        assert_eq!((header["alg"].as_str(), header["typ"].as_str()), (Some("RS256"), Some("JWT")));
        let keys = server.send(get("/.well-known/jwks.json?alg=RS256")).await.expect(200).json();
        let keys = keys["keys"].as_array().expect("keys").clone();
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).expect("its key");
        let key: jsonwebtoken::jwk::Jwk = serde_json::from_value(key.clone()).expect("a JWK");
        let key = jsonwebtoken::DecodingKey::from_jwk(&key).expect("a key");
        let (message, signature) = token.rsplit_once('.').expect("a signature");
        let is_good = jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, jsonwebtoken::Algorithm::RS256);
        assert!(is_good.expect("a verification"));
    }

    async fn oidcc_response_type_missing(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let reply = server.send(open(&asking(&client.id, &[("response_type", "")]), &cookie)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"));
        assert_eq!((told(&reply, "iss").as_deref(), told(&reply, "state").as_deref()), (Some(ORIGIN), Some("a state")));
    }

    async fn s87_there_is_one_response_type(server: Server) {
        let (client, cookie) = set_up(&server).await;
        for other in ["token", "id_token", "code token", "code id_token", "none", "Code"] {
            let reply = server.send(open(&asking(&client.id, &[("response_type", other)]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some("unsupported_response_type"), "{other}");
        }
        let fields = [("grant_type", "password"), ("username", "ada"), ("password", PASSWORD)];
        refused(server.send(by(&client, "/oauth/token", &fields)).await, 400, "unsupported_grant_type");
    }

    async fn oidcc_userinfo(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let answer = tokens(&server, &client, &cookie, &[]).await;
        let token = text(&answer, "access_token");
        let told = userinfo(&server, &answer).await;
        assert_eq!(told["sub"], id_token(&answer)["sub"]);
        let in_header = server.send(call("/oauth/userinfo", &[]).bearer(token)).await.expect(200).json();
        let in_form = server.send(call("/oauth/userinfo", &[("access_token", token)])).await.expect(200).json();
        assert_eq!((&in_header, &in_form), (&told, &told));
        refused(server.send(call("/oauth/userinfo", &[("access_token", token)]).bearer(token)).await, 400, "invalid_request");
        let in_query = format!("/oauth/userinfo?access_token={token}");
        refused(server.send(get(&in_query)).await, 400, "invalid_request");
        let nothing = server.send(get("/oauth/userinfo")).await.expect(401);
        assert_eq!(nothing.header("www-authenticate"), r#"Bearer realm="vestibule""#);
        for junk in ["a", "a.b.c", text(&answer, "id_token"), text(&answer, "refresh_token"), &client.secret] {
            let reply = server.send(get("/oauth/userinfo").bearer(junk)).await.expect(401);
            assert!(reply.header("www-authenticate").contains("invalid_token"));
        }
    }

    async fn oidcc_scopes(server: Server) {
        let (client, cookie) = set_up(&server).await;
        server.sql(
            "insert into user_emails (id, user_id, address, address_canonical, verified_at, created_at)
             select id, id, 'ada@example.org', 'ada@example.org', 1, 1 from users",
        ).await;
        for (scope, names) in [
            ("openid", &["sub"][..]),
            ("openid profile", &["sub", "name", "preferred_username"]),
            ("openid email", &["sub", "email", "email_verified"]),
            ("openid profile email", &["sub", "name", "preferred_username", "email", "email_verified"]),
            // Not listed in the document, and left out.
            ("openid address phone", &["sub"]),
        ] {
            let answer = tokens(&server, &client, &cookie, &[("scope", scope), ("prompt", "consent")]).await;
            let told = userinfo(&server, &answer).await;
            let mut found: Vec<_> = told.as_object().expect("claims").keys().map(String::as_str).collect();
            let mut wanted = names.to_vec();
            found.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{scope}");
        }
        // In the ID token only where the client says so.
        let answer = tokens(&server, &client, &cookie, &[]).await;
        assert_eq!(id_token(&answer).get("email"), None);
        change(&server, "grafana", |settings| settings.id_token_claims = IdTokenClaims::All).await;
        let answer = tokens(&server, &client, &cookie, &[]).await;
        assert_eq!(id_token(&answer)["email"], "ada@example.org");
        // Without openid there is neither an ID token nor what it opens.
        let answer = tokens(&server, &client, &cookie, &[("scope", "profile")]).await;
        assert_eq!(answer.get("id_token"), None);
        let reply = server.send(get("/oauth/userinfo").bearer(text(&answer, "access_token"))).await.expect(403);
        assert!(reply.header("www-authenticate").contains(r#"error="insufficient_scope", scope="openid""#));
    }

    async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let answer = tokens(&server, &client, &cookie, &[("nonce", "")]).await;
        assert_eq!(id_token(&answer).get("nonce"), None);
    }

    async fn oidcc_ensure_request_with_unknown_parameter_succeeds(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let ignored = [
            ("extra", "foobar"), ("display", "popup"), ("claims_locales", "se"), ("ui_locales", "de"),
            ("claims", r#"{"id_token":{"name":{"essential":true}}}"#), ("acr_values", "1 2"), ("login_hint", "ada"),
        ];
        let answer = tokens(&server, &client, &cookie, &ignored).await;
        assert_eq!(id_token(&answer).get("name"), None);
    }

    async fn oidcc_id_token_hint(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let mine = tokens(&server, &client, &cookie, &[]).await;
        let hint = text(&mine, "id_token").to_owned();
        let silent = asking(&client.id, &[("prompt", "none"), ("id_token_hint", &hint)]);
        assert!(told(&server.send(open(&silent, &cookie)).await.expect(303), "code").is_some());
        // Long expired.
        server.app.clock.advance(5_000);
        assert!(told(&server.send(open(&silent, &cookie)).await.expect(303), "code").is_some());
        server.register("bob").await;
        let bob = server.browser("bob").await;
        let reply = server.send(open(&silent, &bob)).await.expect(303);
        assert_eq!(told(&reply, "error").as_deref(), Some("login_required"));
        let choice = server.send(open(&asking(&client.id, &[("id_token_hint", &hint)]), &bob)).await.expect(200);
        assert!(choice.text.contains("&amp;chosen") && choice.text.contains("&amp;another"), "{}", choice.text);
        make(&server, "other", of_suite()).await;
        let access = text(&mine, "access_token");
        for (id, junk) in [("other", hint.as_str()), ("grafana", "a.b.c"), ("grafana", access)] {
            let reply = server.send(open(&asking(id, &[("id_token_hint", junk)]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some("invalid_request"), "{junk}");
        }
    }

    async fn oidcc_ensure_post_request_succeeds(server: Server) {
        let (client, cookie) = set_up(&server).await;
        let query = asking(&client.id, &[]).split_once('?').expect("a query").1.to_owned();
        // As a page of another site posts it: without the cookie.
        let request = post("/oauth/authorize").header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html").header("origin", "https://app.example").body(query);
        let reply = server.send(request).await.expect(303);
        let place = reply.header("location").to_owned();
        assert!(place.starts_with("/oauth/authorize?client_id=grafana&request_uri=urn%3Aietf"), "{place}");
        let asked = server.send(open(&place, &cookie)).await.expect(200);
        let reply = answer(&server, &asked, &cookie, "allow").await.expect(200);
        assert!(told(&reply, "code").is_some());
    }

    async fn oidcc_server_client_secret_post(server: Server) {
        server.register("ada").await;
        let settings = ClientSettings { auth: Some(ClientAuth::ClientSecretPost), ..of_suite() };
        let client = make(&server, "grafana", settings).await;
        let cookie = server.browser("ada").await;
        let code = code(&server, &client.id, &cookie, &[]).await;
        let fields = [
            ("grant_type", "authorization_code"), ("code", &*code), ("code_verifier", VERIFIER),
            ("client_id", "grafana"), ("client_secret", &*client.secret),
        ];
        refused(server.send(exchange(&client, &code)).await, 401, "invalid_client");
        server.send(call("/oauth/token", &fields)).await.expect(200);
    }

    async fn oidcc_request_objects_are_rejected_as_unsupported(server: Server) {
        let (client, cookie) = set_up(&server).await;
        for (name, error) in [
            ("request", "request_not_supported"), ("request_uri", "request_uri_not_supported"),
            ("registration", "registration_not_supported"),
        ] {
            let reply = server.send(open(&asking(&client.id, &[(name, "https://app.example/r")]), &cookie)).await.expect(303);
            assert_eq!(told(&reply, "error").as_deref(), Some(error), "{name}");
        }
    }
}
