//! The brand of the service, read and checked once at the start.

use std::{fs::File, io::Read, path::Path, sync::Arc};

use bytes::Bytes;

use super::{
    colour::{Accent, DARK, LIGHT},
    config::BrandSettings,
    secure::seal,
    site::Style,
};
use crate::model;

/// Maximum size of a logo in bytes, because it is on every page.
const LOGO_MAX: u64 = 128 * 1024;

/// The reason why a logo cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("logo {file}: {why}")]
pub struct BrandError {
    file: String,
    why: String,
}

/// A file of the brand as sent to browsers.
#[derive(Clone, Debug)]
pub struct BrandFile {
    /// Path, with a hash of the bytes.
    pub path: String,
    /// Media type.
    pub kind: &'static str,
    /// Content.
    pub bytes: Bytes,
}

/// The brand of the service.
#[derive(Clone, Debug)]
pub struct Brand {
    /// Names and links on pages.
    pub shown: Arc<model::Brand>,
    /// Files that pages refer to.
    pub files: Vec<BrandFile>,
    /// The operator's accent as a short stylesheet, if set.
    pub style: Option<Style>,
    /// Accent of light pages, for browsers that support one scheme only.
    pub theme: String,
    /// Parts of a logo that browsers will not show.
    pub warnings: Vec<String>,
}

impl Brand {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// Returns the first file that cannot be used.
    pub fn read(settings: &BrandSettings) -> Result<Self, BrandError> {
        let mut brand = Self::without_files(settings);
        let light = settings.logo.as_deref().map(|path| brand.add("logo", path)).transpose()?;
        let dark = settings.logo_dark.as_deref();
        let dark = dark.map(|path| brand.add("logo-dark", path)).transpose()?;
        let logo = light.map(|light| model::Logo { light, dark });
        brand.shown = Arc::new(model::Brand { logo, ..(*brand.shown).clone() });
        Ok(brand)
    }

    /// The brand of a process without pages.
    pub fn without_files(settings: &BrandSettings) -> Self {
        let address = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
        let shown = model::Brand {
            name: settings.name.clone(),
            logo: None,
            theme: model::ThemeColour {
                light: LIGHT.page.to_string(),
                dark: DARK.page.to_string(),
            },
            support: address(&settings.support),
            terms: address(&settings.terms),
            privacy: address(&settings.privacy),
            secured_by: settings.secured_by,
        };
        Self {
            shown: Arc::new(shown),
            files: Vec::new(),
            style: settings.accent.map(|accent| Style::within(&css(accent))),
            theme: settings
                .accent
                .map_or_else(|| "#0e5a4a".into(), |accent| accent.light.to_string()),
            warnings: Vec::new(),
        }
    }

    /// Reads a logo; returns its path.
    fn add(&mut self, name: &str, path: &Path) -> Result<String, BrandError> {
        let failed = |why: String| BrandError { file: path.display().to_string(), why };
        let mut bytes = Vec::new();
        let opened =
            File::open(path).and_then(|file| file.take(LOGO_MAX + 1).read_to_end(&mut bytes));
        opened.map_err(|error| failed(error.to_string()))?;
        if bytes.len() as u64 > LOGO_MAX {
            return Err(failed(format!("it has more than {} KiB", LOGO_MAX / 1024)));
        }
        let (ending, kind) = Picture::of(&bytes).map_err(|why| failed(why.into()))?.kind();
        if kind == SVG && is_more_than_a_picture(&bytes) {
            self.warnings.push(format!(
                "logo {}: it has script or names other files; browsers run and load nothing of that",
                path.display()
            ));
        }
        let file = BrandFile::new(name, ending, kind, bytes.into());
        let address = file.path.clone();
        self.files.push(file);
        Ok(address)
    }
}

impl BrandFile {
    fn new(name: &str, ending: &str, kind: &'static str, bytes: Bytes) -> Self {
        let hash: String =
            seal::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { path: format!("/brand/{name}-{hash}.{ending}"), kind, bytes }
    }
}

/// The accent as custom properties.
///
/// It is in no layer, so it wins over the stylesheet; the rules for more contrast are repeated. A
/// browser without `light-dark()` uses the colours of the stylesheet.
fn css(accent: Accent) -> String {
    let (light, dark) = (LIGHT.shades(accent.light), DARK.shades(accent.dark));
    let one = |name: &str, light, dark| format!("--{name}:light-dark({light},{dark});");
    let properties = [
        one("accent", light.accent, dark.accent),
        one("strong", light.strong, dark.strong),
        one("on-accent", light.on_accent, dark.on_accent),
        one("tint", light.tint, dark.tint),
    ];
    format!(
        "@supports (color:light-dark(red,red)){{:root{{{}}}\
         @media (prefers-contrast:more){{:root{{--accent:var(--strong)}}}}}}",
        properties.concat().trim_end_matches(';')
    )
}

