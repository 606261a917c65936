//! People from another service: their hashes open, become stronger, and bad lines are named (S17).

use std::process::Command;

use serde_json::{Value, json};
use vestibule::server::{
    App,
    db::Db,
    service::import::{carry_out, plan},
};

use super::support::*;

/// With a ligature: what was hashed elsewhere is not what we would hash.
const THEIRS: &str = "pässword of ﬁve words";
/// Made by the libraries that the unit tests name.
const HASHES: [&str; 6] = [
    "scrypt:16384:8:1$TZU6GM9AihYlOvzR$85296a065dd386470843f6e5b7da213966d636b05a631a399ff8581af0319e4775535ba57ae2b3390c6fdf59bb53b0becae6bd89a5f44b0222a886b95267e10c",
    "pbkdf2:sha256:1000$E2IQO80okD9MElWj$5ec0e5f83cb81cad837529482eebf9c9e2f7446a53b4d4322f89f56711edae50",
    "sha256$uGFYu3TpxWCm9Ohg$493e43fb514d492477c7bf100e0f5d42b73c07a0bddc786ee05b41e7f47f1526",
    "$2b$05$TCERIQRtua5zQncpFO1Viubs6Qp1Uh0zMK4VQbz.CLCwjxSmsD6XK",
    "$argon2i$v=19$m=1024,t=2,p=2$o2cqSudMOYhJw9RuwjMzWg$8WKM45/KkiN7hJB1Eb9LGwRcTAI3UMUKO5oY9nHoA/k",
    "$argon2id$v=19$m=1024,t=2,p=2$U0DANR/sCOTxvo4aajBZHg$jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw",
];
/// The same with more than we ask for.
const STRONGER: &str = "$argon2id$v=19$m=65536,t=3,p=4$UdNp1eqfVk6VTeZLk8QEhw$jzOygyEYcybPyuwgXLcn3AyDpvQdYT0Sy2zBYaVRQrM";

/// Lets in who is in these lines; answers what is wrong with them.
async fn import(app: &App, lines: &[Value]) -> Vec<String> {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let plan = plan(app, &lines.join("\n"), None).await.expect("read");
    let wrong = plan.wrong.iter().map(|(number, wrong)| format!("{number}: {wrong}")).collect();
    if plan.wrong.is_empty() {
        carry_out(app, Agent::Operator, plan, |_, _| ()).await.expect("let in");
    }
    wrong
}

async fn login(server: &Server, name: &str, password: &str) -> u16 {
    let body = json!({ "identifier": name, "password": password });
    server.send(post("/api/v1/login").json(body)).await.status.as_u16()
}

async fn stored(server: &Server) -> Vec<String> {
    server.sql("select password_hash from users order by username_canonical").await
}

