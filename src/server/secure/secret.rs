use zeroize::{Zeroize, Zeroizing};

use crate::model::Filled;

/// Text that must not be shown: no `Display`, no `Serialize`, redacted `Debug`, overwritten when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes charge of a secret; of a `String` no copy is left behind.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The secret itself; every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What was filled into a form may be a password.
impl Drop for Filled {
    fn drop(&mut self) {
        for (_, mut text) in self.take_all() {
            text.zeroize();
        }
    }
}
