//! A row of the table of routes.

use std::pin::Pin;

use axum::{extract::Request, http::Method, response::Response};

use super::{access::Access, description::Operation};
use crate::server::App;

/// The answer to a request, while it is made.
pub type Answer = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A handler: a function of the request and the app.
pub type Handler = Box<dyn Fn(Request, App) -> Answer + Send + Sync>;

/// A function with extractors of axum as a handler.
pub fn handler<F, T>(function: F) -> Handler
where
    F: axum::handler::Handler<T, App, Future = Answer> + Sync,
{
    Box::new(move |request, app| function.clone().call(request, app))
}

/// A row of the table of routes.
pub struct Route {
    /// The HTTP method. GET answers HEAD too.
    pub method: Method,
    /// The path; its last segment may be open, such as `/users/{id}` ([`Last`](super::last::Last) reads it).
    pub path: &'static str,
    /// Access rule.
    pub access: Access,
    /// The handler.
    pub handler: Handler,
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
            handler: $crate::server::http::route::handler($handler),
            is_action: false,
            operation: None$(.or(Some($operation)))?,
            part: "",
        },)*]
    };
}
pub(crate) use rows;
