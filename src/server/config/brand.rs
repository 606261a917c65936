//! Parsers of the brand settings; each error says what is accepted.

use std::path::PathBuf;

use url::Url;

use super::{
    ConfigError, addresses,
    reader::Reader,
    settings::Setting,
    values::{boolean, parse},
};
use crate::server::colour::{Accent, CONTRAST_MIN, Colour, DARK, LIGHT, Scheme, shown};

/// Maximum number of characters of the name, which must fit in the header of a phone.
const NAME_MAX: usize = 40;

/// The settings of the brand.
#[derive(Clone, Debug)]
pub struct BrandSettings {
    /// Name of the service.
    pub name: String,
    /// File of the logo.
    pub logo: Option<PathBuf>,
    /// File of the logo in dark pages.
    pub logo_dark: Option<PathBuf>,
    /// Colour of links and buttons.
    pub accent: Option<Accent>,
    /// Help for users: `https:` or `mailto:`.
    pub support: Option<Url>,
    /// Where faults of security are reported: `https:` or `mailto:`.
    pub security: Option<Url>,
    /// The terms of use.
    pub terms: Option<Url>,
    /// The privacy policy.
    pub privacy: Option<Url>,
    /// Whether pages show "Secured by Vestibule".
    pub secured_by: bool,
}

impl Reader<'_> {
    /// Reads the section `[brand]`.
    pub(super) fn brand(&mut self) -> Result<BrandSettings, ConfigError> {
        let name = self.read(&Setting::brand_name, name)?;
        let logo = self.optional(&Setting::brand_logo, |text| Ok(PathBuf::from(text)));
        let logo_dark = self.optional(&Setting::brand_logo_dark, |text| Ok(PathBuf::from(text)));
        if logo.is_none() && logo_dark.is_some() {
            self.refuse(&Setting::brand_logo_dark, "only beside the logo of light pages");
        }
        let light = self.optional(&Setting::brand_accent, accent);
        let dark = self.optional(&Setting::brand_accent_dark, accent_dark);
        if !self.is_given(&Setting::brand_accent) && dark.is_some() {
            self.refuse(&Setting::brand_accent_dark, "only beside the accent of light pages");
        }
        let accent =
            light.map(|light| Accent { light, dark: dark.unwrap_or_else(|| DARK.nearest(light)) });
        Ok(BrandSettings {
            name,
            logo,
            logo_dark,
            accent,
            support: self.optional(&Setting::brand_support, support),
            security: self.optional(&Setting::brand_security, support),
            terms: self.optional(&Setting::brand_terms, addresses::https),
            privacy: self.optional(&Setting::brand_privacy, addresses::https),
            secured_by: self.read(&Setting::brand_secured_by, boolean)?,
        })
    }
}

/// A name in one line. A change of text direction would affect the sentence around it.
fn name(text: &str) -> Result<String, String> {
    let is_unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match text.chars().count() {
        1..=NAME_MAX if !text.contains(is_unseen) => Ok(text.to_owned()),
        1..=NAME_MAX => Err("expected a name of characters that are seen, in one line".into()),
        _ => Err(format!("expected a name of at most {NAME_MAX} characters")),
    }
}

/// The accent of light pages. Its error suggests a shade for each scheme.
fn accent(text: &str) -> Result<Colour, String> {
    let colour: Colour = parse(text)?;
    if LIGHT.admits(colour) {
        return Ok(colour);
    }
    Err(format!(
        "{}; write {}, the nearest shade for light pages, and {} as the accent of dark ones (its contrast there \
         is {})",
        too_little(&LIGHT, "light", colour),
        LIGHT.nearest(colour),
        DARK.nearest(colour),
        shown(DARK.contrast(DARK.nearest(colour)))
    ))
}

/// The accent of dark pages.
fn accent_dark(text: &str) -> Result<Colour, String> {
    let colour: Colour = parse(text)?;
    if DARK.admits(colour) {
        return Ok(colour);
    }
    let what = too_little(&DARK, "dark", colour);
    Err(format!("{what}; write {}, the nearest shade", DARK.nearest(colour)))
}

fn too_little(scheme: &Scheme, pages: &str, colour: Colour) -> String {
    let contrast = shown(scheme.contrast(colour));
    format!("its contrast in {pages} pages is {contrast}, and text needs {CONTRAST_MIN}:1")
}

/// The support link: a page or an address.
fn support(text: &str) -> Result<Url, String> {
    let expected = "expected an https: or mailto: address";
    match (Url::parse(text), text.split_once('@')) {
        (Ok(url), _) if url.scheme() == "mailto" => {
            let is_address = url.path().split_once('@').is_some_and(|(user, host)| {
                !user.is_empty() && host.contains('.') && !host.contains('@')
            });
            match is_address {
                true => Ok(url),
                false => Err(format!("{expected}, such as mailto:help@example.com")),
            }
        }
        (Err(_), Some(_)) if !text.contains([' ', ':']) => {
            Err(format!("{expected}; write mailto:{text}"))
        }
        _ => addresses::https(text).map_err(|why| format!("{why}; or mailto:help@example.com")),
    }
}
