//! Colours of pages, and the contrast of text on them (WCAG 2.2, success criterion 1.4.3).

use std::{fmt, str::FromStr};

/// Minimum contrast of text with its background.
pub const CONTRAST_MIN: f64 = 4.5;

/// A colour in sRGB: red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// The text is not a colour.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("expected a colour in hexadecimal digits, such as #5b3df5")]
pub struct NoColour;

impl FromStr for Colour {
    type Err = NoColour;

    /// Reads `#5b3df5`, or `#53f` for `#5533ff`.
    fn from_str(text: &str) -> Result<Self, NoColour> {
        let digits = text.strip_prefix('#').ok_or(NoColour)?;
        let digits: Option<Vec<u8>> =
            digits.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
        match digits.ok_or(NoColour)?[..] {
            [r, g, b] => Ok(Self([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Ok(Self([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => Err(NoColour),
        }
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self([0; 3]);
    /// White.
    pub const WHITE: Self = Self([255; 3]);

    /// Relative luminance: 0 for black to 1 for white.
    fn luminance(self) -> f64 {
        let linear = |byte: u8| match f64::from(byte) / 255.0 {
            low if low <= 0.04045 => low / 12.92,
            high => ((high + 0.055) / 1.055).powf(2.4),
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast of two colours: 1 for equal ones, 21 for black and white.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// This colour where a mail program inverts all colours.
    pub fn inverted(self) -> Self {
        Self(self.0.map(|byte| u8::MAX - byte))
    }

    /// This colour with a share of another, in 255ths.
    pub fn mixed(self, other: Self, share: u8) -> Self {
        let (share, mut mixed) = (u32::from(share), self.0);
        for (own, other) in mixed.iter_mut().zip(other.0) {
            *own = ((u32::from(*own) * (255 - share) + u32::from(other) * share + 127) / 255) as u8;
        }
        Self(mixed)
    }
}

/// One of the two schemes of pages, with the backgrounds of an accent. The values are those of
/// `style/tokens.css`.
#[derive(Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The background of pages.
    pub page: Colour,
    /// The background with the least contrast to the accent as text.
    pub ground: Colour,
    /// Text on the accent.
    pub on_accent: Colour,
    /// The colour towards which an accent is moved for more contrast.
    away: Colour,
    /// The main component of the tint.
    surface: Colour,
    /// Share of the accent in the tint, in 255ths.
    tinted: u8,
}

/// Light pages.
pub const LIGHT: Scheme = Scheme {
    page: Colour([0xe9, 0xee, 0xeb]),
    ground: Colour([0xe9, 0xee, 0xeb]),
    on_accent: Colour::WHITE,
    away: Colour::BLACK,
    surface: Colour::WHITE,
    tinted: 31,
};

/// Dark pages.
pub const DARK: Scheme = Scheme {
    page: Colour([0x0b, 0x10, 0x0e]),
    ground: Colour([0x1b, 0x23, 0x1f]),
    on_accent: Colour([0x0b, 0x10, 0x0e]),
    away: Colour::WHITE,
    surface: Colour([0x1b, 0x23, 0x1f]),
    tinted: 46,
};

/// An accent in one scheme, with its derived colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shades {
    /// Links, buttons and focus rings.
    pub accent: Colour,
    /// The accent under the pointer, and as text on the tint.
    pub strong: Colour,
    /// Text on both.
    pub on_accent: Colour,
    /// Background of selected items.
    pub tint: Colour,
}

impl Scheme {
    /// The least contrast of an accent in its uses: as text on a page, and behind the text of a
    /// button.
    pub fn contrast(&self, accent: Colour) -> f64 {
        accent.contrast(self.ground).min(accent.contrast(self.on_accent))
    }

    /// Whether all uses of an accent are readable.
    pub fn admits(&self, accent: Colour) -> bool {
        self.contrast(accent) >= CONTRAST_MIN
    }

    /// The readable shade nearest to a colour; the colour itself if it is readable.
    pub fn nearest(&self, colour: Colour) -> Colour {
        let shades = (0..=u8::MAX).map(|share| colour.mixed(self.away, share));
        shades.into_iter().find(|shade| self.admits(*shade)).unwrap_or(self.away)
    }

    /// The derived colours of an accent.
    pub fn shades(&self, accent: Colour) -> Shades {
        Shades {
            accent,
            strong: accent.mixed(self.away, 84),
            on_accent: self.on_accent,
            tint: self.surface.mixed(accent, self.tinted),
        }
    }
}

/// The accent of a brand, readable in each scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// The accent of light pages.
    pub light: Colour,
    /// The accent of dark pages.
    pub dark: Colour,
}

/// A contrast as text, rounded down, so that a displayed sufficient value is sufficient.
pub fn shown(contrast: f64) -> String {
    format!("{:.2}:1", (contrast * 100.0).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn colour(text: &str) -> Colour {
        text.parse().expect("a colour")
    }

    #[test]
    fn colours_are_read_as_css_writes_them() {
        assert_eq!(colour("#5b3df5"), Colour([0x5b, 0x3d, 0xf5]));
        assert_eq!(colour("#5B3DF5").to_string(), "#5b3df5");
        assert_eq!(colour("#53f"), colour("#5533ff"));
        for wrong in
            ["", "#", "5b3df5", "#5b3d", "#5b3df5ff", "#5b3dfg", "purple", "#é3df5", "# 5b3df"]
        {
            assert_eq!(wrong.parse::<Colour>(), Err(NoColour), "{wrong}");
        }
    }

    /// Values from WebAIM's contrast checker.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, two, expected) in [
            ("#000000", "#ffffff", 21.0),
            ("#777777", "#ffffff", 4.48),
            ("#767676", "#ffffff", 4.54),
            ("#ff0000", "#ffffff", 4.0),
            ("#0000ff", "#ffffff", 8.59),
            ("#5b3df5", "#5b3df5", 1.0),
        ] {
            let contrast = colour(one).contrast(colour(two));
            assert!((contrast - expected).abs() < 0.01, "{one} on {two}: {contrast}");
            assert_eq!(contrast, colour(two).contrast(colour(one)));
        }
        assert_eq!(shown(4.499), "4.49:1");
    }

    /// The backgrounds here are those of the stylesheet, and no other one there has less contrast.
    #[test]
    fn schemes_are_those_of_the_stylesheet() {
        let tokens = include_str!("../../style/tokens.css");
        let token = |name: &str| {
            let (_, rest) = tokens.split_once(&format!("--{name}: light-dark(")).expect("a token");
            let (light, rest) = rest.split_once(',').expect("two values");
            let (dark, _) = rest.split_once(')').expect("an end");
            (colour(light), colour(dark.trim()))
        };
        assert_eq!(token("bg"), (LIGHT.page, DARK.page));
        for name in ["bg", "far", "ring", "lit", "surface", "well"] {
            let (light, dark) = token(name);
            assert!(light.luminance() >= LIGHT.ground.luminance(), "{name}");
            assert!(dark.luminance() <= DARK.ground.luminance(), "{name}");
        }
        let (light, dark) = token("accent");
        assert!(LIGHT.admits(light) && DARK.admits(dark), "our own accent can be read");
    }

    proptest! {
        #[test]
        fn the_nearest_shade_can_always_be_read(rgb: [u8; 3]) {
            let asked = Colour(rgb);
            for scheme in [&LIGHT, &DARK] {
                let nearest = scheme.nearest(asked);
                prop_assert!(scheme.admits(nearest), "{asked}: {nearest}");
                prop_assert_eq!(scheme.admits(asked), nearest == asked);
                prop_assert_eq!(scheme.nearest(nearest), nearest);
                prop_assert_eq!(nearest.to_string().parse(), Ok(nearest));
                let shades = scheme.shades(nearest);
                for (text, ground) in [
                    (shades.accent, scheme.ground),
                    (shades.strong, scheme.ground),
                    (shades.strong, shades.tint),
                    (shades.on_accent, shades.accent),
                    (shades.on_accent, shades.strong),
                ] {
                    let contrast = text.contrast(ground);
                    prop_assert!(contrast >= CONTRAST_MIN, "{asked}: {text} on {ground}: {contrast}");
                }
            }
        }
    }
}
