//! Modules that import each other, directly or by others: none but those that are listed, with the reason.
//!
//! A module may use what its parents declare: it is a part of them. To name a module is not to use it, only to use
//! something in it is, and a name that a module passes on (`use`) is looked up where it is declared. So a facade
//! is in no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{code, flatten, module, resolve, root, sources};

/// Circles that are meant: their modules below `crate`, and why.
const ALLOWED: &[(&[&str], &str)] = &[];

/// The state that every verb is given, so it knows the state of each part of the service.
const STATE: &str = "crate::server::app";

/// What the modules import: those of each, by path.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The code of a module: its path, and its text without its tests.
struct Module {
    path: String,
    code: String,
}

/// A `use` of a module, written out.
struct Used {
    path: String,
    /// The name that it has in the module.
    name: String,
    is_passed_on: bool,
}

fn modules() -> Vec<Module> {
    let files = sources(&root()).into_iter().filter(|file| {
        let below = file.strip_prefix(root()).expect("below src");
        !below.starts_with("tests") && !below.ends_with("main.rs") && !below.ends_with("tests.rs")
    });
    let read = |file: std::path::PathBuf| Module {
        path: module(&file).join("::").replace("crate::lib", "crate"),
        code: code(&file),
    };
    files.map(read).collect()
}

