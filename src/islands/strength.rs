use leptos::{prelude::*, task::spawn_local};

use crate::{
    actions, browser,
    components::FieldState,
    model::{Strength, StrengthForm},
};

/// How long nobody has to type before the server is asked, in milliseconds.
const PAUSE: i32 = 400;

/// Says how hard a new password is to guess, in words and on a meter, while it is typed into what is inside.
#[component]
pub(super) fn StrengthOf<C: RenderHtml + 'static>(
    /// The password.
    password: FieldState,
    /// The name and the address that it goes with.
    person: Callback<(), (String, String)>,
    /// Whether it is a new one; of another nothing is said.
    #[prop(default = true)]
    asks: bool,
    /// The field.
    children: TypedChildren<C>,
) -> impl IntoView {
    let strength = RwSignal::new(Strength::default());
    let typed = StoredValue::new(0_u32);
    let ask = move |_| {
        if !asks {
            return;
        }
        typed.update_value(|typed| *typed += 1);
        let mine = typed.get_value();
        spawn_local(async move {
            browser::pause(PAUSE).await;
            if mine != typed.get_value() || !browser::is_online() {
                return;
            }
            let (name, email) = person.run(());
            let form = StrengthForm { password: password.value(), name, email };
            // Without an answer nothing is said: registration judges all the same.
            let said = actions::strength(form).await.unwrap_or_default();
            if mine == typed.get_value() {
                strength.set(said);
            }
        });
    };
    view! {
        <div on:input=ask>
            {children.into_inner()()}
            {asks
                .then(|| {
                    view! {
                        <div class="strength">
                            <meter
                                min="0"
                                max="4"
                                low="2"
                                high="3"
                                optimum="4"
                                aria-label="Password strength"
                                hidden=move || strength.get().words.is_empty()
                                value=move || strength.get().score.to_string()
                            ></meter>
                            <p class="hint" role="status" prop:textContent=move || strength.get().words></p>
                        </div>
                    }
                })}
        </div>
    }
}
