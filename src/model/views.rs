use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Filled, SessionId, UserId};

/// An account as the API shows it, without a field for a hash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserView {
    /// Id of the account, the `sub` of tokens.
    pub id: UserId,
    /// Username as typed at registration.
    pub username: String,
    /// The id in the app that the account came from; only an import writes it.
    #[serde(default)]
    pub external_id: Option<String>,
    /// The name shown to people, if they gave one.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub display_name: Option<String>,
    /// Profile fields.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(required))]
    pub profile: Filled,
    /// The address, if they gave one.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub email: Option<String>,
    /// Whether the address is verified.
    pub email_verified: bool,
    /// Time in Unix seconds at which a mail server said that the address takes no mail; present until a mail is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_refused_at: Option<i64>,
    /// Roles: `user`, `admin`.
    pub roles: Vec<String>,
    /// Data of the person, or of an app in their name. They can write anything, so it proves nothing.
    #[cfg_attr(feature = "ssr", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub metadata: Map<String, Value>,
    /// Data of the app about the person, who cannot write it.
    #[cfg_attr(feature = "ssr", schema(value_type = std::collections::BTreeMap<String, Value>))]
    pub app_metadata: Map<String, Value>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time of disabling in Unix seconds; present while the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
    /// Time at which an authenticator app was set up, in Unix seconds; present while there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_at: Option<i64>,
    /// Number of its passkeys.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(required))]
    pub passkeys: i64,
    /// Time in Unix seconds after which the account is erased; present while it is leaving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erase_after: Option<i64>,
}

impl UserView {
    /// The display name, else the username.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.username)
    }
}

/// One page of accounts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserPage {
    /// At most a hundred accounts.
    pub users: Vec<UserView>,
    /// Cursor for `after=` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_after: Option<UserId>,
}

/// The answer to a successful sign-in or refresh.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// `Login Success`, as in the article.
    pub message: String,
    /// The access token, a JWT.
    pub access_token: String,
    /// The access token again, under the name that two of the articles use.
    pub token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Lifetime of the access token, in seconds.
    pub expires_in: u32,
    /// The account.
    pub user: UserView,
    /// The refresh token, if it was requested in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The sort of a device, by its user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeviceSort {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program that is not a browser.
    App,
    /// An unknown device.
    Unknown,
}

/// A session of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// Session id, the `sid` of tokens.
    pub id: SessionId,
    /// Whether it is the current one.
    pub current: bool,
    /// Browser and system in words, such as "Firefox 140 on Linux".
    pub device: String,
    /// Sort of the device.
    pub device_sort: DeviceSort,
    /// From where it was opened or last refreshed.
    #[cfg_attr(feature = "ssr", schema(required))]
    pub client_ip: Option<String>,
    /// Time of creation, in Unix seconds.
    pub created_at: i64,
    /// Time of the last refresh or page view, in Unix seconds.
    pub last_seen_at: i64,
    /// Time of the end in Unix seconds, if it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
}

/// The sessions of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SessionPage {
    /// Living sessions, newest first; at most a hundred.
    pub sessions: Vec<SessionView>,
    /// Cursor for `before=` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_before: Option<SessionId>,
    /// Sessions that ended within 30 days because a replaced refresh token was used again: a copy
    /// of it may exist.
    pub ended_for_reuse: Vec<SessionView>,
}

/// An event of the user's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    /// Time of the event, in Unix seconds.
    pub at: i64,
    /// A sentence for the user.
    pub what: String,
    /// Kind of the event, for programs: `login`, `session.reuse`, …
    pub kind: String,
    /// `success`, or the reason of the refusal.
    pub outcome: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Browser and system in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// IP address of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
}

/// A page of the account's events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryPage {
    /// Events, newest first; at most a hundred.
    pub events: Vec<HistoryEntry>,
    /// Opaque cursor for `before=` of the next page, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_before: Option<String>,
}

/// The answer to a reauthentication.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RenewedSession {
    /// The access token, a JWT, of the session under its new id.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Lifetime of the access token, in seconds.
    pub expires_in: u32,
    /// Time for which no other proof is required, in seconds.
    pub fresh_for: u32,
    /// The refresh token, unless it is in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// The strength of a password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// Score from 0 (guessed at once) to 4 (out of reach).
    pub score: u8,
    /// The score in words with a reason; one of a few sentences of ours.
    pub words: String,
}

/// The identity of the session cookie, which a page passes to its islands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Id of the account.
    pub sub: UserId,
    /// Id of the session.
    pub sid: SessionId,
    /// Epoch of the account: access tokens of an earlier one are refused.
    pub epoch: i64,
}

/// The next page after a sign-in, with the access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInResponse {
    /// The access token, to be stored before the navigation; none where the sign-in goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// A path of our own.
    pub next: String,
}

/// The next page after an action.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// A path of our own.
    pub next: String,
    /// The access token of the session's new identity, if it got one; to be stored before the
    /// navigation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

/// The answer of the guarded server function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whoami {
    /// Id of the account.
    pub sub: UserId,
    /// Id of the session.
    pub sid: SessionId,
    /// Displayed name.
    pub name: String,
    /// Names of the roles.
    pub roles: Vec<String>,
}
