//! The articles' own secrets of HS256: in tutorial mode, and nowhere else.

use vestibule::server::config::{Config, Flags};

use super::support::*;

/// As they are in the articles.
const SECRETS: [&str; 4] =
    ["your_secret_key_here", "super-secret-key", "your_jwt_secret_key", "your_strong_secret_key"];

fn with_secret(flags: &mut Flags, secret: &str) {
    flags.signing_algorithm = Some("HS256".into());
    flags.jwt_secret = Some(secret.into());
}

#[test]
fn s104_a_tutorials_secret_is_one_in_tutorial_mode_alone() {
    let load = |secret: &str, change: &dyn Fn(&mut Flags)| {
        let mut flags = Flags::default();
        with_secret(&mut flags, secret);
        change(&mut flags);
        Config::load(&flags, None).map(drop).map_err(|error| error.to_string())
    };
    let tutorial = |flags: &mut Flags| flags.tutorial_compat = Some("true".into());
    for secret in SECRETS {
        assert_eq!(load(secret, &tutorial), Ok(()), "{secret}");
        let refused = load(secret, &|_| ()).expect_err("refused");
        assert!(
            refused.contains("VESTIBULE_TUTORIAL_COMPAT=true") && !refused.contains(secret),
            "{refused}"
        );
        let beyond = |flags: &mut Flags| {
            tutorial(flags);
            flags.public_url = Some("https://id.example.com".into());
        };
        assert!(load(secret, &beyond).expect_err("refused").contains("loopback"));
        // It is not the instance's secret in any mode.
        let instance = |flags: &mut Flags| {
            tutorial(flags);
            flags.secret = Some(format!("{secret} {secret} {secret}"));
        };
        assert!(load(secret, &instance).expect_err("refused").contains("placeholder"));
    }
    for weak in ["short", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"] {
        assert!(load(weak, &tutorial).is_err(), "only those that are known");
    }
}

both! {
    // Who has the secret can sign for anybody: what it signed ends with the mode, and the mode can come back.
    async fn s104_outside_of_tutorial_mode_it_verifies_nothing(server: Server) {
        server.register("ada").await;
        let sign_in = async |router: &Router| {
            let reply = send(router, right("ada")).await.expect(200);
            reply.json()["access_token"].as_str().expect("a token").to_owned()
        };
        for secret in &SECRETS[..2] {
            let (app, tutorial) = server.again_with(|flags| {
                flags.tutorial_compat = Some("true".into());
                with_secret(flags, secret);
            }).await;
            // Its key signs when all processes have read it.
            app.clock.advance(3);
            let token = sign_in(&tutorial).await;
            assert_eq!(part(&token, 0)["alg"], "HS256");
            let key = jsonwebtoken::DecodingKey::from_secret(secret.as_bytes());
            let (message, signature) = token.rsplit_once('.').expect("a signature");
            assert!(jsonwebtoken::crypto::verify(signature, message.as_bytes(), &key, jsonwebtoken::Algorithm::HS256).expect("verified"));
            assert_eq!(status(&tutorial, &token).await, 200);
            let (_, strict) = server.again().await;
            assert_eq!(status(&strict, &token).await, 401);
            let own = sign_in(&strict).await;
            assert_eq!(part(&own, 0)["alg"], "EdDSA");
            assert_eq!(status(&strict, &own).await, 200);
            app.clock.advance(700);
        }
    }
}

/// A database that never had another key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_the_tutorial_can_leave_the_mode() {
    let tutorial = |flags: &mut Flags| {
        flags.tutorial_compat = Some("true".into());
        with_secret(flags, SECRETS[0]);
    };
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = Server::with(backend, tutorial).await;
        let token = server.user("ada").await;
        let (_, strict) = server
            .again_with(|flags| {
                (flags.tutorial_compat, flags.signing_algorithm, flags.jwt_secret) =
                    (None, None, None);
            })
            .await;
        assert_eq!(status(&strict, &token).await, 401);
        let reply = send(&strict, right("ada")).await.expect(200);
        let own = reply.json()["access_token"].as_str().expect("a token").to_owned();
        assert_eq!(part(&own, 0)["alg"], "EdDSA");
        assert_eq!(status(&strict, &own).await, 200);
        assert_eq!(jwks(&strict).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_warns_of_it_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [
        ("VESTIBULE_TUTORIAL_COMPAT", "true"),
        ("VESTIBULE_SIGNING_ALGORITHM", "HS256"),
        ("VESTIBULE_JWT_SECRET", SECRETS[1]),
    ];
    let _server = Process::start(folder.path(), &settings).await;
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    assert!(log.contains("VESTIBULE_JWT_SECRET is a tutorial's, which everybody knows"), "{log}");
    assert!(!log.contains(SECRETS[1]), "{log}");
}
