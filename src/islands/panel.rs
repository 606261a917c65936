use leptos::{either::Either, prelude::*, task::spawn_local};

use crate::{
    actions,
    browser::{self, DecodedToken, Received, Verb},
    components::{Code, effect},
    model::ErrorCode,
};

/// The route that the panel calls.
const ROUTE: &str = "/api/v1/me";
/// Stands for the token: extensions, screenshots and recordings of the page see whatever is in it.
const MASKED: &str = "••••••••";

/// "Call the guarded API": the request, the answer and the token taken apart, as the tutorials' readers see them
/// in Postman. The token itself is copied, never shown.
#[island]
pub fn CallPanel() -> impl IntoView {
    let token = RwSignal::new(None::<String>);
    let answer = RwSignal::new(None::<Result<Received, &'static str>>);
    let pending = RwSignal::new(false);
    let said = RwSignal::new("");
    let tick = RwSignal::new(0_u32);

    effect(move || {
        spawn_local(async move { token.set(browser::access_token().await.ok().flatten()) });
        browser::every_second(move || {
            tick.update(|tick| *tick = tick.wrapping_add(1));
            let stored = browser::stored_token();
            if token.get_untracked() != stored {
                token.set(stored);
            }
        });
    });

    let call = move |server_function: bool| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        spawn_local(async move {
            let outcome = if server_function {
                actions::whoami().await.map(|who| Received {
                    status: 200,
                    body: serde_json::to_string(&who).unwrap_or_default(),
                    milliseconds: 0,
                })
            } else {
                browser::call(Verb::Get, ROUTE, None).await
            };
            answer.set(Some(outcome.map_err(|error| error.code.message())));
            pending.set(false);
        });
    };
    let request = move || {
        let token = if token.with(Option::is_some) { MASKED } else { "…" };
        format!("GET {ROUTE}\nAuthorization: Bearer {token}")
    };
    let copy = move |as_curl: bool| {
        let Some(token) = browser::stored_token() else {
            return said.set(ErrorCode::MissingSession.message());
        };
        let origin = browser::origin();
        let text = match as_curl {
            true => format!("curl {origin}{ROUTE} -H 'Authorization: Bearer {token}'"),
            false => token,
        };
        spawn_local(async move {
            said.set(if browser::copy(&text).await {
                "Copied"
            } else {
                "Copying is not allowed here"
            });
        });
    };
    view! {
        <section class="card" aria-labelledby="call">
            <h2 id="call">"Call the guarded API"</h2>
            <p class="lead">"Sends this browser’s access token and shows what comes back."</p>
            <Code caption="Request" text=request note=() />
            <div class="actions">
                <button
                    class="button"
                    type="button"
                    aria-busy=move || pending.get().then_some("true")
                    on:click=move |_| call(false)
                >
                    "Send request"
                </button>
                <button
                    class="button quiet"
                    type="button"
                    aria-disabled=move || pending.get().then_some("true")
                    on:click=move |_| call(true)
                >
                    "Call server function"
                </button>
                {["Copy token", "Copy as curl"]
                    .map(|what| {
                        view! {
                            <button
                                class="button quiet"
                                type="button"
                                on:click=move |_| copy(what == "Copy as curl")
                            >
                                {what}
                            </button>
                        }
                    })}
            </div>
            <p class="hint" role="status" prop:textContent=move || said.get()></p>
            <div class="answer" role="status">
                {move || answer.get().map(|outcome| view! { <AnswerView outcome /> })}
            </div>
            {move || {
                let decoded = token.get().and_then(|token| browser::decode(&token));
                decoded.map(|token| view! { <TokenView token tick /> })
            }}
        </section>
    }
}

/// What came back.
#[component]
fn AnswerView(outcome: Result<Received, &'static str>) -> impl IntoView {
    match outcome {
        Ok(answer) => {
            let tag = if answer.status < 400 { "tag" } else { "tag bad" };
            let took = (answer.milliseconds > 0).then(|| format!(" {} ms", answer.milliseconds));
            let body = browser::pretty(&answer.body);
            let note = view! {
                <span class=tag>{answer.status.to_string()}</span>
                {took}
            };
            Either::Left(view! { <Code caption="Answer" text=body note /> })
        }
        Err(message) => Either::Right(view! { <p class="error">{message}</p> }),
    }
}

/// The token taken apart, and the time it has left.
#[component]
fn TokenView(token: DecodedToken, tick: RwSignal<u32>) -> impl IntoView {
    let life = token.expires_at - token.issued_at;
    let ends = token.expires_at;
    let left = move || {
        tick.track();
        browser::seconds_left(ends).max(0)
    };
    let words = move || match left() {
        0 => "Expired".to_owned(),
        left => format!("{} min {} s left", left / 60, left % 60),
    };
    view! {
        <div class="head">
            <h3 id="token">"Token"</h3>
            <p id="left">{words}</p>
        </div>
        <meter
            aria-labelledby="token left"
            min="0"
            max=life.to_string()
            low=(life / 10).to_string()
            optimum=life.to_string()
            value=move || left().to_string()
        ></meter>
        <Code caption="Header" text=token.header note=() />
        <Code caption="Claims" text=token.claims note=() />
    }
}
