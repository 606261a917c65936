//! Several processes that start on an empty database make one secret, one key and one schema.

use vestibule::server::{App, config::Config, db::Db, site};

use super::support::*;

both! {
    async fn first_starts_at_once(server: Server) {
        if let Db::Postgres(_) = server.app.db {
            for statement in ["drop schema public cascade", "create schema public"] {
                server.sql(statement).await;
            }
        }
        let starts = (0..4).map(|n| {
            let mut flags = server.flags.clone();
            let folder = |name: String| Some(server.folder().join(name).display().to_string());
            flags.data_dir = folder("fresh".into());
            if let Db::Sqlite { .. } = server.app.db {
                flags.database_url = None;
            } else {
                // On machines of their own, without a lock in common.
                flags.data_dir = folder(format!("fresh{n}"));
                flags.secret_file = Some(server.folder().join("secret.key").display().to_string());
            }
            tokio::spawn(async move {
                let config = Config::load(&flags, None).expect("settings");
                let site = site::find();
                App::open(config, Default::default(), site).await
            })
        });
        let mut apps = Vec::new();
        for start in futures::future::join_all(starts).await {
            apps.push(start.expect("ran").expect("opened"));
        }
        // All have one secret, sign with one key, and each migration was run once.
        let secret = |app: &App| aws_lc_rs::hmac::sign(&app.secret.mac_key("test"), b"x").as_ref().to_vec();
        let kid = |app: &App| app.tokens.keys.ring().signing(app.clock.now()).map(|key| key.key.verifying().kid.clone());
        for app in &apps[1..] {
            assert_eq!(secret(app), secret(&apps[0]));
            assert_eq!(kid(app), kid(&apps[0]));
        }
        let count = async |statement: &'static str| -> i64 {
            match &apps[0].db {
                Db::Sqlite { read, .. } => sqlx::query_scalar(statement).fetch_one(read).await,
                Db::Postgres(pool) => sqlx::query_scalar(statement).fetch_one(pool).await,
            }.expect("a count")
        };
        assert_eq!(count("select count(*) from signing_keys").await, 1);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
        let files = std::fs::read_dir(folder).expect("migrations").count() as i64;
        assert_eq!(count("select count(*) from _sqlx_migrations").await, files);
        assert_eq!(count("select count(distinct version) from _sqlx_migrations where success").await, files);
    }
}
