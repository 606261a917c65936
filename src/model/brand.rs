/// The name of the service where its operator gave none.
pub const NAME: &str = "Vestibule";

/// How the service presents itself: what pages say and show of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brand {
    /// Its name.
    pub name: String,
    /// Its logo; without one, an arch and the name.
    pub logo: Option<Logo>,
    /// The backgrounds of pages, for the browser's own bars.
    pub theme: ThemeColour,
    /// Where people get help.
    pub support: Option<String>,
    /// The terms of use.
    pub terms: Option<String>,
    /// What is done with personal data.
    pub privacy: Option<String>,
    /// Whether pages with a name of their own say what the service is made of.
    pub secured_by: bool,
}

/// The addresses of a logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// In light pages.
    pub light: String,
    /// In dark pages, if it is another one.
    pub dark: Option<String>,
}

/// A colour for each scheme, as CSS writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeColour {
    /// In light pages.
    pub light: String,
    /// In dark pages.
    pub dark: String,
}

impl Brand {
    /// The name, if it is the operator's own.
    pub fn own_name(&self) -> Option<&str> {
        Some(&*self.name).filter(|name| *name != NAME)
    }
}

/// Where what is for one scheme is shown: in that which the reader chose, or else in that of the system.
pub fn media(scheme: &str, theme: Option<&str>) -> String {
    match theme {
        Some("light" | "dark") if theme == Some(scheme) => "all".into(),
        Some("light" | "dark") => "not all".into(),
        _ => format!("(prefers-color-scheme: {scheme})"),
    }
}
