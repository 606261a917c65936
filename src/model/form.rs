//! The forms of the service: one description of each draws it, checks it on both sides and decodes it.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

use super::{
    ApiError, DISPLAY_NAME_MAX, EMAIL_MAX, Field, FieldError, PASSWORD_MAX_CHARS, PasswordPolicy,
    Problem, USERNAME_MAX, USERNAME_MIN,
    rules::{email, entered, length},
    too_long,
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

/// An input of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name; its `id` too, after the form's.
    pub field: Field,
    /// How it is drawn.
    pub kind: Kind,
    /// The tokens of autofill (HTML, section 4.10.18.7).
    pub autocomplete: &'static str,
    /// Whether it may stay empty.
    pub is_optional: bool,
    /// What its text has to be.
    pub rule: Rule,
    /// Whether it is kept with the profile by its name, and means nothing else to the service.
    pub is_extra: bool,
}

/// How an input is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A line of text that is no language: a name, an identifier.
    Name,
    /// A line of text for people.
    Text,
    /// An address.
    Email,
    /// A password that is compared.
    Password,
    /// A password that is chosen.
    NewPassword,
    /// Nothing that is seen.
    Hidden,
}

/// What a text has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// So many code points.
    Length(usize, usize),
    /// The shape of an address.
    Email,
    /// A password that is compared: presence and the longest.
    Entered,
    /// A password that is chosen: the policy.
    Chosen,
}

impl Input {
    /// Whether nobody sees it.
    pub fn is_unseen(&self) -> bool {
        self.kind == Kind::Hidden
    }

    /// Whether it is never shown again.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Password | Kind::NewPassword)
    }
}

impl Rule {
    /// What [`check`](Self::check) can find, so that script has the words for it.
    pub fn problems(self, policy: PasswordPolicy) -> Vec<Problem> {
        let (min, max) = match self {
            Self::Length(min, max) => (min, max),
            Self::Email => (1, EMAIL_MAX),
            Self::Entered => (1, PASSWORD_MAX_CHARS),
            Self::Chosen => (usize::from(policy.min_chars), PASSWORD_MAX_CHARS),
        };
        let own = match self {
            Self::Length(..) => Some(Problem::BadCharacters),
            Self::Email => Some(Problem::Invalid),
            Self::Entered | Self::Chosen => None,
        };
        let control = (self == Self::Email).then_some(Problem::BadCharacters);
        let required = (min > 0).then_some(Problem::Required);
        let short = (min > 1).then_some(Problem::TooShort { min: min as u16 });
        let all = [required, short, Some(too_long(max)), own, control];
        all.into_iter().flatten().collect()
    }

    /// Checks a text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(self, text: &str, policy: PasswordPolicy) -> Result<(), Problem> {
        match self {
            Self::Length(min, max) => length(text, min, max),
            Self::Email => email(text),
            Self::Entered => entered(text),
            Self::Chosen => policy.check(text),
        }
    }
}

/// An input that has to be filled in.
const fn asked(field: Field, kind: Kind, autocomplete: &'static str, rule: Rule) -> Input {
    Input { field, kind, autocomplete, is_optional: false, rule, is_extra: false }
}

/// An input that may stay empty.
const fn optional(field: Field, kind: Kind, autocomplete: &'static str, rule: Rule) -> Input {
    Input { field, kind, autocomplete, is_optional: true, rule, is_extra: false }
}

/// An input that may stay empty, whose text is kept with the profile.
const fn extra(field: Field, max: usize) -> Input {
    Input { is_extra: true, ..optional(field, Kind::Text, "off", Rule::Length(0, max)) }
}

const PRONOUNS: Input = extra(Field::Pronouns, 40);
const USERNAME: Input =
    asked(Field::Username, Kind::Name, "username", Rule::Length(USERNAME_MIN, USERNAME_MAX));
const PASSWORD: Input = asked(Field::Password, Kind::Password, "current-password", Rule::Entered);
const NEW_PASSWORD: Input = asked(Field::Password, Kind::NewPassword, "new-password", Rule::Chosen);

