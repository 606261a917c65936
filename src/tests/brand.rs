//! How the service presents itself: what pages, manifest and `security.txt` show of `[brand]`.

use std::path::Path;

use serde_json::json;
use vestibule::server::config::{Config, Flags};

use super::support::*;

const SVG: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>"#;
/// Bytes that begin as a PNG does.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

fn page(path: &str) -> Request {
    get(path).header("accept", "text/html")
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// Every setting of the section; the logos are written into the folder of the data.
fn acme(flags: &mut Flags) {
    let folder = flags.data_dir.clone().expect("a folder");
    let [light, dark] = ["logo.svg", "dark.png"].map(|name| Path::new(&folder).join(name));
    std::fs::write(&light, SVG).expect("written");
    std::fs::write(&dark, PNG).expect("written");
    flags.brand_name = some("Acme & <b>Söhne</b>");
    flags.brand_logo = Some(light.display().to_string());
    flags.brand_logo_dark = Some(dark.display().to_string());
    flags.brand_accent = some("#5b3df5");
    flags.brand_accent_dark = some("#b9a8ff");
    flags.brand_support = some("mailto:help@acme.example");
    flags.brand_terms = some("https://acme.example/terms?a=1&b=2");
    flags.brand_privacy = some("https://acme.example/privacy");
}

/// The value of an attribute of the first tag with this text in it.
fn attribute(html: &str, text: &str, name: &str) -> String {
    let at = html.find(text).unwrap_or_else(|| panic!("{text}: {html}"));
    let from = html[..=at].rfind('<').expect("a tag");
    let (tag, _) = html[from..].split_once('>').expect("its end");
    let (_, rest) = tag.split_once(&format!(" {name}=\"")).expect("the attribute");
    rest.split('"').next().expect("its value").to_owned()
}

both! {
    async fn without_settings_all_is_as_it_was(server: Server) {
        let login = server.send(page("/login")).await.expect(200).page();
        for shown in [
            "<title>Sign in · Vestibule</title>", r#"aria-label="Vestibule, home""#, r#"class="logo""#, r#">Sign in to <bdi translate="no">Vestibule</bdi></h1>"#,
            r#"<a href="/forgot">Forgotten your password?</a>"#,
            r##"<meta content="#e9eeeb" name="theme-color" media="(prefers-color-scheme: light)">"##,
            r##"<meta content="#0b100e" name="theme-color" media="(prefers-color-scheme: dark)">"##,
            r#"<meta name="description" content="Sign in to Vestibule, or create an account.">"#,
        ] {
            assert!(login.contains(shown), "{shown}: {login}");
        }
        assert!(!login.contains("/brand/") && !login.contains("Secured by") && !login.contains("<nav"), "{login}");
        let dark = server.send(page("/login").cookie("vestibule_theme_3000=dark")).await.text;
        assert!(dark.contains(r##"<meta content="#0b100e" name="theme-color" media="all">"##), "{dark}");
        assert!(dark.contains(r##"<meta content="#e9eeeb" name="theme-color" media="not all">"##), "{dark}");
        assert!(server.send(page("/")).await.text.contains("The front door for your app"));
        let register = server.send(page("/register")).await.page();
        assert!(register.contains(r#">Create your <bdi translate="no">Vestibule</bdi> account</h1>"#), "{register}");
        assert!(server.send(get("/")).await.text.starts_with("Welcome to Vestibule!"));
        assert_eq!(server.send(get("/api/v1")).await.expect(200).json(), json!({ "name": "Vestibule" }));
        let manifest = server.send(get("/site.webmanifest")).await.expect(200);
        assert_eq!(manifest.header("content-type"), "application/manifest+json");
        assert_eq!(manifest.json()["name"], "Vestibule");
        assert_eq!(manifest.json()["theme_color"], "#0e5a4a");
        // Nobody is there to write to.
        server.send(get("/.well-known/security.txt")).await.expect_problem(404, "not_found");
        server.send(get("/brand/logo.svg")).await.expect_problem(404, "not_found");
        assert!(server.send(get("/robots.txt")).await.expect(200).text.starts_with("User-agent: *\nDisallow: /account\n"));
    }
}

both_with! {
    |flags| acme(flags);

    /// The name is text wherever it stands.
    async fn everything_that_is_set_is_shown(server: Server) {
        let name = "Acme &amp; &lt;b&gt;Söhne&lt;/b&gt;";
        // Within a sentence it cannot turn the direction of the rest.
        let within = format!("\u{2068}{name}\u{2069}");
        let marked = format!("<bdi translate=\"no\">{name}</bdi>");
        for (path, title, heading) in [
            ("/login", "Sign in", format!("Sign in to {marked}</h1>")),
            ("/register", "Create account", format!("Create your {marked} account</h1>")),
            ("/", "Welcome", format!("<h1>{marked}</h1>")),
            ("/nowhere", "Page not found", "Page not found</h1>".into()),
        ] {
            let text = server.send(page(path)).await.page();
            assert!(text.contains(&format!("<title>{title} · {within}</title>")), "{text}");
            assert!(text.contains(&heading), "{heading}: {text}");
            assert!(!text.contains("<b>") && !text.contains("Vestibule</title>"), "{text}");
            for shown in [
                r#"<a href="mailto:help@acme.example">Help</a>"#, r#"<a href="https://acme.example/privacy">Privacy</a>"#,
                r#"<a href="https://acme.example/terms?a=1&amp;b=2">Terms</a>"#, "<p>Secured by Vestibule</p>",
            ] {
                assert!(text.contains(shown), "{shown}: {text}");
            }
            assert_eq!(attribute(&text, "class=\"brand\"", "aria-label"), format!("{within}, home"));
        }
        let login = server.send(page("/login")).await.text;
        assert!(login.contains(r#"<a href="/forgot">Forgotten your password?</a>"#), "{login}");
        assert!(server.send(get("/")).await.text.starts_with("Welcome to \u{2068}Acme & <b>Söhne</b>\u{2069}!"));
        let index = server.send(get("/api/v1")).await.expect(200).json();
        assert_eq!(index, json!({
            "name": "Acme & <b>Söhne</b>", "support": "mailto:help@acme.example",
            "terms": "https://acme.example/terms?a=1&b=2", "privacy": "https://acme.example/privacy",
        }));
        let manifest = server.send(get("/site.webmanifest")).await.expect(200).json();
        assert_eq!((&manifest["name"], &manifest["theme_color"]), (&json!("Acme & <b>Söhne</b>"), &json!("#5b3df5")));
        // Errors of the API say nothing of it.
        let refused = server.send(get("/api/v1/me")).await.expect_problem(401, "missing_token");
        assert!(!refused.text.contains("Acme") && refused.header("www-authenticate").contains("realm=\"vestibule\""));
    }

    async fn logos_and_accent_are_files_that_never_change(server: Server) {
        let both = server.send(page("/login")).await.text;
        let (light, dark) = (attribute(&both, "<img", "src"), attribute(&both, "<source", "srcset"));
        for (path, kind, bytes) in [(&light, "image/svg+xml", SVG.as_bytes()), (&dark, "image/png", PNG)] {
            let reply = server.send(get(path)).await.expect(200);
            assert_eq!(reply.header("content-type"), kind);
            assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
            let policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
            assert_eq!(reply.header("content-security-policy"), policy);
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert_eq!(reply.text, String::from_utf8_lossy(bytes));
        }
        // Where the reader chose a scheme, the system's does not count.
        for (theme, media) in [("light", "not all"), ("dark", "all")] {
            let text = server.send(page("/login").cookie(&format!("vestibule_theme_3000={theme}"))).await.text;
            assert_eq!(attribute(&text, "<source", "media"), media);
            assert_eq!((attribute(&text, "<img", "src"), attribute(&text, "<source", "srcset")), (light.clone(), dark.clone()));
        }
        assert!(both.contains("--accent:light-dark(#5b3df5,#b9a8ff)"), "{both}");
        // Another process with the same settings has the same addresses; another logo has another.
        let (_, again) = server.again().await;
        assert_eq!(attribute(&send(&again, page("/login")).await.text, "<img", "src"), light);
        std::fs::write(server.folder().join("logo.svg"), SVG.replace('8', "9")).expect("written");
        let (_, other) = server.again().await;
        let text = send(&other, page("/login")).await.text;
        assert_ne!(attribute(&text, "<img", "src"), light);
        send(&other, get(&light)).await.expect(404);
    }

    async fn security_txt_says_whom_to_write_to(server: Server) {
        server.app.clock.advance(3_600);
        let reply = server.send(get("/.well-known/security.txt")).await.expect(200);
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            reply.text,
            format!(
                "Contact: mailto:help@acme.example\nExpires: 2026-06-30T00:00:00Z\n\
                 Canonical: {ORIGIN}/.well-known/security.txt\n"
            )
        );
    }

    async fn the_name_is_no_password(server: Server) {
        let (_, named) = server.again_with(|flags| flags.brand_name = some("Fifteen Letters Inc")).await;
        for (name, status) in [("fifteen letters inc", 422), ("fifteen letters and more", 201)] {
            let body = json!({ "username": "ada", "password": name });
            let reply = send(&named, post("/api/v1/register").json(body)).await.expect(status);
            assert_eq!(reply.text.contains("service_name"), status == 422, "{}", reply.text);
        }
    }

    async fn what_it_is_made_of_is_reported_or_not(server: Server) {
        server.admin().await;
        let admin = server.browser("operator").await;
        let version = format!("Version {}", env!("CARGO_PKG_VERSION"));
        let text = server.send(page("/login")).await.text;
        assert!(text.contains("Secured by Vestibule</p>") && !text.contains(&version), "{text}");
        let text = server.send(page("/account").cookie(&admin)).await.text;
        assert!(text.contains(&format!("Secured by Vestibule · {version}</p>")), "{text}");
        let (_, silent) = server.again_with(|flags| flags.brand_secured_by = some("off")).await;
        let text = send(&silent, page("/login")).await.text;
        assert!(!text.contains("Vestibule"), "{text}");
        let text = send(&silent, page("/account").cookie(&admin)).await.text;
        assert!(text.contains(&format!("<p>{version}</p>")), "{text}");
    }
}

/// A name without a logo stands beside the arch.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_without_a_logo_is_text() {
    let server = Server::with(Backend::Sqlite, |flags| flags.brand_name = some("Acme")).await;
    let text = server.send(page("/login")).await.text;
    assert!(text.contains(r#"<span dir="auto" class="name">Acme</span>"#), "{text}");
    assert!(!text.contains("<img") && !text.contains(r#"class="logo""#), "{text}");
}

#[test]
fn what_cannot_be_shown_is_refused_with_what_would_do() {
    let long = "x".repeat(41);
    let refused = |change: fn(&mut Flags, String), value: &str| {
        let mut flags = Flags::default();
        change(&mut flags, value.to_owned());
        Config::load(&flags, None).err().map(|error| error.to_string()).unwrap_or_default()
    };
    let name: fn(&mut Flags, String) = |flags, value| flags.brand_name = Some(value);
    let accent: fn(&mut Flags, String) = |flags, value| flags.brand_accent = Some(value);
    let dark: fn(&mut Flags, String) = |flags, value| {
        (flags.brand_accent, flags.brand_accent_dark) = (some("#5b3df5"), Some(value));
    };
    let support: fn(&mut Flags, String) = |flags, value| flags.brand_support = Some(value);
    let terms: fn(&mut Flags, String) = |flags, value| flags.brand_terms = Some(value);
    for (set, value, says) in [
        (name, &*long, "expected a name of at most 40 characters"),
        (name, "A\u{202e}B", "expected a name of characters that are seen, in one line"),
        (name, "A\nB", "expected a name of characters that are seen, in one line"),
        (accent, "purple", "expected a colour in hexadecimal digits, such as #5b3df5"),
        (accent, "#ffd40", "expected a colour in hexadecimal digits"),
        (
            accent,
            "#ffd400",
            "--brand-accent: \"#ffd400\": its contrast in light pages is 1.21:1, and text needs 4.5:1; write #7f6a00, the \
             nearest shade for light pages, and #ffd400 as the accent of dark ones (its contrast there is 11.22:1)",
        ),
        (
            dark,
            "#5b3df5",
            "--brand-accent-dark: \"#5b3df5\": its contrast in dark pages is 2.62:1, and text needs 4.5:1; write #8974f8, \
             the nearest shade",
        ),
        (
            |flags, value| flags.brand_accent_dark = Some(value),
            "#b9a8ff",
            "only beside the accent of light pages",
        ),
        (
            |flags, value| flags.brand_logo_dark = Some(value),
            "dark.svg",
            "only beside the logo of light pages",
        ),
        (support, "help@acme.example", "write mailto:help@acme.example"),
        (
            support,
            "mailto:help",
            "expected an https: or mailto: address, such as mailto:help@example.com",
        ),
        (support, "acme.example", "write https://acme.example; or mailto:help@example.com"),
        (support, "tel:110", "or mailto:help@example.com"),
        (support, "javascript:alert(1)", "or mailto:help@example.com"),
        (terms, "http://acme.example/terms", "expected an https address"),
        (terms, "mailto:help@acme.example", "expected a URL"),
        (|flags, value| flags.brand_secured_by = Some(value), "never", "expected true or false"),
    ] {
        let fault = refused(set, value);
        assert!(fault.contains(says) && !fault.contains('\n'), "{value}: {fault}");
    }
}

/// The files are looked at by a start, by `config check` and by the doctor; other commands need none.
#[test]
fn logos_that_cannot_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |args: &[&str]| {
        let mut command = vestibule(folder.path());
        let output =
            command.env("VESTIBULE_BRAND_LOGO", "logo.svg").args(args).output().expect("it runs");
        let text = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&text).into_owned(), output.status.success())
    };
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    let missing = "brand: logo logo.svg: No such file or directory (os error 2)";
    assert!(run(&["config", "check"]).0.contains(missing));
    let (said, is_well) = run(&["serve", "--listen", "127.0.0.1:0"]);
    assert!(!is_well && said.contains(missing), "{said}");
    let (said, _) = run(&["doctor"]);
    assert!(said.contains(&format!("FAULT  a server would not start: {missing}")), "{said}");
    let (said, is_well) = run(&["user", "disable", "ada"]);
    assert!(is_well, "{said}");
    let large = format!("{SVG}{}", " ".repeat(128 * 1024));
    for (bytes, says) in [
        (&b""[..], "logo logo.svg: it is empty"),
        (b"\xff\xd8\xff\xe0", "it is a JPEG; expected SVG, PNG or WebP"),
        (b"<html></html>", "it is no picture; expected SVG (in UTF-8), PNG or WebP"),
        (large.as_bytes(), "it has more than 128 KiB"),
    ] {
        std::fs::write(folder.path().join("logo.svg"), bytes).expect("written");
        let (said, is_well) = run(&["config", "check"]);
        assert!(!is_well && said.contains(says), "{said}");
    }
    std::fs::write(folder.path().join("logo.svg"), SVG).expect("written");
    assert!(run(&["config", "check"]).1);
    assert!(run(&["doctor"]).0.contains("ok     the logo of Vestibule can be shown"));
    let scripted = SVG.replace("<path", "<script>alert(1)</script><path");
    std::fs::write(folder.path().join("logo.svg"), scripted).expect("written");
    assert!(
        run(&["doctor"]).0.contains("warn   logo logo.svg: it has script or names other files")
    );
}
