//! The pages that people look at, from the table of routes: a test of all of them sees a new one by itself.

use vestibule::server::{http::access::Access, router::routes};

/// Pages of the account that look different from the one without their query.
const STATES: [&str; 4] = [
    "/account?edit",
    "/account?edit=username",
    "/account/activity?show=failed",
    "/account/activity?show=changes",
];

/// The addresses of pages whose access is one of these.
fn pages(is: impl Fn(Access) -> bool) -> Vec<&'static str> {
    let rows = routes::table().into_iter().filter(|row| row.is_page() && is(row.access));
    rows.map(|row| row.path).collect()
}

/// The pages that anybody may open.
pub(crate) fn public_pages() -> Vec<&'static str> {
    let mut public = pages(|access| access == Access::Page);
    public.retain(|path| !is_of_a_step(path));
    public
}

/// The pages of steps in between; without what came before, they lead elsewhere or are over.
pub(crate) fn pages_of_a_step() -> Vec<&'static str> {
    pages(|access| access == Access::Page).into_iter().filter(|path| is_of_a_step(path)).collect()
}

fn is_of_a_step(path: &str) -> bool {
    [
        "/forgot/code",
        "/reset",
        "/undo",
        "/secure",
        "/refuse",
        "/go",
        "/login/factor",
        "/login/enrol",
        "/leaving",
        "/verify",
        "/invite",
        "/login/mail",
        "/login/code",
        "/oauth/authorize",
    ]
    .contains(&path)
}

/// The pages for everybody who is signed in.
pub(crate) fn account_pages() -> Vec<&'static str> {
    pages(|access| access == Access::SignedIn)
}

/// The same, and their states.
pub(crate) fn account_places() -> Vec<&'static str> {
    [account_pages(), STATES.to_vec()].concat()
}

/// The pages for people who are signed in and have a permission.
pub(crate) fn pages_for_permissions() -> Vec<&'static str> {
    pages(|access| matches!(access, Access::PageFor(_)))
}
