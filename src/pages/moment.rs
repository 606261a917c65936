//! A time for people: how long ago, and exactly when.

use leptos::prelude::*;

use crate::server::dates;

/// Words such as "2 hours ago", with the exact time in UTC behind them.
#[component]
pub(super) fn Moment(
    /// Unix seconds.
    at: i64,
    /// Unix seconds.
    now: i64,
) -> impl IntoView {
    let words = ago(now - at);
    view! {
        <time datetime=dates::rfc3339(at) title=dates::minute_in_words(at)>
            {words}
        </time>
    }
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
