//! The operator's setting.

use super::*;

both_with! { |flags| flags.trust_days = Some("0".into());
    async fn it_is_off_for_everybody(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let page = browser.open(&server, "/login/factor").await.expect(200).page();
        assert!(!page.contains("trust_device"), "{page}");
        // A page from before.
        let code = enrolled.next(&server);
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        let reply = browser.post(&server, "/login/factor", &step).await.expect(303);
        assert!(reply.session_cookie().is_some() && reply.cookie(TRUST).is_none(), "{reply:?}");
        assert_eq!(server.sql("select id from trusted_devices").await, Vec::<String>::new());
    }
}

both! {
    async fn fewer_days_hold_for_browsers_that_are_trusted_already(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let (off, nowhere) = server.again_with(|flags| flags.trust_days = Some("0".into())).await;
        let reply = send(&nowhere, with_password("ada", PASSWORD, &cookie)).await.expect(303);
        assert!(reply.header("location").starts_with("/login/factor"), "{reply:?}");
        drop(off);
        let (_short, day) = server.again_with(|flags| flags.trust_days = Some("1".into())).await;
        server.app.clock.advance(86_399);
        let reply = send(&day, with_password("ada", PASSWORD, &cookie)).await.expect(303);
        let line = reply.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text"));
        let line = line.into_iter().find(|line| line.starts_with(TRUST)).expect("a cookie").to_owned();
        assert!(line.contains("Max-Age=1;") || line.ends_with("Max-Age=1"), "{line}");
        let cookie = reply.cookie(TRUST).expect("the next cookie");
        server.app.clock.advance(1);
        let reply = send(&day, with_password("ada", PASSWORD, &cookie)).await.expect(303);
        assert!(reply.header("location").starts_with("/login/factor"), "{reply:?}");
        // Where the days are more it is trusted still.
        enter(&server, "ada", &cookie).await;
    }
}
