//! The forms of a page: checked before they are sent, sent by a server function, answered in place.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::task::spawn_local;

use super::{dialogs, keeper, strength};
use crate::{
    actions,
    browser::{
        self,
        dom::{self, Happened, Node},
    },
    model::{
        ApiError, ErrorCode, Field, FieldError, Filled, Form, Kind, PasswordPolicy, Sender, Wait,
        until_again,
    },
};

/// The elements of forms.
const FORMS: &str = "form[data-form]";

thread_local! {
    /// The forms that somebody has touched.
    static TOUCHED: RefCell<Vec<Rc<Touched>>> = const { RefCell::new(Vec::new()) };
    /// What is sent once a question is answered, or once the password is confirmed.
    static WAITING: RefCell<Option<Rc<Touched>>> = const { RefCell::new(None) };
}

/// A form that somebody has touched, and how it stands.
pub(super) struct Touched {
    pub(super) form: Form,
    pub(super) node: Node,
    is_pending: Cell<bool>,
    refused: RefCell<Option<Refused>>,
}

/// How a form was refused.
struct Refused {
    /// What was filled in then.
    filled: Filled,
    /// Why.
    error: ApiError,
    /// Until when it makes no sense to send that again.
    wait: Wait,
    /// Whether it is told now.
    is_told: bool,
}

impl Refused {
    /// Whether it is about another account than the one that is filled in now. The answer does not always say whether the
    /// account or the source has to wait; where it may be the account, the server answers again.
    fn is_about_another(&self, filled: &Filled) -> bool {
        may_be_about_account(self.error.code)
            && self.filled.of(Field::Identifier) != filled.of(Field::Identifier)
    }
}

fn may_be_about_account(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::TooManyRequests | ErrorCode::AccountThrottled)
}

pub(super) fn wake() {
    dom::on("submit", |submitted| {
        if let Some(touched) = of(&submitted.target) {
            submit(&touched, &submitted);
        }
    });
    dom::on("input", |typed| {
        if let Some(touched) = of(&typed.target) {
            touched.look_again();
            strength::typed(&touched, &typed.target);
        }
    });
    dom::on("click", |clicked| {
        if let Some(button) = clicked.target.closest(".reveal") {
            reveal(&button);
        }
        if clicked.target.id() == "ask-go"
            && let Some(waiting) = WAITING.with_borrow(Clone::clone)
        {
            dialogs::close("ask");
            send(waiting);
        }
    });
    for name in ["keydown", "keyup"] {
        dom::on(name, |key| {
            if let Some(caps) = dom::by_id(&format!("{}-caps", key.target.id())) {
                caps.say(if key.has_caps_lock() { "Caps Lock is on" } else { "" });
            }
        });
    }
    for button in dom::all(".reveal") {
        button.hide(false);
    }
    for form in dom::all(FORMS) {
        // One that was drawn with a refusal goes on from there.
        if form.find("[data-wait]").is_some()
            && let Some(touched) = of(&form)
        {
            touched.go_on();
        }
    }
    browser::every_second(|| {
        for touched in TOUCHED.with_borrow(Clone::clone) {
            touched.look_at_clock();
        }
    });
}

/// The form around an element.
fn of(node: &Node) -> Option<Rc<Touched>> {
    let node = node.closest(FORMS)?;
    TOUCHED.with_borrow_mut(|touched| {
        if let Some(known) = touched.iter().find(|known| known.node == node) {
            return Some(known.clone());
        }
        let form = Form::named(&node.attribute("data-form")?)?;
        let new = Rc::new(Touched {
            form,
            node,
            is_pending: Cell::new(false),
            refused: RefCell::new(None),
        });
        touched.push(new.clone());
        Some(new)
    })
}

/// Shows a password, or hides it again.
fn reveal(button: &Node) {
    let input = button.attribute("aria-controls").and_then(|id| dom::by_id(&id));
    let Some(input) = input else { return };
    let is_shown = input.attribute("type").as_deref() == Some("password");
    show(&input, button, is_shown);
}

fn show(input: &Node, button: &Node, is_shown: bool) {
    input.set("type", Some(if is_shown { "text" } else { "password" }));
    let name = if is_shown { "data-hide" } else { "data-show" };
    button.set("aria-label", button.attribute(name).as_deref());
    button.say(if is_shown { "Hide" } else { "Show" });
}

