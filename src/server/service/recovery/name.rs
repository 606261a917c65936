//! The names by which the way back is counted.

use crate::server::secure::identifier::{Email, Username};

/// The canonical form of a typed name, under which its mails are counted. The part after a plus sign is cut off, because
/// all such spellings are often one mailbox (S26).
pub(super) fn counted(typed: &str) -> String {
    match Email::canonical(typed) {
        Some(address) => without_tag(&address),
        None => Username::canonical(typed),
    }
}

/// An address in canonical form without its plus tag.
pub(super) fn without_tag(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let local = local.split_once('+').map_or(local, |(before, _)| before);
    format!("{local}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_mailbox_are_one_name() {
        for address in
            ["ada@example.org", "Ada@Example.ORG", "ada+one@example.org", " ada+@example.org "]
        {
            assert_eq!(counted(address), "ada@example.org", "{address}");
        }
        assert_eq!(counted("Ada"), "ada");
    }
}
