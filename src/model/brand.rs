/// Default name of the service.
pub const NAME: &str = "Vestibule";

/// The brand of the service on pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Name.
    pub name: String,
    /// Logo; without one, an arch and the name.
    pub logo: Option<Logo>,
    /// Backgrounds of pages, for the browser's own bars.
    pub theme: ThemeColour,
    /// Link for help.
    pub support: Option<String>,
    /// Link to the terms of use.
    pub terms: Option<String>,
    /// Link to the privacy policy.
    pub privacy: Option<String>,
    /// Whether pages of a renamed service show "Secured by Vestibule".
    pub secured_by: bool,
}

/// The paths of a logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// In light pages.
    pub light: String,
    /// In dark pages, if different.
    pub dark: Option<String>,
}

/// A colour for each scheme, in CSS syntax.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeColour {
    /// In light pages.
    pub light: String,
    /// In dark pages.
    pub dark: String,
}

impl Brand {
    /// The name, unless it is the default.
    pub fn own_name(&self) -> Option<&str> {
        Some(&*self.name).filter(|name| *name != NAME)
    }
}

/// The media query of one scheme: the one that the reader chose, or else that of the system.
pub fn media(scheme: &str, theme: Option<&str>) -> String {
    match theme {
        Some("light" | "dark") if theme == Some(scheme) => "all".into(),
        Some("light" | "dark") => "not all".into(),
        _ => format!("(prefers-color-scheme: {scheme})"),
    }
}
