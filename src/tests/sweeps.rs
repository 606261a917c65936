//! Sweeps: a turn deletes all that is due, however much that is, and others write meanwhile.

use futures::{FutureExt, future::BoxFuture};
use vestibule::server::{
    App,
    error::Result,
    service::{audit, flows, invitations, limits, passkeys, prune, trusted},
};

use super::support::*;

/// Rows of each kind: several batches of a thousand, and a part of one.
const ROWS: &str = "3500";

/// A job that deletes.
type Sweep = fn(&App) -> BoxFuture<'_, Result<()>>;

/// Plants rows that are due: numbers from 1, each with a table, its columns and their values.
async fn plant(server: &Server, into: &'static str, values: &str, rows: &str) {
    let numbers = "with recursive n (i) as (select 1 union all select i + 1 from n where i <";
    let sql = format!("insert into {into} {numbers} {rows}) select {values} from n");
    server.sql(sql.leak()).await;
}

async fn count(server: &Server, table: &str) -> String {
    server.sql(format!("select cast(count(*) as text) from {table}").leak()).await.concat()
}

/// Sessions of an account that ended long ago.
async fn plant_sessions(server: &Server, rows: &str) {
    let columns =
        "sessions (id, user_id, kind, generation, rotated_at_ms, epoch, auth_time, created_at,
                             last_seen_at, idle_expires_at, expires_at)";
    let values = "'planted-' || i, (select min(id) from users), 'cookie', 0, 0, 0, 0, 0, 0, 0, 1";
    plant(server, columns, values, rows).await;
}

both! {
    async fn a_turn_deletes_all_that_is_due(server: Server) {
        server.register("ada").await;
        plant_sessions(&server, ROWS).await;
        for (into, values) in [
            ("revocations (kind, subject, not_before, created_at, expires_at)", "'session', 'planted-' || i, 0, 1, 1"),
            ("flows (id, purpose, secret_hash, state, tries, created_at, expires_at)", "'planted-' || i, 'setup', 'planted-' || i, 'open', 0, 1, 1"),
            ("attempt_buckets (key, arrival_ms)", "'planted-' || i, 1"),
            ("source_failures (source, minute, account, failures)", "'planted-' || i, 1, '', 1"),
            ("source_blocks (source, created_by, created_at, expires_at)", "'planted-' || i, 'failures', 1, 1"),
            ("known_sources (account, source, seen_at)", "'planted-' || i, '', 1"),
            ("spent_challenges (hash, expires_at)", "'planted-' || i, 1"),
            (
                "invitations (id, flow_id, address, address_canonical, roles, created_at, expires_at)",
                "'planted-' || i, '', '', 'planted-' || i, '', 0, 1",
            ),
            (
                "trusted_devices (id, user_id, token_hash, epoch, created_at, expires_at)",
                "'planted-' || i, (select min(id) from users), '', 0, 0, 1",
            ),
        ] {
            plant(&server, into, values, ROWS).await;
        }
        // Registering wrote one of its own.
        let sweeps: [(Sweep, &[&str]); 7] = [
            (|app| prune::sessions(app).boxed(), &["sessions"]),
            (|app| prune::feed(app).boxed(), &["revocations where created_at = 1"]),
            (|app| flows::sweep(app).boxed(), &["flows"]),
            (|app| trusted::sweep(app).boxed(), &["trusted_devices"]),
            (|app| passkeys::sweep(app).boxed(), &["spent_challenges"]),
            (|app| invitations::sweep(app).boxed(), &["invitations"]),
            (|app| limits::prune(app).boxed(), &["attempt_buckets", "source_failures", "source_blocks", "known_sources"]),
        ];
        for (sweep, tables) in sweeps {
            for table in tables {
                assert!(count(&server, table).await.len() >= 4, "{table}");
            }
            sweep(&server.app).await.expect("swept");
            for table in tables {
                assert_eq!(count(&server, table).await, "0", "{table}");
            }
        }
    }

    /// What cannot be deleted keeps nothing else from being deleted.
    async fn a_table_that_cannot_be_swept_stops_no_other(server: Server) {
        plant(&server, "known_sources (account, source, seen_at)", "'planted-' || i, '', 1", "10").await;
        server.sql("drop table attempt_buckets").await;
        server.sql("alter table source_failures rename to elsewhere").await;
        limits::prune(&server.app).await.expect_err("two are gone");
        assert_eq!(count(&server, "known_sources").await, "0");
    }

    async fn a_turn_seals_and_cuts_all_that_is_due(server: Server) {
        server.register("ada").await;
        let before: u64 = count(&server, "audit_events").await.parse().expect("a number");
        plant(&server, "audit_events (at_ms, kind, outcome, details)", "1, 'login', 'success', '{}'", ROWS).await;
        let sealed = audit::seal(&server.app).await.expect("sealed");
        assert_eq!(sealed, before + 3500);
        // What was planted lies behind what was registered: a chain is cut from its beginning.
        server.app.clock.advance(366 * 86_400);
        let cut = audit::retain(&server.app).await.expect("cut");
        assert_eq!(cut, before + 3500);
        audit::seal(&server.app).await.expect("sealed");
        let report = audit::verify(&server.app, None).await.expect("read");
        assert!(report.flaw.is_none(), "{:?}", report.flaw);
    }

    /// Each batch is a unit of work of its own: writers need not wait for the end of the turn.
    async fn others_write_meanwhile(server: Server) {
        server.register("ada").await;
        plant_sessions(&server, "20000").await;
        let app = server.app.clone();
        let sweep = tokio::spawn(async move { prune::sessions(&app).await });
        let mut meanwhile = 0;
        while !sweep.is_finished() {
            let write = server.app.db.write(move |tx| {
                async move {
                    let name = format!("meanwhile {meanwhile}");
                    vestibule::server::db::instance::set_once(tx, &name, "x").await
                }
                .boxed()
            });
            write.await.expect("written");
            meanwhile += 1;
        }
        sweep.await.expect("ran").expect("swept");
        assert_eq!(count(&server, "sessions").await, "0");
        assert!(meanwhile >= 3, "one before, one after, and some between: {meanwhile}");
    }
}
