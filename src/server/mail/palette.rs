//! Colours of mails.
//!
//! Mail programs show a mail as it is, by its dark scheme, or with all colours inverted. The accent can be read in each.

use crate::server::colour::{Accent, CONTRAST_MIN, Colour};

/// The colours of one scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scheme {
    /// Around the card.
    pub(super) page: Colour,
    /// Behind the text.
    pub(super) card: Colour,
    /// Text.
    pub(super) ink: Colour,
    /// Text of less weight.
    pub(super) soft: Colour,
    /// Lines.
    pub(super) line: Colour,
    /// The name of the service, links, and behind the words of a button.
    pub(super) accent: Colour,
    /// The words of a button.
    pub(super) on_accent: Colour,
}

/// The colours of mails in both schemes. None is pure black or white: some mail programs invert those alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Palette {
    pub(super) light: Scheme,
    pub(super) dark: Scheme,
}

const LIGHT: Scheme = Scheme {
    page: Colour([0xe9, 0xee, 0xeb]),
    card: Colour([0xfc, 0xfd, 0xfc]),
    ink: Colour([0x15, 0x21, 0x1c]),
    soft: Colour([0x4c, 0x5a, 0x54]),
    line: Colour([0xd9, 0xe1, 0xdc]),
    accent: Colour([0x0e, 0x5a, 0x4a]),
    on_accent: Colour([0xfc, 0xfd, 0xfc]),
};

const DARK: Scheme = Scheme {
    page: Colour([0x0b, 0x10, 0x0e]),
    card: Colour([0x1b, 0x23, 0x1f]),
    ink: Colour([0xe9, 0xef, 0xeb]),
    soft: Colour([0xa5, 0xb2, 0xab]),
    line: Colour([0x2c, 0x36, 0x31]),
    accent: Colour([0x86, 0xd5, 0xbd]),
    on_accent: Colour([0x08, 0x23, 0x1b]),
};

impl Palette {
    /// The colours with the accent of a brand, or ours.
    pub(super) fn of(accent: Option<Accent>) -> Self {
        let (light, dark) = accent.map_or((LIGHT.accent, DARK.accent), |own| (own.light, own.dark));
        Self { light: LIGHT.with(light, Colour::BLACK), dark: DARK.with(dark, Colour::WHITE) }
    }
}

impl Scheme {
    /// The scheme with the shade of an accent, towards `away`, that is nearest to it among those that can be read.
    fn with(self, accent: Colour, away: Colour) -> Self {
        let shades = (0..=u8::MAX).map(|share| Self { accent: accent.mixed(away, share), ..self });
        shades.into_iter().find(Self::can_be_read).unwrap_or(self)
    }

    /// Whether all text has its contrast, as it is and inverted.
    fn can_be_read(&self) -> bool {
        let Self { page, card, ink, soft, accent, on_accent, .. } = *self;
        let pairs = [
            (ink, card),
            (soft, card),
            (soft, page),
            (accent, page),
            (accent, card),
            (on_accent, accent),
        ];
        pairs.into_iter().all(|(one, other)| {
            let inverted = one.inverted().contrast(other.inverted());
            one.contrast(other).min(inverted) >= CONTRAST_MIN
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn our_own_colours_stay_as_they_are() {
        assert_eq!(Palette::of(None), Palette { light: LIGHT, dark: DARK });
    }

    proptest! {
        /// Any accent that pages take, and any other.
        #[test]
        fn every_accent_can_be_read_in_mails(light in any::<[u8; 3]>(), dark in any::<[u8; 3]>()) {
            let palette = Palette::of(Some(Accent { light: Colour(light), dark: Colour(dark) }));
            prop_assert!(palette.light.can_be_read() && palette.dark.can_be_read(), "{palette:?}");
        }
    }
}
