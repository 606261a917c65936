//! Shows the strength of a new password in words and on a meter, while it is typed.

use std::cell::Cell;

use crate::{
    actions,
    browser::{self, dom::Node},
    model::{Field, Form, Kind, Strength, StrengthForm},
};

/// Pause in typing after which the server is asked, in milliseconds.
const PAUSE: i32 = 400;

thread_local! {
    /// Number of input events.
    static TYPED: Cell<u32> = const { Cell::new(0) };
}

/// Handles typed text in a form with this element.
pub(super) fn typed(form: Form, node: &Node, input: &Node) {
    let new = form.inputs().iter().find(|input| input.kind == Kind::NewPassword);
    let Some(new) = new.filter(|new| input.attribute("name").as_deref() == Some(new.field.name()))
    else {
        return;
    };
    let mine = TYPED.get() + 1;
    TYPED.set(mine);
    let node = node.clone();
    browser::spawn(async move {
        browser::pause(PAUSE).await;
        if mine != TYPED.get() || !browser::is_online() {
            return;
        }
        let of = |field: Field| {
            let input = node.find(&format!("[name={}]", field.name()));
            input.map_or(String::new(), |input| input.value())
        };
        let form = StrengthForm {
            password: of(new.field),
            name: of(Field::Username),
            email: of(Field::Email),
        };
        // Without an answer nothing is shown: the form checks all the same.
        let said = actions::strength(form).await.unwrap_or_default();
        if mine == TYPED.get() {
            say(&node, &said);
        }
    });
}

/// Clears the display after the password was removed.
pub(super) fn forget(node: &Node) {
    TYPED.set(TYPED.get() + 1);
    say(node, &Strength::default());
}

fn say(node: &Node, strength: &Strength) {
    if let Some(meter) = node.find("meter") {
        meter.set("value", Some(&strength.score.to_string()));
        meter.hide(strength.words.is_empty());
    }
    if let Some(words) = node.find(".strength .hint") {
        words.say(&strength.words);
    }
}
