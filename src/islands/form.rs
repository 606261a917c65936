use leptos::{ev::SubmitEvent, prelude::*};

use crate::{
    browser,
    components::{FieldState, FormState, effect},
    model::{ApiError, ErrorCode, Field, FieldError, Problem, Wait},
};

/// What is typed into a form.
#[derive(Clone)]
pub(super) struct Typed(Vec<(Field, String)>);

impl Typed {
    /// What is typed into one field.
    pub(super) fn of(&self, field: Field) -> String {
        let found = self.0.iter().find(|(typed, _)| *typed == field);
        found.map_or(String::new(), |(_, text)| text.clone())
    }
}

/// How a form was refused.
#[derive(Clone)]
struct Refused {
    /// What was typed then.
    typed: Typed,
    /// Why.
    error: ApiError,
    /// Until when it makes no sense to send that again.
    wait: Wait,
}

impl Refused {
    /// Whether it is about another account than the one that is typed now. The answer does not always say whether
    /// the account or the source has to wait; where it may be the account, the server answers again.
    fn is_about_another(&self, typed: &Typed) -> bool {
        may_be_about_account(self.error.code)
            && self.typed.of(Field::Identifier) != typed.of(Field::Identifier)
    }
}

/// A form that is checked before it is sent, and says what was wrong with it until that is mended.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// What its parts show.
    pub(super) state: FormState,
    fields: StoredValue<Vec<FieldState>>,
    check: Callback<Typed, Vec<FieldError>>,
    refused: StoredValue<Option<Refused>>,
    /// What has focus after that.
    focus: &'static str,
}

impl Form {
    /// As it arrives. `check` is what the server checks, as far as it can be done here.
    pub(super) fn new(
        fields: Vec<FieldState>,
        error: Option<ApiError>,
        focus: &'static str,
        check: impl Fn(Typed) -> Vec<FieldError> + Send + Sync + 'static,
    ) -> Self {
        let form = Self {
            state: FormState::new(error),
            fields: StoredValue::new(fields),
            check: Callback::new(check),
            refused: StoredValue::new(None),
            focus,
        };
        form.come_to_life();
        form
    }

    fn come_to_life(self) {
        let FormState { error, live, .. } = self.state;
        effect(move || {
            live.set(true);
            browser::every_second(move || self.look_at_clock());
            if let Some(refusal) = error.get_untracked() {
                self.refuse(refusal);
            }
        });
        effect(move || browser::mark_title(error.with(Option::is_some)));
    }

    /// What is typed.
    pub(super) fn typed(self) -> Typed {
        let of = |field: &FieldState| (field.field, field.value());
        Typed(self.fields.with_value(|fields| fields.iter().map(of).collect()))
    }

    /// What is typed, if it can be sent now; then it is on its way.
    pub(super) fn submit(self, event: SubmitEvent) -> Option<Typed> {
        event.prevent_default();
        self.look_at_clock();
        if self.state.pending.get_untracked() || self.state.wait.get_untracked() > 0 {
            return None;
        }
        self.each(|field| field.shown.set(false));
        let typed = self.typed();
        let wrong = self.check.run(typed.clone());
        if !wrong.is_empty() {
            self.refuse(ApiError::fields(wrong));
            return None;
        }
        self.state.pending.set(true);
        Some(typed)
    }

    /// Says why it was not taken; it can be sent again.
    pub(super) fn refuse(self, error: ApiError) {
        let wait = Wait::new(error.retry_after.unwrap_or_default(), browser::now());
        let refused = Refused { typed: self.typed(), error: error.clone(), wait };
        self.refused.set_value(Some(refused));
        self.state.pending.set(false);
        self.state.error.set(Some(error));
        self.look_at_clock();
        browser::focus(self.focus);
    }

    /// The same where only the password in this field can be what was not right.
    pub(super) fn refuse_password(self, field: Field, refusal: ApiError) {
        if refusal.code != ErrorCode::InvalidCredentials {
            return self.refuse(refusal);
        }
        self.empty(field);
        self.refuse(ApiError::field(field, Problem::Invalid));
    }

    /// Counts down, as far as what is typed has to wait.
    fn look_at_clock(self) {
        let mut left = 0;
        self.refused.update_value(|refused| {
            if let Some(refused) = refused {
                let waits = refused.wait.left(browser::now());
                // Most are refused without a wait.
                if waits > 0 && !refused.is_about_another(&self.typed()) {
                    left = waits;
                }
            }
        });
        if self.state.wait.get_untracked() != left {
            self.state.wait.set(left);
        }
    }

    /// Once something was wrong, what is typed is looked at again, so that a mended field is told at once.
    pub(super) fn look_again(self) {
        let Some(refused) = self.refused.get_value() else {
            return;
        };
        let (now, told) = (self.typed(), self.state.error.get_untracked());
        if may_be_about_account(refused.error.code) {
            let holds = !refused.is_about_another(&now);
            if holds != told.is_some() {
                self.state.error.set(holds.then_some(refused.error));
            }
            return self.look_at_clock();
        }
        let Some(told) = told.filter(|told| !told.fields.is_empty()) else {
            return;
        };
        let local = ApiError::fields(self.check.run(now.clone()));
        let still_wrong = |FieldError { field, .. }| {
            // What only the server knows holds for the value that it refused.
            let same = now.of(field) == refused.typed.of(field);
            let told = if same { &refused.error } else { &local };
            told.problem_with(field).map(|problem| FieldError::new(field, problem.clone()))
        };
        let fields: Vec<_> = told.fields.into_iter().filter_map(still_wrong).collect();
        let error = (!fields.is_empty()).then(|| ApiError { fields, ..told.code.into() });
        self.state.error.set(error);
    }

    /// Nothing is wrong, nothing is on its way.
    pub(super) fn settle(self) {
        self.refused.set_value(None);
        self.state.error.set(None);
        self.state.pending.set(false);
        self.look_at_clock();
    }

    /// As if nobody had typed anything.
    pub(super) fn clear(self) {
        self.settle();
        self.each(|field| {
            field.shown.set(false);
            field.fill("");
        });
    }

    /// Takes away what is typed into one field.
    pub(super) fn empty(self, field: Field) {
        self.each(|held| {
            if held.field == field {
                held.fill("");
            }
        });
    }

    fn each(self, act: impl Fn(&FieldState)) {
        self.fields.with_value(|fields| fields.iter().for_each(act));
    }
}

/// Whether a refusal may hold for one account alone.
fn may_be_about_account(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::AccountThrottled | ErrorCode::TooManyRequests)
}
