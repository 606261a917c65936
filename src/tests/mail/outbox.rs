//! The outbox: claims, leases, pauses, ends, and what a restore or another secret does to it.

use futures::FutureExt;
use vestibule::{
    model::ErrorCode,
    server::{
        App,
        db::outbox,
        error::Error,
        say::Language,
        service::{
            accounts::AccountChange,
            mail::{self, MailFacts, MailKind, NewMail},
            roles::Role,
        },
    },
};

use super::{confirmed, deliver, delivered, subjects};
use crate::{
    backup::{Place, backend, command, save},
    lists::assert_shape,
    support::*,
};

/// Writes a mail to an address as a change does.
pub(super) async fn write(app: &App, address: &'static str, is_decoy: bool) {
    try_writing(app, address, is_decoy).await.expect("written");
}

async fn try_writing(app: &App, address: &'static str, is_decoy: bool) -> Result<(), Error> {
    let writing = app.clone();
    let written = app.db.write(move |tx| {
        async move {
            let facts = MailFacts::example(writing.clock.now_s());
            let mail = NewMail {
                kind: MailKind::PasswordChanged,
                user_id: None,
                address,
                language: Language::ENGLISH,
                facts: &facts,
            };
            mail.write(&writing, tx, is_decoy).await
        }
        .boxed()
    });
    written.await
}

/// Claims the only mail that is due.
async fn claim(app: &App) -> Option<outbox::ClaimedRow> {
    let now = app.clock.now_s();
    let due =
        outbox::due(&app.db, ",password_changed,", MailKind::PasswordChanged.priority(), now, 10)
            .await
            .expect("read");
    let id = due.into_iter().next()?;
    let claimed = app.db.write(move |tx| {
        async move { Ok::<_, Error>(outbox::claim(tx, &id, now, now + 120).await?) }.boxed()
    });
    claimed.await.expect("written")
}

async fn finish(app: &App, row: &outbox::ClaimedRow) -> bool {
    let (id, claim, now) = (row.id.clone(), row.claim, app.clock.now_s());
    let finished = app.db.write(move |tx| {
        async move {
            let noted = outbox::Noted::default();
            Ok::<_, Error>(outbox::finish(tx, (&id, claim), "sent", noted, now).await?)
        }
        .boxed()
    });
    finished.await.expect("written")
}

