//! The command line's own words: what was done, what was so already, and what is not there and where.

use std::process::{Command, Output};

use serde_json::json;

use super::support::*;

fn vestibule(server: &Server, args: &[&str]) -> Output {
    let (url, folder) = (server.flags.database_url.as_deref(), server.folder());
    Command::new(env!("CARGO_BIN_EXE_vestibule"))
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("VESTIBULE_DATABASE_URL", url.expect("an address"))
        .env("VESTIBULE_DATA_DIR", folder)
        .env("VESTIBULE_LOG_LEVEL", "error")
        .output()
        .expect("it runs")
}

/// What a command that succeeds says.
fn done(server: &Server, args: &[&str]) -> String {
    let output = vestibule(server, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a command that fails says.
fn refused(server: &Server, args: &[&str]) -> String {
    let output = vestibule(server, args);
    assert_eq!(output.status.code(), Some(1), "{args:?}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

both! {
    async fn what_is_not_there_is_named_with_its_database(server: Server) {
        let database = server.app.config.database_shown.clone();
        for (args, what) in [
            (&["user", "disable", "nobody"][..], "account nobody"),
            (&["user", "enable", "nobody"], "account nobody"),
            (&["user", "unlock", "nobody"], "account nobody"),
            (&["user", "grant", "nobody", "admin"], "account nobody"),
            (&["user", "withdraw", "nobody", "admin"], "account nobody"),
            (&["user", "set-app-metadata", "nobody", "{}"], "account nobody"),
            (&["user", "disable", "no\u{1b}[2Jbody"], r"account no\u{1b}[2Jbody"),
            (&["block", "lift", "203.0.113.77"], "block of 203.0.113.77"),
            (&["block", "lift", "203.0.113.0/24"], "block of 203.0.113.0/24"),
            (&["keys", "retire", "unknown"], "key \"unknown\""),
            (&["keys", "retire", "-unknown"], "key \"-unknown\""),
        ] {
            let said = refused(&server, args);
            assert!(said.contains(&format!("there is no {what} in {database}")), "{said}");
            // The words of the shell, not of HTTP.
            for word in ["at this address", "request", "token", "sign in"] {
                assert!(!said.contains(word), "{said}");
            }
        }
    }

    async fn what_was_done_is_reported_and_what_was_so_already(server: Server) {
        server.register("ada").await;
        server.deputy().await;
        for (args, first, again) in [
            (&["user", "disable", "ada"][..], "disabled ada", "ada is disabled already; nothing was changed"),
            (&["user", "enable", "ada"], "enabled ada", "ada is enabled already; nothing was changed"),
            (&["user", "grant", "ada", "admin"], "granted admin to ada", "ada is admin already; nothing was changed"),
            (&["user", "withdraw", "ada", "admin"], "withdrew admin from ada", "ada is no admin already; nothing was changed"),
            (&["user", "set-app-metadata", "ada", r#"{"plan": "pro"}"#], "set the app metadata of ada",
             "ada has this app metadata already; nothing was changed"),
        ] {
            assert_eq!(done(&server, args).trim(), first);
            let epoch = server.sql("select cast(epoch as text) from users where username = 'ada'").await;
            assert_eq!(done(&server, args).trim(), again);
            assert_eq!(server.sql("select cast(epoch as text) from users where username = 'ada'").await, epoch);
        }
        let token = server.login("ada").await;
        let me = server.send(get("/api/v1/me").bearer(&token)).await.expect(200).json();
        assert_eq!(me["app_metadata"], json!({ "plan": "pro" }));
        let said = refused(&server, &["user", "set-app-metadata", "ada", "[]"]);
        assert!(said.contains("app metadata is a JSON object"), "{said}");
        let events = server.sql("select kind from audit_events where kind = 'user.app_metadata' and actor = 'operator'").await;
        assert_eq!(events.len(), 1);
    }

    async fn the_last_admin_stays_at_the_shell_too(server: Server) {
        server.admin().await;
        for args in [["user", "disable", "operator"].as_slice(), &["user", "withdraw", "operator", "admin"]] {
            let said = refused(&server, args);
            assert!(said.contains("Make somebody else an administrator first."), "{said}");
        }
        server.login("operator").await;
    }
}
