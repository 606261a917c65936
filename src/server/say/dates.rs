//! Times in words. The server does not know the time zone of its users, so times are in UTC; script
//! rewrites those that a page marks (`data-local`) in local time.

use icu_calendar::{Date, Gregorian};
use icu_datetime::{
    FixedCalendarDateTimeFormatter as Formatter,
    fieldsets::{YM, YMD, YMDT},
    input::{DateTime, Time},
};
use icu_locale_core::Locale;
use time::OffsetDateTime;

use super::{
    Language, ago_days, ago_hours, ago_minutes, ago_months, ago_years, current, in_utc, just_now,
};

/// The date formats of a language.
struct Dates {
    month: Formatter<Gregorian, YM>,
    day: Formatter<Gregorian, YMD>,
    minute: Formatter<Gregorian, YMDT>,
}

thread_local! {
    /// The formats of each language, by its number; none without data for it.
    static DATES: Vec<Option<Dates>> = Language::all().map(Dates::of).collect();
}

impl Dates {
    fn of(language: Language) -> Option<Self> {
        let locale: Locale = language.locale().parse().ok()?;
        Some(Self {
            month: Formatter::try_new((&locale).into(), YM::long()).ok()?,
            day: Formatter::try_new((&locale).into(), YMD::long()).ok()?,
            minute: Formatter::try_new((&locale).into(), YMD::medium().with_time_hm()).ok()?,
        })
    }
}

/// The month of a time (Unix seconds), such as `January 2026`.
pub fn month(at: i64) -> String {
    written(at, |dates, moment| dates.month.format(&moment.date).to_string())
}

/// The day of a time (Unix seconds), such as `31 January 2026`.
pub fn day(at: i64) -> String {
    written(at, |dates, moment| dates.day.format(&moment.date).to_string())
}

/// A time (Unix seconds), such as `31 Jan 2026, 12:00 UTC`.
pub fn minute(at: i64) -> String {
    in_utc(written(at, |dates, moment| dates.minute.format(moment).to_string()))
}

/// Formats a time; one outside of the calendar is written as its number.
fn written(at: i64, write: impl Fn(&Dates, &DateTime<Gregorian>) -> String) -> String {
    DATES
        .with(|all| Some(write(all.get(current().number())?.as_ref()?, &moment(at)?)))
        .unwrap_or_else(|| at.to_string())
}

fn moment(at: i64) -> Option<DateTime<Gregorian>> {
    let at = OffsetDateTime::from_unix_timestamp(at).ok()?;
    let date = Date::try_new_gregorian(at.year(), at.month().into(), at.day()).ok()?;
    let time = Time::try_new(at.hour(), at.minute(), at.second(), 0).ok()?;
    Some(DateTime { date, time })
}

/// A past time relative to now, in seconds, such as "5 minutes ago".
pub fn ago(seconds: i64) -> String {
    match seconds {
        ..60 => just_now(),
        60..3600 => ago_minutes(seconds / 60),
        3600..86_400 => ago_hours(seconds / 3600),
        86_400..2_592_000 => ago_days(seconds / 86_400),
        2_592_000..31_536_000 => ago_months(seconds / 2_592_000),
        _ => ago_years(seconds / 31_536_000),
    }
}
