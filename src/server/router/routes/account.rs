//! One's own account: its endpoints, and its pages beside them.

use super::headers::{ATTACHMENT, FORGET, SET_COOKIE};
use crate::{
    model::{
        ErrorCode::{
            self, AccountThrottled, AddressConfirmed, AddressUnavailable, CrossOrigin,
            FactorRequired, FlowOver, InvalidCode, InvalidCredentials, InvalidGrant,
            InvalidPasskey, LastAdmin, LastWayIn, MailUnavailable, NotFound, PasskeyExists,
            PasskeyUnknown, PrimaryAddress, ReauthenticationRequired, SourceBlocked, StaleToken,
            TooManyAddresses, TooManyPasskeys, TooManyRequests,
        },
        HistoryPage, PasswordChange, PasswordForm, ProfileForm, RenewedSession, SessionPage,
        UserView,
    },
    pages::account,
    server::{
        http::{
            access::Access,
            description::Operation,
            route::{Route, rows},
            v1::{
                self,
                addresses::{AddressCode, Addresses, NewAddress, NoFields, Sent},
                auth::RefreshForm,
                factors::{FactorsView, RecoveryCodes, TotpCode, TotpConfirmed, TotpSetup},
                history::HistoryQuery,
                leaving::{Deletion, Leaving},
                notices::{NoticeChoices, NoticeForm},
                own_data::OwnData,
                passkey_login::{PasskeyProof, PasskeyRequest},
                passkeys::{NewPasskey, NewPasskeyOptions, PasskeyName, PasskeyView, Passkeys},
                sessions::Except,
                sessions::SessionsQuery,
                trusted::TrustedDevices,
            },
        },
        service::roles::Permission,
    },
};

/// The refusals of a proof by the password.
const PROOF: &[ErrorCode] = &[
    InvalidCredentials,
    FactorRequired,
    InvalidCode,
    TooManyRequests,
    AccountThrottled,
    SourceBlocked,
];

