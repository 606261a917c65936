//! The markers by which a view would find its places when it is hydrated.

/// A marker of one place.
const MARKER: &str = "<!>";
/// Elements whose content is no HTML.
const RAW: [(&str, &str); 2] = [("<script", "</script"), ("<style", "</style")];

/// A rendered page without its markers: nothing in it is hydrated. In values of attributes, scripts and styles the same
/// characters stay.
pub(super) fn without_markers(html: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(html.len()), html);
    // A `<` of a text is written as an entity: this one begins a marker or a tag.
    while let Some(at) = rest.find('<') {
        kept.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix(MARKER) {
            rest = after;
            continue;
        }
        let raw = RAW.iter().find(|(open, _)| rest.starts_with(open));
        let tag = tag_length(rest);
        let end = match raw {
            Some((_, close)) => rest[tag..].find(close).map_or(rest.len(), |content| tag + content),
            None => tag,
        };
        kept.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    kept.push_str(rest);
    kept
}

/// The length of the tag at the beginning of a text, in bytes.
fn tag_length(text: &str) -> usize {
    let mut is_value = false;
    let end = text.bytes().position(|byte| {
        is_value ^= byte == b'"';
        byte == b'>' && !is_value
    });
    end.map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markers_are_removed_and_nothing_else() {
        let html = r#"<!doctype html><p title="<!>">a<!>b<!></p><!><script>"<!>" > 1</script><style>/*<!>*/</style><!><br>"#;
        let kept = r#"<!doctype html><p title="<!>">ab</p><script>"<!>" > 1</script><style>/*<!>*/</style><br>"#;
        assert_eq!(without_markers(html), kept);
        for odd in ["", "<", "<!", "<p", r#"<p title="<!>"#, "<script>", "<script><!>"] {
            assert_eq!(without_markers(odd), odd);
        }
    }

    proptest! {
        /// What a person typed is in the page as it was.
        #[test]
        fn texts_and_values_stay(value in ".*", text in ".*") {
            let typed = [value, text].map(|one| one + "<!>");
            let [value, text] = typed.clone();
            let drawn = view! { <p title=value>{text} {None::<()>}</p> }.to_html();
            prop_assert!(drawn.contains(MARKER));
            let [value, text] = typed;
            let alone = view! { <p title=value>{text}</p> }.to_html();
            prop_assert_eq!(without_markers(&drawn), alone);
        }
    }
}
