//! The rows of registration, sign-in and tokens.

use super::headers::{CACHE, ETAG, FORGET, IF_NONE_MATCH, LOCATION, SET_COOKIE};
use crate::{
    model::{
        ErrorCode::{
            self, AccountLeaving, AccountThrottled, AddressConfirmed, AddressUnavailable,
            AddressUnverified, FactorEnrolmentRequired, FactorRequired, FlowOver, InvalidCode,
            InvalidCredentials, InvalidGrant, InvalidPasskey, MailUnavailable, MissingSession,
            NotFound, PasskeyExists, PasskeyUnknown, PasswordChangeRequired, RegistrationClosed,
            SourceBlocked, StaleToken, TooManyRequests, UsernameTaken,
        },
        LoginForm, RegisterForm, SignedIn, UserView,
    },
    server::{
        http::{
            access::Access,
            description::{
                Credential::{Bearer as Token, Cookie, None as Nothing},
                Operation,
            },
            route::{Route, rows},
            v1,
            v1::{
                addresses::Sent,
                auth::{FactorForm, RefreshForm},
                confirming::{WaitingAddress, WaitingCode},
                enrolment::{Enrolled, EnrolmentCode, EnrolmentFlow},
                factors::TotpSetup,
                keys::{JwkSet, KeysQuery},
                leaving::Keeping,
                mail_code::{MailAsked, MailCode, MailCodeForm},
                passkey_login::{
                    Newcomer, NewcomerName, NewcomerRequest, PasskeyFlow, PasskeyLogin,
                    PasskeyRequest,
                },
            },
        },
        service::principal::Claims,
    },
};

/// The refusals of a sign-in.
pub(super) const REFUSALS: &[ErrorCode] = &[
    InvalidCredentials,
    FactorRequired,
    FactorEnrolmentRequired,
    AddressUnverified,
    AccountLeaving,
    PasswordChangeRequired,
    TooManyRequests,
    AccountThrottled,
    SourceBlocked,
];

