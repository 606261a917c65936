use serde::{Deserialize, Serialize};

/// What of a request arrives at the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Reflection {
    /// What tokens are issued by.
    pub issuer: String,
    /// The asker's address, as attempts are counted.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub client_ip: Option<String>,
    /// The host that was asked for.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub host: Option<String>,
    /// Whether the cookie that the doctor sends came through.
    pub has_probe_cookie: bool,
    /// Unix seconds.
    pub now: i64,
}
