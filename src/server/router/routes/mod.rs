//! The table of routes: router, guard, tests and the description of the API come from its rows.

mod account;
mod api;
mod clients;
mod headers;
mod pages;
mod service;
mod sign_in;

use std::sync::LazyLock;

use crate::server::http::{
    access::Access,
    actions,
    description::Document,
    route::{Route, rows},
};

/// Every route and every server function. A server function that has no row stops the start.
pub fn table() -> Vec<Route> {
    let mut table = api::rows();
    table.extend(pages::rows());
    table.extend(account::pages());
    table.extend(actions());
    table.extend(service::rows());
    table.extend(service::provider());
    table
}

/// The description of the API (OpenAPI 3.1), made of the table when it is first read.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| Document::of(&table()));
    &DOCUMENT
}

/// The server functions, all of them for pages of ours only.
fn actions() -> Vec<Route> {
    use Access::{Bearer, Public};
    let mut rows = rows! {
        POST "/action/enter" Public => actions::run;
        POST "/action/strength" Public => actions::run;
        POST "/action/whoami" Bearer => actions::run;
        POST "/action/act" Bearer => actions::run;
    };
    for row in &mut rows {
        row.is_action = true;
    }
    rows
}