/// Accounts, sign-ins and tokens.
pub(super) fn rows() -> Vec<Route> {
    use Access::{Bearer, Public};
    rows! {
        POST "/api/v1/register" Public => v1::auth::register,
            Operation::new("register", "Register an account")
                .takes::<RegisterForm>()
                .answers::<UserView>(201, "The new account.").with(&[LOCATION])
                .errors(&[UsernameTaken, RegistrationClosed, TooManyRequests, SourceBlocked]);
        POST "/api/v1/login" Public => v1::auth::login,
            Operation::new("login", "Sign in with a password")
                .describe("Answers an access token. With `session`, a refresh token comes with it: as a cookie (from pages \
                    of the service only) or in the body.")
                .takes::<LoginForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(REFUSALS).credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/factor" Public => v1::auth::factor,
            Operation::new("completeLogin", "Complete a sign-in with a code of the second factor")
                .describe("The `flow` is that of the answer `factor_required`. The tokens come as the first step asked for \
                    them.")
                .takes::<FactorForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AddressUnverified, AccountLeaving, FlowOver, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/mail" Public => v1::mail_code::begin,
            Operation::new("beginMailLogin", "Ask for a mail with a code that signs in")
                .describe("Only where the operator allows it (`sign_in.mail_code`); else `not_found`. The answer is the same for every \
                    name. The mail goes to the confirmed address of the account, if there is one.")
                .takes::<MailCodeForm>()
                .answers::<MailAsked>(202, "A mail is on its way, if an account with this name has a confirmed address.")
                .errors(&[NotFound, MailUnavailable, TooManyRequests, SourceBlocked]);
        PUT "/api/v1/login/mail" Public => v1::mail_code::complete,
            Operation::new("completeMailLogin", "Sign in with the code of that mail")
                .describe("It takes the place of the password alone: a second factor is asked for (`factor_required`). The password \
                    stays as it is.")
                .takes::<MailCode>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, FactorRequired, FactorEnrolmentRequired, AccountLeaving, NotFound, FlowOver, TooManyRequests,
                    SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/enrolment" Public => v1::enrolment::begin,
            Operation::new("beginEnrolment", "Show the authenticator app that a sign-in sets up")
                .describe("The `flow` is that of the answer `factor_enrolment_required`: a role of the account demands a second \
                    factor, and it has none. Nothing is stored before a code was right.")
                .takes::<EnrolmentFlow>()
                .answers::<TotpSetup>(200, "The seed for the app.")
                .errors(&[FlowOver, TooManyRequests]);
        PUT "/api/v1/login/enrolment" Public => v1::enrolment::complete,
            Operation::new("completeEnrolment", "Complete a sign-in with a code of the app that it sets up")
                .describe("The app and ten recovery codes are stored, and every other session of the account ends. The tokens come as \
                    the first step asked for them.")
                .takes::<EnrolmentCode>()
                .answers::<Enrolled>(200, "The tokens, and the recovery codes.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AccountLeaving, FlowOver, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/address" Public => v1::confirming::send,
            Operation::new("sendLoginVerification", "Send the mail that confirms the address for which a sign-in waits")
                .describe("The `flow` is that of the answer `address_unverified`: the operator demands a confirmed address. With `address`, \
                    another one takes the place of the one that waits.")
                .takes::<WaitingAddress>()
                .answers::<Sent>(202, "A mail is on its way; the one before is over.")
                .errors(&[NotFound, FlowOver, AddressConfirmed, AddressUnavailable, MailUnavailable, TooManyRequests]);
        PUT "/api/v1/login/address" Public => v1::confirming::confirm,
            Operation::new("completeLoginVerification", "Complete a sign-in with the code of that mail")
                .describe("The address is confirmed. The tokens come as the first step asked for them.")
                .takes::<WaitingCode>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AccountLeaving, NotFound, FlowOver, AddressUnavailable, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/register/passkey/options" Public => v1::passkey_login::ask_newcomer,
            Operation::new("askNewcomer", "Ask for the passkey of a new account")
                .describe("Only where new accounts need no password (`passwords.required`). Nothing is stored: `ceremony` comes back with \
                    the answer, within five minutes and once.")
                .takes::<NewcomerName>()
                .answers::<NewcomerRequest>(200, "What the authenticator is asked.")
                .errors(&[NotFound, UsernameTaken, TooManyRequests]);
        POST "/api/v1/register/passkey" Public => v1::passkey_login::register,
            Operation::new("registerByPasskey", "Register an account with a passkey, and without a password")
                .takes::<Newcomer>()
                .answers::<UserView>(201, "The new account.").with(&[LOCATION])
                .errors(&[NotFound, UsernameTaken, PasskeyExists, FlowOver, TooManyRequests, SourceBlocked]);
        POST "/api/v1/login/passkey/options" Public => v1::passkey_login::ask,
            Operation::new("askPasskey", "Ask what a passkey is to answer at a sign-in")
                .describe("Without `flow` any passkey of any account may answer. Nothing is stored: `ceremony` comes back with the \
                    answer, within five minutes and once.")
                .may_take::<PasskeyFlow>()
                .answers::<PasskeyRequest>(200, "What the authenticator is asked.")
                .errors(&[NotFound, FlowOver, TooManyRequests]);
        POST "/api/v1/login/passkey" Public => v1::passkey_login::login,
            Operation::new("loginByPasskey", "Sign in by a passkey, or complete a sign-in by one")
                .describe("The authenticator has verified who is there, so a passkey counts as two factors.")
                .takes::<PasskeyLogin>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[NotFound, PasskeyUnknown, InvalidPasskey, AccountLeaving, FlowOver, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/keep" Public => v1::leaving::keep,
            Operation::new("keepAccount", "Keep an account that is leaving")
                .describe("`flow` is of a sign-in that was refused with `account_leaving`, within ten minutes. Nobody is signed in \
                    by it.")
                .takes::<Keeping>()
                .answers_nothing(204, "The account is as it was, but for its sessions.")
                .errors(&[FlowOver]);
        POST "/api/v1/token/refresh" Public => v1::auth::refresh,
            Operation::new("refreshToken", "Exchange a refresh token for new tokens")
                .describe("Reads the token of the body, or the session cookie where there is none. Each refresh token works \
                    once; a client that missed the answer may repeat the request within ten seconds.")
                .may_take::<RefreshForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[MissingSession, InvalidGrant, StaleToken, TooManyRequests])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/logout" Public => v1::auth::logout,
            Operation::new("logout", "End a session")
                .describe("Ends the session of the refresh token in the body, else of the session cookie, else of the access \
                    token.")
                .may_take::<RefreshForm>()
                .answers_nothing(204, "The session is over.").with(&[FORGET])
                .credentials(&[Nothing, Cookie, Token]);
        GET "/api/v1/token" Bearer => v1::auth::token,
            Operation::new("showToken", "Show the claims of the access token")
                .describe("For resource servers that want to know of a revocation at once.")
                .answers::<Claims>(200, "The claims of a token that is valid now.");
        GET "/.well-known/jwks.json" Public => v1::keys::jwks,
            Operation::new("listKeys", "List the public keys of tokens")
                .query::<KeysQuery>()
                .reads(&[IF_NONE_MATCH])
                .answers::<JwkSet>(200, "The keys (RFC 7517).").with(&[CACHE, ETAG])
                .answers_nothing(304, "The set is the one that `If-None-Match` names.").with(&[CACHE, ETAG]);
    }
}
