//! The forms of the service: one description of each draws it, checks it on both sides and decodes it.

use serde::{Deserialize, Serialize};

use super::{
    ApiError, DISPLAY_NAME_MAX, EMAIL_MAX, Field, FieldError, Filled, Input, Kind, PasswordPolicy,
    Problem, Rule, USERNAME_MAX, USERNAME_MIN,
};

/// Declares the forms once: meaning, name in JSON (also the `id` of its element), path of the page that it posts to, sender.
macro_rules! forms {
    ($($(#[doc = $meaning:literal])+ $name:ident = $wire:literal, $path:literal, $sender:ident;)*) => {
        /// A form of the service.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Form { $($(#[doc = $meaning])+ $name,)* }

        impl Form {
            /// All forms.
            pub const ALL: [Self; [$($wire),*].len()] = [$(Self::$name,)*];

            /// Its name in JSON, and the `id` of its element.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// The path of its page, to which it posts.
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)* }
            }

            /// The required state of its sender.
            pub fn sender(self) -> Sender {
                match self { $(Self::$name => Sender::$sender,)* }
            }
        }
    };
}

forms! {
    /// Signs in.
    Login = "login", "/login", Anybody;
    /// Gives the code of the authenticator app, after the password.
    Factor = "factor", "/login/factor", Anybody;
    /// Gives a recovery code in its place.
    FactorRecovery = "factor_recovery", "/login/factor", Anybody;
    /// Sets up an authenticator app after the password, where a role demands one.
    Enrol = "enrol", "/login/enrol", Anybody;
    /// Creates an account.
    Register = "register", "/register", Anybody;
    /// Creates the first administrator; the link's token is in a cookie.
    Setup = "setup", "/setup", Anybody;
    /// Asks for the mail with which a forgotten password is replaced.
    Forgot = "forgot", "/forgot", Browser;
    /// Gives the code of that mail.
    ForgotCode = "forgot_code", "/forgot/code", Browser;
    /// Replaces a forgotten password.
    Reset = "reset", "/reset", Browser;
    /// Undoes that an address was replaced; the link's token is in a cookie.
    Undo = "undo", "/undo", Browser;
    /// Closes an account to everybody in it; the link's token is in a cookie.
    Secure = "secure", "/secure", Browser;
    /// Takes an address off an account that its owner knows nothing of; the link's token is in a cookie.
    Refuse = "refuse", "/refuse", Browser;
    /// Changes the password.
    Password = "password", "/account/password", Person;
    /// Reauthenticates by the password.
    Proof = "proof", "/account/confirm", Person;
    /// Reauthenticates by the password and a code of the authenticator app.
    FactorProof = "factor_proof", "/account/confirm", Person;
    /// Begins to set up an authenticator app.
    TotpBegin = "totp_begin", "/account/factor", Person;
    /// Confirms the authenticator app by a code of it.
    TotpConfirm = "totp_confirm", "/account/factor", Person;
    /// Removes the authenticator app.
    TotpRemove = "totp_remove", "/account/factor", Person;
    /// Makes new recovery codes.
    CodesNew = "codes_new", "/account/factor", Person;
    /// Notes that the recovery codes are kept elsewhere.
    CodesKept = "codes_kept", "/account/factor", Person;
    /// Trusts a browser no longer.
    TrustEnd = "trust_end", "/account/factor", Person;
    /// Trusts no browser any longer.
    TrustEndAll = "trust_end_all", "/account/factor", Person;
    /// Changes the profile.
    Profile = "profile", "/account", Person;
    /// Changes the username.
    Username = "username", "/account", Person;
    /// Sets the address, which is to be confirmed.
    Address = "address", "/account/address", Person;
    /// Confirms the address by the code of its mail.
    VerifyCode = "verify_code", "/account/address", Person;
    /// Confirms the address by the link of its mail.
    VerifyLink = "verify_link", "/account/address", Person;
    /// Sends the mail that confirms the address once more.
    VerifyAgain = "verify_again", "/account/address", Person;
    /// Makes a confirmed address the main one.
    AddressPrimary = "address_primary", "/account/address", Person;
    /// Removes an address.
    AddressRemove = "address_remove", "/account/address", Person;
    /// Ends one of the user's sessions.
    EndSession = "end_session", "/account/devices", Person;
    /// Ends all sessions but this one.
    EndOthers = "end_others", "/account/devices", Person;
    /// Ends all sessions.
    EndAll = "end_all", "/account/devices", Person;
    /// Dismisses the warning that a session may have been copied.
    Seen = "seen", "/account/devices", Person;
    /// Gives all data about the account; its answer is a file.
    Data = "data", "/account/data", Person;
    /// Has the account erased.
    Leave = "leave", "/account/data", Person;
    /// Keeps an account that is leaving; the flow is in a cookie.
    Keep = "keep", "/leaving", Browser;
    /// Signs out.
    Logout = "logout", "/logout", Person;
}

/// The required state of a form's sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// Anybody; script sends it by a server function.
    Anybody,
    /// Anybody; script only checks it, and the browser posts it.
    Browser,
    /// A signed-in user.
    Person,
}

const USERNAME: Input =
    Input::asked(Field::Username, Kind::Name, "username", Rule::Length(USERNAME_MIN, USERNAME_MAX));
const PASSWORD: Input =
    Input::asked(Field::Password, Kind::Password, "current-password", Rule::Entered);
const NEW_PASSWORD: Input =
    Input::asked(Field::Password, Kind::NewPassword, "new-password", Rule::Chosen);
