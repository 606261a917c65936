//! The destination after sign-in: a path of this origin, or a page of an origin that the settings list (S73).

use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

/// The longest place to go to, in bytes: our own are shorter, and it is decoded several times.
const NEXT_MAX: usize = 2048;

/// Destination without a request for another one.
pub const ACCOUNT: &str = "/account";

/// `next` if it is a path of this origin or a page of a listed one, else the account page.
pub fn safe_next(listed: &[String], next: Option<&str>) -> String {
    let own = |next| checked_next(next).map(str::to_owned);
    next.and_then(|next| own(next).or_else(|| listed_next(listed, next)))
        .unwrap_or_else(|| ACCOUNT.to_owned())
}

/// A page of a listed origin, as the parser writes it: a browser is led to the address that was compared.
fn listed_next(listed: &[String], next: &str) -> Option<String> {
    // A browser drops tabs and line ends from an address, and reads a backslash as a slash.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    if next.len() > NEXT_MAX || !next.bytes().all(is_plain) {
        return None;
    }
    let rest = next.strip_prefix("https://").or_else(|| next.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || authority.contains(['@', '%']) {
        return None;
    }
    let url = Url::parse(next).ok()?;
    listed.contains(&url.origin().ascii_serialization()).then(|| url.into())
}

/// Only a path of this origin (S73): one leading slash, and nothing that a browser reads as more, also
/// after decoding once or twice.
pub fn checked_next(next: &str) -> Option<&str> {
    if next.len() > NEXT_MAX {
        return None;
    }
    let mut decoded = next.to_owned();
    for _ in 0..3 {
        let mut start = decoded.chars();
        let rooted = start.next() == Some('/') && !matches!(start.next(), Some('/' | '\\'));
        if !rooted || decoded.contains('\\') || decoded.chars().any(char::is_control) {
            return None;
        }
        let path = decoded.split(['?', '#']).next().unwrap_or_default();
        if path.contains("//") {
            return None;
        }
        // `+` stays: in a path it is itself.
        decoded = percent_decode_str(&decoded).decode_utf8_lossy().into_owned();
    }
    // A header value is ASCII; our own paths are.
    next.is_ascii().then_some(next)
}

/// The place of a request to this server, if its path is one of this origin. What its query says is for its page to check.
pub fn own_place(place: &str) -> Option<&str> {
    checked_next(place.split('?').next().unwrap_or_default()).map(|_| place)
}

/// Query parameter of a redirect that sets the first cookie of a browser.
const MARK: &str = "arrived";

/// A place with the mark.
pub fn marked(place: &str) -> String {
    let (place, fragment) = place.split_at(place.find('#').unwrap_or(place.len()));
    let joint = if place.contains('?') { '&' } else { '?' };
    format!("{place}{joint}{MARK}{fragment}")
}

/// A place after sign-in with the mark. Only pages of ours know it: the way to an app on this origin, and to another
/// origin, is over the page to sign in, which looks for the cookie and sends a person who is signed in on.
pub fn marked_next(place: &str) -> String {
    let path = place.split(['?', '#']).next().unwrap_or_default();
    if path == "/" || path == ACCOUNT || path.starts_with("/account/") {
        return marked(place);
    }
    let next: String = form_urlencoded::byte_serialize(place.as_bytes()).collect();
    marked(&format!("/login?next={next}"))
}

