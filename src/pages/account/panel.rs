//! The panel "Call the guarded API": the request, the answer and the decoded token, as readers of
//! the tutorials see them in Postman.

use leptos::prelude::*;

use crate::{components::Code, islands::Panel as Calls, server::say};

/// The panel. Script fills it; without script it shows a notice, and no buttons.
#[component]
pub(super) fn Panel() -> impl IntoView {
    let buttons = [
        ("send", "button", say::panel_send()),
        ("call", "button quiet", say::panel_call()),
        ("show", "button quiet", say::panel_show()),
        ("token", "button quiet", say::panel_copy_token()),
        ("curl", "button quiet", say::panel_copy_curl()),
    ];
    let buttons = buttons.map(|(act, class, label)| {
        let busy = matches!(act, "send" | "call").then(say::panel_busy);
        let pressed = (act == "show").then_some("false");
        view! {
            <button class=class type="button" data-act=act data-busy=busy aria-pressed=pressed>
                {label}
            </button>
        }
    });
    view! {
        <section class="card" aria-labelledby="panel-title" id="panel">
            <h2 id="panel-title">{say::panel()}</h2>
            <p class="lead">{say::panel_lead()}</p>
            <p class="asleep soft">{say::panel_asleep()}</p>
            <Calls>
                <div
                    class="awake"
                    id="panel-words"
                    data-copied=say::copied()
                    data-refused=say::copying_refused()
                    data-nobody=say::error_missing_session()
                    data-expired=say::panel_expired()
                    data-left=say::panel_left("{m}", "{s}")
                >
                    <Code
                        caption=say::panel_request()
                        id="panel-request"
                        text="GET /api/v1/me\nAuthorization: Bearer …".to_owned()
                    />
                    <div class="buttons">{buttons.collect_view()}</div>
                    <div class="answer" role="status" id="panel-status"></div>
                    <div id="panel-answer" hidden>
                        <Code caption=say::panel_answer() id="panel-body" />
                    </div>
                    <div id="panel-token" hidden>
                        <div class="head">
                            <h3 id="token">{say::panel_token()}</h3>
                            <p id="left"></p>
                        </div>
                        <meter aria-labelledby="token left" min="0" id="panel-life"></meter>
                        <Code caption=say::panel_header() id="panel-header" />
                        <Code caption=say::panel_claims() id="panel-claims" />
                    </div>
                </div>
            </Calls>
        </section>
    }
}
