//! The rows of the API, each with its description.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{
    account,
    headers::{CACHE, DOCTOR, ETAG, FORGET, IF_NONE_MATCH, LOCATION, PROBE, SET_COOKIE},
};
use crate::{
    model::{
        ErrorCode::{
            self, AccountLeaving, AccountThrottled, AddressUnavailable, AddressUnverified,
            FactorEnrolmentRequired, FactorRequired, FlowOver, Forbidden, InvalidCode,
            InvalidCredentials, InvalidGrant, LastAdmin, MailUnavailable, MissingSession, NotFound,
            PasswordChangeRequired, ReauthenticationRequired, RegistrationClosed, SourceBlocked,
            StaleToken, TooManyRequests, UsernameTaken,
        },
        LoginForm, Reflection, RegisterForm, SignedIn, UserChange, UserPage, UserView,
    },
    pages,
    server::{
        App,
        http::{
            access::Access,
            body, brand,
            description::{
                Credential::{Bearer as Token, Cookie, None as Nothing},
                Operation,
            },
            health,
            route::{Route, rows},
            tutorial, v1,
            v1::{
                addresses::Sent,
                auth::{FactorForm, RefreshForm},
                confirming::{WaitingAddress, WaitingCode},
                enrolment::{Enrolled, EnrolmentCode, EnrolmentFlow},
                factors::TotpSetup,
                invitations::{InvitationForm, InvitationPage, InvitationView, InvitationsQuery},
                keys::JwkSet,
                leaving::Keeping,
                mail_code::{MailCode, MailCodeForm},
                recovery::{RecoveryCode, RecoveryForm, RecoveryPassword},
                users::UsersQuery,
            },
        },
        service::{by_name::MailAsked, principal::Claims, roles::Permission},
    },
};

/// The refusals of a sign-in.
const SIGN_IN: &[ErrorCode] = &[
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

/// The endpoints of the API, by the part that they belong to.
pub(super) fn rows() -> Vec<Route> {
    let parts = [
        ("Accounts and tokens", tokens()),
        ("Forgotten passwords", forgotten()),
        ("Own account", account::endpoints()),
        ("Other accounts", other_accounts()),
        ("Tutorials", tutorials()),
        ("Service", service()),
    ];
    let rows = parts
        .into_iter()
        .flat_map(|(part, rows)| rows.into_iter().map(move |row| Route { part, ..row }));
    rows.collect()
}

fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation::new(id, summary)
}

