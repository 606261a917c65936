use leptos::prelude::*;

use crate::server::{dates, say};

/// When something was, in words; with the exact moment where that matters, which script writes in local time.
#[component]
pub(super) fn Moment(
    /// Unix seconds.
    at: i64,
    /// Unix seconds.
    now: i64,
    /// Whether the moment itself is shown.
    #[prop(optional)]
    is_exact: bool,
) -> impl IntoView {
    let exact = say::minute(at);
    let title = (!is_exact).then(|| exact.clone());
    view! {
        <time datetime=dates::rfc3339(at) title=title>
            {say::ago(now - at)}
            {is_exact.then(|| view! { " · " <bdi data-local=say::current().locale()>{exact}</bdi> })}
        </time>
    }
}