const IDENTIFIER: Input =
    Input::asked(Field::Identifier, Kind::Name, "username", Rule::Length(1, EMAIL_MAX));
const FLOW: Input = Input::optional(Field::Flow, Kind::Hidden, "off", Rule::Length(0, 64));
const MAILED_CODE: Input =
    Input::asked(Field::Code, Kind::OneTimeCode, "one-time-code", Rule::Digits(8));
const APP_CODE: Input =
    Input::asked(Field::AppCode, Kind::OneTimeCode, "one-time-code", Rule::Digits(6));
const TRUST: Input = Input::optional(Field::TrustDevice, Kind::Tick, "off", Rule::Length(0, 8));
const TRUSTED: Input = Input::asked(Field::TrustedDevice, Kind::Hidden, "off", Rule::Length(1, 64));
const SURE: Input = Input::asked(Field::Sure, Kind::Tick, "off", Rule::Length(1, 8));
const CONFIRM: Input =
    Input::asked(Field::Confirm, Kind::Name, "off", Rule::Length(1, USERNAME_MAX));
const OTHER_PASSWORD: Input =
    Input::asked(Field::NewPassword, Kind::NewPassword, "new-password", Rule::Chosen);

impl Form {
    /// The form of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The path of the page after success: its own, or the one that links to it.
    pub fn leads_to(self) -> &'static str {
        match self {
            Self::Password => "/account/security",
            Self::VerifyCode | Self::VerifyLink => "/account",
            form => form.path(),
        }
    }

    /// Whether it reauthenticates the user, for another form.
    pub fn is_proof(self) -> bool {
        matches!(self, Self::Proof | Self::FactorProof)
    }

    /// Its inputs, in the order in which they are drawn.
    pub fn inputs(self) -> &'static [Input] {
        const LOGIN: &[Input] = &[IDENTIFIER, PASSWORD];
        const REGISTER: &[Input] = &[
            USERNAME,
            Input::optional(Field::Email, Kind::Email, "email", Rule::Email),
            NEW_PASSWORD,
        ];
        const ADDRESS: &[Input] = &[Input::asked(Field::Email, Kind::Email, "email", Rule::Email)];
        const CHANGE: &[Input] = &[
            Input::asked(Field::CurrentPassword, Kind::Password, "current-password", Rule::Entered),
            OTHER_PASSWORD,
        ];
        const DISPLAY_NAME: Input = Input::optional(
            Field::DisplayName,
            Kind::Text,
            "name",
            Rule::Length(0, DISPLAY_NAME_MAX),
        );
        const LANGUAGE: Input = Input { kind: Kind::Language, ..Input::extra(Field::Language, 35) };
        const PROFILE: &[Input] = &[DISPLAY_NAME, Input::extra(Field::Pronouns, 40), LANGUAGE];
        // A recovery code is as good.
        const ANY_CODE: Input =
            Input::asked(Field::AppCode, Kind::RecoveryCode, "one-time-code", Rule::Length(6, 64));
        const PROOF: &[Input] = &[PASSWORD, ANY_CODE];
        const RECOVERY_CODE: &[Input] =
            &[Input::asked(Field::RecoveryCode, Kind::RecoveryCode, "off", Rule::Length(16, 64))];
        const SESSION: &[Input] =
            &[Input::asked(Field::Session, Kind::Hidden, "off", Rule::Length(1, 64))];
        const ADDRESS_ID: &[Input] =
            &[Input::asked(Field::Address, Kind::Hidden, "off", Rule::Length(1, 64))];
        match self {
            Self::Login => LOGIN,
            Self::Factor => &[APP_CODE, TRUST],
            Self::TotpConfirm | Self::Enrol => &[APP_CODE],
            Self::TrustEnd => &[TRUSTED],
            Self::FactorRecovery => RECOVERY_CODE,
            Self::FactorProof => PROOF,
            Self::Register => REGISTER,
            Self::Setup => &[USERNAME, NEW_PASSWORD],
            Self::Forgot => &[IDENTIFIER],
            Self::ForgotCode => &[FLOW, MAILED_CODE],
            Self::Reset => &[FLOW, OTHER_PASSWORD],
            Self::Undo | Self::Secure | Self::Refuse => &[SURE],
            Self::Password => CHANGE,
            Self::Proof => &[PASSWORD],
            Self::Profile => PROFILE,
            Self::Username => &[USERNAME],
            Self::Address => ADDRESS,
            Self::VerifyCode => &[MAILED_CODE],
            Self::VerifyLink => &[FLOW],
            Self::EndSession | Self::Seen => SESSION,
            Self::AddressPrimary | Self::AddressRemove => ADDRESS_ID,
            Self::Leave => &[CONFIRM],
            Self::EndOthers
            | Self::EndAll
            | Self::Logout
            | Self::VerifyAgain
            | Self::TotpBegin
            | Self::TotpRemove
            | Self::CodesNew
            | Self::CodesKept
            | Self::TrustEndAll
            | Self::Keep
            | Self::Data => &[],
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

    /// Checks the input as [`check`](Self::check) does.
    ///
    /// # Errors
    /// Returns each problem.
    pub fn require(self, filled: &Filled, policy: PasswordPolicy) -> Result<(), ApiError> {
        let errors = self.check(|field| filled.of(field), policy);
        if errors.is_empty() { Ok(()) } else { Err(ApiError::fields(errors)) }
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

    /// Checks the input by field: presence and lengths. The meaning of a text is checked on the server.
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
