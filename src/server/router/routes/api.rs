//! The rows of the API, each with its description.

use axum::{
    extract::{Request, State},
    response::Response,
};

use super::{
    account, clients,
    headers::{DOCTOR, LOCATION, PROBE},
    sign_in,
};
use crate::{
    model::{
        ErrorCode::{
            AddressUnavailable, FlowOver, Forbidden, InvalidCode, LastAdmin, MailUnavailable,
            NotFound, ReauthenticationRequired, RegistrationClosed, SourceBlocked, TooManyRequests,
            UsernameTaken,
        },
        LoginForm, Reflection, RegisterForm, SignedIn, UserChange, UserPage, UserView,
    },
    pages,
    server::{
        App,
        http::{
            access::Access,
            body, brand,
            description::{Credential::Bearer as Token, Operation},
            health,
            route::{Route, rows},
            tutorial, v1,
            v1::{
                invitations::{InvitationForm, InvitationPage, InvitationView, InvitationsQuery},
                mail_code::MailAsked,
                recovery::{RecoveryCode, RecoveryForm, RecoveryPassword},
                users::UsersQuery,
            },
        },
        service::roles::Permission,
    },
};

/// The endpoints of the API, by the part that they belong to.
pub(super) fn rows() -> Vec<Route> {
    let parts = [
        ("Accounts and tokens", sign_in::rows()),
        ("Forgotten passwords", forgotten()),
        ("Own account", account::endpoints()),
        ("Other accounts", other_accounts()),
        ("Clients and resources", clients::rows()),
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
                .errors(sign_in::REFUSALS);
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
