//! Generates a function for each message of `locales/en.ftl`, and a list of the files in `locales`:
//! `server::say` includes both. Generates the list of the site's files that the binary contains: `server::site` includes
//! it. Names the commit and the features for `vestibule --version`.

use std::{
    collections::BTreeSet,
    env,
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use fluent_syntax::{ast::Entry, parser};

#[path = "src/server/say/placeholders.rs"]
mod placeholders;

use placeholders::Placeholders;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");
    // Otherwise sqlx notices no new file.
    println!("cargo::rerun-if-changed=migrations");
    let (here, out) = (variable("CARGO_MANIFEST_DIR")?, variable("OUT_DIR")?);
    let folder = here.join("locales");
    let english = fs::read_to_string(folder.join("en.ftl"))?;
    let code = functions(&english)? + &languages(&folder)?;
    fs::write(out.join("say.rs"), code)?;
    fs::write(out.join("site.rs"), site(&here)?)?;
    println!("cargo::rerun-if-env-changed=SOURCE_COMMIT");
    let commit = given("SOURCE_COMMIT").or_else(|| commit(&here));
    println!("cargo::rustc-env=BUILD_COMMIT={}", commit.as_deref().unwrap_or("unknown"));
    println!("cargo::rustc-env=BUILD_FEATURES={}", features());
    Ok(())
}

/// The files below the folder that `EMBED_SITE` names, relative to the package; none if it is not set, or empty. They are
/// sorted, so that equal sites make equal binaries.
///
/// # Errors
/// Fails if the folder is no site: whatever else it has would be in the binary.
fn site(here: &Path) -> Result<String, Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-env-changed=EMBED_SITE");
    let (mut files, mut pairs) = (Vec::new(), String::new());
    if let Some(folder) = given("EMBED_SITE") {
        let folder = here.join(folder);
        println!("cargo::rerun-if-changed={}", folder.display());
        if !folder.join("pkg").is_dir() || folder.join("Cargo.toml").exists() {
            return Err(format!("EMBED_SITE: {} is no built site", folder.display()).into());
        }
        below(&folder, &mut files)?;
        files.sort();
        for file in &files {
            let name = file.strip_prefix(&folder)?;
            writeln!(pairs, "({name:?}, include_bytes!({file:?})),")?;
        }
    }
    Ok(format!("pub static EMBEDDED: &[(&str, &[u8])] = &[{pairs}];\n"))
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        match entry?.path() {
            path if path.is_dir() => below(&path, found)?,
            path => found.push(path),
        }
    }
    Ok(())
}

/// The value of a variable that is not empty.
#[expect(clippy::disallowed_methods, reason = "cargo and packagers tell this way")]
fn given(name: &str) -> Option<String> {
    env::var(name).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The commit of this checkout, with a mark if its files differ from it. Only releases of the server have one: every commit
/// would compile all other builds anew. An archive has none, and names it by SOURCE_COMMIT.
fn commit(here: &Path) -> Option<String> {
    given("EMBED_SITE")?;
    let git = |args: &[&str]| {
        let output = Command::new("git").arg("-C").arg(here).args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_owned())
    };
    // An archive may be unpacked in the checkout of another project.
    if Path::new(&git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()
        != here.canonicalize().ok()
    {
        return None;
    }
    for file in ["HEAD", "logs/HEAD"] {
        let path = here.join(git(&["rev-parse", "--git-path", file])?);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    for place in ["src", "migrations", "public", "style", "Cargo.toml", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={place}");
    }
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let changes = git(&["status", "--porcelain", "--untracked-files=no"])?;
    Some(if changes.is_empty() { commit } else { format!("{commit}, with changes") })
}

/// The features of this build, in order.
fn features() -> String {
    let names = env::vars_os().filter_map(|(name, _)| {
        Some(name.to_str()?.strip_prefix("CARGO_FEATURE_")?.to_lowercase().replace('_', "-"))
    });
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

#[expect(clippy::disallowed_methods, reason = "cargo tells this way")]
fn variable(name: &str) -> Result<PathBuf, env::VarError> {
    env::var(name).map(PathBuf::from)
}

/// A function for each message: its name with `_` for `-`, with the message's variables in order of
/// their first use.
fn functions(english: &str) -> Result<String, Box<dyn std::error::Error>> {
    let file = parser::parse(english).map_err(|(_, errors)| format!("en.ftl: {errors:?}"))?;
    let mut code = String::new();
    for entry in &file.body {
        let Entry::Message(message) = entry else { continue };
        let Some(pattern) = &message.value else { continue };
        let id = message.id.name;
        // These three describe the language itself.
        if id.starts_with("language-") {
            continue;
        }
        let variables = Placeholders::of(pattern).variables;
        let parameters: Vec<_> =
            variables.iter().map(|name| format!("{name}: impl Into<Value<'a>>")).collect();
        let given: Vec<_> =
            variables.iter().map(|name| format!("(\"{name}\", {name}.into())")).collect();
        let lifetime = if variables.is_empty() { "" } else { "<'a>" };
        writeln!(
            code,
            "/// The message `{id}`.\npub(crate) fn {}{lifetime}({}) -> String {{ message(\"{id}\", &[{}]) }}",
            id.replace('-', "_"),
            parameters.join(", "),
            given.join(", "),
        )?;
    }
    Ok(code)
}

/// Every language by its code, with the text of its file; English first.
fn languages(folder: &Path) -> io::Result<String> {
    let mut codes = BTreeSet::new();
    for file in fs::read_dir(folder)? {
        if let Some(code) = file?.file_name().to_str().and_then(|name| name.strip_suffix(".ftl")) {
            codes.insert((code != "en", code.to_owned()));
        }
    }
    let mut code =
        "/// Every language: its code, and its messages.\nconst FILES: &[(&str, &str)] = &["
            .to_owned();
    for (_, language) in codes {
        let path = folder.join(format!("{language}.ftl"));
        code += &format!("(\"{language}\", include_str!({path:?})),");
    }
    Ok(code + "];\n")
}
