use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Method, StatusCode, header},
};
use serde_json::{Value, json};

use super::server::ORIGIN;

/// A request being written.
pub(crate) struct Request(axum::http::request::Builder, Body);

pub(crate) fn get(path: &str) -> Request {
    Request::new(Method::GET, path)
}

pub(crate) fn post(path: &str) -> Request {
    Request::new(Method::POST, path)
}

/// A JSON body by any method.
pub(crate) fn send_json(method: Method, path: &str, body: Value) -> Request {
    Request::new(method, path).json(body)
}

/// A form as a page of ours posts it.
pub(crate) fn form(path: &str, fields: &[(&str, &str)]) -> Request {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Request::new(Method::POST, path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .same_origin()
        .body(body)
}

/// The address of a request that is not told otherwise: each has a network (/24) of its own.
fn elsewhere() -> String {
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    let [_, host, a, b] = GIVEN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    format!("10.{a}.{b}.{host}")
}

/// The token of a form on a page.
pub(crate) fn form_token(page: &str, form: &str) -> String {
    let (_, rest) = page.split_once(&format!(r#"data-form="{form}""#)).expect("the form");
    let (_, rest) = rest.split_once(r#"name="form_token" value=""#).expect("its token");
    rest.split('"').next().expect("a value").to_owned()
}

/// A cookie of a browser that is nobody's: it has chosen its colours, and is known to keep cookies.
pub(crate) const KEPT: &str = "vestibule_theme_3000=dark";

/// A form that opens a session, as script sends it.
pub(crate) fn enter(form: &str, filled: Value) -> Request {
    let body = json!({ "form": form, "filled": filled, "next": null });
    post("/action/enter").same_origin().json(body)
}

/// A form of somebody who is signed in, as script sends it.
pub(crate) fn act(form: &str, filled: Value) -> Request {
    post("/action/act").same_origin().json(json!({ "form": form, "filled": filled }))
}

impl Request {
    pub(crate) fn new(method: Method, path: &str) -> Self {
        let host = ORIGIN.trim_start_matches("http://");
        let builder = axum::http::Request::builder().method(method).uri(path);
        Self(builder.header(header::HOST, host), Body::empty()).from(&elsewhere())
    }

    /// From this address.
    pub(crate) fn from(self, address: &str) -> Self {
        let address: IpAddr = address.parse().expect("an address");
        Self(self.0.extension(ConnectInfo(SocketAddr::from((address, 4711)))), self.1)
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        self.bytes(name, value.as_bytes().to_vec())
    }

    /// A client may send more than text.
    pub(crate) fn bytes(self, name: &str, value: Vec<u8>) -> Self {
        Self(self.0.header(name, value), self.1)
    }

    /// In place of the header that is there.
    pub(crate) fn replace(mut self, name: &'static str, value: &str) -> Self {
        if let Some(headers) = self.0.headers_mut() {
            headers.insert(name, value.parse().expect("a header value"));
        }
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie)
    }

    /// As a browser sends what a page of ours causes.
    pub(crate) fn same_origin(self) -> Self {
        self.header("origin", ORIGIN).header("sec-fetch-site", "same-origin")
    }

    pub(crate) fn json(self, body: Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> Self {
        Self(self.0, body.into())
    }

    pub(crate) fn build(self) -> axum::http::Request<Body> {
        self.0.body(self.1).expect("a request")
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// A page, without the marks that the renderer leaves between pieces of text.
    pub(crate) fn page(&self) -> String {
        self.text.replace("<!>", "")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    /// The status, with what was said in the panic message if it is another.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The same, and the problem's code.
    #[track_caller]
    pub(crate) fn expect_problem(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.json()["code"], code, "{}", reply.text);
        reply
    }

    /// `name=value` of a cookie that was set.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()?.split(';').next());
        let mut pairs = pairs.filter(|pair| pair.split_once('=').is_some_and(|(n, _)| n == name));
        pairs.next().map(str::to_owned)
    }

    /// `name=value` of the session cookie that was set, and not cleared.
    pub(crate) fn session_cookie(&self) -> Option<String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        let pairs = lines.filter_map(|line| line.to_str().ok()?.split(';').next());
        let is_set = |pair: &&str| {
            pair.split_once('=')
                .is_some_and(|(name, value)| name.contains("session") && !value.is_empty())
        };
        pairs.into_iter().find(is_set).map(str::to_owned)
    }
}
