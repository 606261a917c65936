//! Environment variables: settings, and unknown names with our prefix.

use super::{
    nearest::nearest,
    origin::{Origin, Value},
    settings::{CONFIG_VARIABLE, ENVIRONMENT, SETTINGS},
};

/// Prefix of all variables of Vestibule.
const PREFIX: &str = "VESTIBULE_";

/// The variables that are settings, and the faults of the others.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) values: Vec<Value>,
    /// The settings file named by a variable.
    pub(super) config: Option<String>,
    pub(super) faults: Vec<String>,
}

/// The variables of this process with our prefix, as pairs of name and value.
pub fn process_environment() -> Vec<(String, Option<String>)> {
    let ours = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        name.starts_with(PREFIX).then(|| (name, value.into_string().ok()))
    });
    let mut ours: Vec<_> = ours.collect();
    ours.sort();
    ours
}

/// Sorts variables; the value of one that is not text is missing.
pub(super) fn read(variables: &[(String, Option<String>)]) -> Variables {
    let mut read = Variables::default();
    for (name, value) in variables {
        let setting = SETTINGS.iter().find(|setting| setting.variable == name);
        match (setting, value) {
            (_, None) if setting.is_some() || name == CONFIG_VARIABLE => {
                read.faults.push(format!("{name}: the value is no text in UTF-8"));
            }
            (Some(setting), Some(text)) => {
                let (text, origin) = (text.clone(), Origin::Variable);
                read.values.push(Value { setting, text, origin });
            }
            (None, Some(file)) if name == CONFIG_VARIABLE => {
                read.config = Some(file.trim().to_owned());
            }
            (_, value) if is_service_link(name, value.as_deref().unwrap_or_default()) => {}
            _ => {
                let known = ENVIRONMENT.iter().map(|known| &known[PREFIX.len()..]);
                let hint = match &name[PREFIX.len()..] {
                    "PORT" | "HOST" | "ADDRESS" | "BIND" => {
                        "; write VESTIBULE_LISTEN, an address and a port".into()
                    }
                    rest => nearest(rest, known, |name| format!("{PREFIX}{name}")),
                };
                read.faults.push(format!("{name} is not a setting{hint}"));
            }
        }
    }
    read
}

/// Whether Kubernetes made this variable, for a service whose name begins with "vestibule":
/// `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_NAME`, `…_PORT=tcp://…`, `…_PORT_3000_TCP`
/// and that with `_PROTO`, `_PORT` or `_ADDR`.
fn is_service_link(name: &str, value: &str) -> bool {
    let is_url = ["tcp://", "udp://", "sctp://"].iter().any(|scheme| value.starts_with(scheme));
    let after = |mark: &str| name.find(mark).map(|at| &name[at + mark.len()..]);
    let is_of_a_port = || {
        let Some(rest) = after("_PORT_") else { return false };
        let mut parts = rest.split('_');
        let number = parts.next().is_some_and(|number| number.parse::<u16>().is_ok());
        let protocol = parts.next().is_some_and(|name| ["TCP", "UDP", "SCTP"].contains(&name));
        let part = parts.next().is_none_or(|name| ["PROTO", "PORT", "ADDR"].contains(&name));
        number && protocol && part && parts.next().is_none()
    };
    name.ends_with("_SERVICE_HOST")
        || after("_SERVICE_PORT").is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        || (name.ends_with("_PORT") && is_url)
        || is_of_a_port()
}
