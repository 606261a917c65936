//! Content codings of pages (RFC 9110, sections 8.4.1 and 12.5.3): brotli and gzip.

use std::io::Write;

use axum::http::{HeaderMap, header};
use brotli::enc::{BrotliEncoderParams, backward_references::BrotliEncoderMode};
use flate2::{Compression, write::GzEncoder};

use super::preferences;

/// Brotli quality: a page of 19 kB takes 0.41 ms and becomes 5.8 kB; 4 takes 0.30 and makes 6.3, 9
/// takes 10 and makes 5.8, 11 takes 22 and makes 5.4.
const BROTLI_QUALITY: i32 = 5;
/// Brotli window: below 17 this quality searches in another way, which takes 15 ms; above it clears
/// more memory.
const BROTLI_WINDOW: i32 = 18;
/// Gzip level: 0.22 ms and 6.2 kB; 9 is no smaller.
const GZIP_LEVEL: u32 = 6;

/// A content coding of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Brotli (RFC 7932).
    Brotli,
    /// Gzip (RFC 1952).
    Gzip,
}

impl Coding {
    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// The coding with the highest weight; of equals the smaller one. None if the client prefers
    /// plain text.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let weights = Weights::of(headers);
        let plain = weights.named("identity").unwrap_or_default();
        let weight = |coding: &Self| match coding {
            Self::Brotli => weights.of_coding("br"),
            // `x-gzip` is an older name of it.
            Self::Gzip => weights.of_coding("gzip").max(weights.named("x-gzip").unwrap_or(0)),
        };
        // Of equals, `max_by_key` takes the last.
        let best = [Self::Gzip, Self::Brotli].into_iter().max_by_key(weight)?;
        (weight(&best) > 0 && weight(&best) >= plain).then_some(best)
    }

    /// The text in this coding.
    ///
    /// # Errors
    /// Fails if the coder fails; with memory it does not.
    pub fn encode(self, text: &str) -> std::io::Result<Vec<u8>> {
        let room = Vec::with_capacity(text.len() / 2);
        match self {
            Self::Brotli => {
                let params = BrotliEncoderParams {
                    quality: BROTLI_QUALITY,
                    lgwin: BROTLI_WINDOW,
                    size_hint: text.len(),
                    mode: BrotliEncoderMode::BROTLI_MODE_TEXT,
                    ..BrotliEncoderParams::default()
                };
                let mut out = room;
                brotli::BrotliCompress(&mut text.as_bytes(), &mut out, &params)?;
                Ok(out)
            }
            Self::Gzip => {
                let mut encoder = GzEncoder::new(room, Compression::new(GZIP_LEVEL));
                encoder.write_all(text.as_bytes())?;
                encoder.finish()
            }
        }
    }
}

/// The weights in `Accept-Encoding`.
struct Weights<'h>(Vec<(&'h str, u16)>);

impl<'h> Weights<'h> {
    fn of(headers: &'h HeaderMap) -> Self {
        Self(preferences::of(headers, header::ACCEPT_ENCODING).collect())
    }

    fn named(&self, name: &str) -> Option<u16> {
        let named = self.0.iter().find(|(named, _)| named.eq_ignore_ascii_case(name));
        named.map(|(_, weight)| *weight)
    }

    /// The weight of a coding; `*` stands for all that are not named.
    fn of_coding(&self, name: &str) -> u16 {
        self.named(name).or_else(|| self.named("*")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn accepted(lines: &[&str]) -> Option<&'static str> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT_ENCODING, line.parse().expect("a value"));
        }
        Coding::of(&headers).map(Coding::name)
    }

    #[test]
    fn a_client_gets_what_it_likes_best() {
        for (line, coding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("GZIP;Q=0.5", Some("gzip")),
            ("br;q=0.5, gzip;q=0.8", Some("gzip")),
            ("br ; q=0.8 , gzip ; q=0.8", Some("br")),
            ("br;q=1.000, gzip;q=0.999", Some("br")),
            ("br;q=0, gzip;q=0.001", Some("gzip")),
            ("*", Some("br")),
            ("*;q=0.3, br;q=0", Some("gzip")),
            ("br, *;q=0", Some("br")),
            ("br;q=0, gzip;q=0", None),
            ("identity", None),
            ("identity, br;q=0.5", None),
            ("identity;q=0.5, br", Some("br")),
            ("identity;q=0", None),
            ("deflate, zstd", None),
            ("", None),
            (",,;q=1,", None),
            ("br;q=", None),
            ("br;q=2", None),
            ("br;q=0.1234", None),
            ("br;q=1.5, gzip", Some("gzip")),
            ("brotli", None),
        ] {
            assert_eq!(accepted(&[line]), coding, "{line:?}");
        }
        assert_eq!(accepted(&[]), None);
        assert_eq!(accepted(&["deflate", "gzip"]), Some("gzip"), "two lines are one list");
    }

    proptest! {
        #[test]
        fn what_is_decoded_is_what_was_encoded(text in "(<p>|[a-z ]{0,9}|\\PC){0,200}") {
            let mut decoded = Vec::new();
            let encoded = Coding::Brotli.encode(&text).expect("brotli");
            brotli::BrotliDecompress(&mut encoded.as_slice(), &mut decoded).expect("brotli");
            prop_assert_eq!(&decoded, text.as_bytes());
            let encoded = Coding::Gzip.encode(&text).expect("gzip");
            decoded.clear();
            GzDecoder::new(encoded.as_slice()).read_to_end(&mut decoded).expect("gzip");
            prop_assert_eq!(&decoded, text.as_bytes());
        }
    }
}
