//! The forms of a page: checked before they are sent, sent by a server function, answered in place.

use std::{cell::RefCell, rc::Rc};

use super::{choices, dialogs, said, strength, touched::Touched};
use crate::{
    actions,
    browser::{
        self,
        dom::{self, Happened, Node},
    },
    model::{ApiError, ErrorCode, FieldError, Filled, Form, Sender},
};

/// The elements of forms.
const FORMS: &str = "form[data-form]";

thread_local! {
    /// The forms that the user has touched.
    static TOUCHED: RefCell<Vec<Rc<Touched>>> = const { RefCell::new(Vec::new()) };
    /// The form that waits for the answer to its question.
    static ASKED: RefCell<Option<Rc<Touched>>> = const { RefCell::new(None) };
    /// The form that waits for the confirmed password.
    static PROVING: RefCell<Option<Rc<Touched>>> = const { RefCell::new(None) };
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
            strength::typed(touched.form, &touched.node, &typed.target);
        }
    });
    dom::on("click", |clicked| {
        if let Some(button) = clicked.target.closest(".reveal")
            && let Some(input) = revealed(&button)
        {
            show(&input, &button, input.attribute("type").as_deref() == Some("password"));
        }
        // The field gets the focus; the URL stays as it is.
        if let Some(link) = clicked.target.closest(".summary a")
            && let Some(input) = link.attribute("href").and_then(|to| dom::by_id(to.get(1..)?))
        {
            input.focus();
            clicked.prevent_default();
        }
        if clicked.target.id() == "ask-go"
            && let Some(asked) = ASKED.take()
        {
            dialogs::close("ask");
            send(asked);
        }
    });
    // What waits for a dialog is called off with it.
    dom::on("close", |closed| {
        match closed.target.id().as_str() {
            "ask" => drop(ASKED.take()),
            "proof" => drop(PROVING.take()),
            _ => {}
        }
        said::title();
    });
    for name in ["keydown", "keyup"] {
        dom::on(name, |key| {
            if let Some(caps) = dom::by_id(&format!("{}-caps", key.target.id())) {
                let says = if key.has_caps_lock() { dom::words("caps") } else { String::new() };
                caps.say(&says);
            }
        });
    }
    dom::on("keydown", |key| {
        let form = key
            .target
            .closest("form[data-cancel]")
            .filter(|_| key.is_key("Escape") && !key.is_others());
        if let Some(path) = form.and_then(|form| form.attribute("data-cancel")) {
            browser::go(&path);
        }
    });
    for button in dom::all(".reveal") {
        button.hide(false);
    }
    for form in dom::all(FORMS) {
        let Some(touched) = of(&form) else { continue };
        // One that was drawn with a refusal goes on from there.
        touched.go_on();
        // A password that was typed before has its advice.
        if let Some(input) = form.find("[autocomplete=new-password]")
            && !input.value().is_empty()
        {
            strength::typed(touched.form, &form, &input);
        }
    }
    browser::every_second(|| {
        for touched in TOUCHED.with_borrow(Clone::clone) {
            touched.look_at_clock();
        }
    });
}

/// Allows forms that were refused without a session to be sent again, after a new sign-in.
pub(super) fn back() {
    for touched in TOUCHED.with_borrow(Clone::clone) {
        touched.forgive();
    }
}

/// Whether this page is signing out.
pub(super) fn is_leaving() -> bool {
    TOUCHED
        .with_borrow(|all| all.iter().any(|touched| touched.is_pending() && leaves(touched.form)))
}

/// Whether a form ends the session of this page, if it is of the account that the form is about.
fn leaves(form: Form) -> bool {
    matches!(form, Form::Logout | Form::EndAll | Form::Leave | Form::Undo | Form::Secure)
}

/// The form around an element.
fn of(node: &Node) -> Option<Rc<Touched>> {
    let node = node.closest(FORMS)?;
    TOUCHED.with_borrow_mut(|touched| {
        if let Some(known) = touched.iter().find(|known| known.node == node) {
            return Some(known.clone());
        }
        let form = Form::named(&node.attribute("data-form")?)?;
        let new = Rc::new(Touched::new(form, node));
        touched.push(new.clone());
        Some(new)
    })
}

/// The input that a button reveals.
fn revealed(button: &Node) -> Option<Node> {
    dom::by_id(&button.attribute("aria-controls")?)
}

fn show(input: &Node, button: &Node, is_shown: bool) {
    input.set("type", Some(if is_shown { "text" } else { "password" }));
    button.set("aria-pressed", Some(if is_shown { "true" } else { "false" }));
}

