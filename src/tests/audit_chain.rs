//! The chain of the audit log: sealed once by however many, proven, and cut by age (S103).

use std::sync::Arc;

use futures::{FutureExt, future::join_all};
use vestibule::server::{
    db::{DbError, audit as rows},
    service::audit::{self, Flaw, Noted},
};

use super::{
    audit_tampering::{links, sealed, unguard, verify},
    support::*,
};

const DAY: i64 = 86_400;

both! {
    async fn s103_what_is_sealed_verifies_and_the_tail_is_named(server: Server) {
        assert_eq!(verify(&server).await, audit::Report::default());
        server.user("ada").await;
        let began = server.app.clock.now_ms();
        let report = verify(&server).await;
        assert_eq!((report.whole, report.unsealed, report.unsealed_since_ms), (0, 2, Some(began)));
        assert_eq!(audit::seal(&server.app).await.expect("sealed"), 2);
        assert_eq!(audit::seal(&server.app).await.expect("idle"), 0);
        server.app.clock.advance(5);
        links(&server.app, 3).await;
        let report = verify(&server).await;
        assert_eq!((report.whole, report.unsealed, report.unsealed_since_ms), (2, 3, Some(began + 5000)));
        assert_eq!((report.times_ms, report.flaw), (Some((began, began)), None));
        audit::seal(&server.app).await.expect("sealed");
        let report = verify(&server).await;
        assert_eq!((report.whole, report.unsealed, report.unsealed_since_ms), (5, 0, None));
        assert_eq!(report.head.map(|(pos, _)| pos), Some(5));
    }

    async fn another_secret_makes_other_links(server: Server) {
        // Somebody with the database and without the secret can make a chain, but not ours.
        let other = server.another().await;
        let mut chains = Vec::new();
        for server in [&server, &other] {
            sealed(&server.app, 3).await;
            chains.push(server.sql("select details || at_ms || seq from audit_events order by seq").await);
            chains.push(server.sql("select chain_hash from audit_events order by seq").await);
        }
        assert_eq!(chains[0], chains[2]);
        assert!(chains[1].iter().zip(&chains[3]).all(|(ours, theirs)| ours != theirs));
    }

    async fn an_earlier_state_is_found_by_a_noted_head(server: Server) {
        sealed(&server.app, 3).await;
        server.sql("create table kept as select * from audit_chain").await;
        sealed(&server.app, 3).await;
        let (pos, hash) = verify(&server).await.head.expect("a head");
        let noted = Noted { pos, hash };
        let holds = async |noted: &Noted| audit::verify(&server.app, Some(noted)).await.expect("read").flaw;
        assert_eq!(holds(&noted).await, None);
        sealed(&server.app, 1).await;
        assert_eq!(holds(&noted).await, None, "it is not the last any more, but still there");
        assert_eq!(holds(&Noted { hash: "x".into(), ..noted.clone() }).await, Some(Flaw::NotHeld));
        unguard(&server).await;
        server.sql("delete from audit_events where chain_pos > 3").await;
        server.sql("delete from audit_chain").await;
        server.sql("insert into audit_chain select * from kept").await;
        // Whole in itself: only what was written down elsewhere tells.
        assert_eq!(verify(&server).await.flaw, None);
        assert_eq!(holds(&noted).await, Some(Flaw::NotHeld));
    }

    async fn an_earlier_head_is_sealed_behind_by_a_restart_alone(server: Server) {
        sealed(&server.app, 3).await;
        server.sql("create table kept as select * from audit_chain").await;
        sealed(&server.app, 3).await;
        let (pos, hash) = verify(&server).await.head.expect("a head");
        let noted = Noted { pos, hash };
        unguard(&server).await;
        server.sql("delete from audit_chain").await;
        server.sql("insert into audit_chain select * from kept").await;
        server.sql("update audit_events set outcome = 'refused' where chain_pos = 6").await;
        server.sql("update audit_events set chain_pos = null, chain_hash = null where chain_pos > 3").await;
        let refused = audit::seal(&server.app).await.expect_err("an earlier head").to_string();
        assert!(refused.contains(&format!("verify --holds {pos}:{}", noted.hash)), "{refused}");
        // Somebody who has not seen the later one cannot know; a head that was noted elsewhere tells.
        let (restarted, _) = server.again().await;
        assert_eq!(audit::seal(&restarted).await.expect("sealed"), 3);
        assert_eq!(verify(&server).await.flaw, None);
        assert_eq!(audit::verify(&server.app, Some(&noted)).await.expect("read").flaw, Some(Flaw::NotHeld));
        // At the same place there is another now.
        links(&server.app, 1).await;
        assert!(audit::seal(&server.app).await.is_err());
    }

    // A start of a new database makes the head; a later one makes none, whatever is missing.
    async fn a_head_that_was_taken_away_is_not_made_again(server: Server) {
        sealed(&server.app, 3).await;
        unguard(&server).await;
        server.sql("update audit_events set chain_pos = null, chain_hash = null").await;
        server.sql("delete from audit_chain").await;
        server.sql("delete from instance where name = 'secret_check'").await;
        let (restarted, _) = server.again().await;
        assert!(audit::seal(&restarted).await.is_err());
        assert_eq!(verify(&server).await.flaw, Some(Flaw::HeadMissing));
    }

    async fn a_place_that_is_there_twice_is_found_between_pages(server: Server) {
        sealed(&server.app, 1001).await;
        unguard(&server).await;
        server.sql("drop index audit_events_chain").await;
        server.sql(
            "insert into audit_events (at_ms, kind, outcome, details, chain_pos, chain_hash)
             values (0, 'login', 'success', '{}', 1000, 'x')",
        ).await;
        // Which of the two is read is up to the database.
        let flaw = verify(&server).await.flaw.expect("a flaw");
        assert!(matches!(flaw, Flaw::Surplus(1) | Flaw::Forged(1000)), "{flaw}");
    }

    async fn sealers_at_once_chain_once(server: Server) {
        let (second, _) = server.again().await;
        let apps = [server.app.clone(), second];
        for _ in 0..4 {
            let all = join_all(apps.iter().map(|app| async move {
                links(app, 100).await;
                join_all((0..3).map(|_| audit::seal(app))).await
            })).await;
            for outcome in all.into_iter().flatten() {
                outcome.expect("sealed, or somebody else was quicker");
            }
        }
        let seals = async { while audit::seal(&server.app).await.expect("sealed") > 0 {} };
        tokio::time::timeout(WITHIN, seals).await.expect("nothing is sealed twice");
        let report = verify(&server).await;
        assert_eq!((report.whole, report.unsealed, report.flaw), (800, 0, None));
    }

    async fn retention_cuts_whole_days_and_the_rest_verifies(server: Server) {
        sealed(&server.app, 3).await;
        server.app.clock.advance(100 * DAY);
        sealed(&server.app, 2).await;
        let noted = verify(&server).await.head.expect("a head");
        server.app.clock.advance(265 * DAY);
        assert_eq!(audit::retain(&server.app).await.expect("nothing is old enough"), 0);
        server.app.clock.advance(DAY);
        let (for_ever, _) = server.again_with(|flags| flags.audit_retention = Some("0".into())).await;
        assert_eq!(audit::retain(&for_ever).await.expect("kept"), 0);
        assert_eq!(audit::retain(&server.app).await.expect("cut"), 3);
        assert_eq!(audit::retain(&server.app).await.expect("once"), 0);
        audit::seal(&server.app).await.expect("sealed");
        let report = verify(&server).await;
        assert_eq!((report.whole, report.cut_pos, report.unsealed, report.flaw), (3, 3, 0, None));
        let cuts = server.sql("select actor || ' ' || details from audit_events where kind = 'audit.cut'").await;
        assert_eq!(cuts, [r#"system {"count":3,"up_to":3}"#]);
        let noted = Noted { pos: noted.0, hash: noted.1 };
        assert_eq!(audit::verify(&server.app, Some(&noted)).await.expect("read").flaw, None);
        // All of it, one day.
        server.app.clock.advance(400 * DAY);
        assert_eq!(audit::retain(&server.app).await.expect("cut"), 3);
        audit::seal(&server.app).await.expect("sealed");
        let report = verify(&server).await;
        assert_eq!((report.whole, report.cut_pos, report.flaw), (1, 6, None));
    }

    async fn retention_does_not_hide_a_broken_chain(server: Server) {
        sealed(&server.app, 3).await;
        unguard(&server).await;
        server.sql("update audit_events set outcome = 'refused' where chain_pos = 2").await;
        server.app.clock.advance(400 * DAY);
        assert!(audit::retain(&server.app).await.is_err());
        assert_eq!(verify(&server).await.flaw, Some(Flaw::Altered(2)));
    }
}

/// On PostgreSQL an event can have the lower number and be committed later; on SQLite one writer orders both.
mod what_commits_late_is_sealed_late {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let server = Server::new(Backend::Postgres).await;
        let (inserted, release) =
            (Arc::new(tokio::sync::Notify::new()), Arc::new(tokio::sync::Notify::new()));
        let (reached, gate, db) = (inserted.clone(), release.clone(), server.app.db.clone());
        let late = tokio::spawn(async move {
            db.write(move |tx| {
                async move {
                    let event = rows::Event {
                        at_ms: 0,
                        kind: "login",
                        outcome: "success",
                        actor: None,
                        subject: None,
                        client_ip: None,
                        user_agent: None,
                        details: "{}",
                    };
                    rows::insert(tx, &event).await?;
                    reached.notify_one();
                    gate.notified().await;
                    Ok::<(), DbError>(())
                }
                .boxed()
            })
            .await
        });
        inserted.notified().await;
        sealed(&server.app, 1).await;
        release.notify_one();
        late.await.expect("ran").expect("committed");
        assert_eq!(audit::seal(&server.app).await.expect("sealed"), 1);
        let order = server.sql("select kind from audit_events order by chain_pos").await;
        assert_eq!(order, ["setup.link", "login"]);
        let order = server.sql("select kind from audit_events order by seq").await;
        assert_eq!(order, ["login", "setup.link"]);
        let report = verify(&server).await;
        assert_eq!((report.whole, report.flaw), (2, None));
    }
}
