//! The inputs of each form.

use super::Form;
use crate::model::{
    DISPLAY_NAME_MAX, EMAIL_MAX, Field, Input, Kind, PASSKEY_NAME_MAX, Rule, USERNAME_MAX,
    USERNAME_MIN,
};

/// The most characters of an authenticator's answer: the longest id and a long key are a tenth of it.
const CREDENTIAL_MAX: usize = 32_768;

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
const CREDENTIAL: Input =
    Input::asked(Field::Credential, Kind::Hidden, "off", Rule::Length(1, CREDENTIAL_MAX));
const CEREMONY: Input = Input::asked(Field::Ceremony, Kind::Hidden, "off", Rule::Length(1, 512));
const PASSKEY: Input = Input::asked(Field::Passkey, Kind::Hidden, "off", Rule::Length(1, 64));
const PASSKEY_NAME: Input =
    Input::optional(Field::PasskeyName, Kind::Text, "off", Rule::Length(0, PASSKEY_NAME_MAX));
const TRUSTED: Input = Input::asked(Field::TrustedDevice, Kind::Hidden, "off", Rule::Length(1, 64));
const SURE: Input = Input::asked(Field::Sure, Kind::Tick, "off", Rule::Length(1, 8));
const CONFIRM: Input =
    Input::asked(Field::Confirm, Kind::Name, "off", Rule::Length(1, USERNAME_MAX));
const OTHER_PASSWORD: Input =
    Input::asked(Field::NewPassword, Kind::NewPassword, "new-password", Rule::Chosen);

impl Form {
    /// Its inputs, in the order in which they are drawn.
    pub fn inputs(self) -> &'static [Input] {
        // A browser offers passkeys where it offers names.
        const LOGIN: &[Input] =
            &[Input { autocomplete: "username webauthn", ..IDENTIFIER }, PASSWORD];
        const EMAIL: Input = Input::optional(Field::Email, Kind::Email, "email", Rule::Email);
        const REGISTER: &[Input] = &[USERNAME, EMAIL, NEW_PASSWORD];
        // What was typed for the form with a password.
        const PASSKEY_REGISTER: &[Input] = &[
            Input { kind: Kind::Hidden, ..USERNAME },
            Input { kind: Kind::Hidden, ..EMAIL },
            CEREMONY,
            CREDENTIAL,
        ];
        const ADDRESS: &[Input] = &[Input::asked(Field::Email, Kind::Email, "email", Rule::Email)];
        const SETUP: &[Input] = &[USERNAME, NEW_PASSWORD];
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
            Self::PasskeyRegister => PASSKEY_REGISTER,
            Self::PasskeyLogin | Self::PasskeyFactor | Self::PasskeyProof => {
                &[CEREMONY, CREDENTIAL]
            }
            Self::PasskeyConfirm => &[CREDENTIAL, PASSKEY_NAME],
            Self::PasskeyRename => &[PASSKEY, Input { is_optional: false, ..PASSKEY_NAME }],
            Self::PasskeyRemove => &[PASSKEY],
            Self::FactorRecovery => RECOVERY_CODE,
            Self::FactorProof => PROOF,
            Self::Register => REGISTER,
            Self::Setup | Self::Invite => SETUP,
            Self::Forgot | Self::MailCodeAsk => &[IDENTIFIER],
            Self::ForgotCode | Self::MailCode => &[FLOW, MAILED_CODE],
            Self::Reset => &[FLOW, OTHER_PASSWORD],
            Self::Undo | Self::Secure | Self::Refuse => &[SURE],
            Self::Password => CHANGE,
            Self::Proof => &[PASSWORD],
            Self::Profile => PROFILE,
            Self::Username => &[USERNAME],
            Self::Address | Self::ConfirmAddress => ADDRESS,
            Self::VerifyCode | Self::ConfirmCode => &[MAILED_CODE],
            Self::VerifyLink | Self::ConfirmLink => &[FLOW],
            Self::EndSession | Self::Seen => SESSION,
            Self::AddressPrimary | Self::AddressRemove => ADDRESS_ID,
            Self::Leave => &[CONFIRM],
            Self::EndOthers
            | Self::EndAll
            | Self::NoticeOn
            | Self::NoticeOff
            | Self::Logout
            | Self::VerifyAgain
            | Self::ConfirmAgain
            | Self::ConfirmDone
            | Self::PasskeyBegin
            | Self::TotpBegin
            | Self::TotpRemove
            | Self::CodesNew
            | Self::CodesKept
            | Self::TrustEndAll
            | Self::Keep
            | Self::Data => &[],
        }
    }
}
