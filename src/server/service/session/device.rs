//! Descriptions of user agents for their users.

use crate::{model::DeviceSort, server::say};

/// Marks of browsers, the more specific first, because most claim to be several others too.
const BROWSERS: [(&str, &str); 12] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
];

/// Marks of systems, the more specific first.
const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// Maximum length of an unknown program's name, in letters.
const NAME_MAX: usize = 20;
/// Maximum length of a version number, in digits.
const VERSION_MAX: usize = 4;

/// A description such as "Firefox 140 on Linux".
///
/// Of an unknown program it is the first word, if that is only a word: a stranger wrote it, and
/// pages show it as ours.
pub(in crate::server::service) fn in_words(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    match (browser(agent), system(agent), word(agent)) {
        (Some(browser), Some(system), _) => say::device_on(browser, system),
        (Some(browser), None, _) => browser,
        (None, Some(system), _) => say::device_browser_on(system),
        (None, None, Some(word)) => say::device_app(word),
        (None, None, None) if agent.is_empty() => say::device_unknown(),
        (None, None, None) => say::device_program(),
    }
}

/// Whether two user agents are of one program: of one browser on one system, or of one name.
/// Versions are ignored.
pub(in crate::server::service) fn is_same(one: Option<&str>, other: Option<&str>) -> bool {
    let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
    let known = |agent| (known_browser(agent).map(|(_, name)| name), system(agent));
    match known(one) {
        (None, None) => {
            known(other) == (None, None)
                && word(one) == word(other)
                && one.is_empty() == other.is_empty()
        }
        one => one == known(other),
    }
}

/// The first word of an unknown user agent, if it is a word.
fn word(agent: &str) -> Option<&str> {
    let product = agent.split([' ', '/', '(']).next().unwrap_or_default();
    let is_word = product.bytes().all(|byte| byte.is_ascii_alphabetic());
    Some(product).filter(|product| is_word && (1..=NAME_MAX).contains(&product.len()))
}

/// The mark and the name of the browser.
fn known_browser(agent: &str) -> Option<(&'static str, &'static str)> {
    BROWSERS.into_iter().find(|(mark, _)| agent.contains(mark))
}

/// The sort of device.
pub(in crate::server::service) fn sort(agent: Option<&str>) -> DeviceSort {
    let agent = agent.unwrap_or_default();
    match system(agent) {
        Some("iPhone") => DeviceSort::Phone,
        Some("Android") if agent.contains("Mobile") => DeviceSort::Phone,
        Some("iPad" | "Android") => DeviceSort::Tablet,
        Some(_) => DeviceSort::Computer,
        None if agent.is_empty() => DeviceSort::Unknown,
        None => DeviceSort::App,
    }
}

/// The browser with its major version, such as "Firefox 140".
fn browser(agent: &str) -> Option<String> {
    let (mark, name) = known_browser(agent)?;
    // Safari writes its version elsewhere.
    let mark = if name == "Safari" { "Version/" } else { mark };
    let version = agent.split_once(mark).map_or("", |(_, after)| after);
    let version = version.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '/');
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    Some(match &version[..digits] {
        "" => name.to_owned(),
        version if version.len() <= VERSION_MAX => format!("{name} {version}"),
        _ => name.to_owned(),
    })
}

fn system(agent: &str) -> Option<&'static str> {
    SYSTEMS.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_says_no_more_than_a_word() {
        for (agent, words, sort_of) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox 140 on Linux",
                DeviceSort::Computer,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari 18 on iPhone",
                DeviceSort::Phone,
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel Tablet) Chrome/141.0 Safari/537.36",
                "Chrome 141 on Android",
                DeviceSort::Tablet,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) Edg/141.0",
                "Edge 141 on Windows",
                DeviceSort::Computer,
            ),
            ("Mozilla/5.0 (Windows NT 10.0)", "A browser on Windows", DeviceSort::Computer),
            ("Firefox/99999999999", "Firefox", DeviceSort::App),
            ("curl/8.5.0", "curl 8", DeviceSort::App),
            ("python-requests/2.32", "Python", DeviceSort::App),
            ("PostmanRuntime/7.43.0", "An app (“PostmanRuntime”)", DeviceSort::App),
            ("abcdefghijklmnopqrst/1", "An app (“abcdefghijklmnopqrst”)", DeviceSort::App),
            ("abcdefghijklmnopqrstu/1", "An unknown program", DeviceSort::App),
            ("URGENT:call-+1-555-0100-to-unlock", "An unknown program", DeviceSort::App),
            ("Größe/1", "An unknown program", DeviceSort::App),
            ("(nothing)", "An unknown program", DeviceSort::App),
            ("", "An unknown device", DeviceSort::Unknown),
        ] {
            assert_eq!(
                (in_words(Some(agent)).as_str(), sort(Some(agent))),
                (words, sort_of),
                "{agent}"
            );
        }
        assert_eq!(in_words(None), "An unknown device");
    }

    #[test]
    fn a_program_stays_the_same_in_another_version() {
        let firefox = |version: u32, on: &str| {
            format!("Mozilla/5.0 ({on}; rv:{version}.0) Firefox/{version}.0")
        };
        let (old, new) = (firefox(140, "X11; Linux x86_64"), firefox(141, "X11; Linux x86_64"));
        let elsewhere = firefox(140, "Windows NT 10.0");
        for (one, other, same) in [
            (&*old, &*new, true),
            (&old, &elsewhere, false),
            (&old, "Mozilla/5.0 (X11; Linux x86_64) Chrome/141.0 Safari/537.36", false),
            (&old, "", false),
            ("Tool/1", "Tool/2", true),
            ("Tool/1", "Other/1", false),
            ("(nothing)", "Größe/1", true),
            ("(nothing)", "", false),
            ("", "", true),
        ] {
            assert_eq!(is_same(Some(one), Some(other)), same, "{one} {other}");
            assert_eq!(is_same(Some(other), Some(one)), same, "{other} {one}");
        }
        assert!(is_same(None, Some("")));
    }
}
