//! What somebody with the database can do to the audit log, and that it is refused or found (S103).

use futures::future::join_all;
use vestibule::server::{
    App,
    db::Db,
    service::{
        audit::{self, Flaw, Report},
        setup,
    },
};

use super::support::*;

/// Makes events that cost nothing else: a set-up link each.
pub(super) async fn links(app: &App, count: usize) {
    for made in join_all((0..count).map(|_| setup::new_link(app, Agent::System))).await {
        made.expect("a link");
    }
}

pub(super) async fn sealed(app: &App, count: usize) {
    links(app, count).await;
    assert_eq!(audit::seal(app).await.expect("sealed"), count as u64);
}

pub(super) async fn verify(server: &Server) -> Report {
    audit::verify(&server.app, None).await.expect("read")
}

/// Takes the triggers away, as somebody with the database could.
pub(super) async fn unguard(server: &Server) {
    let statements: &[&'static str] = match server.app.db {
        Db::Sqlite { .. } => &[
            "drop trigger audit_events_added",
            "drop trigger audit_events_sealed",
            "drop trigger audit_events_cut",
            "drop trigger audit_chain_begun",
            "drop trigger audit_chain_forward",
            "drop trigger audit_chain_kept",
        ],
        Db::Postgres(_) => &[
            "alter table audit_events disable trigger user",
            "alter table audit_chain disable trigger user",
        ],
    };
    for statement in statements {
        server.sql(statement).await;
    }
}

