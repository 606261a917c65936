use leptos::prelude::*;

use crate::model::{ApiError, Form, until_again};

/// What is wrong with a form, at its top, with links to the fields. Empty and hidden while nothing is: script fills it.
#[component]
pub(super) fn Summary(
    /// The form.
    form: Form,
    /// What was wrong when it was drawn.
    error: Option<ApiError>,
) -> impl IntoView {
    let items = error.as_ref().map(|error| match error.fields.is_empty() {
        true => view! { <li>{error.code.message()}</li> }.into_any(),
        false => error
            .fields
            .iter()
            .map(|wrong| {
                let href = format!("#{}-{}", form.name(), wrong.field.name());
                view! {
                    <li>
                        <a href=href>{wrong.message()}</a>
                    </li>
                }
            })
            .collect_view()
            .into_any(),
    });
    let wait = error.as_ref().and_then(|error| error.retry_after);
    view! {
        <div class="summary" role="alert" tabindex="-1" hidden=error.is_none()>
            <h2>"That did not work"</h2>
            <ul>{items}</ul>
            <p role="timer" data-wait=wait>
                {wait.map(until_again)}
            </p>
        </div>
    }
}
