use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Filled, SessionId, UserId};

/// A person as the API shows them; there is no field for a hash to slip into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserView {
    /// The `sub` of tokens.
    pub id: UserId,
    /// As typed at registration.
    pub username: String,
    /// The name shown to people, if they gave one.
    pub display_name: Option<String>,
    /// What else the person says of themselves, by field.
    #[serde(default)]
    pub profile: Filled,
    /// The address, if they gave one.
    pub email: Option<String>,
    /// Whether that address is proven to be theirs.
    pub email_verified: bool,
    /// `user`, `admin`.
    pub roles: Vec<String>,
    /// What the person keeps here, or an app in their name: they can write anything, so it proves nothing.
    pub metadata: Map<String, Value>,
    /// What the app keeps about them: they cannot write it.
    pub app_metadata: Map<String, Value>,
    /// Unix seconds.
    pub created_at: i64,
    /// Unix seconds; present while the account is disabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled_at: Option<i64>,
}

impl UserView {
    /// The display name, else the username.
    pub fn name(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.username)
    }
}

/// One page of people, by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserPage {
    /// At most a hundred.
    pub users: Vec<UserView>,
    /// Ask again with `after=` this, if present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_after: Option<UserId>,
}

/// What a successful sign-in or refresh answers.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    /// `Login Success`, as the Flask tutorials have it.
    pub message: String,
    /// The JWT.
    pub access_token: String,
    /// The same string, under the name that two of the Flask tutorials use.
    pub token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u32,
    /// Who signed in.
    pub user: UserView,
    /// Only where it was asked for in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// What sort of device a session is on, as far as its user agent tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceSort {
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// A computer.
    Computer,
    /// A program that is no browser.
    App,
    /// It does not say.
    Unknown,
}

/// One of a person's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// The `sid` of tokens.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Browser and system in words, such as "Firefox 140 on Linux".
    pub device: String,
    /// What sort of device that is.
    pub device_sort: DeviceSort,
    /// From where it was opened or last refreshed.
    pub client_ip: Option<String>,
    /// Unix seconds.
    pub created_at: i64,
    /// When it was last refreshed or looked at a page, Unix seconds.
    pub last_seen_at: i64,
    /// Unix seconds, once ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
}

/// A person's own sessions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionPage {
    /// Those that are alive, newest first; at most a hundred.
    pub sessions: Vec<SessionView>,
    /// Ask again with `before=` this, if present.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_before: Option<SessionId>,
    /// Those that ended within 30 days because a replaced refresh token was used again: somebody may have
    /// had a copy.
    pub ended_for_reuse: Vec<SessionView>,
}

/// Something that happened to a person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Unix seconds.
    pub at: i64,
    /// A sentence for that person.
    pub what: String,
    /// What it was, for programs: `login`, `session.reuse`, …
    pub kind: String,
    /// `success`, or why it was refused.
    pub outcome: String,
    /// Whether it was refused.
    pub refused: bool,
    /// Browser and system in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// From where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ip: Option<String>,
}

/// What happened to a person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryPage {
    /// Newest first; at most a hundred.
    pub events: Vec<HistoryEntry>,
    /// Ask again with `before=` this, if present; it says nothing by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_before: Option<String>,
}

/// What a fresh proof answers.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewedSession {
    /// The JWT, of the session under its new id.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: u32,
    /// Seconds for which no other proof is asked for.
    pub fresh_for: u32,
    /// The refresh token, where it does not live in a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// How hard a password is to guess.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// 0 (at once) to 4 (out of reach).
    pub score: u8,
    /// The same for people, with a word on why; one of a few sentences of ours.
    pub words: String,
}

/// Who the session cookie says is looking: what a page tells its islands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The person.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The account's epoch: an access token of an earlier one opens nothing any more.
    pub epoch: i64,
}

/// Where an island goes after signing in, and with what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInResponse {
    /// The JWT, to be stored before leaving.
    pub access_token: String,
    /// A path of our own.
    pub next: String,
}

/// Where an island goes after an act, and with what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// A path of our own.
    pub next: String,
    /// The JWT of the session's new identity, if it got one; to be stored before leaving.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

/// What the guarded server function tells its caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whoami {
    /// The person.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// What to call them.
    pub name: String,
    /// Roles by name.
    pub roles: Vec<String>,
}
