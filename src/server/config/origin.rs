//! A value with its origin.

use std::{fmt, path::PathBuf};

use super::{hidden, settings::Setting};

/// The origin of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The default.
    Default,
    /// A line of the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// Line number, from 1.
        line: usize,
    },
    /// An environment variable.
    Variable,
    /// A flag of the command line.
    Flag,
}

/// The value of one setting.
#[derive(Clone)]
pub struct Value {
    /// The setting.
    pub setting: &'static Setting,
    /// The text as given, which may be a secret.
    pub text: String,
    /// The origin.
    pub origin: Origin,
}

impl Value {
    /// The value for display.
    pub fn shown(&self) -> String {
        match self.text.trim() {
            "" => self.setting.default_shown.to_owned(),
            text => hidden::shown(self.setting, text),
        }
    }

    /// The name by which it was given.
    pub(super) fn label(&self) -> String {
        let Setting { path, variable, .. } = self.setting;
        match &self.origin {
            Origin::Flag => self.setting.flag(),
            Origin::Variable | Origin::Default => (*variable).into(),
            Origin::File { path: file, line } => format!("{} line {line}: {path}", file.display()),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Variable => f.write_str("variable"),
            Self::Flag => f.write_str("flag"),
            Self::File { path, line } => write!(f, "{} line {line}", path.display()),
        }
    }
}