both! {
    /// A sender that comes back after another took its mail changes nothing.
    async fn a_lease_that_ran_out_belongs_to_the_next(server: Server) {
        write(&server.app, "ada@example.org", false).await;
        let first = claim(&server.app).await.expect("a mail");
        assert!(claim(&server.app).await.is_none(), "it is somebody's");
        server.app.clock.advance(119);
        assert!(claim(&server.app).await.is_none(), "the lease runs");
        server.app.clock.advance(1);
        let second = claim(&server.app).await.expect("the lease ran out");
        assert_eq!((second.claim, second.attempts), (2, 2));
        // The first sender may have sent it: nobody knows.
        assert_eq!((first.cut_at, second.cut_at), (None, Some(server.app.clock.now_s())));
        assert!(!finish(&server.app, &first).await, "late");
        assert!(finish(&server.app, &second).await);
        assert!(!finish(&server.app, &second).await, "once");
        let row = server.sql("select state || coalesce(payload_sealed, ' nothing') || address_sealed from outbox").await;
        assert_eq!(row, ["sent nothing"]);
    }

    async fn fifty_at_once_claim_one(server: Server) {
        write(&server.app, "ada@example.org", false).await;
        let (other, _) = server.again().await;
        let apps = [&server.app, &other];
        let claims = (0..50).map(|n| claim(apps[n % 2]));
        let claimed = futures::future::join_all(claims).await;
        assert_eq!(claimed.iter().flatten().count(), 1);
    }

    /// The same writes, and never a mail (S2).
    async fn a_decoy_is_never_sent(server: Server) {
        write(&server.app, "ada@example.org", true).await;
        write(&server.app, "bob@example.org", false).await;
        let mails = delivered(&server.app).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to.to_string(), "bob@example.org");
        let sizes = server.sql("select cast(length(address_sealed) as text) from outbox where state = 'decoy'").await;
        write(&server.app, "eve@example.org", false).await;
        let waiting = server.sql("select cast(length(address_sealed) as text) from outbox where state = 'waiting'").await;
        assert_eq!(sizes, waiting);
    }

    async fn what_is_late_is_not_sent_and_what_is_old_is_forgotten(server: Server) {
        write(&server.app, "ada@example.org", false).await;
        server.app.clock.advance(3 * 86_400);
        deliver(&server.app).await;
        let row = || server.sql("select state || coalesce(payload_sealed, ' nothing') from outbox");
        assert_eq!(row().await, ["dead nothing"]);
        assert_eq!(subjects(&server.app).await, [""; 0]);
        server.app.clock.advance(30 * 86_400);
        mail::sweep(&server.app).await.expect("swept");
        assert_eq!(row().await.len(), 1);
        server.app.clock.advance(1);
        mail::sweep(&server.app).await.expect("swept");
        assert_eq!(row().await, [""; 0]);
        // The sweep ends what no sender has looked at.
        write(&server.app, "ada@example.org", false).await;
        server.app.clock.advance(3 * 86_400);
        mail::sweep(&server.app).await.expect("swept");
        assert_eq!(row().await, ["dead nothing"]);
        assert_eq!(server.sql("select last_reply from outbox").await, ["its time was over"]);
    }

    /// A decoy holds its content no longer than a mail.
    async fn a_decoy_is_emptied_when_its_time_is_over(server: Server) {
        write(&server.app, "ada@example.org", true).await;
        let row = || server.sql("select state || coalesce(payload_sealed, ' nothing') || address_sealed from outbox");
        mail::sweep(&server.app).await.expect("swept");
        assert!(row().await[0].len() > "decoy nothing".len());
        server.app.clock.advance(3 * 86_400);
        mail::sweep(&server.app).await.expect("swept");
        assert_eq!(row().await, ["decoy nothing"]);
    }

    /// A newer version that runs beside this one has kinds of its own, which it sends itself.
    async fn a_mail_of_an_unknown_kind_is_left_to_who_knows_it(server: Server) {
        write(&server.app, "ada@example.org", false).await;
        write(&server.app, "bob@example.org", false).await;
        server.sql("update outbox set kind = 'password' where id = (select min(id) from outbox)").await;
        assert_eq!(delivered(&server.app).await.len(), 1);
        let rows = "select kind || ' ' || state || ' ' || cast(attempts as text) from outbox order by id";
        assert_eq!(server.sql(rows).await, ["password waiting 0", "password_changed sent 1"]);
        server.sql("update outbox set kind = 'password_changed'").await;
        assert_eq!(delivered(&server.app).await.len(), 2);
    }

    async fn mails_go_with_their_account(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::Disable).await;
        write(&server.app, "bob@example.org", false).await;
        server.sql("delete from users where username = 'ada'").await;
        let mails = delivered(&server.app).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].mail.to.to_string(), "bob@example.org");
    }

    /// What is sealed stays readable under another secret, and nothing of it was ever in clear.
    async fn waiting_mails_survive_another_secret(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let stored = server.sql("select address_sealed || payload_sealed from outbox").await;
        assert!(!stored[0].contains("ada") && !stored[0].contains("admin"), "{stored:?}");
        Said::by(command(&server).args(["secret", "rotate", "--online"])).fine();
        let (app, _) = server.again().await;
        assert_ne!(server.sql("select address_sealed || payload_sealed from outbox").await, stored);
        assert_eq!(subjects(&app).await, ["Your Vestibule account has a new role"]);
    }

    /// A process that does not know yet that the secret was replaced ends no mail, and writes none that nobody could open.
    async fn a_process_with_the_old_secret_leaves_mails_alone(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        Said::by(command(&server).args(["secret", "rotate", "--online"])).fine();
        deliver(&server.app).await;
        let rows = "select state || ' ' || cast(attempts as text) from outbox order by id";
        assert_eq!(server.sql(rows).await, ["waiting 0"]);
        let refused = try_writing(&server.app, "ada@example.org", false).await.expect_err("refused");
        assert_eq!(refused.code(), ErrorCode::Unavailable);
        let (app, _) = server.again().await;
        assert_eq!(subjects(&app).await, ["Your Vestibule account has a new role"]);
    }

    /// A mail that nothing opens does not stop the next rotation.
    async fn a_mail_that_does_not_open_is_voided_by_a_rotation(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        write(&server.app, "bob@example.org", false).await;
        server.sql("update outbox set address_sealed = 'nothing' where user_id is null").await;
        Said::by(command(&server).args(["secret", "rotate", "--online"])).fine();
        let rows = "select state || address_sealed from outbox where user_id is null";
        assert_eq!(server.sql(rows).await, ["void"]);
        let (app, _) = server.again().await;
        assert_eq!(subjects(&app).await, ["Your Vestibule account has a new role"]);
    }

    /// S113: they may have been sent since, and what they say may not be true any more.
    async fn s113_a_restore_sends_nothing_that_waited(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let file = save(&server, "saved");
        let text = std::fs::read_to_string(&file).expect("a backup");
        let outbox = text.split("\"table\":\"outbox\"").nth(1).expect("the table is in it");
        assert!(!outbox.split("\"table\"").next().expect("rows").contains("ada@example.org"));
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        place.restore(&file, "as-saved").fine();
        let (app, _) = place.open(&server).await;
        assert_eq!(subjects(&app).await, [""; 0]);
        let said = place.run(&["mail", "outbox", "--all", "--json"]).fine();
        assert!(said.contains("\"state\":\"void\"") && !said.contains("example.org"), "{said}");
    }

    async fn the_operator_sees_the_outbox(server: Server) {
        confirmed(&server, "ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        let list = |args: &'static [&str]| Said::by(command(&server).args(["mail", "outbox"]).args(args)).fine();
        let line: serde_json::Value = serde_json::from_str(list(&["--json"]).trim()).expect("a line");
        assert_shape(std::slice::from_ref(&line), &[
            "address", "attempts", "code", "created_at", "ended_at", "expires_at", "id", "kind", "next_at", "reply", "state",
            "username",
        ]);
        assert_eq!(line["state"], "waiting");
        assert_eq!(line["kind"], "role_granted");
        assert_eq!((&line["username"], &line["address"]), (&"ada".into(), &"ada@example.org".into()));
        assert!(list(&[]).contains("ada@example.org"));
        deliver(&server.app).await;
        let said = Said::by(command(&server).args(["mail", "outbox"]));
        assert!(said.out.is_empty() && said.err.contains("no mail waits or failed"), "{said:?}");
        let line: serde_json::Value = serde_json::from_str(list(&["--all", "--json"]).trim()).expect("a line");
        assert_eq!((&line["state"], &line["attempts"]), (&"sent".into(), &1.into()));
        // An address is kept no longer than it is needed.
        assert_eq!((&line["username"], &line["address"]), (&"ada".into(), &serde_json::Value::Null));
    }
}

