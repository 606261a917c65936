//! A value and where it is from.

use std::{fmt, path::PathBuf};

use super::{hidden, settings::Setting};

/// Where a value is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// A line of the settings file.
    File {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
    },
    /// The environment.
    Variable,
    /// The command line.
    Flag,
}

/// The value of one setting.
#[derive(Clone)]
pub struct Value {
    /// Which.
    pub setting: &'static Setting,
    /// As it was written; may be a secret.
    pub text: String,
    /// Where it is from.
    pub origin: Origin,
}

impl Value {
    /// The value as people may see it.
    pub fn shown(&self) -> String {
        match self.text.trim() {
            "" => self.setting.default_shown.to_owned(),
            text => hidden::shown(self.setting, text),
        }
    }

    /// The name that it was given by.
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
