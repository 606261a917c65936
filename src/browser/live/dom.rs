//! Elements of the page, by what script does to them. None is made, moved or taken away but list items of ours.

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

/// An event, with the element that it happened to.
pub struct Happened {
    /// The element.
    pub target: Node,
    event: Event,
}

impl Happened {
    /// Takes it away from the browser. It comes last: whatever fails before leaves the browser to do what it does without
    /// script.
    pub fn take(&self) {
        self.event.prevent_default();
    }

    /// Whether it is this key's.
    pub fn is_key(&self, name: &str) -> bool {
        self.event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == name)
    }

    /// Whether it belongs to something else: a word that is being composed, or a list over the field.
    pub fn is_others(&self) -> bool {
        let key = self.event.dyn_ref::<KeyboardEvent>();
        self.event.default_prevented() || key.is_some_and(KeyboardEvent::is_composing)
    }

    /// The button by which a form is sent.
    pub fn submitter(&self) -> Option<Node> {
        self.event.dyn_ref::<SubmitEvent>()?.submitter()?.dyn_into().ok().map(Node)
    }

    /// Whether Caps Lock is on, as far as a key tells.
    pub fn has_caps_lock(&self) -> bool {
        let key = self.event.dyn_ref::<KeyboardEvent>();
        key.is_some_and(|key| key.get_modifier_state("CapsLock"))
    }
}

/// Calls back on an event of any element, as long as the page lives.
pub fn on(name: &str, listener: impl Fn(Happened) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(target) = target {
            listener(Happened { target: Node(target), event });
        }
    });
    if let Some(document) = page::document() {
        // Capturing: some of these do not bubble.
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

/// The first element of a selector.
pub fn find(selector: &str) -> Option<Node> {
    page::document()?.query_selector(selector).ok().flatten().map(Node)
}

/// All elements of a selector.
pub fn all(selector: &str) -> Vec<Node> {
    let found = page::document().and_then(|page| page.query_selector_all(selector).ok());
    found.map_or(Vec::new(), |found| {
        (0..found.length())
            .filter_map(|n| found.item(n)?.dyn_into::<Element>().ok().map(Node))
            .collect()
    })
}

/// What the page says of something, in its language.
pub fn words(name: &str) -> String {
    let words = by_id("notices").and_then(|all| all.attribute(&format!("data-{name}")));
    words.unwrap_or_default()
}

impl Node {
    /// The nearest element around it, or itself, of a selector.
    pub fn closest(&self, selector: &str) -> Option<Self> {
        self.0.closest(selector).ok().flatten().map(Node)
    }

    /// The first element in it of a selector.
    pub fn find(&self, selector: &str) -> Option<Self> {
        self.0.query_selector(selector).ok().flatten().map(Node)
    }

    /// Its `id`.
    pub fn id(&self) -> String {
        self.0.id()
    }

    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.0.get_attribute(name)
    }

    /// Sets an attribute, or takes it away.
    pub fn set(&self, name: &str, value: Option<&str>) {
        drop(match value {
            Some(value) => self.0.set_attribute(name, value),
            None => self.0.remove_attribute(name),
        });
    }

    /// Hides it or shows it.
    pub fn hide(&self, is_hidden: bool) {
        self.set("hidden", is_hidden.then_some(""));
    }

    /// Its text.
    pub fn text(&self) -> String {
        self.0.text_content().unwrap_or_default()
    }

    /// Says something in it. What says so already is left alone: it would be read aloud again.
    pub fn say(&self, text: &str) {
        if self.text() != text {
            self.0.set_text_content(Some(text));
        }
    }

    /// Adds an element to its end.
    pub fn add(&self, name: &str) -> Option<Self> {
        let new = page::document()?.create_element(name).ok()?;
        self.0.append_child(&new).ok()?;
        Some(Node(new))
    }

    /// What is typed into it.
    pub fn value(&self) -> String {
        self.0.dyn_ref::<HtmlInputElement>().map_or(String::new(), HtmlInputElement::value)
    }

    /// Types something else instead.
    pub fn fill(&self, text: &str) {
        if let Some(input) = self.0.dyn_ref::<HtmlInputElement>() {
            input.set_value(text);
        }
    }

    /// Moves focus to it, once the page has settled.
    pub fn focus(&self) {
        if let Ok(element) = self.0.clone().dyn_into::<HtmlElement>() {
            page::settled(move || drop(element.focus()));
        }
    }

    /// Opens it, as a dialog over the page.
    pub fn open(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>().filter(|dialog| !dialog.open())
        {
            drop(dialog.show_modal());
        }
    }

    /// Closes it.
    pub fn close(&self) {
        if let Some(dialog) = self.0.dyn_ref::<HtmlDialogElement>() {
            dialog.close();
        }
    }

    /// The names and texts of a form, in their order.
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
