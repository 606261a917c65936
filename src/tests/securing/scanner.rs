//! A scanner of mails that opens and follows everything changes nothing (S79, S32).

use super::*;

/// All that a link of a mail could change.
async fn state(server: &Server) -> Vec<String> {
    let mut state = Vec::new();
    for sql in [
        "select username || ' ' || coalesce(password_hash, 'none') || ' ' || epoch from users order by id",
        "select id || ' ' || coalesce(revoked_reason, 'open') from sessions order by id",
        "select address || ' ' || coalesce(verified_at, 0) || ' ' || coalesce(undo_until, 0) from user_emails order by id",
        "select id || ' ' || state || ' ' || tries || ' ' || coalesce(spent_at, 0) from flows order by id",
        "select id from outbox order by id",
    ] {
        state.extend(server.sql(sql).await);
    }
    state
}

/// The forms of a page: where they go, and what is hidden in them.
fn forms(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let value = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(r#" {name}=""#))?;
        Some(rest.split('"').next()?.replace("&amp;", "&"))
    };
    let forms = page.split("<form").skip(1).map(|form| form.split("</form").next().unwrap_or(form));
    forms
        .map(|form| {
            let inputs =
                form.split("<input").skip(1).filter(|input| input.contains(r#"type="hidden""#));
            let fields =
                inputs.filter_map(|input| Some((value(input, "name")?, value(input, "value")?)));
            (value(form, "action").expect("a path"), fields.collect())
        })
        .collect()
}

both! {
    async fn s79_a_scanner_that_follows_everything_changes_nothing(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(604_800);
        server.browser("ada").await;
        let token = server.login("ada").await;
        let token = change(&server, &token, "ada@new.example").await;
        server.send(set("ada@third.example").bearer(&token)).await.expect(202);
        server.send(post("/api/v1/recovery").json(json!({ "identifier": "ada" }))).await.expect(202);
        let mut links = Vec::new();
        for kept in delivered(&server.app).await {
            links.extend(kept.mail.content.links.clone());
        }
        let of_flows = links.iter().filter(|link| link.contains("/go/")).count();
        assert!(of_flows >= 6, "{links:?}");
        let before = state(&server).await;
        let mut posted = Vec::new();
        for link in &links {
            let Some(path) = link.strip_prefix(ORIGIN) else { continue };
            for _ in 0..2 {
                server.send(Request::new(http::Method::HEAD, path)).await;
                let mut browser = Browser::new();
                let mut reply = browser.open(&server, path).await;
                while reply.status.as_u16() == 303 {
                    let to = reply.header("location").to_owned();
                    reply = browser.open(&server, &to).await;
                }
                for (action, fields) in forms(&reply.text) {
                    let fields: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
                    let answer = browser.post(&server, &action, &fields).await;
                    posted.push((action, answer.status.as_u16()));
                }
            }
        }
        assert_eq!(state(&server).await, before);
        for action in ["/undo", "/secure", "/refuse", "/reset"] {
            assert!(posted.contains(&(action.to_owned(), 422)), "{action}: {posted:?}");
        }
        // The person succeeds afterwards.
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        press(&server, &undo).await.expect(303);
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
    }
}
