//! `vestibule invite`.

use super::*;

#[test]
fn the_command_line_invites_lists_and_revokes() {
    let folder = tempfile::tempdir().expect("a folder");
    create(&mut vestibule(folder.path()), "operator", &[]).fine();
    let run = |args: &[&str]| Said::by(vestibule(folder.path()).arg("invite").args(args));
    let admin = ["create", "ada@example.org", "--role", "admin", "--for", "2d", "--print"];
    let made = run(&admin).fine();
    let mut lines = made.lines();
    let said = lines.next().unwrap_or_default();
    assert!(said.starts_with("invited ada@example.org until "), "{made}");
    assert!(lines.next().is_some_and(|line| line.contains("/go/")), "{made}");
    let listed = run(&["list", "--json"]).fine();
    let one: Value = serde_json::from_str(listed.trim()).expect("JSON");
    assert_eq!((&one["state"], &one["roles"]), (&json!("open"), &json!(["admin"])));
    assert_eq!(one["invited_by"], Value::Null);
    let id = one["id"].as_str().expect("an id");
    run(&["revoke", id]).fine();
    let again = run(&["revoke", id]).refused();
    assert!(again.contains("there is no open invitation"), "{again}");
    run(&["create", "nonsense"]).refused();
    run(&["create", "bob@example.org", "--role", "root"]).refused();
    assert_eq!(run(&["create", "bob@example.org", "--for", "1m"]).code, Some(2));
    let words = run(&["list"]).fine();
    assert!(words.contains("revoked") && words.contains("ada@example.org"), "{words}");
}
