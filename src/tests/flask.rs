//! examples/flask_export.py: each row of a Flask application's SQLite database, whatever an app has written into it.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, SqliteConnection};

use super::support::*;

/// Made by bcrypt of "pässword of ﬁve words".
const BCRYPT: &str = "$2b$05$TCERIQRtua5zQncpFO1Viubs6Qp1Uh0zMK4VQbz.CLCwjxSmsD6XK";
/// The same by Werkzeug.
const WERKZEUG: &str = "pbkdf2:sha256:1000$E2IQO80okD9MElWj$5ec0e5f83cb81cad837529482eebf9c9e2f7446a53b4d4322f89f56711edae50";
/// The password of both.
const THEIRS: &str = "pässword of ﬁve words";

/// The database of the third article with what apps add to it, as SQLite keeps it.
const ARTICLE: &str = "
    create table User (id integer primary key, username varchar(20), email varchar(120), password varchar(80),
                       is_active boolean, is_admin boolean, confirmed boolean, cart json, plan text, newsletter boolean,
                       reset_token text, created_at datetime, cart_token text, settings_secret text);
    create table wishlists (id integer primary key, user_id integer references user (id), product text);
    create table orders (id integer primary key, buyer integer references user (id));
    insert into User values
        (1, 'ada', 'ada@example.com', '{bcrypt}', 1, 1, 'False', '[{\"sku\":\"A1\"}]', 'pro', 1, 'abc', '2020-09-13 12:26:40.000000', 'def', 'ghi'),
        (2, 'Zoë Müller', 'zoe@example.com', '{werkzeug}', null, 0, 1, '[]', 'free', 0, null, '', null, null),
        (3, 'bob', null, cast('{bcrypt}' as blob), 'false', 'False', 1, null, null, null, null, null, null, null),
        (4, 42, 'fortytwo@example.com', 'b''{bcrypt}''', 0.0, 0, 0, 'no json', null, null, null, 1600000000, null, null);
    insert into wishlists values (1, 1, 'lamp'), (2, 1, 'desk')";

pub(crate) async fn execute(file: &Path, statements: &str) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut database = SqliteConnection::connect_with(&options).await.expect("SQLite");
    database.execute(AssertSqlSafe(statements.to_owned())).await.expect("executed");
    database.close().await.expect("closed");
}

async fn article(file: &Path) {
    let statements = ARTICLE.replace("{bcrypt}", BCRYPT).replace("{werkzeug}", WERKZEUG);
    execute(file, &statements).await;
}

fn export(folder: &Path, args: &[&str]) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/flask_export.py");
    let mut command = Command::new("python3");
    command.arg("-B").arg(script).args(args).current_dir(folder);
    command.output().expect("python3 runs")
}

