//! The settings file: TOML sections, each value with its line.

use std::{fs, io::ErrorKind, path::Path};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    hidden::is_secret,
    nearest::nearest,
    origin::{Origin, Value},
    settings::{SETTINGS, Setting},
};
use crate::server::{files, text};

/// The values and faults of one file.
#[derive(Default)]
pub(super) struct Lines {
    pub(super) values: Vec<Value>,
    pub(super) faults: Vec<String>,
}

/// A settings file with the state of its reader.
struct Reading<'f> {
    path: &'f Path,
    text: &'f str,
    lines: Lines,
}

/// Reads a settings file.
pub(super) fn read(path: &Path) -> Lines {
    let text = match fs::read(path).map(text::of) {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return fault(path, &error.to_string()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Lines {
                faults: vec![format!(
                    "settings file {} does not exist; name another by --config or VESTIBULE_CONFIG",
                    path.display()
                )],
                ..Lines::default()
            };
        }
        Err(error) => return fault(path, &error.to_string()),
    };
    let mut reading = Reading { path, text: &text, lines: Lines::default() };
    match DeTable::parse(&text) {
        Ok(table) => reading.sections(table.get_ref()),
        Err(error) => {
            let line = error.span().map_or(1, |span| reading.line(span.start));
            reading.lines.faults.push(format!(
                "{} line {line}: {} (a text is written in quotes, such as listen = \"127.0.0.1:3000\")",
                path.display(),
                error.message().trim_end()
            ));
        }
    }
    refuse_open_secrets(path, &mut reading.lines);
    reading.lines
}

fn fault(path: &Path, why: &str) -> Lines {
    Lines { faults: vec![format!("settings file {}: {why}", path.display())], ..Lines::default() }
}

/// Rejects a file with secrets that others can read (S104).
fn refuse_open_secrets(path: &Path, lines: &mut Lines) {
    let has_one = lines.values.iter().any(|value| is_secret(value.setting, &value.text));
    if has_one && let Err(error) = files::refuse_open_given(path) {
        lines.faults.push(format!("there is a secret in the settings file {error}"));
    }
}

impl Reading<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    fn fault(&mut self, at: usize, what: &str) {
        let fault = format!("{} line {}: {what}", self.path.display(), self.line(at));
        self.lines.faults.push(fault);
    }

    fn sections(&mut self, table: &DeTable<'_>) {
        for (name, item) in in_order(table) {
            let at = name.span().start;
            match item.get_ref() {
                DeValue::Table(section) => self.section(name.get_ref(), at, section),
                value => self.without_section(name.get_ref(), at, value),
            }
        }
    }

    fn section(&mut self, section: &str, at: usize, lines: &DeTable<'_>) {
        let mut known = SETTINGS.iter().map(|setting| setting.place().0);
        if !known.any(|known| known == section) {
            let sections = SETTINGS.iter().map(|setting| setting.place().0);
            let hint = nearest(section, sections, |name| format!("[{name}]"));
            return self.fault(at, &format!("[{section}] is not a section of settings{hint}"));
        }
        for (key, value) in in_order(lines) {
            let at = key.span().start;
            let path = format!("{section}.{}", key.get_ref());
            match SETTINGS.iter().find(|setting| setting.path == path) {
                Some(setting) => self.value(setting, at, value.get_ref()),
                None => {
                    let hint = place_of(section, key.get_ref());
                    self.fault(at, &format!("{path} is not a setting{hint}"));
                }
            }
        }
    }

    /// Rejects a key before all sections. Files without sections were accepted until 0.1.
    fn without_section(&mut self, name: &str, at: usize, value: &DeValue<'_>) {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            let names = SETTINGS.iter().map(|setting| setting.name);
            let path = |name: &str| {
                let found = SETTINGS.iter().find(|setting| setting.name == name);
                found.map_or(String::new(), |setting| setting.path.to_owned())
            };
            let hint = nearest(name, names, path);
            return self.fault(at, &format!("{name} is not a setting{hint}"));
        };
        let (section, key) = setting.place();
        let text = scalar(value).unwrap_or_default();
        let shown = match (is_secret(setting, &text), setting.kind.is_list(), value) {
            (true, ..) => "\"…\"".to_owned(),
            (_, true, DeValue::String(text)) => list(text),
            (_, _, DeValue::Integer(number)) => number.to_string(),
            (_, _, DeValue::Boolean(boolean)) => boolean.to_string(),
            _ => format!("{text:?}"),
        };
        self.fault(
            at,
            &format!("settings are in sections now; write:\n    [{section}]\n    {key} = {shown}"),
        );
    }

    fn value(&mut self, setting: &'static Setting, at: usize, value: &DeValue<'_>) {
        let text = match (value, setting.kind.is_list()) {
            (DeValue::Array(items), true) => {
                let texts: Vec<_> = items.iter().map(|item| item.get_ref().as_str()).collect();
                match texts.into_iter().collect::<Option<Vec<_>>>() {
                    Some(texts) => texts.join(", "),
                    None => {
                        let what = format!(
                            "{}: expected a list of texts, such as [\"…\", \"…\"]",
                            setting.path
                        );
                        return self.fault(at, &what);
                    }
                }
            }
            (DeValue::Array(_), false) => {
                return self
                    .fault(at, &format!("{}: expected one value, not a list", setting.path));
            }
            (DeValue::Table(_), _) => {
                return self
                    .fault(at, &format!("{}: expected a value, not a section", setting.path));
            }
            _ => scalar(value).unwrap_or_default(),
        };
        let origin = Origin::File { path: self.path.to_owned(), line: self.line(at) };
        self.lines.values.push(Value { setting, text, origin });
    }
}

/// The text of a value that is neither a list nor a section.
fn scalar(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(boolean) => boolean.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => return None,
    })
}

/// A comma-separated list in TOML syntax.
fn list(text: &str) -> String {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    format!("[{}]", items.map(|item| format!("{item:?}")).collect::<Vec<_>>().join(", "))
}

/// The right section of a misplaced key, or the nearest known key.
fn place_of(section: &str, key: &str) -> String {
    let same = |setting: &&Setting| setting.name == key || setting.place().1 == key;
    let mut elsewhere = SETTINGS.iter().filter(same);
    if let (Some(setting), None) = (elsewhere.next(), elsewhere.next()) {
        let (section, key) = setting.place();
        return format!("; write {key} in [{section}]");
    }
    let here = SETTINGS.iter().map(Setting::place).filter(|place| place.0 == section);
    nearest(key, here.map(|place| place.1), |key| format!("{section}.{key}"))
}

/// The entries in the order of the file.
fn in_order<'t, 'i>(
    table: &'t DeTable<'i>,
) -> Vec<(&'t Spanned<std::borrow::Cow<'i, str>>, &'t Spanned<DeValue<'i>>)> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(name, _)| name.span().start);
    lines
}
