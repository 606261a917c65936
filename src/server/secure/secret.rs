use zeroize::{Zeroize, Zeroizing};

use crate::model::Filled;

/// Text that must not be shown: no `Display`, no `Serialize`, redacted `Debug`, overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of a secret; no copy of a `String` is left behind.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself; every call deserves a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A filled form field may be a password.
impl Drop for Filled {
    fn drop(&mut self) {
        for (_, mut text) in self.take_all() {
            text.zeroize();
        }
    }
}