/// The lines, and what was said.
fn exported(folder: &Path, args: &[&str]) -> (Vec<Value>, String) {
    let output = export(folder, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let text = String::from_utf8(output.stdout).expect("text");
    (text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(), said)
}

/// Why nothing was written.
fn refused(folder: &Path, args: &[&str]) -> String {
    let output = export(folder, args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    assert!(!said.contains("Traceback"), "{said}");
    said
}

#[tokio::test]
async fn each_column_is_carried_or_named() {
    let folder = tempfile::tempdir().expect("a folder");
    // B38: characters that mean something in a URI.
    let name = "odd %20?#pct%41.db";
    article(&folder.path().join(name)).await;
    let (lines, said) = exported(folder.path(), &[name, "--rows", "wishlists"]);
    let ada = json!({
        "external_id": "1", "username": "ada", "email": "ada@example.com", "password_hash": BCRYPT,
        "created_at": 1_600_000_000, "roles": ["admin"],
        "metadata": { "cart": [{ "sku": "A1" }],
                      "wishlists": [{ "id": 1, "product": "lamp" }, { "id": 2, "product": "desk" }] },
        "app_metadata": { "plan": "pro", "newsletter": true },
    });
    assert_eq!(lines[0], ada);
    // NULL is what a column with a default has in rows that were there before it.
    assert_eq!(
        lines[1],
        json!({ "external_id": "2", "username": "Zoë Müller", "email": "zoe@example.com", "email_verified": true,
                "password_hash": WERKZEUG, "metadata": { "cart": [], "wishlists": [] },
                "app_metadata": { "plan": "free", "newsletter": false } })
    );
    assert_eq!(
        (&lines[2]["disabled"], &lines[2]["password_hash"], &lines[2]["roles"]),
        (&json!(true), &json!(BCRYPT), &Value::Null)
    );
    assert_eq!(
        (&lines[3]["username"], &lines[3]["disabled"], &lines[3]["password_hash"]),
        (&json!("42"), &json!(true), &json!(BCRYPT))
    );
    assert_eq!(lines[3]["metadata"]["cart"], "no json");
    for told in [
        "into metadata, which people can write: cart, wishlists",
        "into app_metadata, which only your app can write: plan, newsletter",
        "left out: reset_token, cart_token, settings_secret",
        "left where they are, by external_id: orders",
        "1 with is_active NULL: active",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    // It only reads, and makes no other file.
    assert_eq!(std::fs::read_dir(folder.path()).expect("read").count(), 1);
    let moved = ["--metadata", "plan", "--drop", "cart", "--app-metadata", "reset_token"];
    let (lines, _) = exported(folder.path(), &[&[name][..], &moved].concat());
    assert_eq!(lines[0]["metadata"], json!({ "plan": "pro" }));
    assert_eq!(lines[0]["app_metadata"], json!({ "newsletter": true, "reset_token": "abc" }));
}

/// B38: an app that knows people by address alone, as the most common tutorial does.
#[tokio::test]
async fn addresses_without_usernames_move_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let table = format!(
        "create table user (id integer primary key, email text, password text, first_name text);
         insert into user values (7, 'ada.lovelace@example.com', '{WERKZEUG}', 'Ada'), (8, 'jo@example.com', '{WERKZEUG}', null)"
    );
    execute(&folder.join("app.db"), &table).await;
    let (lines, said) = exported(folder, &["app.db", "--addresses-verified"]);
    assert!(said.contains("import with --rename email"), "{said}");
    assert_eq!(lines[0]["display_name"], "Ada");
    let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    std::fs::write(folder.join("people.jsonl"), text).expect("written");
    create(&mut vestibule(folder), "operator", &["--admin"]).fine();
    let refused = Said::by(vestibule(folder).args(["user", "import", "people.jsonl"])).refused();
    assert!(refused.contains("line 1: username: there is none."), "{refused}");
    let import = ["user", "import", "people.jsonl", "--rename", "email"];
    let said = Said::by(vestibule(folder).args(import));
    assert!(said.err.contains("line 2: gets the username jo-8"), "{said:?}");
    assert_eq!(said.fine(), "imported 2 accounts\n");
    let server = Process::start(folder, &[]).await;
    let body = json!({ "identifier": "jo@example.com", "password": THEIRS });
    let request = reqwest::Client::new().post(format!("{}/api/v1/login", server.url));
    let answer = request.header("content-type", "application/json").body(body.to_string()).send();
    assert_eq!(answer.await.expect("an answer").status(), 200);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_without_a_traceback() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(refused(folder, &["missing.db"]).contains("missing.db: no such file"));
    std::fs::write(folder.join("text.db"), "this is a text, and no database of anybody")
        .expect("written");
    assert!(refused(folder, &["text.db"]).contains("text.db: file is not a database"));
    assert_eq!(std::fs::read_dir(folder).expect("read").count(), 1);
    article(&folder.join("app.db")).await;
    assert!(
        refused(folder, &["app.db", "--table", "people"]).contains("name it with --table: User, ")
    );
    assert!(refused(folder, &["app.db", "--email", "mail"]).contains("User has no column mail"));
    assert!(refused(folder, &["app.db", "--rows", "baskets"]).contains("these do: "));
    // One row that cannot be read: none is written, and it is named.
    for (value, says) in [
        ("created_at = '0000-00-00'", "created_at '0000-00-00' is no time"),
        ("created_at = null, is_active = 'perhaps'", "is_active 'perhaps' is neither yes nor no"),
        ("is_active = 1, email = cast(x'ff41' as text)", "email is not UTF-8"),
        ("email = null, plan = x'ff41'", "plan is binary; leave the column out with --drop"),
    ] {
        execute(&folder.join("app.db"), &format!("update User set {value} where id = 3")).await;
        let said = refused(folder, &["app.db"]);
        assert!(said.contains("User, row 3 ('bob')") && said.contains(says), "{said}");
        assert!(said.contains("nothing was written"), "{said}");
    }
}

/// Rows of a table that refers to users more than once are those of one column, which is named.
#[tokio::test]
async fn rows_are_carried_by_a_key_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    article(&folder.join("app.db")).await;
    let messages =
        "create unique index names on User (username);
         create table messages (id integer primary key, sender_id integer references user (id),
                                recipient_name text references User (username), body);
         insert into messages values (1, 1, 'bob', 'hello'), (2, 3, 'ada', 'hello too'), (3, 1, 'ada', null)";
    execute(&folder.join("app.db"), messages).await;
    for rows in ["messages", "messages.id"] {
        let said = refused(folder, &["app.db", "--rows", rows]);
        let both = "messages refers to User by recipient_name and sender_id: name one, as in --rows messages.";
        assert!(said.contains(both), "{said}");
    }
    assert!(
        refused(folder, &["app.db", "--rows", "people.id"]).contains("people.id does not refer")
    );
    let of_both = ["--rows", "messages.sender_id", "--rows", "messages.recipient_name"];
    let (lines, said) = exported(folder, &[&["app.db"][..], &of_both].concat());
    assert_eq!(
        lines[0]["metadata"]["messages.sender_id"],
        json!([{ "id": 1, "recipient_name": "bob", "body": "hello" }, { "id": 3, "recipient_name": "ada", "body": null }])
    );
    assert_eq!(
        lines[2]["metadata"]["messages.recipient_name"],
        json!([{ "id": 1, "sender_id": 1, "body": "hello" }])
    );
    assert!(said.contains("left where they are, by external_id: wishlists, orders"), "{said}");
    execute(&folder.join("app.db"), "update messages set body = x'ff41' where id = 2").await;
    let said = refused(folder, &["app.db", "--rows", "messages.sender_id"]);
    let names = "row 3 ('bob'): messages.body is binary; leave out --rows messages.sender_id; nothing was written";
    assert!(said.contains(names), "{said}");
    execute(&folder.join("app.db"), "alter table User add column wishlists").await;
    let said = refused(folder, &["app.db", "--rows", "wishlists"]);
    assert!(
        said.contains("wishlists is a column of User too: leave that out with --drop"),
        "{said}"
    );
}

/// From the table to the command, as the documents have it.
#[tokio::test]
async fn a_flask_database_moves_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    article(&folder.join("app.db")).await;
    let lines = export(folder, &["app.db"]).stdout;
    std::fs::write(folder.join("people.jsonl"), lines).expect("written");
    let import = |args: &[&str]| {
        let mut command = vestibule(folder);
        Said::by(command.args(["user", "import", "people.jsonl"]).args(args))
    };
    let said = import(&["--dry-run", "--rename", "slug"]);
    assert!(said.err.contains("line 2: \"Zoë Müller\" becomes Zoë-Müller"), "{said:?}");
    assert!(said.fine().contains("4 accounts can be imported; nothing was changed"));
    assert!(import(&[]).refused().contains("there is no database"));
    create(&mut vestibule(folder), "operator", &["--admin"]).fine();
    let said = import(&[]).refused();
    assert!(said.contains("2 of 4 lines are wrong; nothing was changed"), "{said}");
    assert!(said.contains("--rename replaces usernames that cannot be used"), "{said}");
    assert!(said.contains("--rename slug makes it Zoë-Müller."), "{said}");
    let said = import(&["--rename", "slug", "--map", "map.csv"]).fine();
    assert_eq!(said, "imported 4 accounts\n");
    // A second import creates no account twice.
    let said = import(&["--rename", "slug"]).refused();
    for line in 1..=4 {
        let known = format!("line {line}: external_id: an account here has this one");
        assert!(said.contains(&known), "{said}");
    }
    let show = ["user", "show", "--external-id", "1", "--json"];
    let shown = Said::by(vestibule(folder).args(show)).fine();
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!((&shown["username"], &shown["external_id"]), (&json!("ada"), &json!("1")));
    assert_eq!(shown["metadata"], json!({ "cart": [{ "sku": "A1" }] }));
    let missing = Said::by(vestibule(folder).args(["user", "import", "missing.jsonl"])).refused();
    assert!(missing.contains("missing.jsonl: No such file"), "{missing}");
}
