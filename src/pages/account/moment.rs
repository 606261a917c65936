use leptos::prelude::*;

use crate::server::{dates, say};

/// A relative time in words, with the exact time if it matters, which script rewrites in local
/// time.
#[component]
pub(super) fn Moment(
    /// The time, in Unix seconds.
    at: i64,
    /// The current time, in Unix seconds.
    now_s: i64,
    /// Whether the exact time is shown.
    #[prop(optional)]
    is_exact: bool,
) -> impl IntoView {
    let exact = say::minute(at);
    let title = (!is_exact).then(|| exact.clone());
    view! {
        <time datetime=dates::rfc3339(at) title=title>
            {say::ago(now_s - at)}
            {is_exact.then(|| view! { " · " <bdi data-local=say::current().locale()>{exact}</bdi> })}
        </time>
    }
}
