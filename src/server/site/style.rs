//! The inline stylesheet of pages: a common base, and parts that only some pages need.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::server::secure::seal;

/// A stylesheet as a page includes it.
#[derive(Clone, Debug)]
pub struct Style {
    /// Tag for the page's head.
    pub tag: String,
    /// Source expression for the content security policy.
    pub source: String,
}

impl Style {
    /// An inline style; the text contains no end tag.
    pub fn within(text: &str) -> Self {
        let hash = STANDARD.encode(seal::digest(text.as_bytes()));
        Self { tag: format!("<style>{text}</style>"), source: format!("'sha256-{hash}'") }
    }

    /// A linked file.
    fn linked(address: &str) -> Self {
        let tag = format!("<link rel=\"stylesheet\" href=\"{address}\">");
        Self { tag, source: "'self'".into() }
    }
}

/// The parts: the layer of each, and what a page has that needs it. A page pays for no more than it shows.
const PARTS: [(&str, &[&str]); 10] = [
    ("brand", &["class=\"logo-own\"", "class=\"emblem\""]),
    ("hall", &["class=\"portal wide"]),
    ("meter", &["<meter"]),
    ("alert", &["class=\"alert"]),
    ("tick", &["type=\"checkbox\""]),
    ("code", &["class=\"code\""]),
    ("docs", &["class=\"docs\""]),
    ("factor", &["class=\"qr\"", "class=\"codes\"", "class=\"card other\""]),
    ("answers", &["answers\""]),
    // The menu of a person who is signed in, and lists as in the account.
    ("account", &["id=\"menu\"", "class=\"rows\""]),
];

/// The stylesheet, split into parts.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The styles of every page.
    base: Style,
    parts: Vec<(&'static [&'static str], Style)>,
}

impl Sheet {
    /// Inline if possible: then the first answer contains everything visible first. The policy
    /// names the hashes, so that no other style is accepted.
    pub fn new(address: &str, text: Option<&str>) -> Self {
        // An HTML parser would end this text early, or change it before it is hashed.
        let is_kept = |text: &&str| !text.contains("</") && !text.contains(['\r', '\0']);
        let Some(text) = text.filter(is_kept) else {
            return Self { base: Style::linked(address), parts: Vec::new() };
        };
        // A later layer wins; this also holds in a part, which comes after all others.
        let mut base = format!("@layer {};{text}", layers(text).join(","));
        let mut parts = Vec::new();
        for (layer, marks) in PARTS {
            let part = take(&mut base, layer);
            if !part.is_empty() {
                parts.push((marks, Style::within(&part)));
            }
        }
        Self { base: Style::within(&base), parts }
    }

    /// The styles that a page needs.
    pub fn of<'s>(&'s self, page: &'s str) -> impl Iterator<Item = &'s Style> {
        let has = |marks: &[&str]| marks.iter().any(|mark| page.contains(mark));
        let parts = self.parts.iter().filter(move |(marks, _)| has(marks));
        std::iter::once(&self.base).chain(parts.map(|(_, style)| style))
    }
}

/// The layers of a sheet, in the order of their precedence.
fn layers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for after in text.split("@layer ").skip(1) {
        let names = after.split(['{', ';']).next().unwrap_or_default();
        for name in names.split(',').map(str::trim) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// Removes a layer from a sheet and returns its rules.
fn take(text: &mut String, layer: &str) -> String {
    let mut taken = String::new();
    let head = format!("@layer {layer}");
    let mut from = 0;
    while let Some(start) = text[from..].find(&head).map(|at| from + at) {
        from = start + head.len();
        // Otherwise it is a list of layers, or another layer.
        if !text[from..].trim_start().starts_with('{') {
            continue;
        }
        let Some(length) = block(&text[start..]) else { break };
        taken.extend(text.drain(start..start + length));
        from = start;
    }
    taken
}

/// The length of a rule, to the end of its block. None of our strings contains a brace.
fn block(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return Some(at + 1),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags<'s>(sheet: &'s Sheet, page: &'s str) -> Vec<&'s str> {
        sheet.of(page).map(|style| style.tag.as_str()).collect()
    }

    #[test]
    fn a_sheet_in_the_page_passes_by_its_hash() {
        // The hash is that of `openssl dgst -sha256 -binary | base64`.
        let style = Style::within("p{color:red}");
        assert_eq!(style.tag, "<style>p{color:red}</style>");
        assert_eq!(style.source, "'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='");
        for text in [None, Some("p{}</style>"), Some("p{}\r\n"), Some("p{}\0")] {
            let sheet = Sheet::new("/pkg/a.css", text);
            let [style] = &sheet.of("<meter").collect::<Vec<_>>()[..] else { panic!("{text:?}") };
            assert_eq!(style.tag, "<link rel=\"stylesheet\" href=\"/pkg/a.css\">", "{text:?}");
            assert_eq!(style.source, "'self'");
        }
    }

    #[test]
    fn a_part_goes_with_the_pages_that_have_what_it_is_for() {
        let text = "@layer base{p{a:b}}@layer meter{@media x{meter{a:b}}}@layer code{pre{a:b}}\
                    @layer meter {q{a:b}}@layer last{i{a:b}}";
        let sheet = Sheet::new("/pkg/a.css", Some(text));
        let base =
            "<style>@layer base,meter,code,last;@layer base{p{a:b}}@layer last{i{a:b}}</style>";
        assert_eq!(tags(&sheet, "<p>"), [base]);
        let meter = "<style>@layer meter{@media x{meter{a:b}}}@layer meter {q{a:b}}</style>";
        assert_eq!(tags(&sheet, "<p><meter min=0>"), [base, meter]);
        assert_eq!(tags(&sheet, "<figure class=\"code\"><meter>").len(), 3);
    }

    /// A part with an unknown layer would stay in the base of every page.
    #[test]
    fn each_part_is_a_layer_of_the_sheet() {
        let main = include_str!("../../../style/main.css");
        let named = layers(main);
        for (layer, _) in PARTS {
            assert!(named.contains(&layer), "{layer}");
            assert!(main.contains(&format!("layer({layer})")), "{layer}");
        }
        assert_eq!(named.last(), Some(&"utilities"));
    }
}
