//! Of twenty at once, in two processes.

use futures::future::join_all;

use super::*;

/// Sends requests, every other to another process.
async fn at_once(server: &Server, requests: Vec<Request>) -> Vec<u16> {
    let (_other, router) = server.again().await;
    let sent = requests.into_iter().enumerate();
    let sent =
        sent.map(|(n, request)| send(if n % 2 == 0 { &server.router } else { &router }, request));
    join_all(sent).await.iter().map(|reply| reply.status.as_u16()).collect()
}

fn press_once(path: &str, link: &str) -> Request {
    form(path, &[("link", link.strip_prefix("/go/").expect("a link")), ("sure", "yes")])
}

both! {
    async fn one_of_twenty_undoes_a_change(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        change(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        let statuses = at_once(&server, (0..20).map(|_| press_once("/undo", &undo)).collect()).await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [303, 410].contains(status)), "{statuses:?}");
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        assert_eq!(mails(&server.app, CLOSED).await.len(), 1);
    }

    async fn one_of_twenty_closes_an_account(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(604_800);
        server.browser("ada").await;
        let secure = link(&server.app, SIGNED_IN, "ada@example.org").await;
        let statuses = at_once(&server, (0..20).map(|_| press_once("/secure", &secure)).collect()).await;
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert_eq!(mails(&server.app, CLOSED).await.len(), 1);
    }

    /// The undo wins over a second change, whichever comes first.
    async fn undo_against_change(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let thief = change(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        server.send(set("more@evil.example").bearer(&thief)).await.expect(202);
        let body = json!({ "code": code(&server.app, "more@evil.example").await });
        let path = verification(&server, &thief).await;
        let confirms = || send_json(http::Method::PUT, &path, body.clone()).bearer(&thief);
        let requests = (0..20).map(|n| if n == 7 { press_once("/undo", &undo) } else { confirms() });
        let statuses = at_once(&server, requests.collect()).await;
        assert_eq!(statuses[7], 303, "{statuses:?}");
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        server.send(sign_in("ada", PASSWORD)).await.expect(401);
    }

    /// The undo wins over a removal of the address that it brings back, whichever comes first.
    async fn undo_against_removal(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let token = add(&server, &token, "eve@evil.example").await;
        let thief = promote(&server, &token, "eve@evil.example").await;
        let undo = link(&server.app, REPLACED, "ada@example.org").await;
        let mut requests = Vec::new();
        for n in 0..8 {
            requests.push(match n {
                3 => press_once("/undo", &undo),
                _ => removing(&server, &thief, "ada@example.org").await,
            });
        }
        let statuses = at_once(&server, requests).await;
        assert_eq!(statuses[3], 303, "{statuses:?}");
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        server.send(sign_in("ada", PASSWORD)).await.expect(401);
    }

    /// So does a closing over a promotion and a removal of the address that it takes off.
    async fn closing_against_promotion_and_removal(server: Server) {
        confirmed(&server, "ada").await;
        server.app.clock.advance(604_800);
        let token = server.login("ada").await;
        let thief = add(&server, &token, "eve@evil.example").await;
        let secure = link(&server.app, CHANGED, "ada@example.org").await;
        let mut requests = Vec::new();
        for n in 0..8 {
            requests.push(match n {
                3 => press_once("/secure", &secure),
                n if n % 2 == 0 => promoting(&server, &thief, "eve@evil.example").await,
                _ => removing(&server, &thief, "eve@evil.example").await,
            });
        }
        let statuses = at_once(&server, requests).await;
        assert_eq!(statuses[3], 303, "{statuses:?}");
        assert_eq!(addresses(&server).await, ["ada@example.org"]);
        server.send(sign_in("ada", PASSWORD)).await.expect(401);
    }

    async fn an_address_comes_once_by_twenty_confirmations(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        server.send(set("ada@new.example").bearer(&token)).await.expect(202);
        let body = json!({ "code": code(&server.app, "ada@new.example").await });
        let path = verification(&server, &token).await;
        let requests = (0..20).map(|_| send_json(http::Method::PUT, &path, body.clone()).bearer(&token));
        let statuses = at_once(&server, requests.collect()).await;
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(addresses(&server).await, ["ada@example.org", "ada@new.example"]);
        assert_eq!(mails(&server.app, CHANGED).await.len(), 1);
    }

    /// Two sessions of an account set two addresses: one waits, and only its mail confirms anything.
    async fn of_two_changes_one_is_confirmed(server: Server) {
        confirmed(&server, "ada").await;
        let tokens = [server.login("ada").await, server.login("ada").await];
        let requests = (0..4).map(|n| set(&format!("ada{n}@new.example")).bearer(&tokens[n % 2]));
        let statuses = at_once(&server, requests.collect()).await;
        assert!(statuses.iter().all(|status| [202, 429].contains(status)), "{statuses:?}");
        let known = addresses(&server).await;
        assert_eq!(known.len(), 2, "{known:?}");
        let waits = known.iter().find(|address| address.ends_with("new.example")).expect("one").clone();
        confirm(&server, &tokens[0], &waits).await.expect(200);
        let mut in_use = server.sql("select address from user_emails where verified_at is not null").await;
        let mut expected = ["ada@example.org".to_owned(), waits];
        in_use.sort();
        expected.sort();
        assert_eq!(in_use, expected);
    }

    /// Two addresses are made the main one and removed, twenty times at once.
    async fn one_of_twenty_changes_each_address(server: Server) {
        confirmed(&server, "ada").await;
        let token = server.login("ada").await;
        let token = add(&server, &token, "ada@new.example").await;
        let token = add(&server, &token, "ada@third.example").await;
        let mut requests = Vec::new();
        for n in 0..20 {
            let address = if n % 2 == 0 { "ada@new.example" } else { "ada@third.example" };
            requests.push(match n % 4 < 2 {
                true => promoting(&server, &token, address).await,
                false => removing(&server, &token, address).await,
            });
        }
        let statuses = at_once(&server, requests).await;
        // The first one gives the session a new id, and the token of all others is over.
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 204, 401, 404, 409, 429].contains(status)), "{statuses:?}");
        let main = server.sql("select address from user_emails where primary_at is not null").await;
        let aside = server.sql("select address from user_emails where undo_until is not null").await;
        assert_eq!((main.len(), aside.len() <= 1), (1, true), "{statuses:?}");
        assert_eq!(main[0] != "ada@example.org", aside.is_empty(), "{statuses:?}");
    }
}
