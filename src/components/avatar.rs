use leptos::prelude::*;

/// The initials of a user under the arch.
#[component]
pub fn Avatar(
    /// Displayed name.
    name: String,
    /// Whether it is part of a heading.
    #[prop(optional)]
    is_large: bool,
) -> impl IntoView {
    let class = if is_large { "avatar large" } else { "avatar" };
    view! {
        <span class=class aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

/// The first letter of the first word and of the last one.
fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|c| c.is_alphanumeric());
    let mut letters = name.split_whitespace().filter_map(first);
    let ends = [letters.next(), letters.next_back()];
    ends.into_iter().flatten().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters_at_most() {
        for (name, letters) in [
            ("Ada Lovelace", "AL"),
            ("ada", "A"),
            ("Augusta Ada King", "AK"),
            (" \u{202e}(élan) ", "É"),
            ("···", ""),
            ("عمر خيام", "عخ"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }
}