/// What can be done to a log of six events, and what verification calls it. `kept` has the head after the third.
const TAMPERINGS: &[(&[&str], Option<Flaw>)] = &[
    (&["update audit_events set outcome = 'refused' where chain_pos = 3"], Some(Flaw::Altered(3))),
    (&["update audit_events set at_ms = at_ms - 1 where chain_pos = 6"], Some(Flaw::Altered(6))),
    (&["update audit_events set client_ip = '' where chain_pos = 1"], Some(Flaw::Altered(1))),
    (&["update audit_events set chain_hash = 'x' where chain_pos = 2"], Some(Flaw::Forged(2))),
    (&["delete from audit_events where chain_pos = 3"], Some(Flaw::Missing(3))),
    (&["delete from audit_events where chain_pos = 1"], Some(Flaw::Missing(1))),
    (&["delete from audit_events where chain_pos > 4"], Some(Flaw::Truncated(5, 6))),
    (&["delete from audit_events"], Some(Flaw::Truncated(1, 6))),
    (
        &[
            "delete from audit_events where chain_pos = 4",
            "update audit_events set chain_pos = 4 where chain_pos = 5",
            "update audit_events set chain_pos = 5 where chain_pos = 6",
        ],
        Some(Flaw::Altered(4)),
    ),
    (
        &[
            "update audit_events set chain_pos = 9 where chain_pos = 3",
            "update audit_events set chain_pos = 3 where chain_pos = 4",
            "update audit_events set chain_pos = 4 where chain_pos = 9",
        ],
        Some(Flaw::Moved(3)),
    ),
    (
        &[
            "update audit_events set chain_pos = 7 where chain_pos = 6",
            "update audit_events set chain_pos = 6 where chain_pos = 5",
            "insert into audit_events (at_ms, kind, outcome, details, chain_pos, chain_hash)
             values (0, 'login', 'success', '{}', 5, 'x')",
        ],
        Some(Flaw::Forged(5)),
    ),
    (
        &["insert into audit_events (at_ms, kind, outcome, details, chain_pos, chain_hash)
           values (0, 'login', 'success', '{}', 7, 'x')"],
        Some(Flaw::Outside(7)),
    ),
    (&["update audit_chain set mac = 'x'"], Some(Flaw::HeadForged)),
    (&["delete from audit_chain"], Some(Flaw::HeadMissing)),
    (
        &[
            "delete from audit_events where chain_pos = 6",
            "update audit_chain set head_pos = 5,
                 head_hash = (select chain_hash from audit_events where chain_pos = 5)",
        ],
        Some(Flaw::HeadForged),
    ),
    (
        &[
            "update audit_chain set cut_pos = 2,
                 cut_hash = (select chain_hash from audit_events where chain_pos = 2)",
            "delete from audit_events where chain_pos <= 2",
        ],
        Some(Flaw::HeadForged),
    ),
    // A place before all others is on no page.
    (
        &["insert into audit_events (at_ms, kind, outcome, details, chain_pos, chain_hash)
           values (0, 'login', 'success', '{}', -9223372036854775808, 'x')"],
        Some(Flaw::Surplus(1)),
    ),
    // Left to the sealer, to chain what remains from the beginning,
    (
        &[
            "delete from audit_chain",
            "delete from audit_events where chain_pos = 3",
            "update audit_events set outcome = 'refused' where chain_pos = 4",
            "update audit_events set chain_pos = null, chain_hash = null",
        ],
        Some(Flaw::HeadMissing),
    ),
    // or from an earlier head: whole in itself, but the sealer knows a later one.
    (
        &[
            "delete from audit_chain",
            "insert into audit_chain select * from kept",
            "update audit_events set outcome = 'refused' where chain_pos = 4",
            "update audit_events set chain_pos = null, chain_hash = null where chain_pos > 3",
        ],
        None,
    ),
];

both! {
    async fn s103_the_tables_are_append_only(server: Server) {
        sealed(&server.app, 6).await;
        links(&server.app, 1).await;
        let mut statements: Vec<&str> = TAMPERINGS.iter().map(|(statements, _)| statements[0]).collect();
        // The MAC guards the head's content; the triggers, that it goes forward.
        statements.retain(|statement| !statement.starts_with("update audit_chain"));
        statements.extend([
            "update audit_chain set head_pos = 5",
            "update audit_chain set cut_pos = 7",
            "update audit_events set kind = 'x' where chain_pos is null",
            "update audit_events set kind = 'x', chain_pos = 7, chain_hash = 'x' where chain_pos is null",
            "delete from audit_events where chain_pos is null",
        ]);
        statements.extend(match server.app.db {
            Db::Sqlite { .. } => [
                "insert or replace into audit_events (seq, at_ms, kind, outcome, details) values (1, 0, 'x', 'x', '{}')",
                "update or replace audit_events set chain_pos = 1, chain_hash = 'x' where chain_pos is null",
                "insert or replace into audit_chain select 1, 6, head_hash, 6, head_hash, 'x' from audit_chain",
            ],
            Db::Postgres(_) => [
                "truncate audit_events",
                "truncate audit_chain",
                "do $$ begin set local session_replication_role = replica; delete from audit_events; end $$",
            ],
        });
        for statement in statements {
            let refused = server.try_sql(statement).await;
            let said = refused.err().map(|error| error.to_string()).unwrap_or_default();
            assert!(said.contains("audit"), "{statement}: {said}");
        }
        let report = verify(&server).await;
        assert_eq!((report.whole, report.unsealed, report.flaw), (6, 1, None));
    }

    async fn s103_every_tampering_is_found(server: Server) {
        for (statements, flaw) in TAMPERINGS {
            let server = server.another().await;
            sealed(&server.app, 3).await;
            server.sql("create table kept as select * from audit_chain").await;
            sealed(&server.app, 3).await;
            unguard(&server).await;
            for statement in *statements {
                server.sql(statement).await;
            }
            let report = verify(&server).await;
            assert_eq!(&report.flaw, flaw, "{statements:?}");
            if matches!(flaw, None | Some(Flaw::HeadForged | Flaw::HeadMissing)) {
                links(&server.app, 1).await;
                assert!(audit::seal(&server.app).await.is_err(), "nothing is chained to a head that is not ours");
                assert_eq!(verify(&server).await.unsealed, report.unsealed + 1);
            }
        }
    }
}
