//! What a person who is signed in does by a form of ours: with the access token from script, or with the form's token.

use super::{Visitor, caller::Caller, passwords, profile, session};
use crate::{
    model::{
        ApiError, ErrorCode, Field, FieldError, Filled, Form, Problem, ProfileForm, SessionId,
    },
    server::{
        App,
        error::{Error, Result},
        say,
    },
};

/// What was done, for the person to be told on the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The profile was changed.
    Saved,
    /// The password was changed.
    PasswordChanged,
    /// The password was confirmed.
    Confirmed,
    /// A session was ended.
    SessionEnded,
    /// All others were ended.
    OthersEnded,
    /// All were ended, this one too.
    AllEnded,
    /// A warning was dismissed.
    Dismissed,
    /// The person has signed out.
    SignedOut,
}

impl Said {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Saved,
        Self::PasswordChanged,
        Self::Confirmed,
        Self::SessionEnded,
        Self::OthersEnded,
        Self::AllEnded,
        Self::Dismissed,
        Self::SignedOut,
    ];

    /// Its name in a cookie.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::PasswordChanged => "password",
            Self::Confirmed => "confirmed",
            Self::SessionEnded => "session",
            Self::OthersEnded => "others",
            Self::AllEnded => "all",
            Self::Dismissed => "dismissed",
            Self::SignedOut => "out",
        }
    }

    /// A sentence for that person.
    pub fn message(self) -> String {
        match self {
            Self::Saved => say::said_saved(),
            Self::PasswordChanged => say::said_password(),
            Self::Confirmed => say::said_confirmed(),
            Self::SessionEnded => say::said_session(),
            Self::OthersEnded => say::said_others(),
            Self::AllEnded => say::said_all(),
            Self::Dismissed => say::said_dismissed(),
            Self::SignedOut => say::said_out(),
        }
    }
}

/// An act that was done.
pub struct Done {
    /// What to tell the person.
    pub said: Said,
    /// Of which session that is said.
    pub about: Option<SessionId>,
    /// The session's new identity, if it got one.
    pub renewed: Option<session::Renewed>,
    /// Whether this browser's session is over.
    pub has_left: bool,
}

impl Done {
    fn of(said: Said) -> Self {
        Self { said, about: None, renewed: None, has_left: false }
    }

    fn renewed(said: Said, renewed: session::Renewed) -> Self {
        Self { renewed: Some(renewed), ..Self::of(said) }
    }

    /// A sign-out.
    pub fn signed_out() -> Self {
        Self::left(Said::SignedOut)
    }

    fn left(said: Said) -> Self {
        Self { has_left: true, ..Self::of(said) }
    }
}

/// Of a wrong password, which field has it, and what is wrong with it.
pub(super) fn at(field: Field, problem: Problem, error: Error) -> Error {
    match error {
        Error::Api(refused) if refused.code == ErrorCode::InvalidCredentials => {
            let fields = vec![FieldError::new(field, problem)];
            ApiError { fields, ..refused }.into()
        }
        other => other,
    }
}

/// Does what a form asks for. `refresh_token` is the one of this browser, which the end of all others replaces.
///
/// # Errors
/// Of the act; `reauthentication_required` where the last proof is too old.
pub async fn act(
    app: &App,
    caller: &Caller,
    form: Form,
    mut filled: Filled,
    refresh_token: Option<&str>,
    visitor: &Visitor,
) -> Result<Done> {
    let errors = form.check(|field| filled.of(field), app.config.password_policy());
    if !errors.is_empty() {
        return Err(ApiError::fields(errors).into());
    }
    Ok(match form {
        Form::Profile => {
            // What the form that was sent does not have stays as it is.
            let has_name = filled.iter().any(|(field, _)| field == Field::DisplayName);
            let name = has_name.then(|| Some(filled.take(Field::DisplayName)));
            let profile = Some(form.to_keep(&filled));
            let form = ProfileForm { display_name: name, metadata: None, profile };
            profile::update(app, caller, form, visitor).await?;
            Done::of(Said::Saved)
        }
        Form::Username => {
            profile::rename(app, caller, filled.of(Field::Username), visitor).await?;
            Done::of(Said::Saved)
        }
        Form::Password => {
            let renewed = passwords::change(app, caller, filled.into(), visitor).await;
            let renewed =
                renewed.map_err(|error| at(Field::CurrentPassword, Problem::Invalid, error))?;
            Done::renewed(Said::PasswordChanged, renewed)
        }
        Form::Proof => {
            let renewed = session::reauthenticate(app, caller, filled.into(), visitor).await;
            let renewed = renewed.map_err(|error| at(Field::Password, Problem::Invalid, error))?;
            Done::renewed(Said::Confirmed, renewed)
        }
        Form::EndSession => {
            let id = filled.of(Field::Session).parse().map_err(|_| ErrorCode::NotFound)?;
            match session::end_one(app, caller, &id, visitor).await {
                // Gone already is what was asked for.
                Err(error) if error.code() != ErrorCode::NotFound => return Err(error),
                _ if id == *caller.session() => Done::signed_out(),
                _ => Done { about: Some(id), ..Done::of(Said::SessionEnded) },
            }
        }
        Form::EndOthers => {
            let renewed = session::end_others(app, caller, refresh_token, visitor).await?;
            Done { renewed, ..Done::of(Said::OthersEnded) }
        }
        Form::EndAll => {
            session::end_all(app, caller, visitor).await?;
            Done::left(Said::AllEnded)
        }
        Form::Seen => {
            let latest = filled.of(Field::Session).parse().map_err(|_| ErrorCode::NotFound)?;
            session::dismiss_copied(app, caller, &latest, visitor).await?;
            Done::of(Said::Dismissed)
        }
        Form::Logout => {
            session::end(app, caller.session(), visitor).await?;
            Done::signed_out()
        }
        // Nobody signs in by an act of somebody who is signed in.
        Form::Login | Form::Register | Form::Setup => return Err(ErrorCode::NotFound.into()),
    })
}
