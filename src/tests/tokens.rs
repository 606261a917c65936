//! Access tokens: what is refused, as a table (S33 to S46, S48).

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use vestibule::{
    model::ErrorCode,
    server::{
        secure::{
            jwt::MAX_BYTES,
            keys::{KeyAlgorithm, SigningKey},
        },
        service::{principal, revocation::BLIND_AFTER_MS},
    },
};

use super::support::*;

/// Asserts that each token gets the same 401.
async fn refused(server: &Server, tokens: impl IntoIterator<Item = (String, String)>) {
    let mut bodies = std::collections::HashSet::new();
    for (why, token) in tokens {
        let reply = server
            .send(get("/api/v1/me").header("authorization", &format!("Bearer {token}")))
            .await;
        assert_eq!(reply.status, 401, "{why}: {}", reply.text);
        assert!(reply.header("www-authenticate").contains(r#"error="invalid_token""#), "{why}");
        bodies.insert(reply.text);
    }
    assert_eq!(bodies.len(), 1, "one body for all: {bodies:?}");
}

async fn accepted(server: &Server, token: &str) {
    server.send(get("/api/v1/me").bearer(token)).await.expect(200);
}

fn named<const N: usize>(tokens: [(&str, String); N]) -> Vec<(String, String)> {
    tokens.into_iter().map(|(why, token)| (why.to_owned(), token)).collect()
}

both! {
    async fn s33_s34_no_signature_and_confused_keys(server: Server) {
        let good = server.user("ada").await;
        let forge = Forge::new(&server, &good).await;
        let (head, rest) = good.split_once('.').expect("parts");
        let (payload, signature) = rest.split_once('.').expect("parts");
        let mut tokens = named([
            ("empty signature", format!("{head}.{payload}.")),
            ("no signature", format!("{head}.{payload}")),
            ("other signature", format!("{head}.{payload}.{}", b64([7; 64]))),
            ("altered payload", format!("{head}.{}.{signature}", b64(r#"{"sub":"x"}"#))),
        ]);
        for none in ["none", "None", "NONE", ""] {
            let mut header = forge.header.clone();
            header["alg"] = json!(none);
            tokens.push((none.into(), format!("{}.{payload}.", b64(header.to_string()))));
            tokens.push((none.into(), format!("{}.{payload}.{signature}", b64(header.to_string()))));
        }
        // Our public key in every dress, as the secret of an HMAC.
        let jwks = server.send(get("/.well-known/jwks.json")).await.expect(200).json();
        let jwk = &jwks["keys"][0];
        let raw = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().expect("x")).expect("base64url");
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        der.extend(&raw);
        let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", STANDARD.encode(&der));
        let secrets: Vec<Vec<u8>> = vec![
            raw, der, pem.clone().into_bytes(), format!("{pem}\n").into_bytes(), format!(" {pem}").into_bytes(),
            jwk.to_string().into_bytes(), jwk["x"].to_string().into_bytes(), jwks.to_string().into_bytes(),
        ];
        for (n, secret) in secrets.iter().enumerate() {
            for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
                let mut header = Header::new(algorithm);
                header.typ = Some("at+jwt".into());
                header.kid = forge.header["kid"].as_str().map(str::to_owned);
                let key = EncodingKey::from_secret(secret);
                let token = jsonwebtoken::encode(&header, &forge.claims, &key).expect("signed");
                tokens.push((format!("HMAC with secret {n}"), token));
            }
        }
        refused(&server, tokens).await;
        accepted(&server, &good).await;
    }

    async fn s35_to_s39_headers(server: Server) {
        let good = server.user("ada").await;
        let forge = Forge::new(&server, &good).await;
        accepted(&server, &forge.sign(&forge.header, &forge.claims)).await;
        accepted(&server, &forge.with_header("typ", json!("application/at+jwt"))).await;
        let mut tokens = Vec::new();
        for algorithm in ["hs256", "eddsa", "Ed25519", "ES256", "RS256", "PS256", "HS256", ""] {
            tokens.push((algorithm.to_owned(), forge.with_header("alg", json!(algorithm))));
        }
        for kid in [
            json!("unknown"), json!("../../dev/null"), json!("' OR 1=1--"), json!("nul\0"), json!("x".repeat(6000)),
            json!(7), json!(["a"]), json!(null), json!({}),
        ] {
            tokens.push((format!("kid {kid:.30}"), forge.with_header("kid", kid)));
        }
        let mut no_kid = forge.header.clone();
        no_kid.as_object_mut().expect("an object").remove("kid");
        tokens.push(("no kid".into(), forge.sign(&no_kid, &forge.claims)));
        let (other, _) = SigningKey::generate(KeyAlgorithm::EdDsa).expect("a key");
        for (name, value) in [
            ("jwk", json!(other.verifying().jwk)), ("jku", json!("http://127.0.0.1:9/jwks")),
            ("x5u", json!("http://127.0.0.1:9/cert")), ("x5c", json!(["MIIB"])), ("x5t", json!("abc")),
            ("crit", json!([])), ("crit", json!(["exp"])), ("crit", json!(["b64"])), ("b64", json!(false)),
            ("zip", json!("DEF")), ("enc", json!("A128GCM")), ("cty", json!("JWT")),
        ] {
            tokens.push((format!("{name} {value:.20}"), forge.with_header(name, value)));
        }
        for typ in [json!("JWT"), json!("dpop+jwt"), json!("logout+jwt"), json!("id+jwt"), json!(null), json!(1)] {
            tokens.push((format!("typ {typ}"), forge.with_header("typ", typ)));
        }
        refused(&server, tokens).await;
    }

    async fn s40_s41_claims_and_times(server: Server) {
        let good = server.user("ada").await;
        let forge = Forge::new(&server, &good).await;
        let now = server.app.clock.now_s();
        let mut tokens = Vec::new();
        for claim in ["iss", "aud", "exp", "iat", "sub", "jti", "client_id", "sid"] {
            tokens.push((format!("no {claim}"), forge.without_claim(claim)));
            for value in [json!(null), json!(""), json!([]), json!({}), json!(true), json!(["a"])] {
                tokens.push((format!("{claim} = {value}"), forge.with_claim(claim, value)));
            }
        }
        for claim in ["iss", "aud", "sub", "jti", "client_id"] {
            tokens.push((format!("{claim} is a number"), forge.with_claim(claim, json!(7))));
        }
        for (why, claim, value) in [
            ("iss array", "iss", json!([ORIGIN])), ("aud array", "aud", json!([ORIGIN])),
            ("other iss", "iss", json!("http://localhost:3001")), ("iss slash", "iss", json!("http://localhost:3000/")),
            ("other aud", "aud", json!("somebody")),
            ("exp text", "exp", json!("9999999999")), ("exp real", "exp", json!(9_999_999_999.5)),
            ("exp past", "exp", json!(now - 6)), ("exp u64", "exp", json!(u64::MAX)), ("exp i64", "exp", json!(i64::MAX)),
            ("exp minimum", "exp", json!(i64::MIN)), ("too long a life", "exp", json!(now + 86_401)),
            ("iat future", "iat", json!(now + 6)), ("iat minimum", "iat", json!(i64::MIN)),
            ("nbf future", "nbf", json!(now + 6)), ("nbf text", "nbf", json!("1")), ("nbf null", "nbf", json!(null)),
        ] {
            tokens.push((why.into(), forge.with_claim(claim, value)));
        }
        refused(&server, tokens).await;
        accepted(&server, &forge.with_claim("nbf", json!(now))).await;
        // The documented leeway, to the second.
        server.app.clock.advance(604);
        accepted(&server, &good).await;
        server.app.clock.advance(1);
        refused(&server, named([("expired", good)])).await;
    }

    async fn s42_s43_spelling(server: Server) {
        let good = server.user("ada").await;
        let forge = Forge::new(&server, &good).await;
        let (header, claims) = (forge.header.to_string(), forge.claims.to_string());
        let doubled = |json: &str, member: &str| format!("{{{member},{}", &json[1..]);
        let deep = format!(r#"{{"a":{}{},{}"#, "[".repeat(3000), "]".repeat(3000), &claims[1..]);
        let [head, payload, signature] = <[&str; 3]>::try_from(good.split('.').collect::<Vec<_>>()).expect("three");
        // The last character of 64 bytes has four bits that do not count: 16 spellings of one signature.
        let last = signature.chars().last().expect("one");
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let next = alphabet.chars().nth(alphabet.find(last).expect("known") + 1).expect("one more");
        let other_spelling = format!("{head}.{payload}.{}{next}", &signature[..signature.len() - 1]);
        let tokens = named([
            ("doubled sub", forge.sign_texts(&header, &doubled(&claims, r#""sub":"x""#))),
            ("doubled unknown", forge.sign_texts(&header, &doubled(&claims, r#""z":1,"z":2"#))),
            ("doubled kid", forge.sign_texts(&doubled(&header, r#""kid":"x""#), &claims)),
            ("doubled alg", forge.sign_texts(&doubled(&header, r#""alg":"EdDSA""#), &claims)),
            ("BOM", forge.sign_texts(&header, &format!("\u{feff}{claims}"))),
            ("BOM in the header", forge.sign_texts(&format!("\u{feff}{header}"), &claims)),
            ("array", forge.sign_texts(&header, "[]")),
            ("text", forge.sign_texts(&header, "\"x\"")),
            ("null", forge.sign_texts(&header, "null")),
            ("nothing", forge.sign_texts(&header, "")),
            ("deep", forge.sign_texts(&header, &deep)),
            ("huge number", forge.sign_texts(&header, &doubled(&claims, &format!(r#""n":{}"#, "9".repeat(5000))))),
            ("not UTF-8", format!("{head}.{}.{signature}", b64([0xff, 0xfe]))),
            ("padding", format!("{good}=")),
            ("space before", format!(" {good}")),
            ("space after", format!("{good} ")),
            ("tab inside", format!("{head}.\t{payload}.{signature}")),
            ("extra part", format!("{good}.{signature}")),
            ("five parts", format!("{good}.a.b")),
            ("empty parts", "..".into()),
            ("plain base64", format!("{head}.{payload}.{}", signature.replace('-', "+").replace('_', "/") + "+/")),
            ("other spelling", other_spelling),
            ("JSON serialisation", json!({ "protected": head, "payload": payload, "signature": signature }).to_string()),
        ]);
        refused(&server, tokens).await;
        accepted(&server, &good).await;
    }

    async fn s44_too_long(server: Server) {
        let good = server.user("ada").await;
        let forge = Forge::new(&server, &good).await;
        accepted(&server, &forge.with_claim("padding", json!("x".repeat(4000)))).await;
        refused(&server, named([
            ("9 kB", forge.with_claim("padding", json!("x".repeat(7000)))),
            ("1 MB", "a".repeat(1 << 20)),
        ])).await;
        // To the byte: 8 KiB with a good signature, and one more in what is signed as well. (Base64 makes no text
        // of 4n + 1 characters, so the longer one may have two more.)
        let of = |length: usize| {
            let padded = |n: usize| forge.with_claim("padding", json!("x".repeat(n)));
            (4000..7000).map(padded).find(|token| token.len() >= length).expect("a token")
        };
        let (longest, longer) = (of(MAX_BYTES), of(MAX_BYTES + 1));
        assert!(longest.len() == MAX_BYTES && longer.len() <= MAX_BYTES + 2, "{} {}", longest.len(), longer.len());
        accepted(&server, &longest).await;
        refused(&server, named([("one more", longer.clone())])).await;
        // Before any work: whatever else is wrong with it, or with the server, only its length is looked at.
        let reason = |token: &str| {
            let log = Log::of_all();
            let code = principal::verify(&server.app, token).expect_err("refused").into_api().code;
            (code, log.end())
        };
        server.app.clock.advance_ms(BLIND_AFTER_MS + 1);
        for long in [longer, "a".repeat(MAX_BYTES + 1), "a.b.c.".repeat(100_000), ".".repeat(1 << 20)] {
            let (code, log) = reason(&long);
            assert_eq!((code, log.lines().count()), (ErrorCode::InvalidToken, 1), "{log:.300}");
            assert!(log.contains(r#"reason="too long""#), "{log:.300}");
        }
        assert_eq!(reason(&longest).0, ErrorCode::Unavailable, "or the length alone has proved nothing");
    }

    async fn s46_only_one_authorization_header(server: Server) {
        let good = server.user("ada").await;
        server.send(get(&format!("/api/v1/me?access_token={good}"))).await.expect_problem(401, "missing_token");
        server.send(get("/api/v1/me").cookie(&format!("access_token={good}"))).await.expect(401);
        let body = json!({ "access_token": good });
        server.send(send_json(axum::http::Method::GET, "/api/v1/me", body)).await.expect(401);
        server.send(get("/api/v1/me").bearer(&good).bearer(&good)).await.expect(401);
        for line in [good.clone(), format!("Basic {good}"), format!("Token {good}"), format!("Bearer{good}"), "Bearer".into(), "Bearer ".into()] {
            server.send(get("/api/v1/me").header("authorization", &line)).await.expect(401);
        }
        server.send(get("/api/v1/me").header("authorization", &format!("bEARER {good}"))).await.expect(200);
    }

    async fn s48_claims_say_no_more_than_they_must(server: Server) {
        let id = server.register("ada").await;
        let token = server.login("ada").await;
        let (header, claims) = (part(&token, 0), part(&token, 1));
        assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
        assert_eq!((&claims["sub"], &claims["iss"], &claims["aud"]), (&json!(id), &json!(ORIGIN), &json!(ORIGIN)));
        let mut names: Vec<&String> = claims.as_object().expect("an object").keys().collect();
        names.sort();
        assert_eq!(names, [
            "acr", "amr", "aud", "auth_time", "client_id", "epoch", "exp", "gen", "iat", "iss", "jti", "roles", "scope", "sid", "sub",
        ]);
    }

    async fn the_key_set_is_public_and_nothing_else(server: Server) {
        let reply = server.send(get("/.well-known/jwks.json")).await.expect(200);
        assert!(reply.header("cache-control").contains("max-age"));
        let key = &reply.json()["keys"][0];
        assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
        assert!(key.get("d").is_none());
        // A restart, or a second process, signs with the same key.
        let token = server.user("ada").await;
        let (_, router) = server.again().await;
        send(&router, get("/api/v1/me").bearer(&token)).await.expect(200);
    }
}
