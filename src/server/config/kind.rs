//! The kinds of values of settings.

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// IP address and port.
    Address,
    /// A URL, `https://…`.
    Url,
    /// The path of a file.
    File,
    /// The path of a folder.
    Folder,
    /// Any text.
    Text,
    /// Confidential text.
    Secret,
    /// A colour in hexadecimal digits.
    Colour,
    /// One of a few words.
    Name,
    /// A whole number.
    Number,
    /// A duration such as `10m`; a bare number is seconds.
    Duration,
    /// `true` or `false`.
    Boolean,
    /// The memory and passes of a password hash.
    Cost,
    /// A list of networks.
    Networks,
    /// A list of origins.
    Origins,
    /// Claims of access tokens: a list.
    Claims,
    /// Names of roles: a list.
    Roles,
    /// The URL of a database, with a password or without.
    Database,
    /// A word or a store URL, which may contain a password.
    Store,
    /// A log level, or log filters.
    Level,
}

impl Kind {
    /// The placeholder of a value in the help.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Address => "ADDRESS",
            Self::Url | Self::Database => "URL",
            Self::File => "FILE",
            Self::Folder => "FOLDER",
            Self::Text | Self::Secret => "TEXT",
            Self::Colour => "COLOUR",
            Self::Name => "NAME",
            Self::Number => "NUMBER",
            Self::Duration => "DURATION",
            Self::Boolean => "BOOLEAN",
            Self::Cost => "COST",
            Self::Networks => "NETWORKS",
            Self::Origins => "ORIGINS",
            Self::Claims => "CLAIMS",
            Self::Roles => "ROLES",
            Self::Store => "PLACE",
            Self::Level => "LEVEL",
        }
    }

    /// Whether there may be several values: a list in the file, separated by commas elsewhere.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Networks | Self::Origins | Self::Claims | Self::Roles)
    }
}