/// A place that is marked, without the mark.
pub fn unmarked(place: &str) -> Option<String> {
    let (path, query) = place.split_once('?')?;
    let mut is_marked = false;
    let others = |part: &&str| {
        is_marked |= *part == MARK;
        *part != MARK
    };
    let others: Vec<&str> = query.split('&').filter(others).collect();
    is_marked.then(|| match others.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", others.join("&")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_comes_and_goes() {
        for place in ["/", "/account", "/a?b", "/a?b=c&d", "/a?"] {
            assert_eq!(unmarked(place), None, "{place}");
            let back = unmarked(&marked(place)).expect("a mark");
            assert_eq!(back, place, "{place}");
        }
        assert_eq!(marked("/a#b?c"), "/a?arrived#b?c");
        assert_eq!(marked("/a?b#c"), "/a?b&arrived#c");
    }

    #[test]
    fn a_place_of_ours_has_a_path_of_ours() {
        for place in [
            "//evil.example/?a",
            "/%2fevil.example?a",
            "/\\evil.example?a",
            "/%5cevil.example?a",
            "",
        ] {
            assert_eq!(own_place(place), None, "{place}");
        }
        let long = format!("/login?next={}", "a".repeat(NEXT_MAX));
        assert_eq!(own_place(&long), Some(&*long));
    }

    #[test]
    fn a_mark_is_for_pages_of_ours_alone() {
        for place in ["/", "/account", "/account?a#b", "/account/devices"] {
            assert_eq!(marked_next(place), marked(place));
        }
        for (next, encoded) in [
            (
                "https://shop.example/cart?a=b&c#d",
                "https%3A%2F%2Fshop.example%2Fcart%3Fa%3Db%26c%23d",
            ),
            ("/shop/?a#b", "%2Fshop%2F%3Fa%23b"),
            // Its page reads the query, and a browser does not.
            (
                "https://shop.example/?q=a%5Cb%0A",
                "https%3A%2F%2Fshop.example%2F%3Fq%3Da%255Cb%250A",
            ),
            ("/accounts", "%2Faccounts"),
        ] {
            let place = marked_next(next);
            assert_eq!(place, format!("/login?next={encoded}&arrived"));
            let back = unmarked(&place).expect("a mark");
            assert_eq!(own_place(&back), Some(&*back));
        }
    }

    #[test]
    fn next_leads_to_listed_origins_and_to_no_other() {
        let listed =
            ["https://shop.example", "http://localhost:5173", "https://xn--bcher-kva.example"];
        let listed = listed.map(str::to_owned);
        for (next, place) in [
            ("https://shop.example/cart", "https://shop.example/cart"),
            ("https://shop.example", "https://shop.example/"),
            ("https://shop.example?a=b", "https://shop.example/?a=b"),
            ("https://shop.example#/cart", "https://shop.example/#/cart"),
            (
                "https://shop.example/cart?a=https://evil.example/",
                "https://shop.example/cart?a=https://evil.example/",
            ),
            ("https://shop.example/@evil.example", "https://shop.example/@evil.example"),
            ("https://shop.example/%0d%0aa", "https://shop.example/%0d%0aa"),
            // The same origin in other letters.
            ("https://shop.example:443/cart", "https://shop.example/cart"),
            ("https://shop.example:/cart", "https://shop.example/cart"),
            ("https://SHOP.example/Cart", "https://shop.example/Cart"),
            ("https://shop.example/a/../cart", "https://shop.example/cart"),
            ("http://localhost:5173/", "http://localhost:5173/"),
            ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
            // A path of this origin is as good as ever.
            ("/shop/cart?a=b", "/shop/cart?a=b"),
        ] {
            assert_eq!(safe_next(&listed, Some(next)), place, "{next}");
            let alone = if next.starts_with('/') { place } else { ACCOUNT };
            assert_eq!(safe_next(&[], Some(next)), alone, "{next}");
        }
        for bad in [
            "",
            "https://evil.example/",
            // Another scheme, port or host.
            "http://shop.example/cart",
            "https://shop.example:8443/cart",
            "https://shop.example:80/cart",
            "http://localhost/",
            "http://localhost:5174/",
            "http://localhost:51730/",
            "https://localhost:5173/",
            "http://127.0.0.1:5173/",
            "https://shop.example.evil.example/",
            "https://evilshop.example/",
            "https://www.shop.example/",
            "https://shop.example./",
            "https://shop.examp",
            "https://shop.example:99999/",
            // Before the host.
            "https://shop.example@evil.example/",
            "https://evil.example@shop.example/",
            "https://@shop.example/",
            "https://a:b@shop.example/",
            "https://shop.example%40evil.example/",
            "https://shop%2eexample/",
            // Slashes that are none, or too few or too many.
            "//shop.example/cart",
            "\\\\shop.example/cart",
            "https:\\\\shop.example/cart",
            "https://shop.example\\cart",
            "https://evil.example\\@shop.example/",
            "https://shop.example\\@evil.example/",
            "https:shop.example/cart",
            "https:/shop.example/cart",
            "https:///shop.example/cart",
            "https://",
            "https:///",
            // What a browser drops, or ends a header with.
            " https://shop.example/",
            "https://shop.example/ ",
            "https://shop.example/a b",
            "\thttps://shop.example/",
            "ht\ntps://shop.example/",
            "https://shop.example/\r\nSet-Cookie: a=b",
            "https://shop.example/\u{0}",
            "https://shop.exa\u{ad}mple/",
            // Letters that look like others, and a name in its own letters: a browser writes it in ASCII.
            "https://ѕhop.example/",
            "https://ｓhop.example/",
            "https://shop。example/",
            "https://bücher.example/",
            "https://shop.example/bücher",
            // Other schemes.
            "HTTPS://shop.example/",
            "javascript://shop.example/%0aalert(1)",
            "data:text/html,https://shop.example/",
            "blob:https://shop.example/a",
            "view-source:https://shop.example/",
            "ftp://shop.example/",
            "shop.example/cart",
            "null",
        ] {
            assert_eq!(safe_next(&listed, Some(bad)), ACCOUNT, "{bad:?}");
        }
        assert_eq!(safe_next(&listed, None), ACCOUNT);
        let long = |length: usize| format!("https://shop.example/{}", "a".repeat(length - 21));
        assert_eq!(safe_next(&listed, Some(&long(NEXT_MAX))), long(NEXT_MAX));
        assert_eq!(safe_next(&listed, Some(&long(NEXT_MAX + 1))), ACCOUNT);
    }

    #[test]
    fn next_stays_on_this_origin() {
        for good in ["/", "/account", "/account?tab=1&x=/y", "/a%20b", "/a?next=%2Faccount"] {
            assert_eq!(checked_next(good), Some(good), "{good}");
        }
        for bad in [
            "",
            "account",
            "//e",
            "/\\e",
            "\\\\e",
            "https:e",
            "https://e",
            "/%09/e",
            "/\t/e",
            "/%2fe",
            "/%252fe",
            "/%5ce",
            "/%255ce",
            "javascript:alert(1)",
            "data:text/html,x",
            "@e",
            "/a\r\nb",
            "/%0d%0ab",
            "/a//b",
            "/\u{0}",
        ] {
            assert_eq!(checked_next(bad), None, "{bad}");
        }
        let long = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert!(checked_next(&long(NEXT_MAX)).is_some());
        assert_eq!(checked_next(&long(NEXT_MAX + 1)), None);
    }
}
