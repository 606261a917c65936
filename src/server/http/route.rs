//! A row of the table of routes.

use axum::{http::Method, routing::MethodRouter};

use super::{access::Access, description::Operation};
use crate::server::App;

/// A row of the table of routes.
pub struct Route {
    /// The HTTP method.
    pub method: Method,
    /// The path as axum writes it.
    pub path: &'static str,
    /// Access rule.
    pub access: Access,
    /// The handler.
    pub handler: MethodRouter<App>,
    /// Whether it is a server function, which judges its access itself and answers in its own encoding.
    pub is_action: bool,
    /// The description, where it is an endpoint of the API.
    pub operation: Option<Operation>,
    /// The part of the API that it belongs to.
    pub part: &'static str,
}

impl Route {
    /// Whether the row is a page that a browser shows.
    pub fn is_page(&self) -> bool {
        self.method == Method::GET && self.access.is_of_page()
    }
}

/// Declares rows of the table of routes: `METHOD "/path" Access => handler;`, and for an endpoint of the API its operation
/// behind the handler.
macro_rules! rows {
    ($($method:ident $path:literal $access:expr => $handler:expr $(, $operation:expr)?;)*) => {
        vec![$($crate::server::http::route::Route {
            method: axum::http::Method::$method,
            path: $path,
            access: $access,
            handler: axum::routing::on(axum::routing::MethodFilter::$method, $handler),
            is_action: false,
            operation: None$(.or(Some($operation)))?,
            part: "",
        },)*]
    };
}
pub(crate) use rows;
