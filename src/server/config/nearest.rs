//! The nearest known name to a mistyped one.

/// Number of letters that may differ: one more for a name of six than for a name of three.
fn tolerance(name: &str) -> usize {
    (name.chars().count() / 3).clamp(1, 3)
}

/// A hint to the nearest name, or to the help, as the end of a sentence.
pub(super) fn nearest<'n>(
    name: &str,
    known: impl Iterator<Item = &'n str>,
    shown: impl Fn(&str) -> String,
) -> String {
    let far =
        |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let near = known.map(|known| (far(known), known)).min();
    match near {
        Some((far, known)) if far <= tolerance(name) => format!("; did you mean {}?", shown(known)),
        _ => "; vestibule --help has all of them".into(),
    }
}
