//! The state of a touched form: its input, its refusal, and the display of that.

use std::cell::{Cell, RefCell};

use super::{
    said::{pend, sentence, title, when},
    strength, toast,
};
use crate::{
    browser::{
        self,
        dom::{self, Node},
    },
    model::{
        ApiError, ErrorCode, Field, FieldError, Filled, Form, Kind, PasswordPolicy, Problem, Wait,
    },
};

/// Time after which a post of the browser is taken as stopped, in seconds.
const POSTED_FOR: f64 = 15.0;

/// A form that the user has touched, with its state.
pub(super) struct Touched {
    pub(super) form: Form,
    pub(super) node: Node,
    is_pending: Cell<bool>,
    /// Time at which the browser began to post it, in Unix seconds; 0 if it did not.
    posted_s: Cell<f64>,
    refused: RefCell<Option<Refused>>,
}

/// The refusal of a form.
struct Refused {
    /// Input at that time.
    filled: Filled,
    /// Error.
    error: ApiError,
    /// Wait before the same input can be sent again.
    wait: Wait,
    /// Whether it is displayed now.
    is_told: bool,
}

impl Refused {
    /// Whether it concerns another account than the current input. The answer does not always
    /// distinguish a wait of the account from one of the source; if it may be the account, the
    /// server decides again.
    fn is_about_another(&self, filled: &Filled) -> bool {
        may_be_about_account(self.error.code)
            && self.filled.of(Field::Identifier) != filled.of(Field::Identifier)
    }
}

fn may_be_about_account(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::TooManyRequests | ErrorCode::AccountThrottled)
}

impl Touched {
    pub(super) fn new(form: Form, node: Node) -> Self {
        let is_pending = Cell::new(false);
        Self { form, node, is_pending, posted_s: Cell::new(0.0), refused: RefCell::new(None) }
    }

    /// Whether a request is in progress. No event tells that a person stopped a post of the browser, so that one is taken as
    /// over after a while.
    pub(super) fn is_pending(&self) -> bool {
        let posted_s = self.posted_s.get();
        let is_stopped = posted_s > 0.0 && browser::now_s() > posted_s + POSTED_FOR;
        self.is_pending.get() && !is_stopped
    }

    /// Records that the browser posts it, so that a button that is pressed twice posts once.
    pub(super) fn post(&self) {
        self.posted_s.set(browser::now_s());
        self.pend(true);
    }

    /// The current input. Foreign inputs are left out.
    pub(super) fn filled(&self) -> Filled {
        let mut filled = Filled::default();
        for (name, text) in self.node.entries() {
            if let Some(field) = Field::named(&name)
                && self.form.inputs().iter().any(|input| input.field == field)
            {
                filled.set(field, text);
            }
        }
        filled
    }

    pub(super) fn policy(&self) -> PasswordPolicy {
        let min = self.node.attribute("data-min").and_then(|min| min.parse().ok());
        PasswordPolicy { min_chars: min.unwrap_or(1) }
    }

    fn button(&self) -> Option<Node> {
        self.node.find("button[data-busy]")
    }

    /// The label of its button.
    pub(super) fn says(&self) -> String {
        self.button().map_or(String::new(), |button| button.text())
    }

    /// The part of a field by name: the input itself, its error.
    pub(super) fn part(&self, field: Field, part: &str) -> Option<Node> {
        dom::by_id(&format!("{}-{}{part}", self.form.name(), field.name()))
    }

    /// Records the beginning or the end of a request.
    pub(super) fn pend(&self, is_pending: bool) {
        self.is_pending.set(is_pending);
        let Some(button) = self.button() else { return };
        self.node.set("aria-busy", is_pending.then_some("true"));
        pend(&button, is_pending);
    }

    /// Displays a refusal; the form can be sent again.
    pub(super) fn refuse(&self, filled: Filled, error: ApiError) {
        let wait = Wait::new(error.retry_after.unwrap_or_default(), browser::now_s());
        let one = match &*error.fields {
            [one] => self.part(one.field, ""),
            _ => None,
        };
        let mut said = sentence(&error);
        if let Some(seconds) = error.retry_after {
            said = said + " " + &when(seconds);
        }
        self.refused.replace(Some(Refused { filled, error, wait, is_told: true }));
        self.show_errors();
        self.look_at_clock();
        match one.or_else(|| self.node.find(".summary")) {
            Some(place) => place.focus(),
            None => toast::say(&said),
        }
    }

    /// Goes on from the refusal that the page was drawn with, if it was: what is filled in by now may be mended.
    pub(super) fn go_on(&self) {
        let timer = self.node.find("[data-wait]");
        let seconds = timer.and_then(|timer| timer.attribute("data-wait")?.parse().ok());
        let mut fields = Vec::new();
        let mut filled = Filled::default();
        for input in self.form.inputs() {
            let drawn = self.part(input.field, "").and_then(|it| it.attribute(input.drawn_in()));
            filled.set(input.field, drawn.unwrap_or_default());
            let says = self.part(input.field, "-error").map(|place| place.text());
            if let Some(message) = says.filter(|says| !says.is_empty()) {
                fields
                    .push(FieldError { message, ..FieldError::new(input.field, Problem::Invalid) });
            }
        }
        let error = match seconds {
            Some(_) => ApiError { retry_after: seconds, ..ErrorCode::TooManyRequests.into() },
            None if fields.is_empty() => return,
            None => ApiError::fields(fields),
        };
        let wait = Wait::new(seconds.unwrap_or_default(), browser::now_s());
        self.refused.replace(Some(Refused { filled, error, wait, is_told: true }));
        self.look_again();
    }

