//! What answers do to other apps of the same host and origin.

use super::support::*;

async fn headers(
    server: &Server,
    https: bool,
    change: fn(&mut vestibule::server::config::Flags),
) -> [Vec<String>; 2] {
    let (app, router) = server
        .again_with(|flags| {
            flags.public_url = https.then(|| "https://id.example.com".into());
            change(flags);
        })
        .await;
    let host = if https { "id.example.com" } else { "localhost:3000" };
    let origin = if https { "https://id.example.com" } else { ORIGIN };
    let login = form("/login", &[("identifier", "ada"), ("password", PASSWORD)]);
    let reply =
        send(&router, login.replace("host", host).replace("origin", origin)).await.expect(303);
    let cookie = reply.session_cookie().expect("a session");
    // Each way to sign out: the page's form, and the API.
    let shown = get("/account").header("accept", "text/html").replace("host", host).cookie(&cookie);
    let token = form_token(&send(&router, shown).await.expect(200).text, "logout");
    let page = form("/logout", &[("form_token", &token)])
        .replace("host", host)
        .replace("origin", origin)
        .cookie(&cookie);
    let page = send(&router, page).await.expect(303);
    let login = form("/login", &[("identifier", "ada"), ("password", PASSWORD)]);
    let reply =
        send(&router, login.replace("host", host).replace("origin", origin)).await.expect(303);
    let cookie = reply.session_cookie().expect("a session");
    let api = post("/api/v1/logout").same_origin().replace("host", host).replace("origin", origin);
    let api = send(&router, api.cookie(&cookie)).await.expect(204);
    for reply in [&page, &api] {
        let name = if app.config.is_https() { "__Host-session" } else { "vestibule_session_3000" };
        assert_eq!(reply.cookie(name), Some(format!("{name}=")), "the session goes in any case");
    }
    let of = |name: &str| [&page, &api].map(|reply| reply.header(name).to_owned()).to_vec();
    [of("strict-transport-security"), of("clear-site-data")]
}

both! {
    async fn hsts_and_clear_site_data_are_settings(server: Server) {
        server.register("ada").await;
        let [hsts, clear] = headers(&server, true, |_| ()).await;
        assert_eq!((hsts, clear), (vec!["max-age=31536000".into(); 2], vec!["\"storage\"".to_owned(); 2]));
        let [hsts, clear] = headers(&server, true, |flags| {
            flags.hsts_include_subdomains = Some("true".into());
            flags.clear_site_data = Some("off".into());
        })
        .await;
        let with = "max-age=31536000; includeSubDomains";
        assert_eq!((hsts, clear), (vec![with.to_owned(); 2], vec![String::new(); 2]));
        let [hsts, clear] = headers(&server, false, |flags| flags.clear_site_data = Some("".into())).await;
        assert_eq!((hsts, clear), (vec![String::new(); 2], vec!["\"storage\"".to_owned(); 2]));
    }
}
