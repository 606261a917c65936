//! Measurements without HTTP: verification, memory, and a database full of sessions.

use std::time::Instant;

use futures::FutureExt;
use vestibule::{
    model::{LoginForm, RegisterForm},
    server::{
        App,
        clock::Clock,
        config::{Config, Flags},
        db::{
            DbError, DbResult, Tx,
            sessions::{NewSession, insert},
            users,
        },
        secure::{jwt, seal},
        service::{
            ClientInfo, agent::Agent, feed::Change, keys::RingName, login, principal, register,
            tokens,
        },
        site,
    },
};

use crate::{client::PASSWORD, process::resident};

/// Settings that name the database, as the environment does.
pub(crate) fn flags() -> Flags {
    Flags {
        database_url: std::env::var("VESTIBULE_DATABASE_URL").ok(),
        data_dir: std::env::var("VESTIBULE_DATA_DIR").ok(),
        ..Flags::default()
    }
}

/// Opens an app; the environment says where.
pub(crate) async fn open(change: impl FnOnce(&mut Flags)) -> App {
    let mut flags = flags();
    change(&mut flags);
    let config = Config::load(&flags, None).expect("settings");
    let app = App::open(config, Clock::System, site::find()).await.expect("the app opens");
    tokens::begin(&app).await.expect("it may make tokens");
    app
}

/// Signs somebody in.
pub(crate) async fn access_token(app: &App) -> String {
    let (name, password) = (Some("grace".to_owned()), Some(PASSWORD.to_owned()));
    let form = RegisterForm { username: name.clone(), password, ..RegisterForm::default() };
    // There already, the second time.
    drop(register::by_operator(app, Agent::Operator, form, false).await);
    let form = LoginForm { identifier: name, password: Some(PASSWORD.into()), session: None };
    let entered =
        login::with_password(app, form, &login::Errand::PROGRAM, &ClientInfo::default()).await;
    match entered.map_err(|error| error.to_string()).expect("signed in") {
        login::Entered::Session(opened, _) => opened.signed_in.access_token,
        login::Entered::Pending(_) => panic!("nobody here has a second factor"),
        login::Entered::Unconfirmed(_) => panic!("nobody here waits for an address"),
        login::Entered::Leaving(_) => panic!("nobody here is leaving"),
    }
}

/// Adds sessions that nobody will refresh.
pub(crate) async fn seed(count: usize) {
    let app = open(|_| ()).await;
    drop(access_token(&app).await);
    let user = users::by_username(&app.db, "grace").await.expect("read").expect("there").id;
    let now = app.clock.now_s();
    let mut left = count;
    while left > 0 {
        let these = left.min(10_000);
        let ids: Vec<String> = (0..these).map(|_| app.clock.new_id()).collect();
        let user = user.clone();
        let added: Result<(), DbError> = app
            .db
            .write(move |tx| async move { add(tx, user.as_str(), &ids, now).await }.boxed())
            .await;
        added.expect("added");
        left -= these;
    }
    app.db.close().await;
}

async fn add(tx: &mut Tx<'_>, user_id: &str, ids: &[String], now: i64) -> DbResult<()> {
    for id in ids {
        let hash = seal::sha256(id.as_bytes());
        let session = NewSession {
            id,
            user_id,
            kind: "cookie",
            current_hash: Some(&hash),
            epoch: 0,
            auth_time: now,
            created_at: now,
            now_s: now,
            idle_expires_at: now + 1_209_600,
            expires_at: now + 7_776_000,
            client_ip: Some("192.0.2.1"),
            user_agent: Some(
                "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
            ),
            amr: "pwd",
            acr: "aal1",
            client_id: "vestibule",
            scope: None,
            grant: None,
        };
        insert(tx, &session).await?;
    }
    Ok(())
}

/// Prints what it costs to verify an access token, the first time and again, by algorithm.
pub(crate) async fn verify() {
    for algorithm in ["EdDSA", "ES256", "RS256", "HS256"] {
        let folder = std::env::temp_dir().join(format!("vestibule-verify-{algorithm}"));
        let app = open(|flags| {
            flags.database_url = None;
            flags.data_dir = Some(folder.display().to_string());
            flags.signing_algorithm = Some(algorithm.into());
            flags.jwt_secret =
                (algorithm == "HS256").then(|| seal::sha256(b"a secret to measure with"));
        })
        .await;
        let token = access_token(&app).await;
        let (ring, now) = (app.tokens.keys.ring(RingName::Own), app.clock.now_s());
        let cold = each(2_000, || {
            jwt::verify(&ring, &app.tokens.expected, now, &token)
                .map_err(|error| error.to_string())
                .map(drop)
        });
        let cached = each(200_000, || {
            principal::verify(&app, &token).map_err(|error| error.to_string()).map(drop)
        });
        println!("{algorithm}: {cold:.1} µs the first time, {cached:.2} µs again");
        app.db.close().await;
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}

/// Microseconds of each of many.
fn each(count: u32, work: impl Fn() -> Result<(), String>) -> f64 {
    work().expect("good");
    let began = Instant::now();
    for _ in 0..count {
        work().expect("good");
    }
    began.elapsed().as_secs_f64() * 1e6 / f64::from(count)
}

/// Prints what revoked sessions take in memory.
pub(crate) async fn revoked() {
    let app = open(|_| ()).await;
    let (before, now) = (resident("self"), app.clock.now_s());
    for _ in 0..1_000_000 {
        app.tokens.revoked.add(&Change::Session(app.clock.new_id()), now);
    }
    println!("{:.1} MiB", (resident("self") - before) as f64 / 1024.0);
}