impl Form {
    /// All of them.
    pub const ALL: [Self; 11] = [
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
            Self::EndSession | Self::EndOthers | Self::EndAll => "/account/devices",
            Self::Logout => "/logout",
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
            asked(Field::Identifier, Kind::Name, "username", Rule::Length(1, EMAIL_MAX)),
            asked(Field::Password, Kind::Password, "current-password", Rule::Entered),
        ];
        const REGISTER: &[Input] = &[
            USERNAME,
            optional(Field::Email, Kind::Email, "email", Rule::Email),
            PRONOUNS,
            NEW_PASSWORD,
        ];
        const SETUP: &[Input] = &[USERNAME, NEW_PASSWORD];
        const CHANGE: &[Input] = &[
            asked(Field::CurrentPassword, Kind::Password, "current-password", Rule::Entered),
            asked(Field::NewPassword, Kind::NewPassword, "new-password", Rule::Chosen),
        ];
        const DISPLAY_NAME: Input =
            optional(Field::DisplayName, Kind::Text, "name", Rule::Length(0, DISPLAY_NAME_MAX));
        const PROFILE: &[Input] = &[DISPLAY_NAME, PRONOUNS];
        const SESSION: &[Input] =
            &[asked(Field::Session, Kind::Hidden, "off", Rule::Length(1, 64))];
        match self {
            Self::Login => LOGIN,
            Self::Register => REGISTER,
            Self::Setup => SETUP,
            Self::Password => CHANGE,
            Self::Proof => &[PASSWORD],
            Self::Profile => PROFILE,
            Self::Username => &[USERNAME],
            Self::EndSession => SESSION,
            Self::EndOthers | Self::EndAll | Self::Logout => &[],
        }
    }

    /// Refuses fields that the form does not have (S7).
    ///
    /// # Errors
    /// Each of them.
    pub fn admit(self, filled: &Filled) -> Result<(), ApiError> {
        let has = |field: Field| self.inputs().iter().any(|input| input.field == field);
        let strange = filled.0.iter().filter(|(field, _)| !has(*field));
        let strange: Vec<_> =
            strange.map(|(field, _)| FieldError::new(*field, Problem::Unknown)).collect();
        if strange.is_empty() { Ok(()) } else { Err(ApiError::fields(strange)) }
    }

    /// What it asks for that is kept with the profile by its name.
    pub fn extras(self) -> impl Iterator<Item = &'static Input> {
        self.inputs().iter().filter(|input| input.is_extra)
    }

    /// Checks texts that are to be kept with the profile.
    pub fn check_extras(self, profile: &Filled) -> Vec<FieldError> {
        let wrong = |(field, text): &(Field, String)| {
            let problem = match self.extras().find(|input| input.field == *field) {
                // What is taken away.
                Some(_) if text.trim().is_empty() => return None,
                Some(input) => input.rule.check(text, PasswordPolicy { min_chars: 1 }).err()?,
                None => Problem::Unknown,
            };
            Some(FieldError::new(*field, problem))
        };
        profile.0.iter().filter_map(wrong).collect()
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

/// What was filled into a form, by field.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Filled(Vec<(Field, String)>);

impl Filled {
    /// The text of a field; empty where it has none.
    pub fn of(&self, field: Field) -> &str {
        let found = self.0.iter().find(|(filled, _)| *filled == field);
        found.map_or("", |(_, text)| text)
    }

    /// The same, taken out.
    pub fn take(&mut self, field: Field) -> String {
        let found = self.0.iter_mut().find(|(filled, _)| *filled == field);
        found.map(|(_, text)| std::mem::take(text)).unwrap_or_default()
    }

    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What of it a form keeps with the profile.
    pub fn extras(&self, form: Form) -> Self {
        let is_extra = |field: Field| form.extras().any(|input| input.field == field);
        Self(self.0.iter().filter(|(field, _)| is_extra(*field)).cloned().collect())
    }

    /// Each field with its text.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, text)| (*field, text.as_str()))
    }

    /// Fills a field in.
    pub fn set(&mut self, field: Field, text: impl Into<String>) {
        match self.0.iter_mut().find(|(filled, _)| *filled == field) {
            Some((_, old)) => *old = text.into(),
            None => self.0.push((field, text.into())),
        }
    }
}

/// On the wire an object of texts.
impl Serialize for Filled {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.0.len()))?;
        for (field, text) in &self.0 {
            object.serialize_entry(field.name(), text)?;
        }
        object.end()
    }
}

impl<'de> Deserialize<'de> for Filled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Filled;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Filled, A::Error> {
                let mut filled = Filled::default();
                while let Some((field, text)) = object.next_entry::<Field, String>()? {
                    filled.set(field, text);
                }
                Ok(filled)
            }
        }

        deserializer.deserialize_map(Texts)
    }
}

/// Shows that there is a form, and nothing of what is in it.
impl fmt::Debug for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Filled(…)")
    }
}
