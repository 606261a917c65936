//! Elements of the page and their changes by script. Only list items of ours are created, moved or
//! removed.

use js_sys::Array;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, Event, FormData, HtmlDialogElement, HtmlElement, HtmlFormElement, HtmlInputElement,
    KeyboardEvent, SubmitEvent,
};

use super::page;

/// An element of the page.
#[derive(Clone, PartialEq)]
pub struct Node(Element);

/// An event with its target.
pub struct Happened {
    /// The target.
    pub target: Node,
    event: Event,
}

impl Happened {
    /// Prevents the browser's default action. It is called last, so that a failure before it leaves
    /// the browser's default in place.
    pub fn prevent_default(&self) {
        self.event.prevent_default();
    }

    /// Whether it is an event of this key.
    pub fn is_key(&self, name: &str) -> bool {
        self.event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == name)
    }

    /// Whether it belongs to something else: a word that is being composed, or a list over the
    /// field.
    pub fn is_others(&self) -> bool {
        let key = self.event.dyn_ref::<KeyboardEvent>();
        self.event.default_prevented() || key.is_some_and(KeyboardEvent::is_composing)
    }

    /// The button that submitted the form.
    pub fn submitter(&self) -> Option<Node> {
        self.event.dyn_ref::<SubmitEvent>()?.submitter()?.dyn_into().ok().map(Node)
    }

    /// Whether Caps Lock is on, as far as the event of a key shows.
    pub fn has_caps_lock(&self) -> bool {
        let key = self.event.dyn_ref::<KeyboardEvent>();
        key.is_some_and(|key| key.get_modifier_state("CapsLock"))
    }
}

/// Registers a listener for an event of any element, for the lifetime of the page.
pub fn on(name: &str, listener: impl Fn(Happened) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(target) = target {
            listener(Happened { target: Node(target), event });
        }
    });
    if let Some(document) = page::document() {
        // Capturing, because some of these events do not bubble.
        drop(document.add_event_listener_with_callback_and_bool(
            name,
            closure.as_ref().unchecked_ref(),
            true,
        ));
    }
    closure.forget();
}

/// The element of this `id`.
pub fn by_id(id: &str) -> Option<Node> {
    page::document()?.get_element_by_id(id).map(Node)
}

/// The first element that matches a selector.
pub fn find(selector: &str) -> Option<Node> {
    page::document()?.query_selector(selector).ok().flatten().map(Node)
}

/// All elements that match a selector.
pub fn all(selector: &str) -> Vec<Node> {
    let found = page::document().and_then(|page| page.query_selector_all(selector).ok());
    found.map_or(Vec::new(), |found| {
        (0..found.length())
            .filter_map(|n| found.item(n)?.dyn_into::<Element>().ok().map(Node))
            .collect()
    })
}

/// A text of the page in its language, by name.
pub fn words(name: &str) -> String {
    let words = by_id("notices").and_then(|all| all.attribute(&format!("data-{name}")));
    words.unwrap_or_default()
}

impl Node {
    /// The nearest ancestor that matches a selector, or the element itself.
    pub fn closest(&self, selector: &str) -> Option<Self> {
        self.0.closest(selector).ok().flatten().map(Node)
    }

    /// The first descendant that matches a selector.
    pub fn find(&self, selector: &str) -> Option<Self> {
        self.0.query_selector(selector).ok().flatten().map(Node)
    }

    /// Its `id`.
    pub fn id(&self) -> String {
        self.0.id()
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.0.get_attribute(name)
    }

    /// Sets or removes an attribute.
    pub fn set(&self, name: &str, value: Option<&str>) {
        drop(match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        });
    }

    /// Hides or shows it.
    pub fn hide(&self, is_hidden: bool) {
        self.set("hidden", is_hidden.then_some(""));
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.0.text_content().unwrap_or_default()
    }

    /// Sets its text. Equal text is left alone, because it would be read aloud again.
    pub fn say(&self, text: &str) {
        if self.text() != text {
            self.0.set_text_content(Some(text));
        }
    }

    /// Appends a new element.
    pub fn add(&self, name: &str) -> Option<Self> {
        let new = page::document()?.create_element(name).ok()?;
        self.0.append_child(&new).ok()?;
        Some(Node(new))
    }

    /// The value of an input.
    pub fn value(&self) -> String {
        self.0.dyn_ref::<HtmlInputElement>().map_or(String::new(), HtmlInputElement::value)
    }

    /// Sets the value of an input.
    pub fn fill(&self, text: &str) {
        if let Some(input) = self.0.dyn_ref::<HtmlInputElement>() {
            input.set_value(text);
        }
    }

    /// Moves the focus to it, once the page has settled.
    pub fn focus(&self) {
        if let Ok(element) = self.0.clone().dyn_into::<HtmlElement>() {
            page::settled(move || drop(element.focus()));
        }
    }

    /// Opens it as a dialog over the page.
    pub fn open(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>().filter(|dialog| !dialog.open())
        {
            drop(dialog.show_modal());
        }
    }

    /// Closes the dialog.
    pub fn close(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>() {
            dialog.close();
        }
    }

    /// The names and values of a form, in order.
    pub fn entries(&self) -> Vec<(String, String)> {
        let form = self.0.dyn_ref::<HtmlFormElement>();
        let data = form.and_then(|form| FormData::new_with_form(form).ok());
        let entries = data.map(|data| data.entries().into_iter().flatten());
        entries.map_or(Vec::new(), |entries| {
            entries
                .filter_map(|entry| {
                    let pair = Array::from(&entry);
                    Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
                })
                .collect()
        })
    }
}