fn tokens() -> Vec<Route> {
    use Access::{Bearer, Public};
    rows! {
        POST "/api/v1/register" Public => v1::auth::register,
            operation("register", "Register an account")
                .takes::<RegisterForm>()
                .answers::<UserView>(201, "The new account.").with(&[LOCATION])
                .errors(&[UsernameTaken, RegistrationClosed, TooManyRequests, SourceBlocked]);
        POST "/api/v1/login" Public => v1::auth::login,
            operation("login", "Sign in with a password")
                .describe("Answers an access token. With `session`, a refresh token comes with it: as a cookie (from pages \
                    of the service only) or in the body.")
                .takes::<LoginForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(SIGN_IN).credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/factor" Public => v1::auth::factor,
            operation("completeLogin", "Complete a sign-in with a code of the second factor")
                .describe("The `flow` is that of the answer `factor_required`. The tokens come as the first step asked for \
                    them.")
                .takes::<FactorForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AddressUnverified, AccountLeaving, FlowOver, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/mail" Public => v1::mail_code::begin,
            operation("beginMailLogin", "Ask for a mail with a code that signs in")
                .describe("Only where the operator allows it (`sign_in.mail_code`); else `not_found`. The answer is the same for every \
                    name. The mail goes to the confirmed address of the account, if there is one.")
                .takes::<MailCodeForm>()
                .answers::<MailAsked>(202, "A mail is on its way, if an account with this name has a confirmed address.")
                .errors(&[NotFound, MailUnavailable, TooManyRequests, SourceBlocked]);
        PUT "/api/v1/login/mail" Public => v1::mail_code::complete,
            operation("completeMailLogin", "Sign in with the code of that mail")
                .describe("It takes the place of the password alone: a second factor is asked for (`factor_required`). The password \
                    stays as it is.")
                .takes::<MailCode>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, FactorRequired, FactorEnrolmentRequired, AccountLeaving, NotFound, FlowOver, TooManyRequests,
                    SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/enrolment" Public => v1::enrolment::begin,
            operation("beginEnrolment", "Show the authenticator app that a sign-in sets up")
                .describe("The `flow` is that of the answer `factor_enrolment_required`: a role of the account demands a second \
                    factor, and it has none. Nothing is stored before a code was right.")
                .takes::<EnrolmentFlow>()
                .answers::<TotpSetup>(200, "The seed for the app.")
                .errors(&[FlowOver, TooManyRequests]);
        PUT "/api/v1/login/enrolment" Public => v1::enrolment::complete,
            operation("completeEnrolment", "Complete a sign-in with a code of the app that it sets up")
                .describe("The app and ten recovery codes are stored, and every other session of the account ends. The tokens come as \
                    the first step asked for them.")
                .takes::<EnrolmentCode>()
                .answers::<Enrolled>(200, "The tokens, and the recovery codes.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AccountLeaving, FlowOver, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/address" Public => v1::confirming::send,
            operation("sendLoginVerification", "Send the mail that confirms the address for which a sign-in waits")
                .describe("The `flow` is that of the answer `address_unverified`: the operator demands a confirmed address. With `address`, \
                    another one takes the place of the one that waits.")
                .takes::<WaitingAddress>()
                .answers::<Sent>(202, "A mail is on its way; the one before is over.")
                .errors(&[NotFound, FlowOver, AddressUnavailable, MailUnavailable, TooManyRequests]);
        PUT "/api/v1/login/address" Public => v1::confirming::confirm,
            operation("completeLoginVerification", "Complete a sign-in with the code of that mail")
                .describe("The address is confirmed. The tokens come as the first step asked for them.")
                .takes::<WaitingCode>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[InvalidCode, AccountLeaving, NotFound, FlowOver, AddressUnavailable, TooManyRequests, SourceBlocked])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/login/keep" Public => v1::leaving::keep,
            operation("keepAccount", "Keep an account that is leaving")
                .describe("`flow` is of a sign-in that was refused with `account_leaving`, within ten minutes. Nobody is signed in \
                    by it.")
                .takes::<Keeping>()
                .answers_nothing(204, "The account is as it was, but for its sessions.")
                .errors(&[FlowOver]);
        POST "/api/v1/token/refresh" Public => v1::auth::refresh,
            operation("refreshToken", "Exchange a refresh token for new tokens")
                .describe("Reads the token of the body, or the session cookie where there is none. Each refresh token works \
                    once; a client that missed the answer may repeat the request within ten seconds.")
                .may_take::<RefreshForm>()
                .answers::<SignedIn>(200, "The tokens.").with(&[SET_COOKIE])
                .errors(&[MissingSession, InvalidGrant, StaleToken, TooManyRequests])
                .credentials(&[Nothing, Cookie]);
        POST "/api/v1/logout" Public => v1::auth::logout,
            operation("logout", "End a session")
                .describe("Ends the session of the refresh token in the body, else of the session cookie, else of the access \
                    token.")
                .may_take::<RefreshForm>()
                .answers_nothing(204, "The session is over.").with(&[FORGET])
                .credentials(&[Nothing, Cookie, Token]);
        GET "/api/v1/token" Bearer => v1::auth::token,
            operation("showToken", "Show the claims of the access token")
                .describe("For resource servers that want to know of a revocation at once.")
                .answers::<Claims>(200, "The claims of a token that is valid now.");
        GET "/.well-known/jwks.json" Public => v1::keys::jwks,
            operation("listKeys", "List the public keys of access tokens")
                .reads(&[IF_NONE_MATCH])
                .answers::<JwkSet>(200, "The keys (RFC 7517).").with(&[CACHE, ETAG])
                .answers_nothing(304, "The set is the one that `If-None-Match` names.").with(&[CACHE, ETAG]);
    }
}

fn forgotten() -> Vec<Route> {
    use Access::Public;
    rows! {
        POST "/api/v1/recovery" Public => v1::recovery::begin,
            operation("beginRecovery", "Ask for a mail that replaces a forgotten password")
                .describe("The answer is the same for every name. A mail with a link and a code goes to the confirmed address \
                    of the account, if there is one.")
                .takes::<RecoveryForm>()
                .answers::<MailAsked>(202, "A mail is on its way, if an account with this name has a confirmed address.")
                .errors(&[MailUnavailable, TooManyRequests, SourceBlocked]);
        POST "/api/v1/recovery/code" Public => v1::recovery::code,
            operation("proveRecovery", "Give the code of that mail")
                .takes::<RecoveryCode>()
                .answers_nothing(204, "The code is right: a new password may be chosen.")
                .errors(&[InvalidCode, TooManyRequests, SourceBlocked]);
        POST "/api/v1/recovery/password" Public => v1::recovery::password,
            operation("resetPassword", "Replace a forgotten password")
                .describe("Every session of the account ends. Nobody is signed in by it.")
                .takes::<RecoveryPassword>()
                .answers_nothing(204, "The password is changed.")
                .errors(&[FlowOver, TooManyRequests, SourceBlocked]);
    }
}

