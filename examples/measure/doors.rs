//! Cost of one request at each endpoint, in processor time of the server and in bytes of its answer
//! (docs/costs.md).

use std::time::{Duration, Instant};

use vestibule::server::service::{
    accounts::{self, AccountChange},
    agent::Agent,
    roles::Role,
};

use crate::{
    client::{Connection, PASSWORD},
    inside::open,
    process::cpu,
};

/// Each door is asked for so long: a tick of the processor's clock is one percent of it.
const TIME: Duration = Duration::from_secs(1);
/// Sessions of the account that asks, and accounts beside it: they fill the longest page.
const SESSIONS: usize = 100;

/// A request, and what its status has to be.
struct ActionContext<'t> {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    headers: &'t str,
    body: &'t str,
    status: u16,
}

/// Prints a line for each door that has no figure elsewhere. The server must have no limits.
pub(crate) async fn measure(address: &str, pid: &str) {
    let port = address.rsplit_once(':').expect("a port").1;
    let page = format!("Origin: http://localhost:{port}\r\n");
    let (cookie, token, admin) = prepare(address, &page).await;
    let (cookie, bearer) =
        (format!("Cookie: {cookie}\r\n"), format!("Authorization: Bearer {token}\r\n"));
    let admins = format!("Authorization: Bearer {admin}\r\n");
    let door = |name, method, path, headers, body, status| ActionContext {
        name,
        method,
        path,
        headers,
        body,
        status,
    };
    let same = r#"{"display_name":"Ada"}"#;
    for door in [
        door("a wrong set-up link", "GET", "/setup?token=nonsense", "", "", 303),
        door(
            "the end of a session that is none",
            "POST",
            "/api/v1/logout",
            "",
            r#"{"refresh_token":"x"}"#,
            204,
        ),
        door(
            "an invented refresh token",
            "POST",
            "/api/v1/token/refresh",
            "",
            r#"{"refresh_token":"x"}"#,
            400,
        ),
        door("keys", "GET", "/.well-known/jwks.json", "", "", 200),
        door("the home page", "GET", "/", "", "", 200),
        door("the page to sign in", "GET", "/login", "", "", 200),
        door("the page to register", "GET", "/register", "", "", 200),
        door("an account's page, signed out", "GET", "/account", "", "", 303),
        door("an account's page", "GET", "/account", &cookie, "", 200),
        door("the page of security", "GET", "/account/security", &cookie, "", 200),
        door("the page of a password", "GET", "/account/password", &cookie, "", 200),
        door("the page of 100 sessions", "GET", "/account/devices", &cookie, "", 200),
        door("the page of activity", "GET", "/account/activity", &cookie, "", 200),
        door("the page for developers", "GET", "/account/developer", &cookie, "", 200),
        door("where a password is changed", "GET", "/.well-known/change-password", "", "", 303),
        door("healthz", "GET", "/healthz", "", "", 200),
        door("readyz", "GET", "/readyz", "", "", 200),
        door("an address that is nowhere", "GET", "/nowhere", "", "", 404),
        door("a wrong token", "GET", "/api/v1/token", "Authorization: Bearer x.y.z\r\n", "", 401),
        door("a token's claims", "GET", "/api/v1/token", &bearer, "", 200),
        door("an account", "GET", "/api/v1/me", &bearer, "", 200),
        door("the tutorial's guarded route", "GET", "/protected", &bearer, "", 200),
        door("a profile that stays the same", "PATCH", "/api/v1/me", &bearer, same, 200),
        door("100 sessions", "GET", "/api/v1/me/sessions", &bearer, "", 200),
        door(
            "100 lines of history",
            "GET",
            "/api/v1/me/security-history?limit=100",
            &bearer,
            "",
            200,
        ),
        door("100 accounts", "GET", "/api/v1/users?limit=100", &admins, "", 200),
        door("whoami", "POST", "/action/whoami", &format!("{page}{bearer}"), "{}", 200),
    ] {
        ask(address, pid, &door).await;
    }
    change(address, pid, &bearer).await;
    end(address, pid, &bearer).await;
}

/// Makes an account with as many sessions as there may be, and an administrator; answers the first one's cookie and
/// token, and the second one's token.
async fn prepare(address: &str, page: &str) -> (String, String, String) {
    let mut connection = Connection::open(address).await;
    for n in 0..SESSIONS {
        connection.register(&format!("door{n}")).await;
    }
    for _ in 2..SESSIONS {
        connection.sign_in("door0").await;
    }
    let (_, token) = connection.sign_in("door0").await;
    let body = format!(r#"{{"username":"door0","password":"{PASSWORD}","session":"cookie"}}"#);
    let request = connection.request("POST", "/api/v1/login", page, &body);
    let (status, head, body) = connection.exchange(&request).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let cookie = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        let value = value.split(';').next()?;
        (name.eq_ignore_ascii_case("set-cookie") && value.contains("session=")).then_some(value)
    });
    let cookie = cookie.expect("a session's cookie").to_owned();
    let app = open(|_| ()).await;
    accounts::change(&app, Agent::Operator, "door1", AccountChange::GrantRole(Role::Admin))
        .await
        .map_err(|error| error.to_string())
        .expect("an administrator");
    app.db.close().await;
    let (_, admin) = connection.sign_in("door1").await;
    (cookie, token, admin)
}

/// Asks one door again and again.
async fn ask(address: &str, pid: &str, door: &ActionContext<'_>) {
    let mut connection = Connection::open(address).await;
    let request = connection.request(door.method, door.path, door.headers, door.body);
    let (began, spent, mut count, mut bytes) = (Instant::now(), cpu(pid), 0, 0);
    while began.elapsed() < TIME {
        let (status, _, body) = connection.exchange(&request).await.expect("an answer");
        if status != door.status {
            println!("{}: answered {status} and not {}: {body:.200}", door.name, door.status);
            return;
        }
        (count, bytes) = (count + 1, body.len());
    }
    report(door.name, cpu(pid) - spent, count, bytes);
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
