use leptos::prelude::*;

use crate::{
    model::{ApiError, Form},
    server::say,
};

/// The error summary at the top of a form, with links to its fields. Hidden without errors, and if
/// one field shows the only one.
#[component]
pub(super) fn Summary(
    /// The form.
    form: Form,
    /// Error when it was drawn.
    error: Option<ApiError>,
) -> impl IntoView {
    let is_shown = error.as_ref().is_some_and(|error| error.fields.len() != 1);
    let items = error.as_ref().map(|error| match error.fields.is_empty() {
        true => view! { <li>{say::error(error.code)}</li> }.into_any(),
        false => error
            .fields
            .iter()
            .map(|wrong| {
                let href = format!("#{}-{}", form.name(), wrong.field.name());
                view! {
                    <li>
                        <a href=href>{say::problem(&wrong.problem, wrong.field)}</a>
                    </li>
                }
            })
            .collect_view()
            .into_any(),
    });
    let wait = error.as_ref().and_then(|error| error.retry_after);
    view! {
        <div class="summary" role="alert" tabindex="-1" hidden=!is_shown>
            <h2>{say::failed(form)}</h2>
            <ul>{items}</ul>
            <p role="timer" data-wait=wait data-words=say::try_again_when("{}")>
                {wait.map(say::try_again)}
            </p>
        </div>
    }
}
