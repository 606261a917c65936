//! `vestibule client apply`.

use super::*;

const SECRET: &str = "0123456789-abcdefghij-0123456789";
const APPS: &str = r#"
[[resource]]
uri = "https://api.example.com"
name = "Orders"
scopes = { "orders:read" = "See your orders" }
alg = "ES256"

[[client]]
id = "grafana"
kind = "web"
name = "Grafana"
redirect_uris = ["https://grafana.example.com/login"]
secret_file = "grafana.secret"
roles = ["admin"]

[[client]]
id = "nightly"
kind = "machine"
name = "Nightly"
resources = ["https://api.example.com"]
scopes = ["orders:read"]
"#;

fn write(server: &Server, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = server.folder().join(name);
    std::fs::write(&path, text).expect("written");
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o600)).expect("private");
}

fn apply(server: &Server, more: &[&str]) -> Said {
    let file = server.folder().join("apps.toml");
    run(server, &[&["client", "apply", file.to_str().expect("a path")], more].concat())
}

/// What was done, and with what.
fn done(said: &str) -> Vec<(String, String)> {
    let words = |line: &str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default())
    };
    said.lines().filter(|line| !line.contains("--dry-run")).map(words).collect()
}

fn all(outcomes: [&str; 3]) -> Vec<(String, String)> {
    let names = ["https://api.example.com", "grafana", "nightly"];
    outcomes
        .iter()
        .zip(names)
        .map(|(outcome, name)| ((*outcome).to_owned(), name.to_owned()))
        .collect()
}

