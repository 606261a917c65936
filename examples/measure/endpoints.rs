//! Cost of one request at each endpoint, in processor time of the server and in bytes of its answer
//! (docs/costs.md), and the time to the first byte of each page.

use std::time::{Duration, Instant};

use vestibule::server::{
    http::access::Access,
    router::routes,
    service::{
        accounts::{self, AccountChange},
        agent::Agent,
        roles::Role,
    },
};

use crate::{
    client::{Connection, PASSWORD},
    first_byte,
    inside::open,
    process::cpu,
};

/// Each endpoint is asked for so long: a tick of the processor's clock is one percent of it.
const TIME: Duration = Duration::from_secs(1);
/// Sessions of the account that asks, and accounts beside it: they fill the longest page.
const SESSIONS: usize = 100;

/// A request, and what its status has to be.
struct Probe<'t> {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    headers: &'t str,
    body: &'t str,
    status: u16,
}

/// Prints a line for each endpoint that has no figure elsewhere. The server must have no limits.
pub(crate) async fn measure(address: &str, pid: &str) {
    let port = address.rsplit_once(':').expect("a port").1;
    let page = format!("Origin: http://localhost:{port}\r\n");
    let (cookie, token, admin) = prepare(address, &page).await;
    let (cookie, bearer) =
        (format!("Cookie: {cookie}\r\n"), format!("Authorization: Bearer {token}\r\n"));
    let admins = format!("Authorization: Bearer {admin}\r\n");
    let probe = |name, method, path, headers, body, status| Probe {
        name,
        method,
        path,
        headers,
        body,
        status,
    };
    let (same, called) = (r#"{"display_name":"Ada"}"#, format!("{page}{bearer}"));
    let pages = routes::table().into_iter().filter(|row| row.access == Access::SignedIn);
    let pages = pages.map(|row| probe(row.path, "GET", row.path, &cookie, "", 200));
    let others = [
        probe("a wrong set-up link", "GET", "/setup?token=nonsense", "", "", 303),
        probe(
            "the end of a session that is none",
            "POST",
            "/api/v1/logout",
            "",
            r#"{"refresh_token":"x"}"#,
            204,
        ),
        probe(
            "an invented refresh token",
            "POST",
            "/api/v1/token/refresh",
            "",
            r#"{"refresh_token":"x"}"#,
            400,
        ),
        probe("keys", "GET", "/.well-known/jwks.json", "", "", 200),
        probe("the description", "GET", "/docs", "", "", 200),
        probe("the home page", "GET", "/", "", "", 200),
        probe("the page to sign in", "GET", "/login", "", "", 200),
        probe("the page to register", "GET", "/register", "", "", 200),
        probe("an account's page, signed out", "GET", "/account", "", "", 303),
        probe("where a password is changed", "GET", "/.well-known/change-password", "", "", 303),
        probe("healthz", "GET", "/healthz", "", "", 200),
        probe("readyz", "GET", "/readyz", "", "", 200),
        probe("an address that is nowhere", "GET", "/nowhere", "", "", 404),
        probe("a wrong token", "GET", "/api/v1/token", "Authorization: Bearer x.y.z\r\n", "", 401),
        probe("a token's claims", "GET", "/api/v1/token", &bearer, "", 200),
        probe("an account", "GET", "/api/v1/me", &bearer, "", 200),
        probe("the tutorial's guarded route", "GET", "/protected", &bearer, "", 200),
        probe("a profile that stays the same", "PATCH", "/api/v1/me", &bearer, same, 200),
        probe("100 sessions", "GET", "/api/v1/me/sessions", &bearer, "", 200),
        probe(
            "100 lines of history",
            "GET",
            "/api/v1/me/security-history?limit=100",
            &bearer,
            "",
            200,
        ),
        probe("100 accounts", "GET", "/api/v1/users?limit=100", &admins, "", 200),
        probe("whoami", "POST", "/action/whoami", &called, "{}", 200),
    ];
    for probe in others.into_iter().chain(pages) {
        ask(address, pid, &probe).await;
    }
    first_byte::measure(address, &cookie).await;
    change(address, pid, &bearer).await;
    end(address, pid, &bearer).await;
}

/// Makes an account with as many sessions as there may be, and an administrator; answers the first one's cookie and
/// token, and the second one's token.
async fn prepare(address: &str, page: &str) -> (String, String, String) {
    let mut connection = Connection::open(address).await;
    for n in 0..SESSIONS {
        connection.register(&format!("probe{n}")).await;
    }
    for _ in 2..SESSIONS {
        connection.sign_in("probe0").await;
    }
    let (_, token) = connection.sign_in("probe0").await;
    let body = format!(r#"{{"username":"probe0","password":"{PASSWORD}","session":"cookie"}}"#);
    let request = connection.request("POST", "/api/v1/login", page, &body);
    let (status, head, body) = connection.exchange(&request).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let cookie = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let value = value.split(';').next()?;
        // Its name ends with the port where there are several on one host.
        let (cookie, _) = value.split_once('=')?;
        (name.eq_ignore_ascii_case("set-cookie") && cookie.contains("session")).then_some(value)
    });
    let cookie = cookie.expect("a session's cookie").to_owned();
    let app = open(|_| ()).await;
    accounts::change(&app, Agent::Operator, "probe1", AccountChange::GrantRole(Role::Admin))
        .await
        .map_err(|error| error.to_string())
        .expect("an administrator");
    app.db.close().await;
    let (_, admin) = connection.sign_in("probe1").await;
    (cookie, token, admin)
}

/// Sends one probe again and again.
async fn ask(address: &str, pid: &str, probe: &Probe<'_>) {
    let mut connection = Connection::open(address).await;
    let request = connection.request(probe.method, probe.path, probe.headers, probe.body);
    let (began, spent, mut count, mut bytes) = (Instant::now(), cpu(pid), 0, 0);
    while began.elapsed() < TIME {
        let (status, _, body) = connection.exchange(&request).await.expect("an answer");
        if status != probe.status {
            println!("{}: answered {status} and not {}: {body:.200}", probe.name, probe.status);
            return;
        }
        (count, bytes) = (count + 1, body.len());
    }
    report(probe.name, cpu(pid) - spent, count, bytes);
}

/// Changes a profile, each time to something else.
async fn change(address: &str, pid: &str, bearer: &str) {
    let mut connection = Connection::open(address).await;
    let (began, spent, mut count) = (Instant::now(), cpu(pid), 0);
    while began.elapsed() < TIME {
        let body = format!(r#"{{"display_name":"Ada {count}"}}"#);
        let request = connection.request("PATCH", "/api/v1/me", bearer, &body);
        let (status, _, body) = connection.exchange(&request).await.expect("an answer");
        assert_eq!(status, 200, "{body}");
        count += 1;
    }
    report("a profile that changes", cpu(pid) - spent, count, 0);
}

/// Ends all sessions but the one that asks, in one request.
async fn end(address: &str, pid: &str, bearer: &str) {
    let mut connection = Connection::open(address).await;
    let request = connection.request("DELETE", "/api/v1/me/sessions?except=current", bearer, "");
    let spent = cpu(pid);
    let (status, _, body) = connection.exchange(&request).await.expect("an answer");
    assert_eq!(status, 204, "{body}");
    report("the end of 99 sessions", cpu(pid) - spent, 1, 0);
}

fn report(name: &str, spent: f64, count: u32, bytes: usize) {
    println!("{name}: {:.2} ms, {bytes} bytes", spent / f64::from(count) * 1e3);
}