/// All that a module says of others: its `use` trees, and the paths in its code.
fn uses(module: &Module, known: &BTreeSet<&str>) -> Vec<Used> {
    let code = module.code.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let place: Vec<String> = module.path.split("::").map(str::to_owned).collect();
    let absolute = |path: &str| {
        // A path may begin with a module that is declared here.
        let first = path.split("::").next().unwrap_or_default();
        match known.contains(format!("{}::{first}", module.path).as_str()) {
            true => format!("{}::{path}", module.path),
            false => resolve(path, &place),
        }
    };
    let (mut found, mut rest) = (Vec::new(), String::new());
    let mut statements = String::new();
    for line in code.lines() {
        statements.push_str(line);
        let text = statements.trim_start();
        let (before, is_use) = match text.split_once("use ") {
            Some((before, _)) => (before.trim(), before.is_empty() || before.starts_with("pub")),
            None => ("", false),
        };
        if !is_use || before.contains([';', '{', '=']) {
            rest.push_str(&std::mem::take(&mut statements));
            rest.push('\n');
        } else if let Some((tree, _)) = text.split_once(';') {
            let tree = tree.split_once("use ").map_or("", |(_, tree)| tree).replace(" as ", "@");
            let mut paths = Vec::new();
            flatten("", &tree.split_whitespace().collect::<String>(), &mut paths);
            for path in paths {
                let (path, name) = path.split_once('@').unwrap_or((&path, ""));
                let path = absolute(path.strip_suffix("::self").unwrap_or(path));
                let last = path.rsplit("::").next().unwrap_or_default();
                let name = if name.is_empty() { last.to_owned() } else { name.to_owned() };
                found.push(Used { name, is_passed_on: before.starts_with("pub"), path });
            }
            statements.clear();
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let paths = rest.split(|c| !is_path(c)).filter_map(|word| word.split_once("::"));
    let written_out = |(first, rest): (&str, &str)| {
        let imported = found.iter().find(|used| used.name == first);
        let path = match imported {
            Some(used) => format!("{}::{rest}", used.path),
            None => absolute(&format!("{first}::{rest}")),
        };
        Used { path, name: String::new(), is_passed_on: false }
    };
    let in_code: Vec<Used> = paths.map(written_out).collect();
    found.extend(in_code);
    found
}

/// Where a path leads: its module, or that of the name which its module passes on.
fn target(path: &str, names: &BTreeMap<&str, Vec<Used>>, depth: usize) -> Option<String> {
    let mut end = path.len();
    let found = loop {
        if names.contains_key(&path[..end]) {
            break &path[..end];
        }
        end = path[..end].rfind("::")?;
    };
    let rest = path[end..].trim_start_matches("::");
    let (name, below) = rest.split_once("::").unwrap_or((rest, ""));
    let passed = names[found].iter().find(|used| !name.is_empty() && used.name == name);
    match passed {
        Some(used) if depth > 0 => {
            let path = format!("{}::{below}", used.path);
            target(path.trim_end_matches(':'), names, depth - 1)
        }
        Some(_) => None,
        None => Some(found.to_owned()),
    }
}

fn graph(modules: &[Module]) -> Graph {
    let known: BTreeSet<&str> = modules.iter().map(|module| module.path.as_str()).collect();
    let names: BTreeMap<&str, Vec<Used>> =
        modules.iter().map(|module| (module.path.as_str(), uses(module, &known))).collect();
    let imports = |(from, uses): (&&str, &Vec<Used>)| {
        let is_named = |used: &Used| !used.name.is_empty() && known.contains(used.path.as_str());
        let own = uses.iter().filter(|used| !used.is_passed_on && !is_named(used));
        let to = own.filter_map(|used| target(&used.path, &names, 8));
        let is_part = |to: &String| **from == *to || from.starts_with(&format!("{to}::"));
        ((*from).to_owned(), to.filter(|to| !is_part(to) && *from != STATE).collect())
    };
    names.iter().map(imports).collect()
}

/// The circles: each a set of modules that all reach each other.
fn circles(graph: &Graph) -> BTreeSet<BTreeSet<String>> {
    let reached = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(at) = next.pop() {
            let new = graph.get(at).into_iter().flatten();
            next.extend(new.filter(|to| seen.insert((*to).clone())));
        }
        seen
    };
    let reach: BTreeMap<&String, BTreeSet<String>> =
        graph.keys().map(|from| (from, reached(from))).collect();
    let is_there = |from: &String, to: &String| reach.get(from).is_some_and(|to_| to_.contains(to));
    let circle = |from: &String| -> BTreeSet<String> {
        reach[from].iter().filter(|to| is_there(to, from)).cloned().collect()
    };
    graph.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

fn allowed(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| format!("crate::{name}")).collect()
}

#[test]
fn no_modules_import_each_other_but_those_that_are_listed() {
    let found = circles(&graph(&modules()));
    for circle in &found {
        let is_listed = ALLOWED.iter().any(|(names, _)| circle.is_subset(&allowed(names)));
        assert!(is_listed, "these import each other: {circle:#?}");
    }
    for (names, why) in ALLOWED {
        let is_there = found.iter().any(|circle| *circle == allowed(names));
        assert!(is_there, "no longer a circle, or a smaller one: {names:?} ({why})");
    }
}

#[test]
fn planted_circles_are_found() {
    let circle = |files: &[(&str, &str)]| {
        let module = |(path, code): &(&str, &str)| Module {
            path: format!("crate::{path}"),
            code: (*code).to_owned(),
        };
        let found = circles(&graph(&files.iter().map(module).collect::<Vec<_>>()));
        found.into_iter().flatten().map(|path| path.replace("crate::", "")).collect::<Vec<_>>()
    };
    // Directly, by a path in the code, by a third.
    assert_eq!(circle(&[("a", "use crate::b::B;"), ("b", "use super::a::A;")]), ["a", "b"]);
    let by_path = ("b", "use crate::a as c;\nfn g() { c::f() }");
    assert_eq!(circle(&[("a", "fn f() { crate::b::g() }"), by_path]), ["a", "b"]);
    let by_third = [("a", "use crate::{\n    b::{B, C},\n};"), ("b", "use crate::c::{self, C};")];
    let by_third = [by_third[0], by_third[1], ("c", "use crate::a::A as B;")];
    assert_eq!(circle(&by_third), ["a", "b", "c"]);
    // By a name that a facade passes on, under another name too.
    let facade = ("f", "mod a;\nmod b;\npub use self::{a::A, b::B as C};");
    assert_eq!(
        circle(&[facade, ("f::a", "use super::C;"), ("f::b", "use super::A;")]),
        ["f::a", "f::b"]
    );
    assert!(circle(&[facade, ("f::a", "use super::C;"), ("f::b", "struct B;")]).is_empty());
    assert!(circle(&[("a", "use crate::b;"), ("b", "use crate::a;")]).is_empty());
    // A part uses its whole; tests use what they test.
    assert!(circle(&[("a", "use self::b::B;"), ("a::b", "use super::A;")]).is_empty());
    let tests = "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}";
    assert!(circle(&[("a", tests), ("b", "use crate::a::A;")]).is_empty());
}
