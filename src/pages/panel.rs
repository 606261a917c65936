//! "Call the guarded API": the request, the answer and the token taken apart, as the tutorials' readers see them in Postman.

use leptos::prelude::*;

use crate::{components::Code, islands::Panel as Calls};

/// The panel. Script fills it; without script it says so, and has no buttons.
#[component]
pub(super) fn Panel() -> impl IntoView {
    let buttons = [
        ("send", "button", "Send request"),
        ("call", "button quiet", "Call server function"),
        ("token", "button quiet", "Copy token"),
        ("curl", "button quiet", "Copy as curl"),
    ];
    let buttons = buttons.map(|(act, class, label)| {
        view! {
            <button class=class type="button" data-act=act>
                {label}
            </button>
        }
    });
    view! {
        <section class="card" aria-labelledby="panel-title" id="panel">
            <h2 id="panel-title">"Call the guarded API"</h2>
            <p class="lead">"Sends this browser’s access token and shows what comes back."</p>
            <p class="notice asleep">"This part needs JavaScript and WebAssembly. Everything else works without them."</p>
            <Calls>
                <div class="awake">
                    <Code
                        caption="Request"
                        id="panel-request"
                        text="GET /api/v1/me\nAuthorization: Bearer …".to_owned()
                    />
                    <div class="actions">{buttons.collect_view()}</div>
                    <p class="hint" role="status" id="panel-said"></p>
                    <div class="answer" role="status" id="panel-status"></div>
                    <div id="panel-answer" hidden>
                        <Code caption="Answer" id="panel-body" />
                    </div>
                    <div id="panel-token" hidden>
                        <div class="head">
                            <h3 id="token">"Token"</h3>
                            <p id="left"></p>
                        </div>
                        <meter aria-labelledby="token left" min="0" id="panel-life"></meter>
                        <Code caption="Header" id="panel-header" />
                        <Code caption="Claims" id="panel-claims" />
                    </div>
                </div>
            </Calls>
        </section>
    }
}
