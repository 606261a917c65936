//! The forms of the service: one description of each draws it, checks it on both sides and decodes
//! it.

use serde::{Deserialize, Serialize};

use super::{
    ApiError, DISPLAY_NAME_MAX, EMAIL_MAX, Field, FieldError, Filled, Input, Kind, PasswordPolicy,
    Problem, Rule, USERNAME_MAX, USERNAME_MIN,
};

/// A form of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Signs in.
    Login,
    /// Creates an account.
    Register,
    /// Creates the first administrator; the link's token is in a cookie.
    Setup,
    /// Changes the password.
    Password,
    /// Reauthenticates by the password.
    Proof,
    /// Changes the profile.
    Profile,
    /// Changes the username.
    Username,
    /// Ends one of the user's sessions.
    EndSession,
    /// Ends all sessions but this one.
    EndOthers,
    /// Ends all sessions.
    EndAll,
    /// Dismisses the warning that a session may have been copied.
    Seen,
    /// Signs out.
    Logout,
}

/// The required state of a form's sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Anybody.
    Anybody,
    /// A signed-in user.
    Person,
}

const PRONOUNS: Input = Input::extra(Field::Pronouns, 40);
const USERNAME: Input =
    Input::asked(Field::Username, Kind::Name, "username", Rule::Length(USERNAME_MIN, USERNAME_MAX));
const PASSWORD: Input =
    Input::asked(Field::Password, Kind::Password, "current-password", Rule::Entered);
const NEW_PASSWORD: Input =
    Input::asked(Field::Password, Kind::NewPassword, "new-password", Rule::Chosen);

impl Form {
    /// All forms.
    pub const ALL: [Self; 12] = [
        Self::Login,
        Self::Register,
        Self::Setup,
        Self::Password,
        Self::Proof,
        Self::Profile,
        Self::Username,
        Self::EndSession,
        Self::EndOthers,
        Self::EndAll,
        Self::Seen,
        Self::Logout,
    ];

    /// Its name in JSON, and the `id` of its element.
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Register => "register",
            Self::Setup => "setup",
            Self::Password => "password",
            Self::Proof => "proof",
            Self::Profile => "profile",
            Self::Username => "username",
            Self::EndSession => "end_session",
            Self::EndOthers => "end_others",
            Self::EndAll => "end_all",
            Self::Seen => "seen",
            Self::Logout => "logout",
        }
    }

    /// The form of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The path of its page, to which it posts.
    pub fn path(self) -> &'static str {
        match self {
            Self::Login => "/login",
            Self::Register => "/register",
            Self::Setup => "/setup",
            Self::Password => "/account/password",
            Self::Proof => "/account/confirm",
            Self::Profile | Self::Username => "/account",
            Self::EndSession | Self::EndOthers | Self::EndAll | Self::Seen => "/account/devices",
            Self::Logout => "/logout",
        }
    }

    /// The path of the page after success: its own, or the one that links to it.
    pub fn leads_to(self) -> &'static str {
        match self {
            Self::Password => "/account/security",
            form => form.path(),
        }
    }

    /// The required state of its sender.
    pub fn sender(self) -> Sender {
        match self {
            Self::Login | Self::Register | Self::Setup => Sender::Anybody,
            _ => Sender::Person,
        }
    }

    /// Its inputs, in the order in which they are drawn.
    pub fn inputs(self) -> &'static [Input] {
        const LOGIN: &[Input] = &[
            Input::asked(Field::Identifier, Kind::Name, "username", Rule::Length(1, EMAIL_MAX)),
            Input::asked(Field::Password, Kind::Password, "current-password", Rule::Entered),
        ];
        const REGISTER: &[Input] = &[
            USERNAME,
            Input::optional(Field::Email, Kind::Email, "email", Rule::Email),
            PRONOUNS,
            NEW_PASSWORD,
        ];
        const SETUP: &[Input] = &[USERNAME, NEW_PASSWORD];
        const CHANGE: &[Input] = &[
            Input::asked(Field::CurrentPassword, Kind::Password, "current-password", Rule::Entered),
            Input::asked(Field::NewPassword, Kind::NewPassword, "new-password", Rule::Chosen),
        ];
        const DISPLAY_NAME: Input = Input::optional(
            Field::DisplayName,
            Kind::Text,
            "name",
            Rule::Length(0, DISPLAY_NAME_MAX),
        );
        const LANGUAGE: Input = Input { kind: Kind::Language, ..Input::extra(Field::Language, 35) };
        const PROFILE: &[Input] = &[DISPLAY_NAME, PRONOUNS, LANGUAGE];
        const SESSION: &[Input] =
            &[Input::asked(Field::Session, Kind::Hidden, "off", Rule::Length(1, 64))];
        match self {
            Self::Login => LOGIN,
            Self::Register => REGISTER,
            Self::Setup => SETUP,
            Self::Password => CHANGE,
            Self::Proof => &[PASSWORD],
            Self::Profile => PROFILE,
            Self::Username => &[USERNAME],
            Self::EndSession | Self::Seen => SESSION,
            Self::EndOthers | Self::EndAll | Self::Logout => &[],
        }
    }

    /// Rejects fields that the form does not have (S7).
    ///
    /// # Errors
    /// Returns each of them.
    pub fn admit(self, filled: &Filled) -> Result<(), ApiError> {
        let has = |field: Field| self.inputs().iter().any(|input| input.field == field);
        let strange = filled.iter().map(|(field, _)| field).filter(|field| !has(*field));
        let strange: Vec<_> =
            strange.map(|field| FieldError::new(field, Problem::Unknown)).collect();
        if strange.is_empty() { Ok(()) } else { Err(ApiError::fields(strange)) }
    }

    /// The inputs that are stored in the profile by name.
    pub fn extras(self) -> impl Iterator<Item = &'static Input> {
        self.inputs().iter().filter(|input| input.is_extra)
    }

    /// The part of the input that is stored in the profile.
    pub fn to_keep(self, filled: &Filled) -> Filled {
        filled.only(|field| self.extras().any(|input| input.field == field))
    }

    /// Checks texts for the profile.
    pub fn check_extras(self, profile: &Filled) -> Vec<FieldError> {
        let wrong = |(field, text): (Field, &str)| {
            let problem = match self.extras().find(|input| input.field == field) {
                // An empty text removes the field.
                Some(_) if text.trim().is_empty() => return None,
                Some(input) => input.rule.check(text, PasswordPolicy::default()).err()?,
                None => Problem::Unknown,
            };
            Some(FieldError::new(field, problem))
        };
        profile.iter().filter_map(wrong).collect()
    }

    /// Checks the input by field: presence and lengths. The meaning of a text is checked on the
    /// server.
    pub fn check<'t>(
        self,
        text: impl Fn(Field) -> &'t str,
        policy: PasswordPolicy,
    ) -> Vec<FieldError> {
        let wrong = |input: &Input| {
            let text = text(input.field);
            if input.is_optional && text.trim().is_empty() {
                return None;
            }
            let problem = input.rule.check(text, policy).err()?;
            Some(FieldError::new(input.field, problem))
        };
        self.inputs().iter().filter_map(wrong).collect()
    }
}
