//! The stored keys of earlier instance secrets: nobody without the secret can change what they prove (S103).

use std::fs;

use vestibule::server::{
    App,
    config::Config,
    service::{
        audit::{self, Flaw, Noted},
        secret,
    },
};

use super::{
    audit_tampering::{links, sealed, unguard, verify},
    backup::command,
    support::*,
};

const DAY: i64 = 86_400;

/// Replaces the secret of a server, whose app is of no use then.
async fn rotated(server: &Server, app: &App) -> App {
    let config = Config::load(&server.flags, None).expect("settings");
    let check = app.secret.check_value();
    let prepared = secret::prepare(&config, Some(&check), None).expect("made");
    secret::change(app, &prepared).await.expect("changed");
    secret::finish(&config, &prepared).expect("in place");
    server.again().await.0
}

/// The same where it is lost.
async fn replaced(server: &Server) -> App {
    let config = Config::load(&server.flags, None).expect("settings");
    fs::remove_file(&config.secret_file).expect("lost");
    let prepared = secret::prepare(&config, None, None).expect("made");
    secret::replace_lost(&config, &server.app.clock, &prepared).await.expect("replaced");
    secret::finish(&config, &prepared).expect("in place");
    server.again().await.0
}

both! {
    async fn s103_no_lost_key_can_be_planted(server: Server) {
        sealed(&server.app, 3).await;
        let (pos, hash) = verify(&server).await.head.expect("a head");
        unguard(&server).await;
        server.sql("update audit_events set outcome = 'refused' where chain_pos = 2").await;
        assert_eq!(verify(&server).await.flaw, Some(Flaw::Altered(2)));
        for planted in [
            "insert into instance (name, value) values ('audit_chain_keys', '[[2,null]]')",
            "update instance set value = '[]' where name = 'audit_chain_keys'",
            "update instance set value = '' where name = 'audit_chain_keys'",
        ] {
            server.sql(planted).await;
            assert_eq!(verify(&server).await.flaw, Some(Flaw::KeysForged), "{planted}");
            let holds = format!("{pos}:{hash}");
            let said = Said::by(command(&server).args(["audit", "verify", "--holds", &holds]));
            assert!(said.code == Some(1) && said.err.contains("keys of earlier instance secrets are forged"), "{said:?}");
        }
        // It is not washed by another rotation, nor by retention, and the log goes on.
        let refused = Said::by(command(&server).args(["secret", "rotate", "--online"])).refused();
        assert!(refused.contains("are forged"), "{refused}");
        let (again, _) = server.again().await;
        sealed(&again, 1).await;
        again.clock.advance(400 * DAY);
        assert!(audit::retain(&again).await.is_err());
        assert_eq!(verify(&server).await.flaw, Some(Flaw::KeysForged));
    }

    async fn s103_stored_keys_are_of_one_secret_only(server: Server) {
        sealed(&server.app, 3).await;
        let (pos, hash) = verify(&server).await.head.expect("a head");
        let first = rotated(&server, &server.app).await;
        server.sql("create table kept as select * from instance where name = 'audit_chain_keys'").await;
        let second = rotated(&server, &first).await;
        audit::seal(&second).await.expect("sealed");
        let noted = Noted { pos, hash };
        let found = async || audit::verify(&second, Some(&noted)).await.expect("read");
        let report = found().await;
        assert_eq!((report.flaw, report.unproven_until), (None, 0));

        server.sql("create table right_keys as select * from instance where name = 'audit_chain_keys'").await;
        // Those of the secret before.
        server.sql("update instance set value = (select value from kept) where name = 'audit_chain_keys'").await;
        assert_eq!(found().await.flaw, Some(Flaw::KeysForged));
        // None: links of before are then not ours.
        server.sql("delete from instance where name = 'audit_chain_keys'").await;
        let report = found().await;
        assert!(report.whole == 0 && report.flaw.is_some(), "{report:?}");
        server.sql("insert into instance select * from right_keys").await;
        assert_eq!(found().await.flaw, None);
    }

    async fn what_is_not_proven_is_reported_until_it_is_deleted(server: Server) {
        sealed(&server.app, 3).await;
        let app = replaced(&server).await;
        app.clock.advance(300 * DAY);
        links(&app, 2).await;
        audit::seal(&app).await.expect("sealed");
        let report = audit::verify(&app, None).await.expect("read");
        assert_eq!((report.flaw, report.unproven_until), (None, 3));
        app.clock.advance(100 * DAY);
        audit::retain(&app).await.expect("cut");
        audit::seal(&app).await.expect("sealed");
        let report = audit::verify(&app, None).await.expect("read");
        assert!(report.cut_pos >= 3, "{report:?}");
        assert_eq!((report.flaw, report.unproven_until), (None, 0));
    }
}
