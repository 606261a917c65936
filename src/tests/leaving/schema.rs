//! What is left of an erased account, in every column of the schema.

use std::collections::BTreeSet;

use vestibule::server::db::Db;

use super::*;
use crate::{
    database::{postgres_columns, sqlite_columns},
    factors::enrol_in,
};

/// Where the id of an erased account may be, until its retention ends.
const WITH_ID: [&str; 3] = ["audit_events.subject", "audit_events.actor", "revocations.subject"];

/// The columns of text.
async fn texts(server: &Server) -> Vec<String> {
    let columns = match &server.app.db {
        Db::Sqlite { .. } => sqlite_columns(&server.app.db).await,
        Db::Postgres(_) => postgres_columns(&server.app.db).await,
    };
    let texts = columns.iter().filter(|line| line.split(' ').nth(1) == Some("text"));
    texts.map(|line| line.split(' ').next().expect("a name").to_owned()).collect()
}

/// The columns that have a text in them.
async fn found(server: &Server, columns: &[String], wanted: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in columns {
        let (table, column) = name.split_once('.').expect("a table");
        let sql = format!("select {column} from {table} where {column} like '%{wanted}%'");
        if !server.sql(sql.leak()).await.is_empty() {
            found.insert(name.clone());
        }
    }
    found
}

both! {
    async fn s105_no_column_names_an_erased_account(server: Server) {
        let (name, address) = ("lovelace", "lovelace@example.org");
        let id = confirmed(&server, name).await;
        server.browser(name).await;
        server.send(guess(name)).await.expect(401);
        server.send(guess(address)).await.expect(401);
        server.send(post("/api/v1/recovery").json(json!({ "identifier": address }))).await.expect(202);
        let token = server.login(name).await;
        server.send(post("/api/v1/me/data").bearer(&token)).await.expect(200);
        let other = json!({ "address": "countess.lovelace@example.org" });
        server.send(post("/api/v1/me/addresses").json(other).bearer(&token)).await.expect(202);
        let enrolled = enrol_in(&server, &token).await;
        server.send(ask(&enrolled.token, name)).await.expect(202);
        let columns = texts(&server).await;
        assert!(columns.len() > 40, "{columns:?}");
        // The search finds what is there.
        let before = found(&server, &columns, name).await;
        for column in ["users.username", "user_emails.address"] {
            assert!(before.contains(column), "{column}: {before:?}");
        }
        let before = found(&server, &columns, &id).await;
        for column in ["totp.user_id", "recovery_codes.user_id", "deletions.user_id", "flows.user_id"] {
            assert!(before.contains(column), "{column}: {before:?}");
        }
        wait_out(&server).await;
        tend(&server).await;
        deliver(&server.app).await;
        assert_eq!(found(&server, &columns, name).await, BTreeSet::new());
        let left = found(&server, &columns, &id).await;
        assert!(left.iter().all(|column| WITH_ID.contains(&column.as_str())), "{left:?}");
        let rows = "select user_id from outbox where user_id is not null union all select account from known_sources";
        assert_eq!(server.sql(rows).await, Vec::<String>::new());
    }
}
