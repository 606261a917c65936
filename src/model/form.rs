//! The forms of the service: one description of each draws it, checks it on both sides and decodes it.

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
    /// Proves again, by the password, who is there.
    Proof,
    /// Changes what is shown of a person.
    Profile,
    /// Changes the username.
    Username,
    /// Ends one of a person's sessions.
    EndSession,
    /// Ends all of them but this one.
    EndOthers,
    /// Ends all of them.
    EndAll,
    /// Dismisses the warning that a session may have been copied.
    Seen,
    /// Signs out.
    Logout,
}

/// Who may send a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Anybody.
    Anybody,
    /// A person who is signed in.
    Person,
}

const USERNAME: Input =
    Input::asked(Field::Username, Kind::Name, "username", Rule::Length(USERNAME_MIN, USERNAME_MAX));
const PASSWORD: Input =
    Input::asked(Field::Password, Kind::Password, "current-password", Rule::Entered);
const NEW_PASSWORD: Input =
    Input::asked(Field::Password, Kind::NewPassword, "new-password", Rule::Chosen);

impl Form {
    /// All of them.
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

    /// Its name on the wire, and the `id` of its element.
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

    /// The form of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The page that it stands on and posts to.
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

    /// The page that follows once it was taken: its own, or that from which people come to it.
    pub fn leads_to(self) -> &'static str {
        match self {
            Self::Password => "/account/security",
            form => form.path(),
        }
    }

    /// Who may send it.
    pub fn sender(self) -> Sender {
        match self {
            Self::Login | Self::Register | Self::Setup => Sender::Anybody,
            _ => Sender::Person,
        }
    }

    /// What it asks for, in the order in which it is drawn.
    pub fn inputs(self) -> &'static [Input] {
        const LOGIN: &[Input] = &[
            Input::asked(Field::Identifier, Kind::Name, "username", Rule::Length(1, EMAIL_MAX)),
            Input::asked(Field::Password, Kind::Password, "current-password", Rule::Entered),
        ];
        const REGISTER: &[Input] = &[
            USERNAME,
            Input::optional(Field::Email, Kind::Email, "email", Rule::Email),
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
        const PROFILE: &[Input] = &[DISPLAY_NAME, Input::extra(Field::Pronouns, 40), LANGUAGE];
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

    /// Refuses fields that the form does not have (S7).
    ///
    /// # Errors
    /// Each of them.
    pub fn admit(self, filled: &Filled) -> Result<(), ApiError> {
        let has = |field: Field| self.inputs().iter().any(|input| input.field == field);
        let strange = filled.iter().map(|(field, _)| field).filter(|field| !has(*field));
        let strange: Vec<_> =
            strange.map(|field| FieldError::new(field, Problem::Unknown)).collect();
        if strange.is_empty() { Ok(()) } else { Err(ApiError::fields(strange)) }
    }

    /// What it asks for that is kept with the profile by its name.
    pub fn extras(self) -> impl Iterator<Item = &'static Input> {
        self.inputs().iter().filter(|input| input.is_extra)
    }

    /// What of a filled form is kept with the profile.
    pub fn to_keep(self, filled: &Filled) -> Filled {
        filled.only(|field| self.extras().any(|input| input.field == field))
    }

    /// Checks texts that are to be kept with the profile.
    pub fn check_extras(self, profile: &Filled) -> Vec<FieldError> {
        let wrong = |(field, text): (Field, &str)| {
            let problem = match self.extras().find(|input| input.field == field) {
                // What is taken away.
                Some(_) if text.trim().is_empty() => return None,
                Some(input) => input.rule.check(text, PasswordPolicy::default()).err()?,
                None => Problem::Unknown,
            };
            Some(FieldError::new(field, problem))
        };
        profile.iter().filter_map(wrong).collect()
    }

    /// Checks what was filled in, by field: presence and lengths. What a text means is checked on the server.
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