both! {
    // S17: at the next successful sign-in and not before, to what a new password gets.
    async fn s17_hashes_from_elsewhere_open_and_become_ours(server: Server) {
        let lines: Vec<Value> = HASHES.iter().enumerate()
            .map(|(n, hash)| json!({ "username": format!("user{n}"), "password_hash": hash })).collect();
        assert_eq!(import(&server.app, &lines).await, [""; 0]);
        for (n, hash) in HASHES.iter().enumerate() {
            let name = format!("user{n}");
            // Not what was hashed there: NFKC takes the ligature apart.
            for wrong in ["wrong but long enough", "pässword of five words"] {
                assert_eq!(login(&server, &name, wrong).await, 401, "{hash}");
            }
            assert_eq!(stored(&server).await[n], *hash);
            assert_eq!(login(&server, &name, THEIRS).await, 200, "{hash}");
            assert!(stored(&server).await[n].starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
            for right in [THEIRS, "pässword of five words", "pa\u{308}ssword of five words"] {
                assert_eq!(login(&server, &name, right).await, 200, "{hash}");
            }
        }
    }

    // S12: bcrypt reads 72 bytes; what is mistyped after them must not become the password.
    async fn s12_a_slip_that_bcrypt_does_not_see_locks_nobody_out(server: Server) {
        let long = "eighty bytes of words that somebody has chosen for a phrase to be remembered by ever";
        let hash = bcrypt::hash_with_salt(&long[..72], 4, [7; 16]).expect("hashed").to_string();
        import(&server.app, &[json!({ "username": "ada", "password_hash": hash })]).await;
        let slip = long.replace("by ever", "by evre");
        for typed in [slip.as_str(), long] {
            assert_eq!(login(&server, "ada", typed).await, 200, "{typed}");
            assert_eq!(stored(&server).await, [hash.as_str()]);
        }
        assert_eq!(login(&server, "ada", &long[..72]).await, 200, "all of it was read");
        assert!(stored(&server).await[0].starts_with("$argon2id$"));
        assert_eq!(login(&server, "ada", long).await, 401);
    }

    // S17: what is stronger than ours stays.
    async fn s17_lowered_parameters_downgrade_nothing(server: Server) {
        assert_eq!(import(&server.app, &[json!({ "username": "ada", "password_hash": STRONGER })]).await, [""; 0]);
        assert_eq!(login(&server, "ada", THEIRS).await, 200);
        assert_eq!(stored(&server).await, [STRONGER]);
    }

    // S17: the loser of the race looks again. So many at once are more than the limits let through.
    async fn s17_twenty_sign_ins_during_the_upgrade_all_work(server: Server) {
        let (app, router) = server.again_with(|flags| flags.limits = Some("off".into())).await;
        let login = async |name: &str, password: &str| loop {
            let body = json!({ "identifier": name, "password": password });
            match send(&router, post("/api/v1/login").json(body)).await.status.as_u16() {
                // Busy is not wrong; it is not for ever either, or the whole test ends.
                503 => tokio::task::yield_now().await,
                status => break status,
            }
        };
        import(&app, &[json!({ "username": "ada", "password_hash": HASHES[2] })]).await;
        let all = futures::future::join_all((0..20).map(|_| login("ada", THEIRS))).await;
        assert_eq!(all, [200; 20]);
        assert!(stored(&server).await[0].starts_with("$argon2id$"));
        // And a wrong line stays wrong.
        import(&app, &[json!({ "username": "bob", "password_hash": HASHES[2] })]).await;
        let passwords = [THEIRS, "wrong but long enough"];
        let all = futures::future::join_all((0..20).map(|n| login("bob", passwords[n % 2]))).await;
        assert_eq!(all, [200, 401].repeat(10));
    }

    async fn what_they_were_they_are(server: Server) {
        let lines = [
            json!({ "username": "Ada", "email": "Ada@Example.com", "email_verified": true, "password_hash": HASHES[2],
                    "display_name": "Ada Lovelace", "created_at": 1_600_000_000, "roles": ["user", "admin"] }),
            json!({ "username": "bob", "email": "ada@example.com", "password_hash": HASHES[2], "disabled": true }),
            json!({ "username": "carol", "email": null, "password_hash": null }),
        ];
        assert_eq!(import(&server.app, &lines).await, [""; 0]);
        // By the verified address; another person who gave it has not verified it.
        let body = json!({ "identifier": "ada@EXAMPLE.com", "password": THEIRS });
        let user = server.send(post("/api/v1/login").json(body)).await.expect(200).json()["user"].clone();
        assert_eq!((&user["username"], &user["display_name"]), (&json!("Ada"), &json!("Ada Lovelace")));
        assert_eq!((&user["email_verified"], &user["created_at"]), (&json!(true), &json!(1_600_000_000)));
        assert_eq!(user["roles"], json!(["user", "admin"]));
        assert_eq!((login(&server, "bob", THEIRS).await, login(&server, "carol", "").await), (401, 422));
        assert_eq!(login(&server, "carol", "anything at all, really").await, 401);
        let told = server.sql("select kind from audit_events where kind = 'user.import' and subject is not null").await;
        assert_eq!(told.len(), 3);
    }

    // Every line is looked at, each mistake is named, and nobody comes in.
    async fn bad_lines_are_named_and_change_nothing(server: Server) {
        server.register("taken").await;
        import(&server.app, &[json!({ "username": "first", "email": "first@example.com", "email_verified": true })]).await;
        let hash = HASHES[2];
        let lines = [
            (json!({ "username": "fine", "password_hash": hash, "email": "fine@example.com", "email_verified": true }), ""),
            (json!({ "username": "x" }), "username \"x\": At least 3 characters. A username has 3 to 64 letters, digits, dots, dashes and underscores. --rename slug makes it x-2."),
            (json!({ "username": "admin" }), "username \"admin\": This name is reserved."),
            (json!({ "username": "a b c" }), "--rename slug makes it a-b-c."),
            (json!({ "email": "a@example.com" }), "username: there is none."),
            (json!({ "username": "TAKEN" }), "This username is taken here."),
            (json!({ "username": "FINE" }), "An earlier line has this username."),
            (json!({ "username": "other", "email": "FINE@example.com", "email_verified": true }), "An earlier line has this verified address."),
            (json!({ "username": "another", "email": "first@example.com", "email_verified": true }), "Somebody here has verified"),
            (json!({ "username": "mailless", "email": "nonsense" }), "email: Enter an email address"),
            (json!({ "username": "md5", "password_hash": "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99" }), "plain text and MD5"),
            (json!({ "username": "plain", "password_hash": "password123" }), "not a password hash that is known"),
            (json!({ "username": "costly", "password_hash": "$argon2id$v=19$m=4194304,t=1,p=1$U0DANR/sCOTxvo4aajBZHg$jSvV3U3hk5voJSXwqfumOSjeKtvi61T+9vaPOCh2uDw" }), "beyond what"),
            (json!({ "username": "hidden", "display_name": "a\u{202e}b" }), "display_name: This has characters"),
            (json!({ "username": "nul", "display_name": "a\0b" }), "display_name: This has characters"),
            (json!({ "username": "later", "created_at": 4_102_444_800_i64 }), "created_at"),
            (json!({ "username": "role", "roles": ["root"] }), "roles: \"root\" is no role here; user and admin are."),
            (json!({ "username": "half", "external_id": 1.5 }), "external_id: expected a whole number"),
            (json!({ "username": "blank", "external_id": " 7" }), "external_id: expected a whole number"),
            (json!({ "username": "extra", "is_admin": true }), "unknown field"),
            (json!({ "name": "nobody" }), "unknown field"),
            (json!(["an array"]), "cannot be read"),
        ];
        let told = import(&server.app, &lines.iter().map(|(line, _)| line.clone()).collect::<Vec<_>>()).await;
        assert_eq!(told.len(), lines.len() - 1, "{told:#?}");
        for (n, (line, says)) in lines.iter().enumerate().skip(1) {
            let told = &told[n - 1];
            assert!(told.starts_with(&format!("{}: ", n + 1)) && told.contains(says), "{line}: {told}");
        }
        assert_eq!(server.sql("select username from users order by username").await, ["first", "taken"]);
    }

    // A file that went stale between the look and the deed comes in not at all.
    async fn all_or_nobody(server: Server) {
        let lines: Vec<String> = (0..50).map(|n| json!({ "username": format!("user{n:02}") }).to_string()).collect();
        let plan = plan(&server.app, &lines.join("\n"), None).await.expect("read");
        assert_eq!(plan.count(), 50);
        server.register("user49").await;
        let stopped = carry_out(&server.app, Agent::Operator, plan, |_, _| ()).await.expect_err("refused");
        assert_eq!((stopped.done, stopped.next), (0, 1));
        assert_eq!(stopped.to_string(), "line 50: This username is taken here.");
        assert_eq!(server.sql("select username from users").await, ["user49"]);
    }
}

both! {
    // A file of more than one part, in which somebody verifies an address while it comes in: what is in is told,
    // and the line that is in the way, and the rest comes in by the command that was told.
    async fn a_part_that_fails_says_how_to_go_on(server: Server) {
        // An empty line first: what is told are lines, not people.
        let mut text = String::from("\n");
        for n in 0..5000 {
            text += &format!("{}\n", json!({ "username": format!("user{n:04}"), "external_id": n }));
        }
        text += &format!("{}\n", json!({ "username": "USER0000", "external_id": 5000 }));
        let last = json!({ "username": "last", "email": "last@example.com", "email_verified": true }).to_string();
        text += &last;
        let path = |name: &str| server.folder().join(name);
        std::fs::write(path("people.jsonl"), text).expect("written");
        std::fs::write(path("few.jsonl"), last).expect("written");
        // With less room than the map needs, where this user may mount.
        let disk = Disk::of(&path("room"), "64k");
        let (statements, mend): (&[_], _) = match server.app.db {
            Db::Sqlite { .. } => (
                &["create trigger taken before insert on user_emails begin select raise(ignore); end"],
                "drop trigger taken",
            ),
            Db::Postgres(_) => (
                &["create function taken() returns trigger language plpgsql as 'begin return null; end'",
                  "create trigger taken before insert on user_emails for each row execute function taken()"],
                "drop trigger taken on user_emails",
            ),
        };
        for statement in statements {
            server.sql(statement).await;
        }
        let shell = |script: &str| {
            let script = script.replace("vestibule", env!("CARGO_BIN_EXE_vestibule"));
            let url = server.flags.database_url.as_deref().expect("an address");
            let mut command = Command::new("sh");
            command.env_clear().env("VESTIBULE_LOG_LEVEL", "warn").env("VESTIBULE_DATABASE_URL", url).env("VESTIBULE_DATA_DIR", server.folder());
            let output = command.args(["-c", &script]).current_dir(server.folder()).output().expect("it runs");
            let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            (output.status.success(), said(&output.stdout), said(&output.stderr))
        };
        // Nobody is in: the map is gone, and the same command says the same again.
        for _ in 0..2 {
            let (fine, _, why) = shell("vestibule user import --map few.csv few.jsonl");
            assert_eq!((fine, why.as_str()), (false, "vestibule: line 1: Somebody here has verified this address.\n"));
            assert!(!path("few.csv").exists());
        }
        let (fine, told, why) = shell("vestibule user import --rename slug --map room/map.csv people.jsonl");
        assert_eq!((fine, told.as_str()), (false, "5000 of 5002 accounts are imported: all up to line 5001\n"));
        let full = "vestibule: room/map.csv: No space left on device (os error 28); the map is not whole, and vestibule user list";
        assert_eq!(why.contains(full), disk.is_some(), "{why}");
        assert!(why.contains("line 5003: Somebody here has verified this address.\n"), "{why}");
        assert!(why.contains("the 5000 accounts before line 5002 are in, nobody else"), "{why}");
        assert!(why.contains("line 5002: \"USER0000\" becomes USER0000-5000\n"), "{why}");
        let go_on = why.lines().last().expect("a command").trim();
        assert_eq!(go_on, "tail -n +5002 'people.jsonl' | vestibule user import - --rename slug --map 'room/map.csv.rest'");
        assert_eq!(server.sql("select id from users").await.len(), 5000);
        server.sql(mend).await;
        std::fs::remove_file(path("room/map.csv")).expect("removed");
        let renamed = "line 1: \"USER0000\" becomes USER0000-5000\n";
        assert_eq!(shell(go_on), (true, "imported 2 accounts\n".into(), renamed.into()));
        assert_eq!(std::fs::read_to_string(path("room/map.csv.rest")).expect("a map").lines().count(), 3);
        assert_eq!(server.sql("select id from users").await.len(), 5002);
    }
}
