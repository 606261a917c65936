use leptos::prelude::*;

/// Does something in the browser, now and whenever what it read has changed.
///
/// All are of one type: each of its own would be half a kilobyte more of the browser's module.
pub fn effect(act: impl FnMut() + 'static) {
    let act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(act);
}