fn submit(touched: &Rc<Touched>, submitted: &Happened) {
    touched.look_at_clock();
    if touched.is_pending.get() || touched.left() > 0 {
        return submitted.take();
    }
    if let Some(question) = touched.node.attribute("data-ask") {
        dialogs::ask(&question, &touched.button().map_or(String::new(), |button| button.text()));
        WAITING.set(Some(touched.clone()));
        return submitted.take();
    }
    send(touched.clone());
    submitted.take();
}

/// Sends a form, if what is filled in can be taken.
fn send(touched: Rc<Touched>) {
    for button in dom::all(".reveal") {
        if let Some(input) = button.attribute("aria-controls").and_then(|id| dom::by_id(&id)) {
            show(&input, &button, false);
        }
    }
    let filled = touched.filled();
    let wrong = touched.form.check(|field| filled.of(field), touched.policy());
    if !wrong.is_empty() {
        return touched.refuse(filled, ApiError::fields(wrong));
    }
    touched.pend(true);
    spawn_local(async move {
        let outcome = match touched.form.sender() {
            Sender::Anybody => enter(&touched, filled.clone()).await,
            Sender::Person => act(&touched, filled.clone()).await,
        };
        if let Err(error) = outcome {
            touched.pend(false);
            if error.code == ErrorCode::ReauthenticationRequired && dialogs::open("proof") {
                WAITING.set(Some(touched));
                return;
            }
            // A refused password is emptied; one that nobody judged is kept for the next try.
            if error.code.status() < 500 {
                touched.empty();
            }
            touched.refuse(filled, error);
        }
    });
}

async fn enter(touched: &Touched, filled: Filled) -> Result<(), ApiError> {
    let next = touched.node.find("[name=next]").map(|next| next.value());
    let arrival = actions::enter(touched.form, filled, next).await?;
    browser::store_token(&arrival.access_token);
    browser::go(&arrival.next);
    Ok(())
}

async fn act(touched: &Touched, filled: Filled) -> Result<(), ApiError> {
    let acted = match actions::act(touched.form, filled).await {
        // Not signed in any more is what was asked for.
        Err(error) if touched.form == Form::Logout && error.code.status() == 401 => {
            browser::leave();
            return Ok(());
        }
        acted => acted?,
    };
    if let Some(token) = acted.access_token {
        browser::adopt(token)?;
    }
    if touched.form == Form::Proof {
        dialogs::close("proof");
        touched.pend(false);
        touched.empty();
        if let Some(waiting) = WAITING.take() {
            send(waiting);
        }
        return Ok(());
    }
    match touched.form {
        Form::Logout | Form::EndAll => browser::leave(),
        _ => browser::go(&acted.next),
    }
    Ok(())
}

impl Touched {
    /// What is filled in. Inputs that are none of ours are left out.
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

    fn policy(&self) -> PasswordPolicy {
        let min = self.node.attribute("data-min").and_then(|min| min.parse().ok());
        PasswordPolicy { min_chars: min.unwrap_or(1) }
    }

    fn button(&self) -> Option<Node> {
        self.node.find("button[data-busy]")
    }

    /// The part of a field of this name: the input itself, its error.
    fn part(&self, field: Field, part: &str) -> Option<Node> {
        dom::by_id(&format!("{}-{}{part}", self.form.name(), field.name()))
    }

    /// Notes that it is on its way, or not any more.
    fn pend(&self, is_pending: bool) {
        self.is_pending.set(is_pending);
        let Some(button) = self.button() else { return };
        let on = is_pending.then_some("true");
        button.set("aria-busy", on);
        button.set("aria-disabled", on);
        // What the button says stands aside while it says something else.
        if is_pending {
            button.set("data-idle", Some(&button.text()));
        }
        let says = button.attribute(if is_pending { "data-busy" } else { "data-idle" });
        button.say(&says.unwrap_or_default());
    }

    /// Says why it was not taken; it can be sent again.
    fn refuse(&self, filled: Filled, error: ApiError) {
        let wait = Wait::new(error.retry_after.unwrap_or_default(), browser::now());
        self.refused.replace(Some(Refused { filled, error, wait, is_told: true }));
        self.tell();
        self.look_at_clock();
        match self.node.find(".summary") {
            Some(summary) => summary.focus(),
            None => keeper::toast(&self.said()),
        }
    }

