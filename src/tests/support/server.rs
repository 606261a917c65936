use std::{convert::Infallible, path::Path};

use axum::{extract::Request as HttpRequest, response::Response};
use serde_json::json;
use tempfile::TempDir;
use tower::{Service, ServiceExt, util::BoxCloneSyncService};
use vestibule::server::{
    App,
    clock::Clock,
    config::{Config, Flags},
    db::Db,
    router,
    service::{
        accounts::{self, AccountChange},
        agent::Agent,
        follow,
        roles::Role,
        setup, tokens,
    },
    site,
};

use super::{
    behind::new_database,
    client::{Reply, Request, form, post},
    declared::{self, Asked},
    process::{close_to_others, private_folder},
};

/// Where the server believes to be.
pub(crate) const ORIGIN: &str = "http://localhost:3000";
/// A password that the policy takes.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// Failures that one account takes before strangers have to wait.
pub(crate) const ACCOUNT_BURST: usize = 20;
/// When tests begin: 2026-01-01, in Unix milliseconds.
const START_MS: i64 = 1_767_225_600_000;

/// Which database.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// The service of an app, as a listener has it, without a socket: nothing that hyper or axum would add is in its answers.
#[derive(Clone)]
pub(crate) struct Router {
    service: BoxCloneSyncService<HttpRequest, Response, Infallible>,
    /// The app that reads the feed before a request, if that was too long ago.
    follower: Option<App>,
}

impl Router {
    pub(crate) fn of(app: &App) -> Self {
        Self::around(router::service(app.clone()))
    }

    pub(crate) fn around<S>(service: S) -> Self
    where
        S: Service<HttpRequest, Response = Response, Error = Infallible>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send,
    {
        Self { service: BoxCloneSyncService::new(service), follower: None }
    }

    /// Nothing follows the feed behind a test's back, or it could not say what a process knows when; but where a test moves
    /// the clock, the server has had time to read the feed before the next request.
    fn following(app: &App) -> Self {
        Self { follower: Some(app.clone()), ..Self::of(app) }
    }

    pub(crate) async fn answer(&self, request: HttpRequest) -> Response {
        if let Some(app) = &self.follower
            && app.tokens.revoked.is_blind(app.clock.now_ms())
        {
            // Where that fails the guard has to say so.
            drop(follow::all(app).await);
        }
        let Ok(answer) = self.service.clone().oneshot(request).await;
        answer
    }
}

/// An app with a database of its own.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) flags: Flags,
    pub(crate) router: Router,
    folder: TempDir,
}

impl Server {
    pub(crate) async fn new(backend: Backend) -> Self {
        Self::with(backend, |_| ()).await
    }

    /// With other settings than the defaults.
    pub(crate) async fn with(backend: Backend, change: impl FnOnce(&mut Flags)) -> Self {
        let folder = private_folder();
        let mut flags = Flags {
            database_url: Some(match backend {
                Backend::Sqlite => format!("sqlite://{}", folder.path().join("test.db").display()),
                Backend::Postgres => new_database().await,
            }),
            data_dir: Some(folder.path().display().to_string()),
            ..Flags::default()
        };
        change(&mut flags);
        let app = open(&flags, Clock::manual(START_MS)).await;
        Self { router: Router::following(&app), app, flags, folder }
    }

    /// A database of an earlier version, as a dump has it, at the moment that `held` names.
    pub(crate) async fn of_dump(backend: Backend, dump: &str, held: &str) -> Self {
        use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection, raw_sql};

