//! What a user agent's text means to a person.

/// Marks of browsers, the more telling first: most claim to be several others too.
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

/// Marks of systems, the more telling first.
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

/// The longest name of a program that nobody knows, in letters.
const NAME_MAX: usize = 20;

/// Such as "Firefox on Linux"; of what nobody knows, its first word, if that is a word and nothing more: a
/// stranger wrote it, and it is shown as if we had said it.
pub(in crate::server::service) fn in_words(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let find = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let product = agent.split([' ', '/', '(']).next().unwrap_or_default();
    let is_word = || product.bytes().all(|byte| byte.is_ascii_alphabetic());
    match (find(&BROWSERS), find(&SYSTEMS), product.len()) {
        (Some(browser), Some(system), _) => format!("{browser} on {system}"),
        (Some(browser), None, _) => browser.into(),
        (None, Some(system), _) => format!("a browser on {system}"),
        (None, None, 1..=NAME_MAX) if is_word() => product.into(),
        (None, None, _) if agent.is_empty() => "an unknown device".into(),
        (None, None, _) => "an unknown program".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_stranger_says_no_more_than_a_word() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0)", "a browser on Windows"),
            ("PostmanRuntime/7.43.0", "PostmanRuntime"),
            ("abcdefghijklmnopqrst/1", "abcdefghijklmnopqrst"),
            ("abcdefghijklmnopqrstu/1", "an unknown program"),
            ("URGENT:call-+1-555-0100-to-unlock", "an unknown program"),
            ("Größe/1", "an unknown program"),
            ("(nothing)", "an unknown program"),
            ("", "an unknown device"),
        ] {
            assert_eq!(in_words(Some(agent)), words, "{agent}");
        }
        assert_eq!(in_words(None), "an unknown device");
    }
}
