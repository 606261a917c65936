//! Confusable names: those that resemble reserved names (S4), and those that resemble Latin ones
//! (UTS 39).

use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

/// Reserved names, in canonical form.
const RESERVED: [&str; 24] = [
    "admin",
    "administrator",
    "root",
    "system",
    "support",
    "help",
    "security",
    "abuse",
    "postmaster",
    "hostmaster",
    "webmaster",
    "api",
    "www",
    "mail",
    "login",
    "logout",
    "register",
    "account",
    "vestibule",
    "null",
    "undefined",
    "anonymous",
    "me",
    "self",
];

/// Whether a name is reserved or looks reserved: `аdmin` with a Cyrillic letter, `vestibuIe` with a
/// capital i. The comparison uses the canonical form, the displayed form in either case of each
/// letter, and capitals, because some clients show those.
pub(super) fn looks_reserved(shown: &str, canonical: &str) -> bool {
    let look = |text: &str| skeleton(text).collect::<String>();
    let (seen, folded, capitals) = (look(shown), look(canonical), look(&shown.to_uppercase()));
    RESERVED.iter().any(|name| {
        *name == canonical
            || look(name) == folded
            || look(&name.to_uppercase()) == capitals
            || is_spelled(&seen, name)
    })
}

/// Whether a skeleton spells an ASCII name, each letter small or capital.
fn is_spelled(look: &str, name: &str) -> bool {
    let Some(letter) = name.chars().next() else {
        return look.is_empty();
    };
    [letter, letter.to_ascii_uppercase()].into_iter().any(|letter| {
        let letter: String = skeleton(letter.encode_utf8(&mut [0; 4])).collect();
        look.strip_prefix(&letter).is_some_and(|rest| is_spelled(rest, &name[1..]))
    })
}

/// Whether a name in another script consists of letters that look Latin: `аррӏе` all in Cyrillic.
/// Right-to-left names never do, although each letter alone has a Latin likeness.
pub(super) fn looks_latin(canonical: &str) -> bool {
    use Script::{Arabic, Common, Hebrew, Inherited, Latin, Nko, Syriac, Thaana};

    let (mut is_foreign, mut is_leftward) = (false, false);
    for script in canonical.chars().map(|c| c.script()) {
        is_foreign |= !matches!(script, Latin | Common | Inherited);
        is_leftward |= matches!(script, Arabic | Hebrew | Nko | Syriac | Thaana);
    }
    is_foreign && !is_leftward && skeleton(canonical).all(|c| c.is_ascii())
}

#[cfg(test)]
mod tests {
    use crate::{model::Problem, server::secure::identifier::Username};

    /// Reserved names are rejected in any spelling and case (B13).
    #[test]
    fn look_alikes_of_reserved_names_are_reserved() {
        for name in [
            "SUPP0RT",
            "Supp0rt",
            "supp0rt",
            "ADMlN",
            "R00T",
            "r00t",
            "SECURlTY",
            "vestibuIe",
            "VestibuIe",
            "VESTlBULE",
            "heIp",
            "heIP",
            "nuII",
            "NULL",
            "NuIl",
            "аdmin",
            "adrnin",
            "vestibu1e",
            "ＡＤＭＩＮ",
            "LOGlN",
            "Iogin",
            "l0gin",
            "АDMIN",
            "ΑDMIN",
        ] {
            assert_eq!(Username::parse(name), Err(Problem::Reserved), "{name}");
        }
        for name in [
            "Seif",
            "Heidi",
            "supporter",
            "rooted",
            "administer",
            "Neil",
            "Abe",
            "Webb",
            "Mali",
            "Silke",
            "Ruth",
        ] {
            assert!(Username::parse(name).is_ok(), "{name}: {:?}", Username::parse(name));
        }
    }

    /// Names in one alphabet are accepted, and look-alikes differ from mixed scripts (B14).
    #[test]
    fn names_of_one_alphabet_are_taken() {
        for name in [
            "יוסי",
            "טוטו",
            "סוס",
            "לול",
            "فاطمة",
            "اهه",
            "Сергей",
            "Ольга",
            "Γιώργος",
            "太郎丸",
            "たろう",
            "김철수",
            "สมชาย",
            "राम",
            "Արամ",
        ] {
            assert!(Username::parse(name).is_ok(), "{name}: {:?}", Username::parse(name));
        }
        for name in ["сахар", "раса", "ехо", "ορος", "аррӏе"] {
            assert_eq!(Username::parse(name), Err(Problem::LooksLatin), "{name}");
        }
        for name in ["pаypal", "taro太郎", "Αlpha", "ada_яна"] {
            assert_eq!(Username::parse(name), Err(Problem::Confusable), "{name}");
        }
    }
}