both_with! {
    |flags| flags.mail_per_hour = Some("3".into());
    /// All processes together.
    async fn more_than_the_hour_admits_waits(server: Server) {
        let (other, _) = server.again().await;
        for address in ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org"] {
            write(&server.app, address, false).await;
        }
        for app in [&server.app, &other, &server.app, &other] {
            deliver(app).await;
        }
        let sent = async || server.sql("select id from outbox where state = 'sent'").await.len();
        assert_eq!(sent().await, 3);
        server.app.clock.advance(3_601);
        deliver(&other).await;
        assert_eq!(sent().await, 5);
    }
}

both_with! {
    |flags| flags.mail_per_hour = Some("10".into());
    /// What anybody can cause does not keep those outside who forgot their password.
    async fn a_part_of_the_hour_is_kept_for_what_goes_first(server: Server) {
        for address in ["ada@example.org"; 12] {
            write(&server.app, address, false).await;
        }
        deliver(&server.app).await;
        let sent = async || server.sql("select id from outbox where state = 'sent'").await.len();
        assert_eq!(sent().await, 9);
        server.sql("update outbox set priority = 0 where state = 'waiting'").await;
        deliver(&server.app).await;
        assert_eq!(sent().await, 10);
    }
}

/// Somebody waits for a code; nobody waits for a notice.
#[tokio::test]
async fn what_somebody_waits_for_goes_first() {
    let server = Server::new(Backend::Sqlite).await;
    write(&server.app, "first@example.org", false).await;
    server.app.clock.advance(1);
    write(&server.app, "urgent@example.org", false).await;
    server.sql("update outbox set priority = 0 where created_at = (select max(created_at) from outbox)").await;
    server.app.clock.advance(1);
    let to: Vec<_> =
        delivered(&server.app).await.into_iter().map(|kept| kept.mail.to.to_string()).collect();
    assert_eq!(to, ["urgent@example.org", "first@example.org"]);
}
