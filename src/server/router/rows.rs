//! The rows of the table by their paths: the guard and the handler of a request.

use std::collections::HashMap;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};

use crate::{
    model::ErrorCode,
    pages::page,
    server::{
        App,
        http::{
            access::Access,
            guard,
            reply::ProblemDetails,
            route::{Handler, Route},
        },
    },
};

/// All rows, by path. A path has no more than one open segment, and that is its last.
#[derive(Default)]
pub(super) struct Rows {
    exact: HashMap<&'static str, Place>,
    /// By the part before the open segment.
    open: HashMap<&'static str, Place>,
}

/// The rows of one path.
pub(super) struct Place {
    /// The path as the table has it.
    pub(super) path: &'static str,
    rows: Vec<(Method, Row)>,
}

/// A handler behind the guard that its access names.
struct Row {
    access: Access,
    is_action: bool,
    handler: Handler,
}

impl Rows {
    /// The rows of a table.
    pub(super) fn of(table: Vec<Route>) -> Self {
        let mut rows = Self::default();
        for Route { method, path, access, handler, is_action, .. } in table {
            let (places, key) = match path.rsplit_once("/{") {
                Some((before, _)) => (&mut rows.open, before),
                None => (&mut rows.exact, path),
            };
            let place = places.entry(key).or_insert_with(|| Place { path, rows: Vec::new() });
            place.rows.push((method, Row { access, is_action, handler }));
        }
        rows
    }

    /// The rows of a path, if it has any.
    pub(super) fn find(&self, path: &str) -> Option<&Place> {
        self.exact.get(path).or_else(|| {
            let (before, last) = path.rsplit_once('/')?;
            self.open.get(before).filter(|_| !last.is_empty())
        })
    }
}

impl Place {
    /// The answer of the handler for the method, behind its guard; 405 where there is none. The handler of GET answers HEAD.
    pub(super) async fn answer(&self, app: &App, request: Request) -> Response {
        let wanted = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        match self.rows.iter().find(|(method, _)| method == wanted) {
            Some((_, row)) => row.answer(app, request).await,
            None => self.not_allowed(),
        }
    }

    fn not_allowed(&self) -> Response {
        let mut methods = Vec::new();
        for (method, _) in &self.rows {
            methods.push(method.as_str());
            if *method == Method::GET {
                methods.push("HEAD");
            }
        }
        let mut response = ProblemDetails::from(ErrorCode::MethodNotAllowed).into_response();
        if let Ok(methods) = HeaderValue::from_str(&methods.join(",")) {
            response.headers_mut().insert(header::ALLOW, methods);
        }
        response
    }
}

impl Row {
    async fn answer(&self, app: &App, mut request: Request) -> Response {
        let admitted = match self.access {
            access if self.is_action => {
                request.extensions_mut().insert(access);
                Ok(request)
            }
            Access::SignedIn | Access::PageFor(_) => {
                // Boxed: it reads the database, and every open request would reserve room for that.
                Box::pin(page::let_through(app, self.access.permission(), request)).await
            }
            access => guard::let_through(app, access, request).await,
        };
        match admitted {
            Ok(request) => (self.handler)(request, app.clone()).await,
            Err(answer) => answer,
        }
    }
}
