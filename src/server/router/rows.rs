//! The rows of the table by their paths: the guard and the handler of a request.

use std::collections::{HashMap, HashSet};

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

/// The part of a path before its open segment, if it has one.
fn before_open(path: &str) -> Option<&str> {
    path.rsplit_once("/{").map(|(before, _)| before)
}

/// Checks that a request can reach each row: no other row has its method and path, and an open segment is the last one.
///
/// # Errors
/// Returns the first row that cannot be reached.
pub(super) fn check(table: &[Route]) -> Result<(), String> {
    let mut taken = HashSet::new();
    for Route { method, path, .. } in table {
        let (before, last) = path.rsplit_once('/').unwrap_or_default();
        let name = last.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let is_plain = |text: &str| !text.contains(['{', '}']);
        if !is_plain(before) || !is_plain(name.unwrap_or(last)) {
            return Err(format!("{method} {path}: a path may be open in its last segment alone"));
        }
        if !taken.insert((method, before_open(path).ok_or(*path))) {
            return Err(format!("{method} {path} is in the table of routes twice"));
        }
    }
    Ok(())
}

impl Rows {
    /// The rows of a table.
    pub(super) fn of(table: Vec<Route>) -> Self {
        let mut rows = Self::default();
        for Route { method, path, access, handler, is_action, .. } in table {
            let (places, key) = match before_open(path) {
                Some(before) => (&mut rows.open, before),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::http::{health, route::rows};

    /// The table with these rows behind it.
    fn with(more: Vec<Route>) -> Result<(), String> {
        let mut table = super::super::routes::table();
        table.extend(more);
        check(&table)
    }

    #[test]
    fn rows_that_no_request_reaches_are_refused() {
        use Access::Public;
        assert_eq!(with(Vec::new()), Ok(()));
        assert_eq!(with(rows! { PUT "/healthz" Public => health::live; }), Ok(()));
        let twice = [
            rows! { GET "/healthz" Public => health::live; },
            rows! { PATCH "/api/v1/users/{id}" Public => health::live; },
            // The same requests under another name.
            rows! { PATCH "/api/v1/users/{name}" Public => health::live; },
        ];
        for more in twice {
            assert!(
                with(more).is_err_and(|fault| fault.ends_with("is in the table of routes twice"))
            );
        }
        let open = [
            rows! { GET "/api/v1/users/{id}/sessions" Public => health::live; },
            rows! { GET "/{a}/{b}" Public => health::live; },
            rows! { GET "/site-{name}" Public => health::live; },
            rows! { GET "/site/{name}.html" Public => health::live; },
        ];
        for more in open {
            let fault = with(more).expect_err("refused");
            assert!(fault.ends_with("may be open in its last segment alone"), "{fault}");
        }
    }
}
