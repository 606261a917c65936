use serde::{Deserialize, Serialize};

/// The server's view of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Reflection {
    /// Issuer of tokens.
    pub issuer: String,
    /// The asker's address, as attempts are counted.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub client_ip: Option<String>,
    /// The host that was asked for.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub host: Option<String>,
    /// Whether the cookie of the doctor arrived.
    pub has_probe_cookie: bool,
    /// Current time, in Unix seconds.
    pub now: i64,
}