    /// Clears a refusal for a missing session.
    pub(super) fn forgive(&self) {
        let is_over = |refused: &mut Refused| {
            refused.error.code.status() == 401 || refused.error.code == ErrorCode::InvalidGrant
        };
        if self.refused.borrow_mut().take_if(is_over).is_some() {
            self.show_errors();
        }
    }

    /// Empties the passwords that an answer refused.
    pub(super) fn empty(&self, error: &ApiError) {
        let is_judged = |field: Field| match error.fields.is_empty() {
            true => error.code.status() < 429,
            false => error.problem_with(field).is_some(),
        };
        for input in self.form.inputs().iter().filter(|input| input.is_secret()) {
            if !is_judged(input.field) {
                continue;
            }
            if let Some(node) = self.part(input.field, "") {
                node.fill("");
            }
            if input.kind == Kind::NewPassword {
                strength::forget(&self.node);
            }
        }
    }

    /// Displays the errors in their places.
    fn show_errors(&self) {
        let told = self.refused.borrow();
        let told = told.as_ref().filter(|refused| refused.is_told).map(|refused| &refused.error);
        for input in self.form.inputs() {
            let wrong =
                told.and_then(|error| error.fields.iter().find(|wrong| wrong.field == input.field));
            if let Some(place) = self.part(input.field, "-error") {
                place.say(wrong.map_or("", |wrong| &wrong.message));
            }
            if let Some(node) = self.part(input.field, "") {
                node.set("aria-invalid", wrong.map(|_| "true"));
                // What is wrong takes the place of the hint.
                let parts = ["-hint", "-caps", "-error"].into_iter().skip(wrong.iter().len());
                let described = parts.filter_map(|part| Some(self.part(input.field, part)?.id()));
                node.set("aria-describedby", Some(&described.collect::<Vec<_>>().join(" ")));
            }
        }
        self.sum_up(told);
        title();
    }

    /// Says at the top of the form what is wrong with it.
    fn sum_up(&self, told: Option<&ApiError>) {
        let Some(summary) = self.node.find(".summary") else { return };
        if let (Some(list), Some(error)) = (summary.find("ul"), told) {
            list.say("");
            match error.fields.is_empty() {
                true => {
                    if let Some(item) = list.add("li") {
                        item.say(&sentence(error));
                    }
                }
                false => error.fields.iter().for_each(|wrong| self.list(&list, wrong)),
            }
        }
        // One field shows the only error.
        summary.hide(told.is_none_or(|error| error.fields.len() == 1));
    }

    fn list(&self, list: &Node, wrong: &FieldError) {
        if let Some(link) = list.add("li").and_then(|item| item.add("a")) {
            link.set("href", Some(&format!("#{}-{}", self.form.name(), wrong.field.name())));
            link.say(&wrong.message);
        }
    }

    /// Checks the input again after a refusal, so that a corrected field is shown at once.
    pub(super) fn look_again(&self) {
        let filled = self.filled();
        let is_changed = self.refused.borrow_mut().as_mut().is_some_and(|refused| {
            if may_be_about_account(refused.error.code) {
                let holds = !refused.is_about_another(&filled);
                return std::mem::replace(&mut refused.is_told, holds) != holds;
            }
            if !refused.is_told || refused.error.fields.is_empty() {
                return false;
            }
            let local = self.form.check(|field| filled.of(field), self.policy());
            let count = refused.error.fields.len();
            let before = &refused.filled;
            // Errors that only the server can find stay for the refused text.
            refused.error.fields.retain(|wrong| {
                filled.of(wrong.field) == before.of(wrong.field)
                    || local.iter().any(|still| still.field == wrong.field)
            });
            refused.is_told = !refused.error.fields.is_empty();
            refused.error.fields.len() != count
        });
        if is_changed {
            self.show_errors();
        }
        self.look_at_clock();
    }

    /// Remaining seconds of the wait.
    pub(super) fn left(&self) -> u32 {
        let filled = self.filled();
        self.refused.borrow_mut().as_mut().map_or(0, |refused| {
            match refused.is_about_another(&filled) {
                true => 0,
                false => refused.wait.left(browser::now_s()),
            }
        })
    }

    /// Counts down; at the end the refusal is removed, and the page announces it.
    pub(super) fn look_at_clock(&self) {
        let waits = self
            .refused
            .borrow()
            .as_ref()
            .is_some_and(|refused| refused.error.retry_after.is_some() && refused.is_told);
        let left = if waits { self.left() } else { 0 };
        if waits && left == 0 {
            self.refused.take();
            self.show_errors();
            toast::say(&dom::words("again"));
        }
        if let Some(timer) = self.node.find("[role=timer]") {
            timer.say(&if left > 0 { when(left) } else { String::new() });
        }
        if let Some(button) = self.button()
            && !self.is_pending.get()
        {
            button.set("aria-disabled", (left > 0).then_some("true"));
        }
    }
}
