//! Times in RFC 3339, in UTC. The module `say` writes times in words.

use time::{
    Date, OffsetDateTime,
    format_description::{StaticFormatDescription, well_known::Rfc3339},
    macros::format_description,
};

/// RFC 3339 to the second.
const SECOND: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
/// RFC 3339 to the millisecond.
const MILLISECOND: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// A time (Unix seconds) in RFC 3339, such as `2026-01-31T12:00:00Z`.
pub fn rfc3339(at: i64) -> String {
    written(at, SECOND)
}

/// A time (Unix milliseconds) in RFC 3339, such as `2026-01-31T12:00:00.000Z`.
pub fn rfc3339_ms(at_ms: i64) -> Option<String> {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at_ms) * 1_000_000).ok()?;
    at.format(MILLISECOND).ok()
}

/// Parses a day, which means its first moment, or a time in RFC 3339, to Unix milliseconds.
///
/// # Errors
/// Returns a sentence for the user who typed the text.
pub fn parse_ms(text: &str) -> Result<i64, String> {
    let at = match Date::parse(text, format_description!("[year]-[month]-[day]")) {
        Ok(day) => day.midnight().assume_utc(),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| "expected 2026-01-31 or 2026-01-31T12:00:00Z".to_owned())?,
    };
    Ok((at.unix_timestamp_nanos() / 1_000_000) as i64)
}

/// Formats a time; one outside of the calendar is written as its number.
fn written(at: i64, format: StaticFormatDescription) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(at).ok();
    moment.and_then(|moment| moment.format(format).ok()).unwrap_or_else(|| at.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_moment_in_every_form() {
        let at = 1_769_860_805;
        assert_eq!(rfc3339(at), "2026-01-31T12:00:05Z");
        assert_eq!(rfc3339_ms(at * 1000 + 7).as_deref(), Some("2026-01-31T12:00:05.007Z"));
        assert_eq!(parse_ms("2026-01-31"), Ok((at - 12 * 3600 - 5) * 1000));
        assert_eq!(parse_ms("2026-01-31T14:00:05+02:00"), Ok(at * 1000));
        assert!(parse_ms("31.1.2026").is_err() && parse_ms("").is_err());
        assert_eq!((rfc3339(i64::MAX), rfc3339_ms(i64::MAX)), (i64::MAX.to_string(), None));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(at_ms in 0..253_402_300_799_999_i64) {
            prop_assert_eq!(parse_ms(&rfc3339(at_ms / 1000)), Ok(at_ms / 1000 * 1000));
            let text = rfc3339_ms(at_ms).expect("within the calendar");
            prop_assert_eq!(parse_ms(&text), Ok(at_ms));
        }
    }
}