fn other_accounts() -> Vec<Route> {
    let read = Access::Permission(Permission::UsersRead);
    let write = Access::Permission(Permission::UsersWrite);
    rows! {
        GET "/api/v1/users" read => v1::users::list,
            operation("listUsers", "List accounts in order of their ids")
                .query::<UsersQuery>()
                .answers::<UserPage>(200, "A page of at most a hundred accounts.");
        GET "/api/v1/users/{id}" read => v1::users::show,
            operation("showUser", "Show an account")
                .answers::<UserView>(200, "The account.");
        GET "/api/v1/invitations" read => v1::invitations::list,
            operation("listInvitations", "List invitations, newest first")
                .describe("They are listed until thirty days after their end.")
                .query::<InvitationsQuery>()
                .answers::<InvitationPage>(200, "A page of at most a hundred invitations.");
        POST "/api/v1/invitations" write => v1::invitations::make,
            operation("makeInvitation", "Invite an address: its reader makes the account")
                .describe("A mail with a link goes to it, which works once. An earlier invitation of the address ends. The address is \
                    confirmed by the link.")
                .takes::<InvitationForm>()
                .answers::<InvitationView>(201, "The invitation.")
                .errors(&[ReauthenticationRequired, AddressUnavailable, MailUnavailable, TooManyRequests]);
        DELETE "/api/v1/invitations/{id}" write => v1::invitations::revoke,
            operation("revokeInvitation", "Revoke an open invitation")
                .answers_nothing(204, "Its link works no longer.")
                .errors(&[ReauthenticationRequired, TooManyRequests]);
        PATCH "/api/v1/users/{id}" write => v1::users::update,
            operation("updateUser", "Change an account: its roles, its state and the app's metadata")
                .describe("An absent member stays as it is. The password of the user must have been proven within the last \
                    ten minutes.")
                .takes::<UserChange>()
                .answers::<UserView>(200, "The account as it is now.")
                .errors(&[ReauthenticationRequired, LastAdmin, TooManyRequests]);
    }
}

/// The tutorials' names; a form posted to the same path is the page's.
fn tutorials() -> Vec<Route> {
    use Access::{FormOrJson, Public};
    rows! {
        POST "/register" FormOrJson => register,
            operation("tutorialRegister", "Register an account, as the tutorials do")
                .takes::<RegisterForm>()
                .answers::<tutorial::Registered>(201, "The new account.").with(&[LOCATION])
                .errors(&[UsernameTaken, RegistrationClosed, TooManyRequests, SourceBlocked]);
        POST "/login" FormOrJson => login,
            operation("tutorialLogin", "Sign in, as the tutorials do")
                .takes::<LoginForm>()
                .answers::<SignedIn>(200, "The access token.")
                .errors(SIGN_IN);
        GET "/protected" Public => tutorial::protected,
            operation("tutorialProtected", "Show that a token is valid, as the tutorials do")
                .answers::<tutorial::Message>(200, "The token is valid.").credentials(&[Token]);
        GET "/users" Public => tutorial::users,
            operation("tutorialUsers", "List accounts, as the tutorials do")
                .answers::<tutorial::Users>(200, "The accounts.").errors(&[Forbidden]).credentials(&[Token]);
        GET "/get_name" Public => tutorial::get_name,
            operation("tutorialName", "Show the own name, as the tutorials do")
                .answers::<tutorial::Named>(200, "The name.").errors(&[NotFound]).credentials(&[Token]);
    }
}

fn service() -> Vec<Route> {
    use Access::Public;
    rows! {
        GET "/api/v1" Public => brand::index,
            operation("showService", "Show the name of the service")
                .answers::<brand::Service>(200, "The service.");
        GET "/api/v1/reflection" Public => v1::reflection::show,
            operation("showReflection", "Show the request as it arrived, for `vestibule doctor`")
                .describe("Without the header of the doctor there is nothing here.")
                .reads(&[DOCTOR])
                .answers::<Reflection>(200, "The request.").with(&[PROBE]).errors(&[NotFound]);
        GET "/healthz" Public => health::live,
            operation("showLiveness", "Show that the process answers")
                .answers_text(200, "The process answers.", "ok");
        GET "/readyz" Public => health::ready,
            operation("showReadiness", "Show whether the process can do its work")
                .answers_text(200, "It can.", "ok database\n")
                .answers_text(503, "It cannot.", "FAULT database: it cannot be reached\n");
    }
}

/// `POST /register`: a form goes to the page, JSON to the tutorials' handler.
async fn register(State(app): State<App>, request: Request) -> Response {
    if body::is_form(request.headers()) {
        return pages::register::post(app, request).await;
    }
    tutorial::register(app, request).await
}

/// `POST /login`: a form goes to the page, JSON to the tutorials' handler.
async fn login(State(app): State<App>, request: Request) -> Response {
    if body::is_form(request.headers()) {
        return pages::login::post(app, request).await;
    }
    tutorial::login(app, request).await
}