/// All that a file can change.
async fn state(server: &Server) -> Vec<String> {
    server
        .sql("select id || settings || coalesce(cast(disabled_at as text), '') from clients union all
              select uri || settings || coalesce(cast(disabled_at as text), '') from resources union all
              select hash from client_secrets order by 1")
        .await
}

both! {
    async fn a_file_is_applied_once(server: Server) {
        write(&server, "apps.toml", APPS);
        write(&server, "grafana.secret", &format!("{SECRET}\n"));
        let said = apply(&server, &["--dry-run"]).fine();
        assert_eq!(done(&said), all(["made", "made", "made"]));
        assert_eq!(state(&server).await, [""; 0]);
        assert_eq!(done(&apply(&server, &[]).fine()), all(["made", "made", "made"]));
        let applied = state(&server).await;
        assert_eq!(applied.len(), 4);
        let events = server.sql("select kind from audit_events").await.len();
        assert_eq!(done(&apply(&server, &["--prune"]).fine()), all(["same", "same", "same"]));
        assert_eq!((state(&server).await, server.sql("select kind from audit_events").await.len()), (applied, events));

        write(&server, "apps.toml", &APPS.replace("\"Nightly\"", "\"Every night\"").replace("ES256", "RS256"));
        assert_eq!(done(&apply(&server, &["--dry-run"]).fine()), all(["changed", "same", "changed"]));
        assert_eq!(done(&apply(&server, &[]).fine()), all(["changed", "same", "changed"]));
        // Another secret, beside the one before.
        write(&server, "grafana.secret", &SECRET.replace("abc", "xyz"));
        assert_eq!(done(&apply(&server, &[]).fine()), all(["same", "changed", "same"]));
        assert_eq!(server.sql("select id from client_secrets").await.len(), 2);
        // The file says what it is.
        let refused = run(&server, &["client", "edit", "grafana", "--name", "Other"]).refused();
        assert!(refused.contains("it was applied from apps.toml"), "{refused}");
        let admin = server.admin().await;
        let change = json!({ "settings": { "name": "Other" } });
        let refused = server.send(api(Method::PATCH, "/api/v1/clients/grafana", change.clone(), &admin)).await;
        refused.expect_problem(409, "applied_from_file");
        let refused = server.send(api(Method::PATCH, &of_resource("https://api.example.com"), change, &admin)).await;
        refused.expect_problem(409, "applied_from_file");
    }

    async fn what_is_gone_from_a_file_is_disabled(server: Server) {
        write(&server, "apps.toml", APPS);
        write(&server, "grafana.secret", SECRET);
        run(&server, &["client", "create", "by-hand", "--kind", "machine", "--name", "By hand"]).fine();
        apply(&server, &[]).fine();
        let (rest, _) = APPS.split_once("[[client]]\nid = \"nightly\"").expect("the last");
        write(&server, "apps.toml", rest);
        assert_eq!(done(&apply(&server, &[]).fine()).len(), 2, "nothing without --prune");
        let pruned = [("same", "https://api.example.com"), ("same", "grafana"), ("disabled", "nightly")];
        let pruned = pruned.map(|(outcome, name)| (outcome.to_owned(), name.to_owned()));
        let before = state(&server).await;
        assert_eq!(done(&apply(&server, &["--prune", "--dry-run"]).fine()), pruned);
        assert_eq!(state(&server).await, before);
        assert_eq!(done(&apply(&server, &["--prune"]).fine()), pruned);
        let disabled = "select id from clients where disabled_at is not null";
        assert_eq!(server.sql(disabled).await, ["nightly"]);
        assert_eq!(done(&apply(&server, &["--prune"]).fine()), pruned[..2]);
        // A file enables nothing.
        write(&server, "apps.toml", APPS);
        let said = apply(&server, &[]).fine();
        assert!(said.contains("nightly (disabled; vestibule client enable makes it work)"), "{said}");
        assert_eq!(server.sql(disabled).await, ["nightly"]);
    }

    async fn a_row_made_by_hand_is_taken_over_and_one_of_another_file_is_not(server: Server) {
        run(&server, &["resource", "create", "https://api.example.com", "--name", "Orders", "--alg", "ES256", "--scope", "orders:read=See your orders"]).fine();
        write(&server, "apps.toml", APPS);
        write(&server, "grafana.secret", SECRET);
        assert_eq!(done(&apply(&server, &[]).fine()), all(["changed", "made", "made"]));
        assert_eq!(server.sql("select distinct applied_from from resources").await, ["apps.toml"]);
        write(&server, "others.toml", APPS);
        let file = server.folder().join("others.toml");
        let refused = run(&server, &["client", "apply", file.to_str().expect("a path")]).refused();
        assert!(refused.contains("line 8: grafana: it was applied from apps.toml"), "{refused}");
        assert!(refused.contains("line 2: https://api.example.com: it was applied from apps.toml"), "{refused}");
    }

    async fn every_fault_is_told_and_nothing_is_changed(server: Server) {
        let faulty = format!("{APPS}
[[client]]
id = \"shop\"
kind = \"spa\"
name = \"Shop\"
redirect_uris = [\"https://shop.example.com/*\"]
everybody = true
secret_env = \"NOT_SET\"

[[client]]
id = \"grafana\"
kind = \"machine\"
name = \"Twice\"
resources = [\"https://none.example.com\"]
");
        write(&server, "apps.toml", &faulty);
        let refused = apply(&server, &[]).refused();
        for said in [
            "nothing was changed",
            "line 8: grafana: ",
            "grafana.secret: No such file",
            "line 23: shop: redirect_uris: \"https://shop.example.com/*\"",
            "line 23: shop: the variable NOT_SET is not set",
            "line 23: shop: a client of this kind has no secret",
            "line 31: grafana: it is there twice",
            "line 31: grafana: resources: \"https://none.example.com\" is no resource here",
        ] {
            assert!(refused.contains(said), "{said}: {refused}");
        }
        assert_eq!(state(&server).await, [""; 0]);
        let weak = APPS.replace("secret_file = \"grafana.secret\"", "secret = \"short-secret\"");
        write(&server, "apps.toml", &weak);
        let refused = apply(&server, &[]).refused();
        assert!(refused.contains("line 13: secret: this file has no secrets") && !refused.contains("short-secret"), "{refused}");
        write(&server, "apps.toml", APPS);
        write(&server, "grafana.secret", "short-secret");
        let refused = apply(&server, &[]).refused();
        assert!(refused.contains("its secret: expected 32 to 256") && !refused.contains("short-secret"), "{refused}");
        write(&server, "apps.toml", &APPS.replace("roles = [\"admin\"]\n", ""));
        write(&server, "grafana.secret", SECRET);
        let refused = apply(&server, &[]).refused();
        assert!(refused.contains("line 8: it does not say who may use it"), "{refused}");
        assert_eq!(state(&server).await, [""; 0]);
    }
}