        let held: serde_json::Value = serde_json::from_str(held).expect("a fixture");
        let folder = private_folder();
        let dump = raw_sql(AssertSqlSafe(dump.to_owned()));
        let url = match backend {
            Backend::Sqlite => {
                let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
                let mut connection = SqliteConnection::connect(&url).await.expect("SQLite");
                dump.execute(&mut connection).await.expect("loaded");
                connection.close().await.expect("closed");
                close_to_others(&folder.path().join("test.db"));
                url
            }
            Backend::Postgres => {
                let url = new_database().await;
                let mut connection = PgConnection::connect(&url).await.expect("PostgreSQL");
                dump.execute(&mut connection).await.expect("loaded");
                connection.close().await.expect("closed");
                url
            }
        };
        let flags = Flags {
            database_url: Some(url),
            data_dir: Some(folder.path().display().to_string()),
            secret: held["secret"].as_str().map(str::to_owned),
            ..Flags::default()
        };
        let now = held["now"].as_i64().expect("a time");
        let app = open(&flags, Clock::manual(now * 1000)).await;
        Self { router: Router::of(&app), app, flags, folder }
    }

    /// The same database, opened again: a second process, or this one after a restart.
    pub(crate) async fn again(&self) -> (App, Router) {
        self.again_with(|_| ()).await
    }

    /// The same with other settings.
    pub(crate) async fn again_with(&self, change: impl FnOnce(&mut Flags)) -> (App, Router) {
        let mut flags = self.flags.clone();
        change(&mut flags);
        let app = open(&flags, self.app.clock.clone()).await;
        let router = Router::following(&app);
        (app, router)
    }

    /// Another server on the same kind of database.
    pub(crate) async fn another(&self) -> Self {
        Self::new(match self.app.db {
            Db::Sqlite { .. } => Backend::Sqlite,
            Db::Postgres(_) => Backend::Postgres,
        })
        .await
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) async fn send(&self, request: Request) -> Reply {
        send(&self.router, request).await
    }

    /// Registers somebody; answers the id.
    pub(crate) async fn register(&self, name: &str) -> String {
        let body = json!({ "username": name, "password": PASSWORD });
        let reply = self.send(post("/api/v1/register").json(body)).await.expect(201);
        reply.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Signs somebody in; answers the access token.
    pub(crate) async fn login(&self, name: &str) -> String {
        let body = json!({ "username": name, "password": PASSWORD });
        let reply = self.send(post("/api/v1/login").json(body)).await.expect(200);
        reply.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Registers and signs in.
    pub(crate) async fn user(&self, name: &str) -> String {
        self.register(name).await;
        self.login(name).await
    }

    /// Signs in as a browser does; answers the cookie.
    pub(crate) async fn browser(&self, name: &str) -> String {
        let fields = [("identifier", name), ("password", PASSWORD)];
        let reply = self.send(form("/login", &fields)).await.expect(303);
        reply.session_cookie().expect("a session cookie")
    }

    /// The first admin, by the set-up link; answers the access token.
    pub(crate) async fn admin(&self) -> String {
        let link = setup::new_link(&self.app, Agent::System).await.expect("a link");
        let link = link.expect("no admin yet");
        self.send(claim(link.expose(), "operator")).await.expect(303);
        self.login("operator").await
    }

    /// A second admin, so that the first is not the last.
    pub(crate) async fn deputy(&self) -> String {
        let id = self.register("deputy").await;
        self.change("deputy", AccountChange::GrantRole(Role::Admin)).await;
        id
    }

    /// What `vestibule user …` does.
    pub(crate) async fn change(&self, name: &str, change: AccountChange) {
        accounts::change(&self.app, Agent::Operator, name, change).await.expect("changed");
    }
}

/// The cookie of a browser that has been to a link.
pub(crate) fn link_cookie(token: &str) -> String {
    format!("vestibule_link_3000={token}")
}

/// The set-up form, posted by such a browser.
pub(crate) fn claim(token: &str, name: &str) -> Request {
    form("/setup", &[("username", name), ("password", PASSWORD)]).cookie(&link_cookie(token))
}

/// A sign-in with a wrong password.
pub(crate) fn guess(name: &str) -> Request {
    post("/api/v1/login").json(json!({ "username": name, "password": "wrong horse battery" }))
}

/// Guesses until strangers have to wait; answers how many guesses were let through, which is bounded.
pub(crate) async fn guess_until_refused(router: &Router, name: &str) -> usize {
    for let_through in 0..=ACCOUNT_BURST {
        let reply = send(router, guess(name)).await;
        if reply.status == 429 {
            reply.expect_problem(429, "account_throttled");
            return let_through;
        }
        reply.expect_problem(401, "invalid_credentials");
    }
    panic!("{name} takes more than {ACCOUNT_BURST} guesses");
}

/// A sign-in with the password that [`Server::register`] gives.
pub(crate) fn right(name: &str) -> Request {
    post("/api/v1/login").json(json!({ "username": name, "password": PASSWORD }))
}

pub(crate) async fn send(router: &Router, request: Request) -> Reply {
    let request = request.build();
    let asked = Asked::of(&request);
    let response = router.answer(request).await;
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.expect("a body");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let reply = Reply { status: parts.status, headers: parts.headers, text };
    declared::check(&asked, &reply);
    reply
}

async fn open(flags: &Flags, clock: Clock) -> App {
    let config = Config::load(flags, None).expect("settings");
    let app = App::open(config, clock, site::find()).await.expect("the app opens");
    tokens::begin(&app).await.expect("the life of tokens, and the settings' key");
    app
}