/// The endpoints of one's own account.
pub(super) fn endpoints() -> Vec<Route> {
    use Access::Bearer;
    rows! {
        GET "/api/v1/me" Bearer => v1::me::show,
            Operation::new("showMe", "Show the own account")
                .answers::<UserView>(200, "The account.").errors(&[NotFound]);
        PATCH "/api/v1/me" Bearer => v1::me::update,
            Operation::new("updateMe", "Change the own profile and metadata")
                .describe("An absent member stays as it is; `null` clears it.")
                .takes::<ProfileForm>()
                .answers::<UserView>(200, "The account as it is now.").errors(&[NotFound, TooManyRequests]);
        PUT "/api/v1/me/password" Bearer => v1::me::change_password,
            Operation::new("changePassword", "Change the own password")
                .describe("Every other session ends, and this one goes on under a new id.")
                .takes::<PasswordChange>()
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .errors(PROOF);
        POST "/api/v1/me/deletion" Bearer => v1::leaving::ask,
            Operation::new("deleteMe", "Have the own account erased after 14 days")
                .describe("Every session ends, and nobody can use the account. Until the erasure a right sign-in answers \
                    `account_leaving`, with a `flow` that keeps the account.")
                .takes::<Deletion>()
                .answers::<Leaving>(202, "The account is leaving.").with(&[FORGET])
                .errors(&[NotFound, ReauthenticationRequired, LastAdmin, TooManyRequests]);
        POST "/api/v1/me/data" Bearer => v1::own_data::make,
            Operation::new("showMyData", "Get all data about oneself, as a file")
                .describe("Each table of the database is a section. What is left out has its reason.")
                .may_take::<NoFields>()
                .answers::<OwnData>(200, "The document.").with(&[ATTACHMENT])
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        GET "/api/v1/me/addresses" Bearer => v1::addresses::list,
            Operation::new("listAddresses", "List the own addresses, the main one first")
                .answers::<Addresses>(200, "The addresses.");
        POST "/api/v1/me/addresses" Bearer => v1::addresses::set,
            Operation::new("setAddress", "Set another address, and send a mail that confirms it")
                .describe("It takes the place of one that waits for its confirmation. Confirmed ones stay, and are told. An account has five of them \
                    at most.")
                .takes::<NewAddress>()
                .answers::<Sent>(202, "A mail is on its way.")
                .errors(&[ReauthenticationRequired, AddressConfirmed, AddressUnavailable, TooManyAddresses, MailUnavailable, TooManyRequests]);
        DELETE "/api/v1/me/addresses/{id}" Bearer => v1::addresses::remove,
            Operation::new("removeAddress", "Remove an address")
                .describe("The mail to one that waits for its confirmation confirms nothing any more. After the removal of a confirmed one, which needs \
                    a recent proof, every other session ends, and this one goes on under a new id; the address can undo that for a week. The main \
                    one is removed last.")
                .answers::<RenewedSession>(200, "A confirmed address is removed: the new tokens of the session.").with(&[SET_COOKIE])
                .answers_nothing(204, "An address that waited is withdrawn.")
                .errors(&[ReauthenticationRequired, PrimaryAddress, TooManyRequests]);
        PUT "/api/v1/me/primary-address/{id}" Bearer => v1::addresses::set_primary,
            Operation::new("setPrimaryAddress", "Make a confirmed address the main one")
                .describe("It is the one that the account is shown with. Every other session ends, and this one goes on under a new id. The one before \
                    stays confirmed, and can undo that for a week.")
                .may_take::<NoFields>()
                .answers::<RenewedSession>(200, "It is the main one: the new tokens of the session.").with(&[SET_COOKIE])
                .answers_nothing(204, "It is the main one already.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        POST "/api/v1/me/verifications/{id}" Bearer => v1::addresses::send_again,
            Operation::new("sendVerification", "Send the mail that confirms an address once more")
                .may_take::<NoFields>()
                .answers::<Sent>(202, "A mail is on its way; the one before is over.")
                .errors(&[MailUnavailable, TooManyRequests]);
        PUT "/api/v1/me/verifications/{id}" Bearer => v1::addresses::confirm,
            Operation::new("verifyAddress", "Confirm an address by the code of its mail")
                .describe("The first one is the main one. Another one comes beside it: every other session ends, and this one goes on under a new id.")
                .takes::<AddressCode>()
                .answers::<RenewedSession>(200, "The account has another address: the new tokens of the session.").with(&[SET_COOKIE])
                .answers_nothing(204, "The address is confirmed.")
                .errors(&[InvalidCode, FlowOver, AddressUnavailable, TooManyAddresses, TooManyRequests]);
        GET "/api/v1/me/factors" Bearer => v1::factors::show,
            Operation::new("showFactors", "Show the own second factor")
                .answers::<FactorsView>(200, "The authenticator app, and how many recovery codes are left.");
        POST "/api/v1/me/totp" Bearer => v1::factors::begin,
            Operation::new("beginTotp", "Begin to set up an authenticator app")
                .describe("The seed is for the session of the request alone, for ten minutes. An app that is there stays until the new one is \
                    confirmed.")
                .may_take::<NoFields>()
                .answers::<TotpSetup>(201, "The seed for the app.")
                .errors(&[ReauthenticationRequired, NotFound, TooManyRequests]);
        PUT "/api/v1/me/totp" Bearer => v1::factors::confirm,
            Operation::new("confirmTotp", "Confirm the authenticator app by a code of it")
                .describe("Every other session ends, and this one goes on under a new id. Ten recovery codes take the place of \
                    all before.")
                .takes::<TotpCode>()
                .answers::<TotpConfirmed>(200, "The recovery codes, and the new tokens of the session.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, FlowOver, TooManyRequests]);
        DELETE "/api/v1/me/totp" Bearer => v1::factors::remove,
            Operation::new("removeTotp", "Remove the authenticator app and the recovery codes")
                .describe("Every other session ends, and this one goes on under a new id.")
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .errors(&[ReauthenticationRequired, NotFound, LastWayIn, TooManyRequests]);
        POST "/api/v1/me/recovery-codes" Bearer => v1::factors::new_codes,
            Operation::new("renewRecoveryCodes", "Make new recovery codes in the place of all before")
                .may_take::<NoFields>()
                .answers::<RecoveryCodes>(201, "The codes.")
                .errors(&[ReauthenticationRequired, NotFound, TooManyRequests]);
        GET "/api/v1/me/passkeys" Bearer => v1::passkeys::list,
            Operation::new("listPasskeys", "List the own passkeys")
                .describe("With what `signalAllAcceptedCredentials` and `signalCurrentUserDetails` of a browser need.")
                .answers::<Passkeys>(200, "The passkeys, in the order in which they were added; at most twenty.");
        POST "/api/v1/me/passkeys/options" Bearer => v1::passkeys::begin,
            Operation::new("beginPasskey", "Begin to add a passkey")
                .describe("The challenge is for the session of the request alone, for five minutes.")
                .may_take::<NoFields>()
                .answers::<NewPasskeyOptions>(200, "What the authenticator is asked.")
                .errors(&[ReauthenticationRequired, NotFound, TooManyPasskeys, TooManyRequests]);
        POST "/api/v1/me/passkeys" Bearer => v1::passkeys::confirm,
            Operation::new("addPasskey", "Add the passkey of an authenticator's answer")
                .takes::<NewPasskey>()
                .answers::<PasskeyView>(201, "The passkey.")
                .errors(&[NotFound, FlowOver, PasskeyExists, TooManyPasskeys, TooManyRequests]);
        PATCH "/api/v1/me/passkeys/{id}" Bearer => v1::passkeys::rename,
            Operation::new("renamePasskey", "Give a passkey another name")
                .takes::<PasskeyName>()
                .answers_nothing(204, "It has the name.").errors(&[NotFound, TooManyRequests]);
        DELETE "/api/v1/me/passkeys/{id}" Bearer => v1::passkeys::remove,
            Operation::new("removePasskey", "Remove a passkey")
                .describe("Every other session ends, and this one goes on under a new id.")
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .errors(&[ReauthenticationRequired, NotFound, LastWayIn, TooManyRequests]);
        GET "/api/v1/me/trusted-devices" Bearer => v1::trusted::list,
            Operation::new("listTrustedDevices", "List the browsers that are asked for no code")
                .answers::<TrustedDevices>(200, "The browsers, newest first; at most twenty.");
        DELETE "/api/v1/me/trusted-devices" Bearer => v1::trusted::remove_all,
            Operation::new("removeTrustedDevices", "Trust no browser any longer")
                .answers_nothing(204, "The next sign-in in any browser asks for a code.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        DELETE "/api/v1/me/trusted-devices/{id}" Bearer => v1::trusted::remove,
            Operation::new("removeTrustedDevice", "Trust a browser no longer")
                .answers_nothing(204, "The next sign-in there asks for a code.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        POST "/api/v1/me/reauthenticate" Bearer => v1::sessions::reauthenticate,
            Operation::new("reauthenticate", "Prove the password again, and the second factor")
                .describe("Some changes require a proof within the last ten minutes: the password, and a code where the account \
                    has a second factor. The session goes on under a new id.")
                .takes::<PasswordForm>()
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .errors(PROOF);
        POST "/api/v1/me/reauthenticate/options" Bearer => v1::passkey_login::ask_again,
            Operation::new("askPasskeyAgain", "Ask what a passkey is to answer as a proof")
                .may_take::<NoFields>()
                .answers::<PasskeyRequest>(200, "What the authenticator is asked.")
                .errors(&[NotFound, TooManyRequests]);
        POST "/api/v1/me/reauthenticate/passkey" Bearer => v1::passkey_login::reauthenticate,
            Operation::new("reauthenticateByPasskey", "Prove who is there by a passkey")
                .describe("It takes the place of password and code. The session goes on under a new id.")
                .takes::<PasskeyProof>()
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .errors(&[NotFound, PasskeyUnknown, InvalidPasskey, FlowOver, TooManyRequests, SourceBlocked]);
        GET "/api/v1/me/sessions" Bearer => v1::sessions::list,
            Operation::new("listSessions", "List the own sessions, newest first")
                .query::<SessionsQuery>()
                .answers::<SessionPage>(200, "A page of at most a hundred sessions.");
        DELETE "/api/v1/me/sessions" Bearer => v1::sessions::end_mine,
            Operation::new("endSessions", "End all own sessions, or all but this one")
                .describe("With `except=current`, the session of the request goes on under a new id where its refresh token comes too: in \
                    the body, or as the session cookie from a page of the service.")
                .query::<Except>().may_take::<RefreshForm>()
                .answers::<RenewedSession>(200, "The new tokens of the session.").with(&[SET_COOKIE])
                .answers_nothing(204, "The sessions are over.").with(&[FORGET])
                .errors(&[ReauthenticationRequired, InvalidGrant, StaleToken, CrossOrigin, TooManyRequests]);
        DELETE "/api/v1/me/sessions/{id}" Bearer => v1::sessions::end_one,
            Operation::new("endSession", "End one of the own sessions")
                .answers_nothing(204, "The session is over.").with(&[FORGET])
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        GET "/api/v1/me/notices" Bearer => v1::notices::show,
            Operation::new("showNotices", "Show the notices that can be turned off")
                .answers::<NoticeChoices>(200, "The choices.").errors(&[NotFound]);
        PUT "/api/v1/me/notices" Bearer => v1::notices::choose,
            Operation::new("chooseNotices", "Turn the mails about sign-ins from new browsers on or off")
                .describe("All other notices are always sent. Turning these off is told by mail.")
                .takes::<NoticeForm>()
                .answers::<NoticeChoices>(200, "The choices as they are now.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        GET "/api/v1/me/security-history" Bearer => v1::history::list,
            Operation::new("listHistory", "List the events of the own account, newest first")
                .query::<HistoryQuery>()
                .answers::<HistoryPage>(200, "A page of at most a hundred events.");
    }
}

/// The pages of the account, and their forms. Tests of all pages read these rows, those in a browser too.
pub(super) fn pages() -> Vec<Route> {
    use Access::{Form, PageFor, Public, SignedIn};
    let audit_read = PageFor(Permission::AuditRead);
    rows! {
        GET "/account" SignedIn => account::profile::page;
        GET "/account/security" SignedIn => account::security::page;
        GET "/account/password" SignedIn => account::password::page;
        GET "/account/address" SignedIn => account::address::page;
        GET "/account/factor" SignedIn => account::factor::page;
        GET "/account/passkeys" SignedIn => account::passkeys::page;
        GET "/account/data" SignedIn => account::data::page;
        GET "/account/apps" SignedIn => account::apps::page;
        GET "/account/devices" SignedIn => account::devices::page;
        GET "/account/activity" SignedIn => account::activity::page;
        GET "/account/developer" SignedIn => account::developer::page;
        GET "/account/ready" audit_read => account::ready::page;
        GET "/account/confirm" Public => account::acts::left;
        GET "/account/data/download" Public => account::data::left;
        GET "/account/apps/withdraw" Public => account::apps::left;
        GET "/.well-known/passkey-endpoints" Public => account::passkeys::well_known;
        GET "/.well-known/change-password" Public => account::password::well_known;
        POST "/account" Form => account::acts::post;
        POST "/account/password" Form => account::acts::post;
        POST "/account/address" Form => account::acts::post;
        POST "/account/factor" Form => account::acts::post;
        POST "/account/passkeys" Form => account::acts::post;
        POST "/account/data" Form => account::acts::post;
        POST "/account/data/download" Form => account::data::download;
        POST "/account/apps/withdraw" Form => account::apps::withdraw;
        POST "/account/devices" Form => account::acts::post;
        POST "/account/confirm" Form => account::acts::post;
    }
}