/// Media type of SVG.
const SVG: &str = "image/svg+xml";

/// The formats of a logo, detected by their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Picture {
    Svg,
    Png,
    Webp,
}

impl Picture {
    fn of(bytes: &[u8]) -> Result<Self, &'static str> {
        match bytes {
            [] => Err("it is empty"),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Ok(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Ok(Self::Webp),
            [0xff, 0xd8, ..] => Err("it is a JPEG; expected SVG, PNG or WebP"),
            [b'G', b'I', b'F', ..] => Err("it is a GIF; expected SVG, PNG or WebP"),
            [0x1f, 0x8b, ..] => Err("it is compressed; write the SVG as it is"),
            _ => match std::str::from_utf8(bytes).ok().is_some_and(is_svg) {
                true => Ok(Self::Svg),
                false => Err("it is no picture; expected SVG (in UTF-8), PNG or WebP"),
            },
        }
    }

    /// File extension and media type.
    fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Svg => ("svg", SVG),
            Self::Png => ("png", "image/png"),
            Self::Webp => ("webp", "image/webp"),
        }
    }
}

/// Whether the first element of a text is `<svg>`.
fn is_svg(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    for (start, end) in [("<?", "?>"), ("<!--", "-->"), ("<!DOCTYPE", ">"), ("<!--", "-->")] {
        while let Some(inside) = rest.strip_prefix(start) {
            let Some((_, after)) = inside.split_once(end) else { return false };
            rest = after.trim_start();
        }
    }
    let after = rest.strip_prefix("<svg");
    after.is_some_and(|after| after.starts_with(|c: char| c.is_whitespace() || c == '>'))
        && text.contains("http://www.w3.org/2000/svg")
}

/// Whether an SVG contains script or refers to other files. Its policy and `<img>` disable both;
/// the operator is warned, because the logo will look different than in an editor.
fn is_more_than_a_picture(svg: &[u8]) -> bool {
    let text = String::from_utf8_lossy(svg).to_ascii_lowercase();
    let refers = |part: &str| {
        let target = part.trim_start_matches([' ', '=', '"', '\'']);
        !target.starts_with(['#', '>']) && !target.starts_with("data:")
    };
    let has_handler = text.split_whitespace().any(|word| {
        let name = word.split_once('=').map(|(name, _)| name).unwrap_or_default();
        name.len() > 4 && name.starts_with("on") && name.chars().all(|c| c.is_ascii_lowercase())
    });
    text.contains("<script")
        || text.contains("<foreignobject")
        || text.contains("@import")
        || has_handler
        || text.split("href").skip(1).any(refers)
        || text.split("url(").skip(1).any(refers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\">";

    #[test]
    fn a_picture_is_known_by_its_bytes() {
        for before in [
            "",
            "\u{feff}",
            "<?xml version=\"1.0\"?>\n",
            "<!-- made -->\n<!DOCTYPE svg>\n<!-- by -->",
        ] {
            let svg = format!("{before}{PLAIN}</svg>");
            assert_eq!(Picture::of(svg.as_bytes()), Ok(Picture::Svg), "{svg}");
        }
        assert_eq!(Picture::of(b"\x89PNG\r\n\x1a\n\0\0"), Ok(Picture::Png));
        assert_eq!(Picture::of(b"RIFF\x10\0\0\0WEBPVP8 "), Ok(Picture::Webp));
        for (bytes, why) in [
            (&b""[..], "empty"),
            (b"\xff\xd8\xff\xe0", "JPEG"),
            (b"GIF89a", "GIF"),
            (b"\x1f\x8b\x08", "compressed"),
            (b"<html><svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", "no picture"),
            (b"<svgs xmlns=\"http://www.w3.org/2000/svg\">", "no picture"),
            (b"<svg width=\"1\">", "no picture"),
            (b"<!-- never closed", "no picture"),
            (b"\x89PNG", "no picture"),
        ] {
            assert!(Picture::of(bytes).expect_err("refused").contains(why), "{bytes:?}");
        }
    }

    #[test]
    fn an_svg_that_is_more_than_a_picture_is_noticed() {
        for (inside, is_more) in [
            ("<path d=\"M0 0\"/>", false),
            ("<use href=\"#a\"/><rect fill=\"url(#b)\"/>", false),
            ("<image href=\"data:image/png;base64,AA\"/>", false),
            ("<text>one=1 once = 2</text>", false),
            ("<script>alert(1)</script>", true),
            ("<g onload=\"alert(1)\"/>", true),
            ("<image xlink:href=\"https://a.example/b.png\"/>", true),
            ("<style>@import 'a.css'</style>", true),
            ("<rect fill=\"url('https://a.example/c.svg#d')\"/>", true),
            ("<foreignObject/>", true),
        ] {
            let svg = format!("{PLAIN}{inside}</svg>");
            assert_eq!(is_more_than_a_picture(svg.as_bytes()), is_more, "{inside}");
        }
    }
}
