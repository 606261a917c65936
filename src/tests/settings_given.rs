//! Each setting by each source: empty, wrong, with blanks around it, twice.

use std::path::Path;

use clap::{Args, FromArgMatches};
use vestibule::server::config::{Config, Flags, Given, Kind, Origin, SETTINGS, Setting, Value};

use super::support::vestibule;

/// A source of settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Flag,
    Variable,
    File,
}

impl By {
    const ALL: [Self; 3] = [Self::Flag, Self::Variable, Self::File];

    /// What a refusal of this setting begins with.
    fn label(self, setting: &Setting, file: &Path) -> String {
        match self {
            Self::Flag => format!("--{}:", setting.name.replace('_', "-")),
            Self::Variable => format!("{}:", setting.variable),
            Self::File => format!("{} line 1: {}:", file.display(), setting.path),
        }
    }
}

/// A value that can be used and is not the default, and one that cannot.
fn values(setting: &Setting) -> (&'static str, Option<&'static str>) {
    match (setting.name, setting.kind) {
        ("access_token_ttl" | "block_ttl", _) => ("30m", Some("30x")),
        ("forwarded_header", _) => ("Forwarded", Some("X-Real-IP")),
        ("signing_algorithm", _) => ("ES256", Some("RS512")),
        ("log_format", _) => ("json", Some("xml")),
        ("registration", _) => ("invited", Some("closed")),
        ("verified", _) => ("required", Some("maybe")),
        ("password_min_length", _) => ("20", Some("7")),
        ("public_url", _) => ("https://id.example.com", Some("id.example.com")),
        ("clear_site_data" | "brand_secured_by", _) => ("false", Some("never")),
        ("brand_name", _) => {
            ("Acme", Some("a name of more than forty characters, all of them seen"))
        }
        ("brand_accent_dark", _) => ("#b9a8ff", Some("#333")),
        ("mail_server", _) => ("smtp.example.com", Some("smtp.example.com:25")),
        ("mail_tls", _) => ("starttls", Some("ssl")),
        ("mail_language", _) => ("de", Some("xx")),
        ("mail_user", _) => ("relay", None),
        ("mail_from" | "mail_reply_to" | "mail_bounce", _) => {
            ("no-reply@example.com", Some("example.com"))
        }
        (_, Kind::Address) => ("127.0.0.1:4000", Some("localhost")),
        (_, Kind::Url) => ("https://range.example.com/", Some("range.example.com")),
        (_, Kind::File) => ("some/file", None),
        (_, Kind::Folder) => ("elsewhere", None),
        (_, Kind::Colour) => ("#5b3df5", Some("#ffd400")),
        (_, Kind::Text) => ("an audience", None),
        (_, Kind::Secret) => ("0123456789abcdefghijklmnopqrstuvwxyz", Some("tiny")),
        (_, Kind::Name) => ("", None),
        (_, Kind::Number) => ("9", Some("9.5")),
        (_, Kind::Duration) => ("2d", Some("2 days")),
        (_, Kind::Boolean) => ("true", Some("maybe")),
        (_, Kind::Cost) => ("m=20000,t=3", Some("m=1,t=1")),
        (_, Kind::Networks) => ("10.0.0.0/8, fd00::/8", Some("10.0.0.0/8, ten")),
        (_, Kind::Claims) => ("email, app_metadata.plan", Some("email, metadata.plan")),
        (_, Kind::Origins) => ("https://a.example, https://b.example", Some("*")),
        (_, Kind::Database) => ("sqlite://other.db", Some("other.db")),
        (_, Kind::Store) => ("database", Some("disk")),
        (_, Kind::Level) => ("debug", Some("wrn")),
        (_, Kind::Roles) => ("admin", Some("admin, user")),
    }
}

/// What a setting needs beside it.
fn beside(setting: &Setting) -> Flags {
    let some = |text: &str| Some(text.to_owned());
    let (mut flags, tls) = (Flags::default(), ("tls.crt", "tls.key"));
    match setting.name {
        "tls_certificate" => flags.tls_key = some(tls.1),
        "tls_key" => flags.tls_certificate = some(tls.0),
        "plain_listen" => {
            (flags.tls_certificate, flags.tls_key) = (some(tls.0), some(tls.1));
        }
        "brand_logo_dark" => flags.brand_logo = some("some/file"),
        "brand_accent_dark" => flags.brand_accent = some("#5b3df5"),
        "jwt_secret" => flags.signing_algorithm = some("HS256"),
        "mail_server" | "mail_folder" => flags.mail_from = some("no-reply@example.com"),
        "mail_user" => flags.mail_password_file = some("some/file"),
        "mail_password_file" => flags.mail_user = some("relay"),
        _ => {}
    }
    flags
}

