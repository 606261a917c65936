use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc};

/// The border that readers need around a QR code, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A QR code, dark on white in every scheme because not all readers take it the other way round. Nothing is drawn of a text
/// that is too long for one.
#[component]
pub fn Qr(
    /// The text.
    text: String,
    /// What the code is, for those who do not see it.
    label: String,
) -> impl IntoView {
    let code = QrCode::encode_text(&text, QrCodeEcc::Medium).ok();
    code.map(|code| {
        let side = code.size() + 2 * QUIET;
        view! {
            <svg class="qr" role="img" aria-label=label viewBox=format!("0 0 {side} {side}")>
                <path fill="#fff" d=format!("M0 0h{side}v{side}H0z") />
                <path fill="#000" d=modules(&code) shape-rendering="crispEdges" />
            </svg>
        }
    })
}

/// The dark modules as a path: a stroke for each run of a row.
fn modules(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
            }
            x += run.max(1);
        }
    }
    path
}