fn submit(touched: &Rc<Touched>, submitted: &Happened) {
    touched.look_at_clock();
    if touched.is_pending() || touched.left() > 0 {
        return submitted.prevent_default();
    }
    let asks = |name: &str| touched.node.attribute(name);
    if let Some(question) = asks("data-ask")
        && dialogs::ask(&question, &asks("data-meaning").unwrap_or_default(), &touched.says())
    {
        ASKED.set(Some(touched.clone()));
        return submitted.prevent_default();
    }
    if touched.form.sender() == Sender::Browser {
        match fit(touched) {
            Some(_) => touched.post(),
            None => submitted.prevent_default(),
        }
        return;
    }
    send(touched.clone());
    submitted.prevent_default();
}

/// The input of a form, if it is valid; else what is wrong is shown. Passwords that somebody made visible are hidden, so
/// that no browser keeps them as a text.
fn fit(touched: &Touched) -> Option<Filled> {
    for button in dom::all(".reveal") {
        if let Some(input) = revealed(&button) {
            show(&input, &button, false);
        }
    }
    let filled = touched.filled();
    let mut wrong = touched.form.check(|field| filled.of(field), touched.policy());
    if wrong.is_empty() {
        return Some(filled);
    }
    let find = |wrong: &FieldError| {
        let place = touched.part(wrong.field, "-error")?;
        place.attribute(&format!("data-{}", wrong.problem.name()))
    };
    for wrong in &mut wrong {
        wrong.message = find(wrong).unwrap_or_default();
    }
    touched.refuse(filled, ApiError::fields(wrong));
    None
}

/// Sends a form, if its input is valid.
fn send(touched: Rc<Touched>) {
    let Some(filled) = fit(&touched) else { return };
    touched.pend(true);
    browser::spawn(async move {
        let outcome = match touched.form.sender() {
            Sender::Anybody | Sender::Browser => enter(&touched, filled.clone()).await,
            Sender::Person => act(&touched, filled.clone()).await,
        };
        if let Err(error) = outcome {
            touched.pend(false);
            if error.code == ErrorCode::ReauthenticationRequired && dialogs::open("proof") {
                PROVING.set(Some(touched));
                return;
            }
            // A refused password is emptied; one that was correct, or that nobody checked, is kept
            // for the next try.
            touched.empty(&error);
            touched.refuse(filled, error);
        }
    });
}

async fn enter(touched: &Touched, filled: Filled) -> Result<(), ApiError> {
    let is_dialog = touched.node.closest("dialog").is_some();
    let next = touched.node.find("[name=next]").map(|next| next.value());
    // After a second factor, which has a page of its own, this page is shown again.
    let next = next.or_else(|| is_dialog.then(browser::here));
    let arrival = actions::enter(touched.form, filled, next).await?;
    // In the dialog of an ended session, the page stays as it is.
    if is_dialog && let Some(token) = arrival.access_token {
        touched.pend(false);
        touched.empty(&ErrorCode::InvalidCredentials.into());
        return browser::adopt(token);
    }
    if let Some(token) = arrival.access_token {
        browser::store_token(&token);
        // The animation of the arch.
        if let Some(page) = dom::find("html") {
            page.set("data-done", Some(""));
        }
    } else if is_dialog {
        choices::keep();
    }
    browser::go(&arrival.next);
    Ok(())
}

/// Signs out by the cookie, as the form does: that needs neither a valid access token nor a
/// database.
async fn sign_out(touched: &Touched) -> Result<(), ApiError> {
    let path = touched.form.path();
    match browser::post_form(path, &touched.node.entries()).await? {
        true => browser::leave(),
        // Its page asks again, with a current form.
        false => browser::go(path),
    }
    Ok(())
}

async fn act(touched: &Touched, filled: Filled) -> Result<(), ApiError> {
    if touched.form == Form::Logout {
        return sign_out(touched).await;
    }
    let acted = actions::act(touched.form, filled).await?;
    if let Some(token) = acted.access_token {
        browser::adopt(token)?;
    }
    if touched.form.is_proof() {
        let waiting = PROVING.take();
        dialogs::close("proof");
        touched.pend(false);
        touched.empty(&ErrorCode::InvalidCredentials.into());
        if let Some(waiting) = waiting {
            send(waiting);
        }
        return Ok(());
    }
    match leaves(touched.form) {
        true => browser::leave(),
        false => browser::go(&acted.next),
    }
    Ok(())
}
