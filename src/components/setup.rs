use leptos::prelude::*;

use super::Qr;
use crate::server::say;

/// An authenticator app that is to be set up: its QR code and its key, above the form for a code of it.
#[component]
pub fn AppSetup(
    /// The seed, in base32.
    secret: String,
    /// The address that the app reads.
    uri: String,
) -> impl IntoView {
    // In groups of four, as people type it.
    let groups: Vec<_> =
        (0..secret.len()).step_by(4).filter_map(|at| secret.get(at..at + 4)).collect();
    let label = say::factor_qr();
    view! {
        <h2>{say::factor_scan()}</h2>
        <p>{say::factor_scan_lead()}</p>
        <Qr text=uri.clone() label />
        <p>
            <a href=uri>{say::factor_open()}</a>
        </p>
        <p class="small">{say::factor_secret()}</p>
        <p>
            <code class="key" translate="no">{groups.join(" ")}</code>
        </p>
        <h2>{say::factor_try()}</h2>
    }
}
