use leptos::prelude::*;

use crate::server::{dates, say};

/// When something was, in words; the exact moment stands behind them, which script writes in local time.
#[component]
pub(super) fn Moment(
    /// Unix seconds.
    at: i64,
    /// Unix seconds.
    now: i64,
) -> impl IntoView {
    view! {
        <time datetime=dates::rfc3339(at) title=say::minute(at)>
            {say::ago(now - at)}
        </time>
    }
}
