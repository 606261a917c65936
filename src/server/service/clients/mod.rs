//! Clients: programs of others that sign people in here, and resources, the APIs for which they get tokens. Administered by an agent,
//! kept in memory by every process.

mod apply;
mod change;
mod checking;
mod error;
mod file;
mod kinds;
mod patch;
mod registry;
mod resource;
mod resource_change;
mod scopes;
mod secrets;
mod settings;
mod view;

pub use apply::{Applied, ApplyError, Options, Outcome, apply};
pub use change::{create, delete, edit, set_disabled};
pub use error::{ClientError, Fault};
pub use file::{FaultAt, SecretFrom};
pub use kinds::{ClientAuth, ClientKind, Consent, IdTokenClaims, Par, Pkce, Signature};
pub use patch::{
    ClientPatch, ResourcePatch, patch, patch_resource, say_who, update, update_resource,
};
pub use registry::{Audience, Client, Clients, NOTE_EVERY, Registry, Resource, reload};
pub use resource::{ResourceSettings, compared};
pub use resource_change::{
    create as create_resource, delete as delete_resource, edit as edit_resource,
    set_disabled as set_resource_disabled,
};
pub use scopes::{IDENTITY_SCOPES, OFFLINE, is_word};
pub use secrets::{
    NewSecret, SECRET_LIFE, SECRETS_MAX, add as add_secret, add_for as add_secret_for,
    remove as remove_secret, remove_by_id,
};
pub use settings::ClientSettings;
pub use view::{ClientView, ResourceView, SecretView, list, list_resources, show, show_resource};
