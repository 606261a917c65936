//! Passkeys after a restore: some may have been added since the backup, and authenticators must not remove them.

use super::*;
use crate::backup::{Place, backend, save};

both! {
    async fn after_a_restore_no_passkey_is_called_unknown(server: Server) {
        let (mut kept, mut lost) = (Authenticator::new(), Authenticator::new());
        let ada = owner(&server, "ada", &mut kept).await;
        let file = save(&server, "saved");
        add(&server, &ada, &mut lost).await;
        let place = Place::new(backend(&server), &server.folder().join("secret.key")).await;
        place.restore(&file, "as-saved").fine();
        let (app, router) = place.open(&server).await;
        let login = async |authenticator: &Authenticator| {
            let asked = send(&router, post("/api/v1/login/passkey/options")).await.expect(200).json();
            send(&router, answer(&asked, &authenticator.get(&asked["public_key"]))).await
        };
        let back = token(&login(&kept).await.expect(200));
        login(&lost).await.expect_problem(401, "invalid_passkey");
        let list = send(&router, get("/api/v1/me/passkeys").bearer(&back)).await.expect(200).json();
        assert_eq!((&list["are_all"], list["passkeys"].as_array().map(Vec::len)), (&json!(false), Some(1)));
        let entry = form("/login", &[("identifier", "ada"), ("password", PASSWORD)]);
        let cookie = send(&router, entry).await.expect(303).session_cookie().expect("a session");
        let page = get("/account/passkeys").header("accept", "text/html").cookie(&cookie);
        let page = send(&router, page).await.expect(200).text;
        assert!(page.contains(r#"data-form="passkey_rename""#) && !page.contains("data-known"), "{page}");
        // Commands have the time of the machine.
        let restored_at = place.sql("select value from instance where name = 'restored_at'").await.concat();
        let restored_at: i64 = restored_at.parse().expect("a time");
        app.clock.advance(restored_at + 30 * 86_400 - app.clock.now_s());
        login(&lost).await.expect_problem(401, "passkey_unknown");
        let again = token(&login(&kept).await.expect(200));
        let list = send(&router, get("/api/v1/me/passkeys").bearer(&again)).await.expect(200).json();
        assert_eq!(list["are_all"], true);
    }
}
