//! Durations in short notation: `10m`, `90s`, `1h30m`, `30d`, or a number of seconds.

/// The units with their seconds, largest first.
const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Parses a duration in seconds; each unit at most once, the larger before the smaller.
pub(super) fn parse(text: &str) -> Option<i64> {
    if !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at(digits);
        let unit = after.chars().next()?;
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*seconds)?)?;
        rest = &after[unit.len_utf8()..];
    }
    (!text.is_empty()).then_some(total)
}

/// Writes a duration in the notation of [`parse`], with few units.
pub(super) fn shown(seconds: i64) -> String {
    if seconds == 0 {
        return "0".into();
    }
    let mut rest = seconds;
    let mut text = String::new();
    for (name, unit) in UNITS {
        if rest >= unit {
            text += &format!("{}{name}", rest / unit);
            rest %= unit;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_as_people_write_them() {
        for (text, seconds) in [
            ("600", 600),
            ("0", 0),
            ("90s", 90),
            ("10m", 600),
            ("1h30m", 5400),
            ("30d", 2_592_000),
            ("1d1h1m1s", 90_061),
            ("0d", 0),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            " 600",
            "600.0",
            "1.5h",
            "-1",
            "+1",
            "10 m",
            "m",
            "10x",
            "1m1h",
            "1m1m",
            "10m5",
            "10M",
            "1w",
            "99999999999999999999",
            "9999999999999999d",
            "٣m",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_again(seconds in 0..i64::MAX) {
            prop_assert_eq!(parse(&shown(seconds)), Some(seconds));
        }

        #[test]
        fn nothing_panics(text in "[0-9dhms.é -]{0,12}") {
            if let Some(seconds) = parse(&text) {
                prop_assert_eq!(parse(&shown(seconds)), Some(seconds));
            }
        }
    }
}
