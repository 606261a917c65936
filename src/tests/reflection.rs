//! What a server tells of itself, and to whom.

use serde_json::json;
use vestibule::server::{
    secure::{dated_mac, seal::InstanceSecret, secret::Secret},
    service::reflection,
};

use super::support::*;

const PATH: &str = "/api/v1/reflection";

fn asked(pass: &str) -> Request {
    get(PATH).from("192.0.2.7").header(reflection::HEADER, pass)
}

both! {
    async fn reflection_answers_the_doctor_of_this_instance_alone(server: Server) {
        let admin = server.admin().await;
        let pass = reflection::pass(&server.app);
        let reply = server.send(asked(&pass)).await.expect(200).json();
        assert_eq!((&reply["client_ip"], &reply["issuer"]), (&"192.0.2.7".into(), &ORIGIN.into()));

        let now = server.app.clock.now_s();
        let other = InstanceSecret::new(&Secret::new("another secret, 32 bytes long or more"));
        let other = other.expect("a secret").mac_key("reflection");
        let purpose = server.app.secret.mac_key("known device");
        let (time, mac) = pass.split_once('.').expect("two parts");
        let nowhere = server.send(get("/api/v1/nowhere")).await.expect_problem(404, "not_found").json();
        for wrong in [
            get(PATH),
            get(PATH).bearer(&admin),
            get(PATH).cookie(&server.browser("operator").await),
            asked(""),
            asked("."),
            asked(mac),
            asked(&format!("{}.{mac}", now + 1)),
            asked(&format!("+{time}.{mac}")),
            asked(&dated_mac::issue(&other, now)),
            asked(&dated_mac::issue(&purpose, now)),
            asked(&"1".repeat(10_000)),
            asked(&pass).header(reflection::HEADER, &pass),
            get(PATH).bytes(reflection::HEADER, vec![0xff, b'.', 0xfe]),
        ] {
            // As any other address that is nowhere.
            let reply = server.send(wrong).await.expect_problem(404, "not_found");
            assert_eq!(reply.json(), nowhere);
            assert!(reply.cookie("vestibule_probe").is_none());
        }

        server.app.clock.advance(299);
        server.send(asked(&pass)).await.expect(200);
        server.app.clock.advance(1);
        server.send(asked(&pass)).await.expect_problem(404, "not_found");
        let key = server.app.secret.mac_key("reflection");
        let early = dated_mac::issue(&key, server.app.clock.now_s() + 300);
        server.send(asked(&early)).await.expect_problem(404, "not_found");
    }

    async fn pages_tell_the_version_to_administrators_only(server: Server) {
        let version = format!("Version {}", env!("CARGO_PKG_VERSION"));
        // A page of sessions shows addresses, and those that tests get by themselves may look like a version.
        let here = "192.0.2.1";
        let page = |path: &str| get(path).header("accept", "text/html").from(here);
        let browser = async |name: &str| {
            let fields = [("identifier", name), ("password", PASSWORD)];
            let reply = server.send(form("/login", &fields).from(here)).await.expect(303);
            reply.session_cookie().expect("a session cookie")
        };
        server.admin().await;
        let ada = json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/api/v1/register").json(ada).from(here)).await.expect(201);
        let (admin, user) = (browser("operator").await, browser("ada").await);
        for path in [account_pages(), vec!["/nowhere"]].concat() {
            let shown = |cookie: &str| server.send(page(path).cookie(cookie));
            assert!(shown(&admin).await.text.contains(&version), "{path}");
            let text = shown(&user).await.text;
            assert!(!text.contains(env!("CARGO_PKG_VERSION")), "{path}: {text}");
        }
        for path in ["/", "/login", "/register", "/setup", "/nowhere", "/docs", "/openapi.json"] {
            let reply = server.send(page(path)).await;
            assert!(!reply.text.contains(env!("CARGO_PKG_VERSION")), "{path}");
            let says = |value: &axum::http::HeaderValue| value.to_str().is_ok_and(|text| text.contains(env!("CARGO_PKG_VERSION")));
            assert!(!reply.headers.values().any(says), "{path}");
        }
    }
}
