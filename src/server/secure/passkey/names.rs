//! Names of authenticators by their AAGUID, as a first name of a passkey. An authenticator says of itself which it is, and
//! nobody checks that: a name helps its owner to know it again, and proves nothing.

/// The kinds of which most passkeys are, in the order of their ids.
const NAMES: [(&str, &str); 28] = [
    ("01020304-0506-0708-0102-030405060708", "Chromium"),
    ("08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello"),
    ("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6", "Keeper"),
    ("2fc0579f-8113-47ea-b116-bb5a8db9202a", "YubiKey"),
    ("42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3", "Google Titan"),
    ("50726f74-6f6e-5061-7373-50726f746f6e", "Proton Pass"),
    ("531126d6-e717-415c-9320-3d9aa6981239", "Dashlane"),
    ("53414d53-554e-4700-0000-000000000000", "Samsung Pass"),
    ("6028b017-b1d4-4c02-b4b3-afcdafc96bb2", "Windows Hello"),
    ("771b48fd-d3d4-4f74-9232-fc157ab0507a", "Edge"),
    ("9ddd1817-af5a-4672-a2b9-3e3dd95000a9", "Windows Hello"),
    ("adce0002-35bc-c60a-648b-0b25f1f05503", "Chrome"),
    ("b5397666-4885-aa6b-cebf-e52262a439a2", "Chromium"),
    ("b78a0a55-6ef8-d246-a042-ba0f6d55050c", "LastPass"),
    ("b84e4048-15dc-4dd0-8640-f4f60813c8af", "NordPass"),
    ("bada5566-a7aa-401f-bd96-45619a55120d", "1Password"),
    ("c1f9a0bc-1dd2-404a-b27f-8e29047a43fd", "YubiKey"),
    ("cb69481e-8ff7-4039-93ec-0a2729a154a8", "YubiKey"),
    ("d548826e-79b4-db40-a3d8-11116f7e8349", "Bitwarden"),
    ("d8522d9f-575b-4866-88a9-ba99fa02f35b", "YubiKey Bio"),
    ("dd4ec289-e01d-41c9-bb89-70fa845d4bf2", "Apple Passwords"),
    ("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4", "Google Password Manager"),
    ("ee882879-721c-4913-9775-3dfcce97072a", "YubiKey"),
    ("f3809540-7f14-49c1-a8b3-8f813b225541", "Enpass"),
    ("f8a011f3-8c0a-4d15-8006-17111f9edc7d", "Yubico Security Key"),
    ("fa2b99dc-9e39-4257-8f92-4a30d23c4118", "YubiKey"),
    ("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "Apple Passwords"),
    ("fdb141b2-5d84-443e-8a35-4698c205a502", "KeePassXC"),
];

/// The name of a kind of authenticator, if it is known.
pub fn name(aaguid: &str) -> Option<&'static str> {
    NAMES.iter().find(|(known, _)| *known == aaguid).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_written_as_they_are_stored_and_come_once() {
        for pair in NAMES.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{}", pair[1].0);
        }
        for (id, known) in NAMES {
            let parsed: uuid::Uuid = id.parse().expect("a UUID");
            assert_eq!((parsed.to_string().as_str(), name(id)), (id, Some(known)));
        }
        assert_eq!(name("00000000-0000-0000-0000-000000000000"), None);
    }
}
