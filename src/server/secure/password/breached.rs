//! The list of breached, common or rule-made passwords, which attackers try first (S15).
//!
//! The list is a binary fuse filter with fingerprints of 16 bits, made by `scripts/breached`, which
//! names its source. A password on the list is always found; of others one in 65,536 is refused by
//! mistake.

use std::sync::LazyLock;

use aws_lc_rs::digest;
use xorf::{BinaryFuse16Ref, DmaSerializable, Filter, FilterRef};
use zeroize::Zeroizing;

use super::nfkc;
use crate::server::secure::{identifier::case_folded, seal};

/// Minimum length of an entry in code points: no policy accepts shorter passwords.
pub const MIN_CHARS: usize = 8;

/// Aligns the bytes of the executable, so that fingerprints are read in place as two-byte numbers:
/// nothing is copied, and the system loads only the pages that are read.
#[repr(C, align(8))]
struct Aligned<T: ?Sized>(T);

static FILE: &Aligned<[u8]> = &Aligned(*include_bytes!("../../../../assets/breached.fuse"));

static LIST: LazyLock<BinaryFuse16Ref<'static>> = LazyLock::new(|| {
    let (descriptor, fingerprints) = FILE.0.split_at(xorf::BinaryFuse16::DESCRIPTOR_LEN);
    BinaryFuse16Ref::from_dma(descriptor, fingerprints)
});

/// Whether a password is on the list, in any case and composition.
pub fn contains(password: &str) -> bool {
    LIST.contains(&key(&canonical(password)))
}

/// The form in which passwords are compared, never stored: NFKC, case-folded.
pub fn canonical(password: &str) -> Zeroizing<String> {
    // Folding can undo normalisation, so normalise again.
    nfkc(&Zeroizing::new(case_folded(&nfkc(password))))
}

/// The SHA-1 of a password in hexadecimal: the first five digits for a range service, and the other
/// 35.
pub fn range(password: &str) -> (String, String) {
    let digest = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let mut hex: String = digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
    let suffix = hex.split_off(5);
    (hex, suffix)
}

/// The filter's key of a canonical password: 64 bits of its SHA-256.
pub fn key(canonical: &str) -> u64 {
    let digest = seal::digest(canonical.as_bytes());
    digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
}
