//! Nobody has to add a page to a list of pages: all tests of pages read the table of routes, those in a browser too.

use regex::Regex;

use super::support::*;

/// How the browser tests find the pages of the account.
const READS: &str = include_str!("../../end2end/tests/support/pages.ts");
/// The rows that they read.
const ROWS: &str = include_str!("../server/router/routes/account.rs");
/// The other places that they visit.
const PLACES: &str = concat!(
    include_str!("../../end2end/tests/support/places-of-a-person.ts"),
    include_str!("../../end2end/tests/support/places-of-clients.ts"),
    include_str!("../../end2end/tests/support/places-of-links.ts"),
    include_str!("../../end2end/tests/support/places-of-strangers.ts"),
);

/// The pages that the browser tests find in a text.
fn read(rows: &str) -> Vec<&str> {
    let (_, rest) = READS.split_once("const ROW = /").expect("an expression");
    let (pattern, _) = rest.split_once("/g").expect("its end");
    let row = Regex::new(pattern).expect("an expression of both languages");
    let found = row.captures_iter(rows);
    found.map(|found| found.get(1).expect("an address").as_str()).collect()
}

#[test]
fn the_browser_tests_visit_every_page_of_the_account() {
    assert_eq!(read(ROWS), account_pages(), "end2end/tests/support/pages.ts reads the rows");
    let planted = "        GET \"/account/new\" SignedIn => account::new::page;\n";
    assert_eq!(read(planted), ["/account/new"]);
    assert_eq!(read(&planted.replace("SignedIn", "Page")), [""; 0]);
}

#[test]
fn every_other_page_has_a_place_in_the_browser_tests() {
    let places = Regex::new(r#"["'`(}](/[a-z_/.-]*)"#).expect("an expression");
    let visited: Vec<_> = places.captures_iter(PLACES).map(|found| found[1].to_owned()).collect();
    let missing = |pages: Vec<&'static str>| -> Vec<_> {
        pages.into_iter().filter(|page| !visited.iter().any(|place| place == page)).collect()
    };
    let pages = [public_pages(), pages_of_a_step(), pages_for_permissions()].concat();
    // It is the page of /theme.
    assert_eq!(missing(pages), ["/language"], "end2end/tests/support/places-of-*.ts lacks it");
    assert_eq!(missing(vec!["/account/new"]), ["/account/new"]);
}

both! {
    /// Each page of the account shows the same sections, and which of them it belongs to.
    async fn sections_lead_to_pages_of_the_account(server: Server) {
        server.register("ada").await;
        let cookie = server.browser("ada").await;
        let (side, link) = (r#"(?s)<nav [^>]*class="side"[^>]*>(.*?)</nav>"#, r#"<a ([^>]*)href="([^"]+)"([^>]*)>"#);
        let (side, link) = (Regex::new(side).expect("an expression"), Regex::new(link).expect("an expression"));
        let sections = async |path: &str| -> Vec<(String, bool)> {
            let request = get(path).header("accept", "text/html").cookie(&cookie);
            let html = server.send(request).await.expect(200).page();
            let side = side.captures(&html).unwrap_or_else(|| panic!("{path} has no sections: {html}"));
            let links = link.captures_iter(side.get(1).expect("a group").as_str());
            links.map(|found| (found[2].to_owned(), found[0].contains(r#"aria-current="page""#))).collect()
        };
        let all: Vec<_> = sections("/account").await.into_iter().map(|(path, _)| path).collect();
        for known in ["/account", "/account/security", "/account/devices", "/account/activity", "/account/developer"] {
            assert!(all.iter().any(|path| path == known), "{known}: {all:?}");
        }
        for path in account_places() {
            let found = sections(path).await;
            let here: Vec<_> = found.iter().filter(|(_, is_here)| *is_here).map(|(path, _)| path).collect();
            assert_eq!(here.len(), 1, "{path}: {found:?}");
            let page = path.split('?').next().expect("an address").to_owned();
            assert!(*here[0] == page || !all.contains(&page), "{path}: {found:?}");
            assert_eq!(found.into_iter().map(|(path, _)| path).collect::<Vec<_>>(), all, "{path}");
        }
        for path in &all {
            assert!(account_pages().contains(&path.as_str()), "{path} has no row");
        }
    }
}
