//! Browsers that keep no cookies, and services that share a host.

use super::*;

const TOLD: &str = "keeps no cookies";

/// What a browser has for the next request, if it keeps cookies.
fn kept(reply: &Reply) -> String {
    let lines = reply.headers.get_all("set-cookie").iter();
    let pairs: Vec<_> = lines.filter_map(|line| line.to_str().ok()?.split(';').next()).collect();
    pairs.join("; ")
}

both! {
    /// Signing in leads somewhere, with cookies and without.
    async fn a_browser_without_cookies_is_told_so(server: Server) {
        let credentials = [("identifier", "ada"), ("password", PASSWORD)];
        let new = [("username", "ada"), ("password", PASSWORD)];
        for next in ["/account", "/account?tab=1", "/", "/account/devices#other", "/nowhere"] {
            for (path, fields) in [("/register", new), ("/login", credentials)] {
                let fields = [fields.as_slice(), &[("next", next)]].concat();
                let arrived = server.send(form(path, &fields)).await;
                if path == "/register" && arrived.status == 409 {
                    continue;
                }
                let place = arrived.expect(303);
                let to = place.header("location").to_owned();
                let page = to.split('#').next().expect("an address");
                // No cookie came back.
                let told = server.send(opened(page)).await.expect_page(401);
                assert!(told.text.contains(TOLD) && !told.text.contains("arrived"), "{to}: {}", told.text);
                assert!(told.headers.get("location").is_none() && told.headers.get("set-cookie").is_none());
                // One came: the address is cleaned, and the page is there.
                let clean = server.send(opened(page).cookie(&kept(&place))).await.expect(303);
                let clean = clean.header("location").to_owned();
                // What is no page of ours knows no mark, so the way there is over one that does.
                let over = if next == "/nowhere" { "/login?next=%2Fnowhere" } else { next };
                assert_eq!(clean, over.split('#').next().expect("an address"), "{to}");
                let clean = match next {
                    "/nowhere" => server.send(opened(&clean).cookie(&kept(&place))).await.expect(303).header("location").to_owned(),
                    _ => clean,
                };
                assert_eq!(clean, next.split('#').next().expect("an address"), "{to}");
                let shown = server.send(opened(&clean).cookie(&kept(&place))).await;
                let status = match next {
                    "/nowhere" => 404,
                    // Who is signed in goes on to the account.
                    "/" => 303,
                    _ => 200,
                };
                let shown = shown.expect(status);
                assert!(!shown.text.contains(TOLD));
            }
        }
        // The same with script.
        let filled = serde_json::json!({ "identifier": "ada", "password": PASSWORD });
        let arrived = server.send(enter("login", filled.clone())).await.expect(200);
        let to = arrived.json()["next"].as_str().expect("a place").to_owned();
        assert!(server.send(opened(&to)).await.expect_page(401).text.contains(TOLD));
        assert_eq!(server.send(opened(&to).cookie(&kept(&arrived))).await.expect(303).header("location"), "/account");
        // A browser that has sent a cookie of ours keeps them: no detour.
        let known = arrived.cookie("vestibule_device_3000").expect("a known device");
        let again = server.send(form("/login", &credentials).cookie(&known)).await.expect(303);
        assert_eq!(again.header("location"), "/account");
        let again = server.send(enter("login", filled).cookie(&known)).await.expect(200);
        assert_eq!(again.json()["next"], "/account");
    }

    /// The same for a link to set up and for the choice of colours.
    async fn whatever_needs_a_cookie_says_so(server: Server) {
        let link = vestibule::server::service::setup::new_link(&server.app, Agent::System).await;
        let link = link.expect("a link").expect("no admin yet");
        let moved = server.send(opened(&format!("/setup?token={}", link.expose()))).await.expect(303);
        let to = moved.header("location").to_owned();
        assert!(server.send(opened(&to)).await.expect_page(401).text.contains(TOLD));
        let clean = server.send(opened(&to).cookie(&kept(&moved))).await.expect(303);
        assert_eq!(clean.header("location"), "/setup");
        server.send(opened("/setup").cookie(&kept(&moved))).await.expect(200);
        let chosen = server.send(form("/theme", &[("theme", "dark"), ("next", "/login?next=%2Fx")])).await.expect(303);
        let to = chosen.header("location").to_owned();
        assert!(server.send(opened(&to)).await.expect_page(401).text.contains(TOLD));
        let clean = server.send(opened(&to).cookie(&kept(&chosen))).await.expect(303);
        assert_eq!(clean.header("location"), "/login?next=%2Fx");
    }

    /// The mark is no way out, and says nothing to a program.
    async fn the_mark_leads_nowhere_else(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        for path in ["//evil.example/?arrived", "/%2fevil.example?arrived", "/%5cevil.example?arrived&x", "//?arrived"] {
            for request in [opened(path), opened(path).cookie(&cookie)] {
                let reply = server.send(request).await;
                assert!(matches!(reply.header("location"), "" | "/account"), "{path}: {}", reply.header("location"));
            }
        }
        assert_eq!(server.send(opened("/account?x=1&arrived&y=arrived").cookie(&cookie)).await.expect(303).header("location"), "/account?x=1&y=arrived");
        for path in ["/account?x=arrived", "/account?arrived=1", "/account?arrive"] {
            server.send(opened(path).cookie(&cookie)).await.expect(200);
        }
        // A session that is over is no browser without cookies.
        let over = "vestibule_session_3000=over";
        assert_eq!(server.send(opened("/account?arrived").cookie(over)).await.expect(303).header("location"), "/account");
        server.send(form("/account?arrived", &[("form", "profile")]).cookie(&cookie)).await.expect(403);
    }

    /// The cookies of services on other ports of the same host are theirs.
    async fn each_service_of_a_host_has_its_own_cookies(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", PASSWORD)];
        let names = |reply: &Reply| -> Vec<String> {
            kept(reply).split("; ").filter_map(|pair| Some(pair.split_once('=')?.0.to_owned())).collect()
        };
        let here = server.send(form("/login", &fields)).await.expect(303);
        assert_eq!(names(&here), ["vestibule_session_3000", "vestibule_device_3000"]);
        for (url, session, device, theme) in [
            ("http://localhost:3001", "vestibule_session_3001", "vestibule_device_3001", "vestibule_theme_3001"),
            ("http://localhost", "vestibule_session", "vestibule_device", "vestibule_theme"),
            ("https://id.example.com", "__Host-session", "__Host-device", "__Host-theme"),
            ("https://id.example.com:8443", "__Host-session-8443", "__Host-device-8443", "__Host-theme-8443"),
        ] {
            let (_, other) = server.again_with(|flags| flags.public_url = Some(url.into())).await;
            let host = url.split_once("://").expect("a scheme").1;
            let there = |request: Request| request.replace("host", host);
            let arrived = send(&other, there(form("/login", &fields)).replace("origin", url)).await.expect(303);
            assert_eq!(names(&arrived), [session, device], "{url}");
            // Both at once: each sees its own.
            let both = format!("{}; {}", kept(&here), kept(&arrived));
            server.send(opened("/account").cookie(&both)).await.expect(200);
            send(&other, there(opened("/account").cookie(&both))).await.expect(200);
            send(&other, there(opened("/account").cookie(&kept(&here)))).await.expect(303);
            let dark = there(form("/theme", &[("theme", "dark")])).replace("origin", url);
            assert_eq!(names(&send(&other, dark).await.expect(303)), [theme], "{url}");
        }
    }
}
