//! The table of docs/settings.md, .env.example, the example of the file, and `--help` say the same as the code.

use std::{collections::HashSet, fs, path::Path};

use vestibule::server::config::{ENVIRONMENT, Flags, Given, Origin, SETTINGS, Setting};

use super::support::vestibule;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("a document")
}

/// The help of a command, in one line.
fn help(args: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = vestibule(folder.path()).args(args).output().expect("it runs");
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    help.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort();
    names
}

fn variables() -> Vec<String> {
    sorted(ENVIRONMENT.iter().map(|name| (*name).to_owned()))
}

#[test]
fn help_has_every_setting_with_its_variable_and_default() {
    let help = help(&["--help"]);
    for setting in SETTINGS {
        let flag = format!("--{} <{}>", setting.name.replace('_', "-"), setting.kind.placeholder());
        let (_, after) = help.split_once(&flag).unwrap_or_else(|| panic!("{flag}: {help}"));
        let words = setting.help.split_whitespace().collect::<Vec<_>>().join(" ");
        let (variable, default) = (setting.variable, setting.default_shown);
        let expected = format!(" {words} [env: {variable}] [default: {default}]");
        assert!(after.starts_with(&expected), "{expected}: {after}");
    }
    let named = |rest: &str| rest.split(']').next().unwrap_or_default().to_owned();
    assert_eq!(sorted(help.split("[env: ").skip(1).map(named)), variables());
}

/// A command's help has its own options first, and of the settings those that say where.
#[test]
fn help_of_a_command_is_about_the_command() {
    for args in [
        &["user", "create"][..],
        &["keys", "import"],
        &["block", "add"],
        &["doctor"],
        &["audit", "verify"],
    ] {
        for flag in ["-h", "--help"] {
            let help = help(&[args, &[flag]].concat());
            let settings = help.find("Settings:").expect("settings");
            assert!(help.find("--help").is_some_and(|at| at < settings), "{help}");
            for shown in ["--data-dir", "--database-url", "--config", "vestibule --help lists them"]
            {
                assert!(help.contains(shown), "{shown}: {help}");
            }
            assert!(!help.contains("--listen") && help.matches("[env: ").count() == 3, "{help}");
        }
    }
    assert!(help(&["serve", "--help"]).contains("--session-idle-ttl"));
    let short = help(&["-h"]);
    assert!(!short.contains("--listen") && short.contains("vestibule --help"), "{short}");
}

/// The table of docs/settings.md is made of the table of settings; it can be copied from this failure.
#[test]
fn the_table_has_every_setting_with_its_names_default_and_use() {
    let row = |setting: &Setting| {
        let default = match setting.default == setting.default_shown {
            true => format!("`{}`", setting.default),
            false => setting.default_shown.to_owned(),
        };
        let words = setting.help.split_whitespace().collect::<Vec<_>>().join(" ");
        let (path, flag, variable) = (setting.path, setting.flag(), setting.variable);
        format!("| `{path}` | `{flag}` | `{variable}` | {default} | {words} |")
    };
    let expected: Vec<String> = SETTINGS.iter().map(row).collect();
    let document = read("docs/settings.md");
    // The second table, with bounds, has no flags.
    let is_row = |line: &&str| line.contains("` | `--") && !line.contains("`--config`");
    let rows: Vec<&str> = document.lines().filter(is_row).collect();
    assert_eq!(rows.join("\n"), expected.join("\n"), "it should be:\n{}", expected.join("\n"));
}

#[test]
fn the_example_of_variables_has_every_setting_with_its_default() {
    let example = read(".env.example");
    let lines: Vec<_> =
        example.lines().filter_map(|line| line.strip_prefix('#')?.split_once('=')).collect();
    let lines: Vec<_> = lines.iter().filter(|(name, _)| name.starts_with("VESTIBULE_")).collect();
    assert_eq!(sorted(lines.iter().map(|(name, _)| (*name).to_owned())), variables());
    for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
        let line = lines.iter().find(|(name, _)| *name == setting.variable);
        assert_eq!(line.map(|(_, value)| *value), Some(setting.default), "{}", setting.variable);
    }
}

#[test]
fn the_example_of_the_file_has_every_setting_with_its_default() {
    let example = read("docs/vestibule.example.toml");
    let is_setting = |line: &str| {
        line.strip_prefix('#')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    let used = |line: &str| match is_setting(line) {
        true => line[1..].to_owned(),
        false => line.to_owned(),
    };
    let lines: Vec<_> = example.lines().map(used).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("vestibule.toml");
    fs::write(&file, lines.join("\n")).expect("written");
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600))
        .expect("changed");
    let given = Given::gather(&Flags::default(), &[], Some(&file));
    let faults = vestibule::server::config::Config::of(&given).err();
    let faults = faults.map(|error| error.faults).unwrap_or_default();
    let unknown: Vec<_> = faults.iter().filter(|fault| fault.contains("is not a")).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for value in &given.values {
        assert!(matches!(value.origin, Origin::File { .. }), "{} is missing", value.setting.path);
        let default = value.setting.default;
        assert!(default.is_empty() || value.text == default, "{}", value.setting.path);
    }
    // As it is, it sets nothing.
    let values = Given::gather(
        &Flags::default(),
        &[],
        Some(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/vestibule.example.toml")),
    )
    .values;
    assert!(values.iter().all(|value| value.origin == Origin::Default));
}

/// No text of ours names a setting that there is not, in any of its forms.
#[test]
fn documents_name_no_other_settings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = ["docs", "docs/decisions", "docs/how-to"]
        .map(|folder| fs::read_dir(root.join(folder)).expect("docs"));
    let docs = docs.into_iter().flatten().map(|entry| entry.expect("an entry").path());
    let texts =
        docs.filter(|path| path.extension().is_some_and(|name| name == "md" || name == "toml"));
    let known: HashSet<&str> = ENVIRONMENT.iter().copied().collect();
    for file in
        texts.chain(["README.md", "CHANGELOG.md", ".env.example"].map(|name| root.join(name)))
    {
        let text = fs::read_to_string(&file).expect("a document");
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let unknown: Vec<_> = words
            .filter(|word| word.starts_with("VESTIBULE_") && *word != "VESTIBULE_")
            .filter(|word| !known.contains(word))
            .collect();
        assert_eq!(unknown, [""; 0], "{}", file.display());
    }
}
