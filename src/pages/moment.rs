//! A time for people: how long ago, and exactly when.

use leptos::prelude::*;
use time::OffsetDateTime;

/// Words such as "2 hours ago", with the exact time in UTC behind them.
#[component]
pub(super) fn Moment(
    /// Unix seconds.
    at: i64,
    /// Unix seconds.
    now: i64,
) -> impl IntoView {
    let words = ago(now - at);
    OffsetDateTime::from_unix_timestamp(at).ok().map(|at| {
        let (date, (hour, minute, second)) = (at.date(), at.to_hms());
        let machine = format!("{date}T{hour:02}:{minute:02}:{second:02}Z");
        let exact = format!("{} {} {}, {hour:02}:{minute:02} UTC", at.day(), at.month(), at.year());
        view! {
            <time datetime=machine title=exact>
                {words}
            </time>
        }
    })
}

fn ago(seconds: i64) -> String {
    let (count, unit) = match seconds {
        ..60 => return "just now".into(),
        60..3600 => (seconds / 60, "minute"),
        3600..86_400 => (seconds / 3600, "hour"),
        86_400..2_592_000 => (seconds / 86_400, "day"),
        2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
        _ => (seconds / 31_536_000, "year"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}
