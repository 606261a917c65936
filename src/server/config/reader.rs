//! Reads given settings one by one, and keeps their faults.

use super::{
    ConfigError,
    given::Given,
    hidden,
    kind::Kind,
    origin::{Origin, Value},
    settings::Setting,
};

/// The given settings, and the faults found so far.
pub(super) struct Reader<'g> {
    given: &'g Given,
    faults: Vec<String>,
}

impl<'g> Reader<'g> {
    pub(super) fn new(given: &'g Given, faults: Vec<String>) -> Self {
        Self { given, faults }
    }

    /// What was read, if there is no fault.
    pub(super) fn end<T>(self, read: T) -> Result<T, ConfigError> {
        match self.faults.is_empty() {
            true => Ok(read),
            false => Err(ConfigError { faults: self.faults }),
        }
    }

    /// Notes a fault.
    pub(super) fn note(&mut self, fault: String) {
        self.faults.push(fault);
    }

    /// Reads a setting. An invalid value is replaced by the default, so that the other settings are
    /// checked too.
    pub(super) fn read<T>(
        &mut self,
        setting: &'static Setting,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        let value = self.given.value(setting);
        match read(exact(&value)) {
            Ok(read) => Ok(read),
            Err(why) => {
                self.faults.push(refusal(&value, &why));
                // Every default is valid, which a test checks.
                read(setting.default)
                    .map_err(|why| ConfigError::new(format!("{}: {why}", setting.name)))
            }
        }
    }

    /// Reads a setting that may have no value.
    pub(super) fn optional<T>(
        &mut self,
        setting: &'static Setting,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.given.value(setting);
        if value.text.trim().is_empty() {
            return None;
        }
        let read = read(exact(&value));
        read.map_err(|why| self.faults.push(refusal(&value, &why))).ok()
    }

    /// Rejects a combination of settings; the named one is the one to change.
    pub(super) fn refuse(&mut self, setting: &'static Setting, why: &str) {
        let label = self.given.value(setting).label();
        self.faults.push(format!("{label}: {why}"));
    }

    pub(super) fn is_given(&self, setting: &'static Setting) -> bool {
        self.given.value(setting).origin != Origin::Default
    }
}

/// The text without outer blanks, except for secrets, which are used exactly as given.
fn exact(value: &Value) -> &str {
    match value.setting.kind {
        Kind::Secret => &value.text,
        _ => value.text.trim(),
    }
}

/// A fault: the name by which the value was given, the value, and advice.
fn refusal(value: &Value, why: &str) -> String {
    let label = value.label();
    match value.setting.kind {
        Kind::Secret => format!("{label}: {why}"),
        // Each item of a list is named in its error.
        kind if kind.is_list() => format!("{label}: {why}"),
        _ => format!("{label}: {:?}: {why}", hidden::shown(value.setting, value.text.trim())),
    }
}