    /// The refusal that the page was drawn with.
    fn go_on(&self) {
        let Some(timer) = self.node.find("[data-wait]") else { return };
        let seconds = timer.attribute("data-wait").and_then(|text| text.parse().ok());
        let error = ApiError { retry_after: seconds, ..ErrorCode::TooManyRequests.into() };
        let wait = Wait::new(seconds.unwrap_or_default(), browser::now());
        self.refused.replace(Some(Refused { filled: self.filled(), error, wait, is_told: true }));
        self.look_at_clock();
    }

    fn empty(&self) {
        for input in self.form.inputs().iter().filter(|input| input.is_secret()) {
            if let Some(node) = self.part(input.field, "") {
                node.fill("");
            }
            if input.kind == Kind::NewPassword {
                strength::forget(self);
            }
        }
    }

    fn said(&self) -> String {
        self.refused
            .borrow()
            .as_ref()
            .map_or(String::new(), |refused| refused.error.code.message().to_owned())
    }

    /// Writes what is wrong into its places.
    fn tell(&self) {
        let told = self.refused.borrow();
        let told = told.as_ref().filter(|refused| refused.is_told).map(|refused| &refused.error);
        browser::mark_title(told.is_some());
        for input in self.form.inputs() {
            let wrong = told.and_then(|error| error.problem_with(input.field));
            if let Some(place) = self.part(input.field, "-error") {
                place.say(&wrong.map_or(String::new(), |problem| problem.message(input.field)));
            }
            if let Some(node) = self.part(input.field, "") {
                node.set("aria-invalid", wrong.map(|_| "true"));
            }
        }
        let Some(summary) = self.node.find(".summary") else { return };
        if let (Some(list), Some(error)) = (summary.find("ul"), told) {
            list.say("");
            match error.fields.is_empty() {
                true => {
                    if let Some(item) = list.add("li") {
                        item.say(error.code.message());
                    }
                }
                false => error.fields.iter().for_each(|wrong| self.list(&list, wrong)),
            }
        }
        summary.hide(told.is_none());
    }

    fn list(&self, list: &Node, wrong: &FieldError) {
        if let Some(link) = list.add("li").and_then(|item| item.add("a")) {
            link.set("href", Some(&format!("#{}-{}", self.form.name(), wrong.field.name())));
            link.say(&wrong.message());
        }
    }

    /// Once something was wrong, what is filled in is looked at again, so that a mended field is told at once.
    fn look_again(&self) {
        let now = self.filled();
        let is_changed = self.refused.borrow_mut().as_mut().is_some_and(|refused| {
            if may_be_about_account(refused.error.code) {
                let holds = !refused.is_about_another(&now);
                return std::mem::replace(&mut refused.is_told, holds) != holds;
            }
            if !refused.is_told || refused.error.fields.is_empty() {
                return false;
            }
            let local = self.form.check(|field| now.of(field), self.policy());
            let count = refused.error.fields.len();
            let before = &refused.filled;
            // What only the server knows holds for the text that it refused.
            refused.error.fields.retain(|wrong| {
                now.of(wrong.field) == before.of(wrong.field)
                    || local.iter().any(|still| still.field == wrong.field)
            });
            refused.is_told = !refused.error.fields.is_empty();
            refused.error.fields.len() != count
        });
        if is_changed {
            self.tell();
        }
        self.look_at_clock();
    }

    /// Seconds that it has to wait.
    fn left(&self) -> u32 {
        let filled = self.filled();
        self.refused.borrow_mut().as_mut().map_or(0, |refused| {
            match refused.is_about_another(&filled) {
                true => 0,
                false => refused.wait.left(browser::now()),
            }
        })
    }

    /// Counts down.
    fn look_at_clock(&self) {
        let waits = self
            .refused
            .borrow()
            .as_ref()
            .is_some_and(|refused| refused.error.retry_after.is_some() && refused.is_told);
        let left = if waits { self.left() } else { 0 };
        if let Some(timer) = self.node.find("[role=timer]") {
            timer.say(&if waits { until_again(left) } else { String::new() });
        }
        if let Some(button) = self.button()
            && !self.is_pending.get()
        {
            button.set("aria-disabled", (left > 0).then_some("true"));
        }
    }
}
