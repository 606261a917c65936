use leptos::{nonce::use_nonce, prelude::*};

use super::form::{Cancel, Drawn, FormView, Look};
use crate::{model::Form, server::say};

/// Loads the module of passkeys once the page is there, where the browser knows passkeys.
const LOADER: &str =
    r#"self.PublicKeyCredential&&addEventListener("load",()=>import("/passkeys.js"))"#;

/// A form that an authenticator fills in. It is hidden until script shows it, because it needs script.
#[component]
pub fn PasskeyForm(
    /// The form: one with an authenticator's answer.
    form: Form,
    /// Its content.
    drawn: Drawn,
    /// Appearance.
    look: Look,
    /// What the authenticator is asked for a new passkey, as JSON.
    #[prop(optional_no_strip)]
    asked: Option<String>,
    /// The way out.
    #[prop(optional_no_strip)]
    cancel: Option<Cancel>,
) -> impl IntoView {
    let what = match form {
        Form::PasskeyLogin => "login",
        Form::PasskeyRegister => "register",
        Form::PasskeyFactor => "factor",
        Form::PasskeyProof => "proof",
        _ => "new",
    };
    let there = asked.is_some().then(say::passkey_there);
    // Style hides it beside a form that is shown.
    let needs = asked.is_some().then(|| view! { <p class="hint">{say::passkey_script()}</p> });
    view! {
        <div data-passkey=what data-asked=asked data-not-used=say::passkey_not_used() data-there=there hidden>
            <FormView form look drawn cancel />
            <p class="hint" role="status"></p>
        </div>
        {needs}
        <script nonce=use_nonce() inner_html=LOADER></script>
    }
}
