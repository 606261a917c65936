use serde::{Deserialize, Serialize};

/// The server's view of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reflection {
    /// Issuer of tokens.
    pub issuer: String,
    /// IP address of the client by which attempts are counted.
    pub client_ip: Option<String>,
    /// Requested host.
    pub host: Option<String>,
    /// Whether the cookie of the doctor arrived.
    pub has_probe_cookie: bool,
    /// Current time, in Unix seconds.
    pub now: i64,
}
