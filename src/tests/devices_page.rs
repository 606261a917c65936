//! The page of the devices: sessions of one device stand together, and each of them can be ended.

use super::support::*;

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/// Signs in by a browser from an address; answers its cookie.
async fn enter_from(server: &Server, agent: &str, address: &str) -> String {
    let fields = [("identifier", "ada"), ("password", PASSWORD)];
    let entered = form("/login", &fields).header("user-agent", agent).from(address);
    server.send(entered).await.expect(303).session_cookie().expect("a session cookie")
}

async fn shown(server: &Server, cookie: &str) -> String {
    let page = get("/account/devices").header("accept", "text/html").cookie(cookie);
    server.send(page).await.expect(200).page()
}

/// The groups of a page: what each is called and how many it says it has, and the sessions in it.
fn groups(html: &str) -> Vec<(String, Vec<String>)> {
    let groups = html.split(r#"<li class="group">"#).skip(1);
    let of = |group: &str| {
        let (_, summary) = group.split_once("<summary>").expect("how many there are");
        let (words, rest) = summary.split_once("</summary>").expect("words");
        let (rows, _) = rest.split_once("</details>").expect("rows");
        (words.to_owned(), ids(rows))
    };
    groups.map(of).collect()
}

/// The sessions that rows are of.
fn ids(html: &str) -> Vec<String> {
    let rows = html.split(r#"data-session=""#).skip(1);
    rows.map(|row| row.split('"').next().expect("an id").to_owned()).collect()
}

/// Which sessions the forms of a page end.
fn ends(html: &str) -> Vec<String> {
    let forms = html.split(r#"data-form="end_session""#).skip(1);
    let of = |form: &str| {
        let (_, rest) = form.split_once(r#"name="session" value=""#).expect("a session");
        rest.split('"').next().expect("an id").to_owned()
    };
    forms.map(of).collect()
}

both! {
    async fn sessions_of_one_device_stand_together(server: Server) {
        server.register("ada").await;
        for (agent, address) in [
            (FIREFOX, "203.0.113.7"), (FIREFOX, "203.0.113.7"), (CHROME, "203.0.113.7"), (FIREFOX, "198.51.100.4"), (FIREFOX, "203.0.113.7"),
        ] {
            enter_from(&server, agent, address).await;
            server.app.clock.advance(60);
        }
        // The one that looks is by itself, though it is of the same device.
        let cookie = enter_from(&server, FIREFOX, "203.0.113.7").await;
        let sessions = server.sql("select id from sessions where kind = 'cookie' order by created_at, id").await;
        let [a, b, chrome, elsewhere, c, mine] = sessions.as_slice() else { panic!("{sessions:?}") };
        let html = shown(&server, &cookie).await;
        // The newest first, but for the one that looks.
        assert_eq!(groups(&html), [("3 sign-ins".to_owned(), vec![c.clone(), b.clone(), a.clone()])], "{html}");
        assert_eq!(ids(&html), [mine, c, b, a, elsewhere, chrome].map(String::as_str), "{html}");
        // Each has its end, but for that which signs out by itself.
        assert_eq!(ends(&html), [c, b, a, elsewhere, chrome].map(String::as_str), "{html}");
        assert!(html.contains(&format!(r#"class="current" data-session="{mine}""#)) || html.contains(&format!(r#"data-session="{mine}" class="current""#)), "{html}");

        // One of them ends, by its form, and the others of the device do not.
        let fields = |session: &str| [("form", "end_session".to_owned()), ("form_token", form_token(&html, "end_session")), ("session", session.to_owned())];
        let end = async |session: &str| {
            let fields = fields(session);
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            server.send(form("/account/devices", &fields).cookie(&cookie)).await.expect(303);
        };
        end(b).await;
        let html = shown(&server, &cookie).await;
        assert_eq!(groups(&html), [("2 sign-ins".to_owned(), vec![c.clone(), a.clone()])], "{html}");
        // One that is left of a device is none of a group.
        end(c).await;
        let html = shown(&server, &cookie).await;
        assert_eq!(groups(&html), []);
        assert_eq!(ends(&html), [elsewhere, chrome, a].map(String::as_str), "{html}");
        for session in [a, chrome, elsewhere] {
            end(session).await;
        }
        let html = shown(&server, &cookie).await;
        assert!(ends(&html).is_empty() && html.contains("You are signed in only here."), "{html}");
    }

    async fn what_says_nothing_of_itself_is_grouped_by_its_address(server: Server) {
        server.register("ada").await;
        for _ in 0..2 {
            enter_from(&server, "", "203.0.113.7").await;
            enter_from(&server, "", "203.0.113.8").await;
        }
        let cookie = enter_from(&server, FIREFOX, "203.0.113.9").await;
        let html = shown(&server, &cookie).await;
        let counts: Vec<_> = groups(&html).into_iter().map(|(words, sessions)| (words, sessions.len())).collect();
        assert_eq!(counts, [("2 sign-ins".to_owned(), 2), ("2 sign-ins".to_owned(), 2)], "{html}");
        assert_eq!(ids(&html).len(), 5);
    }
}
