//! The first admin (S8).

use vestibule::server::service::{
    accounts::AccountChange,
    flows::{FlowToken, Purpose},
    roles::Role,
    setup,
};

use super::support::*;

async fn new_link(server: &Server) -> Option<FlowToken> {
    setup::new_link(&server.app, Agent::System).await.expect("asked")
}

async fn link(server: &Server) -> String {
    new_link(server).await.expect("no admin yet").expose().to_owned()
}

/// A page in a browser that has been to a link.
fn page(token: &str) -> Request {
    get("/setup").header("accept", "text/html").cookie(&link_cookie(token))
}

both! {
    async fn the_link_makes_one_admin_once(server: Server) {
        let token = link(&server).await;
        // Looking spends nothing: mail scanners and impatient people look twice.
        for _ in 0..3 {
            server.send(get(&format!("/setup?token={token}"))).await.expect(303);
            server.send(page(&token)).await.expect(200);
        }
        for wrong in ["wrong", "", &token[1..], &"A".repeat(43)] {
            server.send(page(wrong)).await.expect(410);
            server.send(claim(wrong, "eve")).await.expect(410);
        }
        server.send(form("/setup", &[("username", "eve"), ("password", PASSWORD)])).await.expect(410);
        // A mistake in the form does not spend it either.
        let short = form("/setup", &[("username", "ada"), ("password", "short")]);
        server.send(short.cookie(&link_cookie(&token))).await.expect(422);
        let reply = server.send(claim(&token, "ada")).await.expect(303);
        assert!(reply.session_cookie().is_some());
        let admin = server.login("ada").await;
        server.send(get("/api/v1/users").bearer(&admin)).await.expect(200);

        server.send(claim(&token, "eve")).await.expect(410);
        server.send(page(&token)).await.expect(410);
        assert!(new_link(&server).await.is_none(), "an admin exists");
    }

    async fn the_token_leaves_the_address_bar(server: Server) {
        let token = link(&server).await;
        server.app.clock.advance(60);
        let moved = server.send(get(&format!("/setup?token={token}")).header("accept", "text/html")).await.expect(303);
        let headers = ["location", "referrer-policy", "cache-control"].map(|name| moved.header(name));
        assert_eq!(headers, ["/setup?arrived", "no-referrer", "no-store"]);
        let cookie = moved.header("set-cookie");
        for part in [&*format!("vestibule_link_3000={token};"), "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=3540"] {
            assert!(cookie.contains(part), "{part}: {cookie}");
        }
        // Neither the form nor that of the theme repeats it.
        let shown = server.send(page(&token)).await.expect(200);
        assert!(shown.text.contains("Create the first administrator") && !shown.text.contains(&token), "{}", shown.text);
        // A form without a referrer policy of its own still has an origin.
        assert_eq!(shown.header("referrer-policy"), "same-origin");
        // A link that does not work leaves the one that does.
        let dead = server.send(get("/setup?token=dead").cookie(&link_cookie(&token))).await.expect(303);
        assert_eq!(dead.header("set-cookie"), "");
        // After use the cookie goes, and so it does when the link is over.
        let cookie = server.send(claim(&token, "ada")).await.expect(303).cookie("vestibule_link_3000");
        assert_eq!(cookie.as_deref(), Some("vestibule_link_3000="));
        let cookie = server.send(claim(&token, "eve")).await.expect(410).cookie("vestibule_link_3000");
        assert_eq!(cookie.as_deref(), Some("vestibule_link_3000="));
    }

    async fn the_server_function_takes_the_token_from_the_cookie(server: Server) {
        let token = link(&server).await;
        let filled = serde_json::json!({ "username": "ada", "password": PASSWORD });
        let ask = || enter("setup", filled.clone());
        assert_eq!(server.send(ask()).await.expect(410).json()["code"], "setup_closed");
        let reply = server.send(ask().cookie(&link_cookie(&token))).await.expect(200);
        assert!(reply.session_cookie().is_some());
        assert_eq!(reply.cookie("vestibule_link_3000").as_deref(), Some("vestibule_link_3000="));
    }

    async fn over_tls_the_cookie_is_bound_to_the_host(server: Server) {
        let (app, router) = server.again_with(|flags| flags.public_url = Some("https://id.example.com".into())).await;
        let token = setup::new_link(&app, Agent::System).await.expect("asked").expect("no admin yet");
        let asked = get(&format!("/setup?token={}", token.expose())).replace("host", "id.example.com");
        let reply = send(&router, asked).await.expect(303);
        let cookie = reply.header("set-cookie");
        assert!(cookie.starts_with(&format!("__Host-link={};", token.expose())), "{cookie}");
        assert!(cookie.contains("Secure") && cookie.contains("Path=/"), "{cookie}");
    }

    async fn a_race_makes_one_admin(server: Server) {
        // Two processes have shown a link each.
        let links = [link(&server).await, link(&server).await];
        let names: Vec<String> = (0..10).map(|n| format!("user{n}")).collect();
        let claims = names.iter().enumerate().map(|(n, name)| server.send(claim(&links[n % 2], name)));
        let replies = futures::future::join_all(claims).await;
        let won = replies.iter().filter(|reply| reply.status == 303).count();
        assert_eq!((won, replies.iter().filter(|reply| reply.status == 410).count()), (1, 9));
        let admin = names.iter().zip(&replies).find(|(_, reply)| reply.status == 303).expect("a winner").0;
        let token = server.login(admin).await;
        let people = server.send(get("/api/v1/users").bearer(&token)).await.expect(200).json();
        assert_eq!(people["users"].as_array().map(Vec::len), Some(1), "the losers made no account");
    }

    async fn links_of_several_processes_work_for_an_hour_each(server: Server) {
        let old = link(&server).await;
        server.app.clock.advance(Purpose::SetUp.life());
        server.send(claim(&old, "ada")).await.expect(410);
        let first = link(&server).await;
        let (app, router) = server.again().await;
        let second = setup::new_link(&app, Agent::System).await.expect("asked").expect("no admin yet");
        send(&router, page(&first)).await.expect(200);
        server.send(page(second.expose())).await.expect(200);
        server.send(claim(&first, "ada")).await.expect(303);
        server.send(claim(second.expose(), "eve")).await.expect(410);
        // All are over for good, even if somebody removes the admin behind our back.
        server.sql("delete from users").await;
        server.send(page(second.expose())).await.expect(410);
    }

    async fn an_admin_by_the_command_line_ends_all_links(server: Server) {
        let token = link(&server).await;
        server.register("ada").await;
        server.change("ada", AccountChange::GrantRole(Role::Admin)).await;
        server.send(page(&token)).await.expect(410);
        server.send(claim(&token, "eve")).await.expect(410);
    }

    async fn the_link_is_stored_as_a_hash(server: Server) {
        let token = link(&server).await;
        let stored = server.sql("select secret_hash || coalesce(data_sealed, '') from flows").await;
        assert!(stored.len() == 1 && !stored[0].contains(&token), "{stored:?}");
        assert!(setup::open_until(&server.app, &token).await.expect("asked").is_some());
        assert!(setup::open_until(&server.app, &stored[0]).await.expect("asked").is_none());
    }
}