/// Gives one setting by one source; `file` is written for it.
fn give(setting: &Setting, by: By, text: &str, file: &Path) -> Given {
    let mut flags = beside(setting);
    let mut variables = Vec::new();
    let mut config = None;
    match by {
        By::Flag => {
            let command = Flags::augment_args(clap::Command::new("test"));
            let flag = format!("--{}={text}", setting.name.replace('_', "-"));
            let matches = command.try_get_matches_from(["test", &flag]).expect("a flag");
            flags.update_from_arg_matches(&matches).expect("flags");
        }
        By::Variable => variables.push((setting.variable.to_owned(), Some(text.to_owned()))),
        By::File => {
            std::fs::write(file, format!("{} = {}\n", setting.path, toml(text))).expect("written");
            std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
                .expect("changed");
            config = Some(file);
        }
    }
    Given::gather(&flags, &variables, config)
}

/// A text in TOML.
fn toml(text: &str) -> String {
    format!("{:?}", text.replace('\t', " "))
}

fn value<'g>(given: &'g Given, setting: &Setting) -> &'g Value {
    let found = given.values.iter().find(|value| value.setting.name == setting.name);
    found.expect("every setting has a value")
}

fn faults(given: &Given) -> Vec<String> {
    Config::of(given).err().map(|error| error.faults).unwrap_or_default()
}

/// Calls with each setting by each source.
fn each(check: impl Fn(&'static Setting, By, &Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    for setting in SETTINGS {
        for by in By::ALL {
            check(setting, by, &file);
        }
    }
}

/// B17: an empty value counts as missing, from any source.
#[test]
fn an_empty_value_is_none() {
    each(|setting, by, file| {
        for empty in ["", "  "] {
            let given = give(setting, by, empty, file);
            let value = value(&given, setting);
            assert_eq!(value.origin, Origin::Default, "{} {by:?}", setting.name);
            assert_eq!(value.text, setting.default, "{} {by:?}", setting.name);
            let faults = faults(&given);
            let may_lack =
                ["tls_certificate", "tls_key", "jwt_secret", "mail_user", "mail_password_file"]
                    .contains(&setting.name);
            assert_eq!(faults.is_empty(), !may_lack, "{} {by:?}: {faults:?}", setting.name);
        }
    });
}

#[test]
fn a_wrong_value_is_named_as_it_was_given_and_says_what_would_do() {
    each(|setting, by, file| {
        let Some(wrong) = values(setting).1 else { return };
        let faults = faults(&give(setting, by, wrong, file));
        let [fault] = &faults[..] else { panic!("{} {by:?}: {faults:?}", setting.name) };
        assert!(fault.starts_with(&by.label(setting, file)), "{fault}");
        let says = ["expected", "write", "use 32", "has to be named", "floor"];
        assert!(says.iter().any(|word| fault.contains(word)), "{fault}");
        for library in
            ["invalid", "parse", "relative URL", "digit", "syntax", "os error", "variant"]
        {
            assert!(!fault.contains(library), "{fault}");
        }
        // The value is told, of a list the item, but no secret and what may have one.
        match setting.kind {
            Kind::Secret => assert!(!fault.contains(wrong), "{fault}"),
            kind if kind.is_list() => {}
            _ => assert!(
                fault.contains(&format!(": {wrong:?}: ")) || fault.contains("\"…\""),
                "{fault}"
            ),
        }
    });
}

#[test]
fn blanks_around_a_value_do_not_count_or_are_refused() {
    each(|setting, by, file| {
        let (good, _) = values(setting);
        if good.is_empty() {
            return;
        }
        let plain = give(setting, by, good, file);
        assert_eq!(faults(&plain), [""; 0], "{} {by:?}", setting.name);
        let around = give(setting, by, &format!(" {good}\t"), file);
        match setting.name {
            "jwt_secret" => {
                let faults = faults(&around);
                assert!(faults[0].contains("it begins or ends with a blank"), "{faults:?}");
            }
            _ => assert_eq!(faults(&around), [""; 0], "{} {by:?}", setting.name),
        }
        assert_eq!(value(&around, setting).shown(), value(&plain, setting).shown());
    });
}

