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

/// Such as "Firefox on Linux"; of what nobody knows, its first word.
pub(in crate::server::service) fn in_words(agent: Option<&str>) -> String {
    let agent = agent.unwrap_or_default();
    let find = |marks: &[(&str, &'static str)]| {
        marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    let product = agent.split([' ', '/', '(']).next().filter(|word| !word.is_empty());
    match (find(&BROWSERS), find(&SYSTEMS), product) {
        (Some(browser), Some(system), _) => format!("{browser} on {system}"),
        (Some(browser), None, _) => browser.into(),
        (None, Some(system), _) => format!("A browser on {system}"),
        (None, None, Some(product)) => product.chars().take(40).collect(),
        (None, None, None) => "Unknown device".into(),
    }
}
