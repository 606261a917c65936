//! Says how hard a new password is to guess, in words and on a meter, while it is typed.

use std::{cell::Cell, rc::Rc};

use leptos::task::spawn_local;

use super::touched::Touched;
use crate::{
    actions,
    browser::{self, dom::Node},
    model::{Kind, Strength, StrengthForm},
};

/// How long nobody has to type before the server is asked, in milliseconds.
const PAUSE: i32 = 400;

thread_local! {
    /// How often something was typed.
    static TYPED: Cell<u32> = const { Cell::new(0) };
}

/// Something was typed into a form.
pub(super) fn typed(touched: &Rc<Touched>, input: &Node) {
    let inputs = touched.form.inputs();
    let new = inputs.iter().find(|input| input.kind == Kind::NewPassword);
    let Some(new) = new.filter(|new| input.attribute("name").as_deref() == Some(new.field.name()))
    else {
        return;
    };
    let mine = TYPED.get() + 1;
    TYPED.set(mine);
    let touched = touched.clone();
    spawn_local(async move {
        browser::pause(PAUSE).await;
        if mine != TYPED.get() || !browser::is_online() {
            return;
        }
        let filled = touched.filled();
        // Also what only stands there for this, unseen.
        let of = |name: &str| {
            touched.node.find(&format!("[name={name}]")).map_or(String::new(), |node| node.value())
        };
        let password = filled.of(new.field).to_owned();
        let form = StrengthForm { password, name: of("username"), email: of("email") };
        // Without an answer nothing is said: the form judges all the same.
        let said = actions::strength(form).await.unwrap_or_default();
        if mine == TYPED.get() {
            say(&touched, &said);
        }
    });
}

/// Says nothing of a password that is not there any more.
pub(super) fn forget(touched: &Touched) {
    TYPED.set(TYPED.get() + 1);
    say(touched, &Strength::default());
}

fn say(touched: &Touched, strength: &Strength) {
    if let Some(meter) = touched.node.find("meter") {
        meter.set("value", Some(&strength.score.to_string()));
        meter.hide(strength.words.is_empty());
    }
    if let Some(words) = touched.node.find(".strength .hint") {
        words.say(&strength.words);
    }
}
