//! The inputs of each form.

use super::Form;
use crate::model::{
    DISPLAY_NAME_MAX, EMAIL_MAX, Field, Input, Kind, Rule, USERNAME_MAX, USERNAME_MIN,
};

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
    /// Its inputs, in the order in which they are drawn.
    pub fn inputs(self) -> &'static [Input] {
        const LOGIN: &[Input] = &[IDENTIFIER, PASSWORD];
        const REGISTER: &[Input] = &[
            USERNAME,
            Input::optional(Field::Email, Kind::Email, "email", Rule::Email),
            NEW_PASSWORD,
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
