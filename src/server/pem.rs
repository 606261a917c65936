//! Inspection of files that should be PEM (RFC 7468), for error messages.

use super::text;

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// The file is empty.
    Nothing,
    /// UTF-16, as some editors save it.
    Utf16,
    /// DER or PKCS#12.
    Binary,
    /// Text without a line `-----BEGIN …-----`.
    Text,
    /// A private key encrypted with a passphrase.
    Encrypted,
    /// The labels of its lines `-----BEGIN …-----`, in order.
    Labels(Vec<String>),
}

/// Classifies the bytes of a file.
pub fn classify(bytes: &[u8]) -> Holds {
    if text::is_utf16(bytes) {
        return Holds::Utf16;
    }
    let Ok(text) = std::str::from_utf8(text::without_mark(bytes)) else { return Holds::Binary };
    if text.trim().is_empty() {
        return Holds::Nothing;
    }
    if text.contains(|c: char| c.is_control() && !c.is_whitespace()) {
        return Holds::Binary;
    }
    let label = |line: &str| {
        let label = line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
        Some(label.to_owned())
    };
    let labels: Vec<_> = text.lines().filter_map(label).collect();
    let is_encrypted = labels.iter().any(|label| label == "ENCRYPTED PRIVATE KEY")
        || text.lines().any(|line| line.starts_with("Proc-Type:") && line.contains("ENCRYPTED"));
    match (is_encrypted, labels.is_empty()) {
        (true, _) => Holds::Encrypted,
        (false, true) => Holds::Text,
        (false, false) => Holds::Labels(labels),
    }
}

impl Holds {
    /// Whether there is a block with this label, such as `CERTIFICATE`.
    pub fn has(&self, label: &str) -> bool {
        matches!(self, Self::Labels(labels) if labels.iter().any(|has| has == label))
    }

    /// The beginning of a sentence about unexpected content.
    pub fn words(&self) -> String {
        match self {
            Self::Nothing => "it is empty".into(),
            Self::Utf16 => "it is UTF-16; save it as UTF-8".into(),
            Self::Binary => "it is binary (DER or PKCS#12), not PEM".into(),
            Self::Text => "it is text without a line -----BEGIN …-----, so no PEM".into(),
            Self::Encrypted => "it holds a private key with a passphrase".into(),
            Self::Labels(labels) => format!("it holds {}", labels.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_classified_by_their_content() {
        let certificate = b"-----BEGIN CERTIFICATE-----\nMAo=\n-----END CERTIFICATE-----\n";
        assert!(classify(certificate).has("CERTIFICATE"));
        assert!(classify(&[b"\xef\xbb\xbf", &certificate[..]].concat()).has("CERTIFICATE"));
        for (bytes, holds) in [
            (&b""[..], Holds::Nothing),
            (b" \r\n\t", Holds::Nothing),
            (b"\xef\xbb\xbf", Holds::Nothing),
            (b"\xff\xfe-\0-\0", Holds::Utf16),
            (b"\x30\x82\x01\xf0\xa0", Holds::Binary),
            (b"\x30\x05\x00\x01", Holds::Binary),
            (b"MIIB8DCCAZagAwIBAgIU\n", Holds::Text),
            (b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAo=\n", Holds::Encrypted),
            (b"-----BEGIN RSA PRIVATE KEY-----\r\nProc-Type: 4,ENCRYPTED\r\n", Holds::Encrypted),
            (b"-----BEGIN EC PRIVATE KEY-----\r\n", Holds::Labels(vec!["EC PRIVATE KEY".into()])),
        ] {
            assert_eq!(classify(bytes), holds);
        }
    }
}
