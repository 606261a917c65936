//! S2: an address of somebody else is registered as any other.

use super::*;
use crate::{
    mail::confirmed,
    recovery::{added, rows, seen},
};

both_with! { |flags| required(flags);
    async fn a_known_address_is_registered_as_an_unknown_one(server: Server) {
        confirmed(&server, "grace").await;
        let mut answers = Vec::new();
        for (n, address) in ["grace@example.org", "grade@example.org"].into_iter().enumerate() {
            let before = rows(&server).await;
            let body = json!({ "username": format!("ada{n}"), "password": PASSWORD, "email": address });
            let reply = server.send(post("/api/v1/register").json(body)).await.expect(201);
            assert_eq!(reply.json()["email_verified"], false);
            let by_api = added(&server, &before).await;
            let before = rows(&server).await;
            let name = format!("eve{n}");
            let fields = [("username", &*name), ("email", address), ("password", PASSWORD)];
            let mut browser = Browser::new();
            let led = browser.post(&server, "/register", &fields).await.expect(303);
            let by_page = added(&server, &before).await;
            let page = browser.open(&server, "/verify").await.expect(200);
            let page = seen(&page);
            let text = page.2.replace("grade@", "grace@");
            answers.push((by_api, seen(&led), by_page, (page.0, page.1, text)));
        }
        assert_eq!(answers[0], answers[1]);
        // The flows that confirm and refuse the address, and a mail; for the page the flow of the sign-in and its event beside them.
        assert_eq!((&*answers[0].0, &*answers[0].2), (&[2, 1, 1, 0][..], &[3, 1, 2, 0][..]));
        let owner: Vec<_> = delivered(&server.app).await.into_iter()
            .filter(|kept| kept.mail.to.to_string() == "grace@example.org")
            .map(|kept| kept.mail.content.subject).collect();
        assert!(owner.iter().all(|subject| subject.contains("Somebody used your address")), "{owner:?}");
    }
}
