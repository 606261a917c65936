//! The forms of the service: one description of each draws it, checks it on both sides and decodes it.

mod inputs;

use serde::{Deserialize, Serialize};

use super::{ApiError, Field, FieldError, Filled, Input, PasswordPolicy, Problem};

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
    /// Signs in by a passkey.
    PasskeyLogin = "passkey_login", "/login/passkey", Browser;
    /// Gives a passkey after the password.
    PasskeyFactor = "passkey_factor", "/login/factor", Browser;
    /// Sets up an authenticator app after the password, where a role demands one.
    Enrol = "enrol", "/login/enrol", Anybody;
    /// Creates an account with a passkey, and without a password.
    PasskeyRegister = "passkey_register", "/register/passkey", Browser;
    /// Creates an account.
    Register = "register", "/register", Anybody;
    /// Creates the first administrator; the link's token is in a cookie.
    Setup = "setup", "/setup", Anybody;
    /// Creates the account of somebody who was invited.
    Invite = "invite", "/invite", Browser;
    /// Asks for the mail with a code that signs in.
    MailCodeAsk = "mail_code_ask", "/login/mail", Browser;
    /// Signs in with that code.
    MailCode = "mail_code", "/login/code", Browser;
    /// Confirms the address by the code of its mail, after a right sign-in.
    ConfirmCode = "confirm_code", "/verify", Browser;
    /// Confirms the address by the link of its mail, after a right sign-in.
    ConfirmLink = "confirm_link", "/verify", Browser;
    /// Sends the mail that confirms the address once more, after a right sign-in.
    ConfirmAgain = "confirm_again", "/verify", Browser;
    /// Sets the address, after a right sign-in.
    ConfirmAddress = "confirm_address", "/verify", Browser;
    /// Signs in once the address is confirmed.
    ConfirmDone = "confirm_done", "/verify", Browser;
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
    /// Reauthenticates by a passkey.
    PasskeyProof = "passkey_proof", "/account/confirm", Person;
    /// Begins to add a passkey.
    PasskeyBegin = "passkey_begin", "/account/passkeys", Person;
    /// Adds the passkey of an authenticator's answer.
    PasskeyConfirm = "passkey_confirm", "/account/passkeys", Person;
    /// Gives a passkey another name.
    PasskeyRename = "passkey_rename", "/account/passkeys", Person;
    /// Removes a passkey.
    PasskeyRemove = "passkey_remove", "/account/passkeys", Person;
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
    /// Turns the mails about new sign-ins on.
    NoticeOn = "notice_on", "/account/devices", Person;
    /// Turns them off.
    NoticeOff = "notice_off", "/account/devices", Person;
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

impl Form {
    /// The form of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// The form whose words it has on buttons and in errors.
    pub fn worded_as(self) -> Self {
        match self {
            Self::ConfirmCode => Self::VerifyCode,
            Self::ConfirmLink => Self::VerifyLink,
            Self::ConfirmAgain => Self::VerifyAgain,
            Self::ConfirmAddress => Self::Address,
            Self::ConfirmDone => Self::Factor,
            Self::Invite => Self::Register,
            Self::MailCodeAsk => Self::Forgot,
            Self::MailCode => Self::Login,
            form => form,
        }
    }

    /// The path of the page after success: its own, or the one that links to it.
    pub fn leads_to(self) -> &'static str {
        match self {
            Self::Password => "/account/security",
            Self::VerifyCode | Self::VerifyLink => "/account",
            form => form.path(),
        }
    }

    /// Whether people fill in anything, and see there what is wrong; the others are buttons.
    pub fn has_fields(self) -> bool {
        self.inputs().iter().any(|input| !input.is_unseen())
    }

    /// Whether it reauthenticates the user, for another form.
    pub fn is_proof(self) -> bool {
        matches!(self, Self::Proof | Self::FactorProof | Self::PasskeyProof)
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
        filled.selected(|field| self.extras().any(|input| input.field == field))
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
