//! `/account/ready`: what is left to do, and what a look at the server found, for its administrators.

use std::os::unix::fs::PermissionsExt;

use super::support::*;

const FOUND: &str = "What a look at this server found";

async fn ready(server: &Server, cookie: &str) -> Reply {
    server.send(get("/account/ready").header("accept", "text/html").cookie(cookie)).await
}

/// What it lists as found.
fn found(html: &str) -> Vec<String> {
    let Some((_, rest)) = html.split_once(FOUND) else { return Vec::new() };
    let (rows, _) = rest.split_once("</ul>").expect("a list");
    let rows = rows.split("<h3>").skip(1);
    rows.map(|row| row.split("</h3>").next().expect("what").to_owned()).collect()
}

fn open_folder(server: &Server, mode: u32) {
    std::fs::set_permissions(server.folder(), PermissionsExt::from_mode(mode)).expect("changed");
}

both! {
    async fn what_the_doctor_finds_is_reported_to_administrators(server: Server) {
        server.admin().await;
        server.register("ada").await;
        let (admin, user) = (server.browser("operator").await, server.browser("ada").await);
        let before = found(&ready(&server, &admin).await.expect(200).page());
        assert!(before.iter().all(|what| !what.contains(&*server.folder().display().to_string())), "{before:?}");
        // A folder that everybody reads.
        open_folder(&server, 0o755);
        let html = ready(&server, &admin).await.expect(200).page();
        let now = found(&html);
        let new: Vec<_> = now.iter().filter(|what| !before.contains(what)).collect();
        assert_eq!(new.len(), 1, "{html}");
        assert!(new[0].contains(&*server.folder().display().to_string()), "{new:?}");
        let (_, list) = html.split_once(FOUND).expect("the findings");
        assert!(list.contains(r#"lang="en""#) && list.contains(r#"dir="ltr""#), "the doctor speaks English: {html}");
        // Nobody else hears of it, in no way.
        let refused = ready(&server, &user).await.expect(403);
        assert!(found(&refused.page()).is_empty() && !refused.text.contains(new[0]), "{}", refused.text);
        let stranger = ready(&server, KEPT).await.expect(303);
        assert_eq!((stranger.header("location"), stranger.text.as_str()), ("/login?next=%2Faccount%2Fready", ""));
        // Mended, it is gone, without a restart.
        open_folder(&server, 0o700);
        assert_eq!(found(&ready(&server, &admin).await.expect(200).page()), before);
    }

    /// A signing key that nobody turned for long.
    async fn an_old_key_is_reported(server: Server) {
        server.admin().await;
        let key = |found: Vec<String>| found.iter().filter(|what| what.starts_with("the signing key")).count();
        let admin = server.browser("operator").await;
        assert_eq!(key(found(&ready(&server, &admin).await.expect(200).page())), 0);
        server.app.clock.advance(400 * 86_400);
        let admin = server.browser("operator").await;
        assert_eq!(key(found(&ready(&server, &admin).await.expect(200).page())), 1);
    }
}