#[test]
fn a_setting_given_twice_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("vestibule.toml");
    for setting in SETTINGS {
        let (good, _) = values(setting);
        let command = Flags::augment_args(clap::Command::new("test"));
        let flag = format!("--{}={good}", setting.name.replace('_', "-"));
        let refused = command.try_get_matches_from(["test", &flag, &flag]).expect_err("twice");
        assert!(refused.to_string().contains("cannot be used multiple times"), "{refused}");

        let (section, key) = setting.path.split_once('.').expect("a section");
        let text = format!("[{section}]\n{key} = {0}\n{key} = {0}\n", toml(good));
        std::fs::write(&file, text).expect("written");
        let faults = faults(&Given::gather(&Flags::default(), &[], Some(&file)));
        assert!(faults[0].contains("line 3: duplicate key"), "{faults:?}");
    }
    // Before and after the command too.
    let args = ["--audience", "a", "config", "show", "--audience", "b"];
    let output = vestibule(folder.path()).args(args).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    assert!(said.contains("--audience is given twice"), "{said}");
}

/// What Kubernetes makes for a service of this name is no setting; a mistyped setting is still refused.
#[test]
fn variables_of_kubernetes_are_no_settings() {
    let gather = |variables: &[(&str, &str)]| {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
        let variables: Vec<_> = variables.iter().map(pair).collect();
        faults(&Given::gather(&Flags::default(), &variables, None))
    };
    let made = [
        ("VESTIBULE_SERVICE_HOST", "10.43.7.7"),
        ("VESTIBULE_SERVICE_PORT", "3000"),
        ("VESTIBULE_SERVICE_PORT_HTTP", "3000"),
        ("VESTIBULE_PORT", "tcp://10.43.7.7:3000"),
        ("VESTIBULE_PORT_3000_TCP", "tcp://10.43.7.7:3000"),
        ("VESTIBULE_PORT_3000_TCP_PROTO", "tcp"),
        ("VESTIBULE_PORT_3000_TCP_PORT", "3000"),
        ("VESTIBULE_PORT_3000_TCP_ADDR", "10.43.7.7"),
        ("VESTIBULE_PORT_53_UDP_ADDR", "10.43.7.7"),
        ("VESTIBULE_METRICS_SERVICE_HOST", "10.43.7.8"),
        ("VESTIBULE_METRICS_PORT", "tcp://10.43.7.8:9000"),
        ("VESTIBULE_METRICS_PORT_9000_TCP_ADDR", "10.43.7.8"),
    ];
    assert_eq!(gather(&made), [""; 0]);
    for (name, value, hint) in [
        ("VESTIBULE_PORT", "3000", "write VESTIBULE_LISTEN, an address and a port"),
        ("VESTIBULE_LISTENN", "x", "did you mean VESTIBULE_LISTEN?"),
        ("VESTIBULE_LOGLEVEL", "info", "did you mean VESTIBULE_LOG_LEVEL?"),
        ("VESTIBULE_PORT_3000_TCP_X", "1", "VESTIBULE"),
        ("VESTIBULE_", "", "vestibule --help"),
        ("VESTIBULE_SERVICE", "1", "VESTIBULE"),
    ] {
        let faults = gather(&[(name, value)]);
        let [fault] = &faults[..] else { panic!("{name}: {faults:?}") };
        assert!(fault.starts_with(&format!("{name} is not a setting; ")), "{fault}");
        assert!(fault.contains(hint), "{fault}");
    }
    let unreadable = [("VESTIBULE_AUDIENCE".to_owned(), None)];
    let faults = faults(&Given::gather(&Flags::default(), &unreadable, None));
    assert_eq!(faults, ["VESTIBULE_AUDIENCE: the value is no text in UTF-8"]);
}

/// Every default can be used, and each name is the same in all forms.
#[test]
fn the_table_is_right() {
    let given = Given::gather(&Flags::default(), &[], None);
    assert_eq!(faults(&given), [""; 0]);
    for setting in SETTINGS {
        assert_eq!(setting.variable, format!("VESTIBULE_{}", setting.name.to_uppercase()));
        let key = setting.path.split_once('.').expect("a section").1;
        assert!(setting.name.ends_with(key) || setting.name == "limits", "{}", setting.path);
        assert_eq!(value(&given, setting).origin, Origin::Default);
    }
}
