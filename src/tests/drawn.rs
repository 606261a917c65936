//! How pages are drawn: where focus begins, what describes a field, and what is said of moments and devices.

use super::support::*;

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

/// The tag of an element with this attribute.
fn tag(html: &str, attribute: &str) -> String {
    let at = html.find(attribute).unwrap_or_else(|| panic!("no {attribute}: {html}"));
    let start = html[..at].rfind('<').expect("a tag");
    html[start..].split_inclusive('>').next().expect("its end").to_owned()
}

fn focused(html: &str) -> usize {
    let form = html.split_once("<main").expect("a main part").1;
    form.split("</main>").next().expect("its end").matches("autofocus").count()
}

/// What is said on the next page of a session that was ended.
async fn toast(server: &Server, cookie: &str, said: &str) -> String {
    let cookie = format!("{cookie}; vestibule_said_3000={said}");
    let html = server.send(page("/account/devices").cookie(&cookie)).await.expect(200).page();
    let toast = html.split_once(r#"id="toast" class="toast">"#).expect("a place for it").1;
    toast.split("</p>").next().expect("its end").trim().to_owned()
}

both! {
    async fn focus_begins_where_a_form_is_wrong(server: Server) {
        server.register("ada").await;
        let fields = [("identifier", "ada"), ("password", "not the password at all")];
        let one = server.send(form("/login", &fields)).await.expect(401).page();
        assert_eq!(focused(&one), 1, "{one}");
        assert!(tag(&one, r#"id="login-password""#).contains("autofocus"), "{one}");
        let fields = [("username", ""), ("password", ""), ("email", "")];
        let two = server.send(form("/register", &fields)).await.expect(422).page();
        assert_eq!(focused(&two), 1, "{two}");
        assert!(tag(&two, r#"class="summary""#).contains("autofocus"), "{two}");
        // Nothing is wrong yet: who reads the page begins at its top.
        assert_eq!(focused(&server.send(page("/login")).await.expect(200).page()), 0);
    }

    async fn what_is_wrong_takes_the_place_of_the_hint(server: Server) {
        let described = |html: &str| {
            let tag = tag(html, r#"id="register-username""#);
            let (_, ids) = tag.split_once(r#"aria-describedby=""#).expect("what describes it");
            ids.split('"').next().expect("its end").to_owned()
        };
        let before = server.send(page("/register")).await.expect(200).page();
        assert_eq!(described(&before), "register-username-hint register-username-error");
        let fields = [("username", "a b"), ("password", PASSWORD), ("email", "")];
        let refused = server.send(form("/register", &fields)).await.expect(422).page();
        assert_eq!(described(&refused), "register-username-error");
    }

    async fn the_last_field_of_a_form_sends_it(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        for (path, field, key) in [
            ("/login", "login-identifier", "next"),
            ("/login", "login-password", "go"),
            ("/account/password", "password-current_password", "next"),
            ("/account/password", "password-new_password", "go"),
            ("/account?edit=username", "username-username", "go"),
            // A choice comes after it.
            ("/account?edit", "profile-pronouns", "next"),
        ] {
            let cookie = if path == "/login" { "" } else { &cookie };
            let html = server.send(page(path).cookie(cookie)).await.expect(200).page();
            let tag = tag(&html, &format!(r#"id="{field}""#));
            assert!(tag.contains(&format!(r#"enterkeyhint="{key}""#)), "{path}: {tag}");
        }
    }

    async fn a_device_that_was_signed_out_is_named_to_its_person_alone(server: Server) {
        server.register("ada").await;
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let login = serde_json::json!({ "username": "ada", "password": PASSWORD });
        server.send(post("/api/v1/login").json(login).header("user-agent", agent)).await.expect(200);
        let other = server.sql("select id from sessions where user_agent like '%Firefox%'").await.concat();
        let cookie = server.browser("ada").await;
        let html = server.send(page("/account/devices").cookie(&cookie)).await.expect(200).text;
        let token = form_token(&html, "end_session");
        let fields = [("form", "end_session"), ("form_token", &*token), ("session", &*other)];
        let ended = server.send(form("/account/devices", &fields).cookie(&cookie)).await.expect(303);
        let said = ended.cookie("vestibule_said_3000").expect("what was done");
        let said = said.split_once('=').expect("a value").1;
        assert_eq!(toast(&server, &cookie, said).await, "Firefox 140 on Linux is signed out.");
        // A cookie is written by anybody who has the browser: it names nothing that is not the person's own.
        server.register("eve").await;
        let eve = server.browser("eve").await;
        let nameless = "That device is signed out.";
        for said in [said, "session", "session.", "session.x", "session.018f3f2e-0000-7000-8000-000000000000"] {
            assert_eq!(toast(&server, &eve, said).await, nameless, "{said}");
        }
        assert_eq!(toast(&server, &eve, &format!("saved.{other}")).await, "Saved.");
        assert_eq!(toast(&server, &eve, &format!("x.{other}")).await, "");
    }

    async fn who_must_wait_is_told_for_how_long_at_forms_without_fields_too(server: Server) {
        server.register("ada").await;
        let (cookie, token) = (server.browser("ada").await, server.login("ada").await);
        let html = server.send(page("/account/devices").cookie(&cookie)).await.expect(200).text;
        let form_token = form_token(&html, "end_others");
        let nobody = "/api/v1/me/sessions/018f3f2e-0000-7000-8000-000000000000";
        let end = || server.send(Request::new(axum::http::Method::DELETE, nobody).bearer(&token));
        while end().await.status != 429 {}
        let fields = [("form", "end_others"), ("form_token", &*form_token)];
        let html = server.send(form("/account/devices", &fields).cookie(&cookie)).await.expect(429).page();
        let alert = html.split_once(r#"class="alert bad""#).expect("an alert").1;
        assert!(alert.contains("Too many attempts. Try again in 3 seconds."), "{html}");
    }

    async fn a_link_that_is_over_says_so_once(server: Server) {
        server.admin().await;
        let html = server.send(page("/setup")).await.expect(410).page();
        let main = html.split_once("<main").expect("a main part").1;
        assert_eq!(main.matches("no longer valid").count(), 1, "{main}");
        assert!(main.contains("restart the server for a new one"), "{main}");
    }

    async fn what_is_no_form_of_ours_is_said_to_be_none(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let html = server.send(form("/account/devices", &[("form", "nonsense")]).cookie(&cookie)).await.expect(400).page();
        assert!(html.contains("This form could not be read") && !html.contains("Check the highlighted"), "{html}");
    }

    async fn days_of_the_history_are_of_utc_and_say_so(server: Server) {
        server.register("ada").await;
        server.app.clock.advance(86_400);
        server.browser("ada").await;
        let cookie = server.browser("ada").await;
        let html = server.send(page("/account/activity").cookie(&cookie)).await.expect(200).page();
        let headings: Vec<_> = html.split("<h2").skip(1).map(|rest| rest.split("</h2>").next().expect("its end")).collect();
        let headings: Vec<_> = headings.into_iter().filter(|heading| heading.contains(r#"class="day""#)).collect();
        assert_eq!(headings.len(), 3, "{html}");
        let shown: Vec<_> = headings.iter().filter(|heading| !heading.starts_with(" hidden")).collect();
        assert_eq!(shown.len(), 2, "{headings:?}");
        for heading in headings {
            assert!(heading.contains("<time datetime=") && heading.contains(" UTC</time>"), "{heading}");
        }
    }

    async fn moments_are_for_machines_too(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        for (path, words) in [
            ("/account", "member since "),
            ("/account/security", "Last set: "),
            ("/account/devices", "since "),
        ] {
            let html = server.send(page(path).cookie(&cookie)).await.expect(200).page();
            let times = html.split("<time datetime=\"").skip(1);
            let mut said = times.filter_map(|time| time.split_once("\">")?.1.split("</time>").next());
            assert!(said.any(|said| said.starts_with(words)), "{path}: {html}");
        }
    }

    async fn names_in_sentences_are_left_alone(server: Server) {
        server.register("ada").await;
        let html = server.send(page("/login")).await.expect(200).page();
        let name = r#"<bdi translate="no">Vestibule</bdi>"#;
        assert!(html.contains(&format!("Sign in to {name}")), "{html}");
        let forgot = server.send(page("/forgot")).await.expect(200).page();
        assert!(forgot.contains(&format!("Ask the people who run {name}.")), "{forgot}");
        let cookie = server.browser("ada").await;
        let html = server.send(page("/account").cookie(&cookie)).await.expect(200).page();
        assert!(html.contains(r#"<bdi translate="no">ada</bdi> · <time"#), "{html}");
        // In the other direction it is isolated once.
        let html = server.send(page("/login").header("accept-language", "ar")).await.expect(200).page();
        let html = html.split_once("<main").expect("a main part").1;
        assert!(html.contains(name) && !html.split("</h1>").next().is_none_or(|heading| heading.contains("{}")) && !html.contains(&format!("\u{2068}{name}")), "{html}");
    }

    async fn an_unconfirmed_address_says_what_its_confirmation_brings(server: Server) {
        let filled = serde_json::json!({ "username": "ada", "password": PASSWORD, "email": "ada@example.com" });
        server.send(post("/api/v1/register").json(filled)).await.expect(201);
        let cookie = server.browser("ada").await;
        let html = server.send(page("/account").cookie(&cookie)).await.expect(200).page();
        assert!(html.contains("ada@example.com") && html.contains("Not confirmed yet. Once it is, you can sign in with it"), "{html}");
        assert!(!html.to_lowercase().contains("verified"), "{html}");
    }

    async fn a_phone_has_both_colours_of_its_bars(server: Server) {
        for (theme, light, dark) in [
            ("", "(prefers-color-scheme: light)", "(prefers-color-scheme: dark)"),
            ("vestibule_theme_3000=light", "all", "not all"),
            ("vestibule_theme_3000=dark", "not all", "all"),
        ] {
            let html = server.send(page("/login").cookie(theme)).await.expect(200).page();
            let metas: Vec<_> = html.split("<meta ").filter(|meta| meta.contains("theme-color")).collect();
            assert_eq!(metas.len(), 2, "{html}");
            for (meta, media) in metas.into_iter().zip([light, dark]) {
                assert!(meta.contains(&format!(r#"media="{media}""#)), "{theme}: {meta}");
            }
        }
    }
}
