//! S2, S21: nobody learns from the way back whether an account exists.

use vestibule::server::service::accounts::AccountChange;

use super::*;

/// The same with `…` in place of the value of each secret, whose length stays.
fn without_secrets(text: &str) -> String {
    let secret = regex::Regex::new("[A-Za-z0-9_-]{43}").expect("an expression");
    let nonce = regex::Regex::new("nonce[-=\"]+[A-Za-z0-9+/=_-]+").expect("an expression");
    nonce.replace_all(&secret.replace_all(text, "…"), "nonce").into_owned()
}

/// All that a client sees of an answer, apart from secrets and the id of the request.
pub(crate) fn seen(reply: &Reply) -> (u16, Vec<String>, String) {
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id")
        .map(|(name, value)| without_secrets(&format!("{name}: {}", value.to_str().expect("text"))))
        .collect();
    headers.sort();
    (reply.status.as_u16(), headers, without_secrets(&reply.text))
}

/// The number of rows that a request may add to.
pub(crate) async fn rows(server: &Server) -> Vec<usize> {
    let tables = [
        "select id from flows",
        "select id from outbox",
        "select 'event' from audit_events",
        "select id from sessions",
    ];
    let mut counts = Vec::new();
    for table in tables {
        counts.push(server.sql(table).await.len());
    }
    counts
}

/// The number of rows that were added since.
pub(crate) async fn added(server: &Server, before: &[usize]) -> Vec<usize> {
    rows(server).await.iter().zip(before).map(|(now, before)| now - before).collect()
}

/// People of every kind, by the names that are asked for.
pub(crate) async fn people(server: &Server) -> Vec<&'static str> {
    confirmed(server, "ada").await;
    confirmed(server, "gone").await;
    server.change("gone", AccountChange::Disable).await;
    server.register("none").await;
    let body = json!({ "username": "typo", "password": PASSWORD, "email": "typo@example.org" });
    server.send(post("/api/v1/register").json(body)).await.expect(201);
    server.sql("delete from outbox where kind = 'verify_address'").await;
    vec![
        "ada",
        "ada@example.org",
        "gone",
        "gone@example.org",
        "none",
        "typo",
        "typo@example.org",
        "nobody",
        "nobody@example.org",
    ]
}

/// Asks for a mail in every name, by a request and by the form of a page: all have the same answer and the same writes. Answers
/// to whom mails went; what was written for nobody is never sent.
pub(crate) async fn reached_alike(
    server: &Server,
    ask: fn(&str) -> Request,
    page: &str,
) -> Vec<String> {
    let mut answers = Vec::new();
    for name in people(server).await {
        let before = rows(server).await;
        let reply = server.send(ask(name)).await;
        let written = added(server, &before).await;
        let page = server.send(form(page, &[("identifier", name)]).cookie(KEPT)).await;
        answers.push((name, seen(&reply), seen(&page), written));
    }
    let (_, first, page, written) = &answers[0];
    assert_eq!((first.0, page.0, &**written), (202, 303, &[1, 1, 1, 0][..]));
    for (name, answer, of_page, rows) in &answers {
        assert_eq!((answer, of_page, rows), (first, page, written), "{name}");
    }
    delivered(&server.app).await.into_iter().map(|kept| kept.mail.to.to_string()).collect()
}

both! {
    async fn every_name_has_the_same_answer_and_the_same_writes(server: Server) {
        let to = reached_alike(&server, ask, "/forgot").await;
        // Of the three to ada, the newest alone has a link that works.
        assert_eq!(to.iter().filter(|to| **to == "ada@example.org").count(), 1, "{to:?}");
        assert!(to.iter().all(|to| to == "ada@example.org" || to == "gone@example.org"), "{to:?}");
    }

    /// Above the bound a name is answered as before, and so is one that nobody has.
    async fn too_many_mails_are_told_to_nobody(server: Server) {
        confirmed(&server, "ada").await;
        let mut of_names = Vec::new();
        for name in ["ada", "nobody"] {
            let mut answers = Vec::new();
            for _ in 0..9 {
                let before = rows(&server).await;
                let reply = server.send(ask(name)).await;
                answers.push((seen(&reply), added(&server, &before).await));
                delivered(&server.app).await;
            }
            assert!(answers.iter().all(|(seen, _)| *seen == answers[0].0), "{name}: {answers:?}");
            of_names.push(answers);
        }
        assert_eq!(of_names[0], of_names[1]);
        assert_eq!(delivered(&server.app).await.len(), 3);
    }

    /// A code is refused in the same words and with the same writes, whatever is wrong.
    async fn every_wrong_code_has_the_same_answer(server: Server) {
        confirmed(&server, "ada").await;
        let mut answers = Vec::new();
        let mut give = async |flow: &str, code: &str| {
            let before = rows(&server).await;
            let reply = server.send(prove(flow, code)).await;
            answers.push((seen(&reply.expect_problem(401, "invalid_code")), added(&server, &before).await));
        };
        let known = begin(&server, "ada").await;
        let (_, right) = newest(&server.app).await;
        let wrong = if right == "12345678" { "87654321" } else { "12345678" };
        give(&known, wrong).await;
        let unknown = begin(&server, "nobody").await;
        give(&unknown, wrong).await;
        give(&"A".repeat(43), wrong).await;
        give(&known, "").await;
        // The same person under another name: the first flow is over, and nothing tells.
        begin(&server, "ada@example.org").await;
        give(&known, &right).await;
        let first = &answers[0];
        assert_eq!(first.1, [0, 0, 1, 0]);
        assert!(answers.iter().all(|answer| answer == first), "{answers:?}");
        let nonsense = server.send(prove("nonsense", wrong)).await.expect_problem(401, "invalid_code");
        assert_eq!(seen(&nonsense), first.0);
    }

    /// The page after the name is the same, and so is a wrong code in it.
    async fn the_pages_are_alike(server: Server) {
        let mut shown = Vec::new();
        for name in people(&server).await {
            let mut browser = Browser::new();
            browser.post(&server, "/forgot", &[("identifier", name)]).await.expect(303);
            let page = browser.open(&server, "/forgot/code").await;
            let flow = hidden(&page.text, "flow");
            let fields = [("flow", &*flow), ("code", "1234 5678")];
            let refused = browser.post(&server, "/forgot/code", &fields).await.expect(401);
            let reset = browser.open(&server, "/reset").await.expect(410);
            shown.push((name, [seen(&page), seen(&refused), seen(&reset)]));
        }
        for (name, pages) in &shown {
            assert_eq!(pages, &shown[0].1, "{name}");
        }
    }
}
