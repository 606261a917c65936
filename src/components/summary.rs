use leptos::prelude::*;

use super::form::FormState;
use crate::model::{Field, until_again};

/// What is wrong with a form, at its top, with links to the fields.
#[component]
pub fn Summary(
    /// The form.
    form: FormState,
    /// The field to go to where no field is to blame.
    first: Field,
) -> impl IntoView {
    move || {
        form.error.get().map(|error| {
            let items = match error.fields.is_empty() {
                true => vec![(first, error.code.message().to_owned())],
                false => error.fields.iter().map(|wrong| (wrong.field, wrong.message())).collect(),
            };
            let items = items.into_iter().map(|(field, message)| {
                view! {
                    <li>
                        <a href=format!("#{}", field.name())>{message}</a>
                    </li>
                }
            });
            view! {
                <div class="summary" role="alert" tabindex="-1">
                    <h2>"That did not work"</h2>
                    <ul>{items.collect_view()}</ul>
                    {error
                        .retry_after
                        .map(|_| {
                            view! { <p role="timer">{move || until_again(form.wait.get())}</p> }
                        })}
                </div>
            }
        })
    }
}
