//! The list of the owner.

use super::*;

const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn listed(server: &Server, token: &str, cookie: &str) -> Vec<Value> {
    let list = get("/api/v1/me/trusted-devices").bearer(token).cookie(cookie);
    let list = server.send(list).await.expect(200).json();
    list["trusted_devices"].as_array().expect("a list").clone()
}

fn remove(id: &str, token: &str) -> Request {
    Request::new(Method::DELETE, &format!("/api/v1/me/trusted-devices{id}")).bearer(token)
}

both! {
    async fn they_are_listed_and_removed_by_the_api(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let one = trust(&server, &enrolled, "ada").await;
        let since = server.app.clock.now_s();
        let two = trust(&server, &enrolled, "ada").await;
        server.app.clock.advance(60);
        let used = server.app.clock.now_s();
        let entered = with_password("ada", PASSWORD, &one).header("user-agent", LINUX);
        let one = server.send(entered).await.expect(303).cookie(TRUST).expect("the next cookie");
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await;
        let token = token["access_token"].as_str().expect("a token").to_owned();
        let list = listed(&server, &token, &one).await;
        let ids: Vec<_> = list.iter().map(|device| device["id"].as_str().expect("an id").to_owned()).collect();
        assert_eq!(ids.len(), 2);
        assert!(two.contains(&ids[0]) && one.contains(&ids[1]), "newest first: {list:?}");
        let device = &list[1];
        assert_eq!(device["device"], "Firefox 140 on Linux");
        assert_eq!((&device["created_at"], &device["last_used_at"], &device["expires_at"]),
            (&json!(since), &json!(used), &json!(since + MONTH)));
        assert_eq!((&device["current"], &list[0]["current"]), (&json!(true), &json!(false)));
        // Nobody else's.
        let eve = server.user("eve").await;
        assert_eq!(listed(&server, &eve, &one).await, Vec::<Value>::new());
        let path = format!("/{}", ids[1]);
        server.send(remove(&path, &eve)).await.expect_problem(404, "not_found");
        server.send(remove("", &eve)).await.expect(204);
        enter(&server, "ada", &one).await;
        server.send(remove(&path, &token)).await.expect(204);
        server.send(remove(&path, &token)).await.expect_problem(404, "not_found");
        server.send(remove("/nonsense", &token)).await.expect(404);
        is_asked(&server, "ada", PASSWORD, &one).await;
        enter(&server, "ada", &two).await;
        server.send(remove("", &token)).await.expect(204);
        is_asked(&server, "ada", PASSWORD, &two).await;
        server.app.clock.advance(600);
        server.send(remove("", &token)).await.expect_problem(401, "reauthentication_required");
        let removed: Vec<_> = events(&server).await.into_iter().filter(|event| event.contains("remove")).collect();
        assert_eq!(removed, ["trusted_device.remove success"; 2]);
    }

    async fn a_trusted_session_removes_none(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let reply = server.send(with_password("ada", PASSWORD, &cookie)).await.expect(303);
        let token = access(&server, &reply.session_cookie().expect("a session")).await;
        server.send(remove("", &token)).await.expect_problem(401, "reauthentication_required");
    }

    async fn they_are_on_the_page_of_the_second_factor(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let other = trust(&server, &enrolled, "ada").await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let code = enrolled.next(&server);
        let step = [("app_code", code.as_str()), ("trust_device", "yes")];
        browser.post(&server, "/login/factor", &step).await.expect(303);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert_eq!(page.matches(r#"data-form="trust_end""#).count(), 2, "{page}");
        assert!(page.contains("Trusted browsers") && page.contains("This browser"), "{page}");
        let token = form_token(&page, "trust_end");
        let (id, _) = other.split_once('=').and_then(|(_, value)| value.split_once('.')).expect("an id");
        let end = [("form", "trust_end"), ("form_token", &*token), ("trusted_device", id)];
        let done = browser.post(&server, "/account/factor", &end).await.expect(303);
        assert_eq!(done.header("location"), "/account/factor");
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert!(page.contains("That browser is no longer trusted."), "{page}");
        assert_eq!(page.matches(r#"data-form="trust_end""#).count(), 1, "{page}");
        is_asked(&server, "ada", PASSWORD, &other).await;
        let all = trust(&server, &enrolled, "ada").await;
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        let token = form_token(&page, "trust_end_all");
        let end = [("form", "trust_end_all"), ("form_token", &*token)];
        browser.post(&server, "/account/factor", &end).await.expect(303);
        let page = browser.open(&server, "/account/factor").await.expect(200).page();
        assert!(page.contains("No browser is trusted.") && !page.contains("Trusted browsers"), "{page}");
        is_asked(&server, "ada", PASSWORD, &all).await;
    }

    async fn an_account_trusts_twenty(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let oldest = trust(&server, &enrolled, "ada").await;
        for _ in 0..19 {
            trust(&server, &enrolled, "ada").await;
        }
        let oldest = enter(&server, "ada", &oldest).await;
        trust(&server, &enrolled, "ada").await;
        assert_eq!(server.sql("select id from trusted_devices").await.len(), 20);
        is_asked(&server, "ada", PASSWORD, &oldest).await;
    }

    async fn a_browser_that_is_trusted_again_is_one(server: Server) {
        let enrolled = owner(&server, "ada").await;
        let cookie = trust(&server, &enrolled, "ada").await;
        let mut browser = Browser::new();
        let login = [("identifier", "ada"), ("password", PASSWORD)];
        browser.post(&server, "/login", &login).await.expect(303);
        let code = enrolled.next(&server);
        let step = form("/login/factor", &[("app_code", &code), ("trust_device", "yes")]);
        let again = server.send(step.cookie(&format!("{}; {cookie}", browser.cookies()))).await.expect(303);
        assert_eq!(server.sql("select id from trusted_devices").await.len(), 1);
        is_asked(&server, "ada", PASSWORD, &cookie).await;
        enter(&server, "ada", &again.cookie(TRUST).expect("a cookie")).await;
    }

    async fn ones_own_data_names_them(server: Server) {
        let enrolled = owner(&server, "ada").await;
        trust(&server, &enrolled, "ada").await;
        let token = sign_in(&server, "ada", &enrolled.next(&server)).await;
        let token = token["access_token"].as_str().expect("a token");
        let document = server.send(post("/api/v1/me/data").bearer(token)).await.expect(200).json();
        let row = &document["sections"]["trusted_browsers"]["rows"][0];
        assert!(row["created_at"].is_string() && row["expires_at"].is_string(), "{row}");
        assert_eq!(row.get("token_hash"), None);
    }
}
