//! A reader of the few shapes of CBOR that authenticators write (RFC 8949, in the form of CTAP 2.2 section 8): whole
//! numbers, texts, bytes, arrays and maps of a known length. It allocates nothing, and reads each byte once.

use super::Wrong;

/// The deepest that values may be within each other. CTAP allows four.
const DEPTH: u8 = 8;

/// A value, or the beginning of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item<'b> {
    /// A whole number; no key or algorithm has one that is larger.
    Integer(i64),
    /// Bytes.
    Bytes(&'b [u8]),
    /// A text.
    Text(&'b str),
    /// An array with so many items.
    Array(usize),
    /// A map with so many pairs.
    Map(usize),
    /// `false`, `true`, null or undefined.
    Simple,
}

/// Reads values one after another.
pub(super) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    /// Reads from the beginning.
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes that are left.
    pub(super) fn rest(&self) -> &'b [u8] {
        self.0
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], Wrong> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Wrong::Cbor)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The number of a head: in its lower five bits, or in the bytes after it. A length that is not known at its
    /// beginning is refused.
    fn number(&mut self, low: u8) -> Result<u64, Wrong> {
        let count = match low {
            0..=23 => return Ok(low.into()),
            24..=27 => 1 << (low - 24),
            _ => return Err(Wrong::Cbor),
        };
        Ok(self.take(count)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The next value, or the beginning of the next array or map.
    pub(super) fn item(&mut self) -> Result<Item<'b>, Wrong> {
        let head = self.take(1)?.first().copied().unwrap_or_default();
        let (kind, low) = (head >> 5, head & 0x1f);
        if kind == 7 {
            return if (20..=23).contains(&low) { Ok(Item::Simple) } else { Err(Wrong::Cbor) };
        }
        let number = self.number(low)?;
        // No value is longer than what is left, and no array or map has more items than bytes.
        let length =
            || usize::try_from(number).ok().filter(|n| *n <= self.0.len()).ok_or(Wrong::Cbor);
        let whole = || i64::try_from(number).map_err(|_| Wrong::Cbor);
        match kind {
            0 => Ok(Item::Integer(whole()?)),
            1 => Ok(Item::Integer(-1 - whole()?)),
            2 => {
                let length = length()?;
                Ok(Item::Bytes(self.take(length)?))
            }
            3 => {
                let length = length()?;
                let text = std::str::from_utf8(self.take(length)?);
                Ok(Item::Text(text.map_err(|_| Wrong::Cbor)?))
            }
            4 => Ok(Item::Array(length()?)),
            5 => Ok(Item::Map(length()?)),
            // Tags mean nothing here.
            _ => Err(Wrong::Cbor),
        }
    }

    /// The number of pairs of the map that is next.
    pub(super) fn map(&mut self) -> Result<usize, Wrong> {
        match self.item()? {
            Item::Map(pairs) => Ok(pairs),
            _ => Err(Wrong::Cbor),
        }
    }

    /// Passes over one whole value.
    pub(super) fn skip(&mut self) -> Result<(), Wrong> {
        self.skip_below(DEPTH)
    }

    fn skip_below(&mut self, depth: u8) -> Result<(), Wrong> {
        let below = match self.item()? {
            Item::Array(items) => items,
            Item::Map(pairs) => pairs.checked_mul(2).ok_or(Wrong::Cbor)?,
            _ => return Ok(()),
        };
        let deeper = depth.checked_sub(1).ok_or(Wrong::Cbor)?;
        (0..below).try_for_each(|_| self.skip_below(deeper))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_read_as_the_rfc_has_them() {
        // RFC 8949 appendix A.
        for (bytes, item) in [
            (&b"\x00"[..], Item::Integer(0)),
            (b"\x17", Item::Integer(23)),
            (b"\x18\x64", Item::Integer(100)),
            (b"\x19\x03\xe8", Item::Integer(1_000)),
            (b"\x1a\x00\x0f\x42\x40", Item::Integer(1_000_000)),
            (b"\x1b\x00\x00\x00\xe8\xd4\xa5\x10\x00", Item::Integer(1_000_000_000_000)),
            (b"\x20", Item::Integer(-1)),
            (b"\x39\x03\xe7", Item::Integer(-1_000)),
            (b"\x40", Item::Bytes(b"")),
            (b"\x44\x01\x02\x03\x04", Item::Bytes(&[1, 2, 3, 4])),
            (b"\x60", Item::Text("")),
            (b"\x62\xc3\xbc", Item::Text("ü")),
            (b"\x80", Item::Array(0)),
            (b"\x83\x01\x02\x03", Item::Array(3)),
            (b"\xa0", Item::Map(0)),
            (b"\xf5", Item::Simple),
        ] {
            let mut reader = Reader::new(bytes);
            assert_eq!(reader.item(), Ok(item));
            let mut reader = Reader::new(bytes);
            assert_eq!((reader.skip(), reader.rest()), (Ok(()), &b""[..]));
        }
    }

    #[test]
    fn other_values_are_refused() {
        for bytes in [
            &b""[..],
            b"\x18",
            b"\x1c",
            b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x42\x01",
            b"\x5f\x41\x01\xff",
            b"\x61\xff",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x9f\x01\xff",
            b"\xbf\xff",
            b"\xc0\x00",
            b"\xf9\x3c\x00",
            b"\xff",
        ] {
            assert_eq!(Reader::new(bytes).item(), Err(Wrong::Cbor), "{bytes:x?}");
        }
        for bytes in [&b"\x83\x01\x02"[..], b"\xa1\x01", &[0x81; 9]] {
            assert_eq!(Reader::new(bytes).skip(), Err(Wrong::Cbor), "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..256)) {
            let mut reader = Reader::new(&bytes);
            while reader.skip().is_ok() {
                prop_assert!(reader.rest().len() < bytes.len());
            }
        }
    }
}
