//! Commands that need no settings: `--version`, completions, manual pages, the description of the API, the probe.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpListener,
    path::Path,
    process::Command,
};

use regex::Regex;
use vestibule::server::{
    config::SETTINGS,
    listen::{Limits, tls::Certificate},
};

use super::{support::*, tls::write_certificate};

/// With nothing in its environment but a setting that cannot be used, and no folder that it may write to.
fn bare(args: &[&str]) -> Command {
    let mut command = vestibule(Path::new("/proc"));
    command.env("VESTIBULE_PUBLIC_URL", "nonsense").args(args);
    command
}

/// The commands that a help names.
fn named(args: &[&str]) -> Vec<String> {
    let help = Said::by(bare(args).arg("--help")).fine();
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let lines = list.lines().take_while(|line| !line.is_empty());
    let names = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names.filter(|name| !matches!(*name, "" | "help")).map(str::to_owned).collect()
}

#[test]
fn the_version_has_commit_and_features() {
    let said = Said::by(&mut bare(&["--version"])).fine();
    let pattern =
        r"\Avestibule \d+\.\d+\.\d+\ncommit: (unknown|\S.*)\nfeatures: (\S+, )*ssr(, \S+)*\n\z";
    assert!(Regex::new(pattern).expect("an expression").is_match(&said), "{said}");
    let short = Said::by(&mut bare(&["-V"])).fine();
    assert_eq!(short.trim(), said.lines().next().expect("a line"));
}

#[test]
fn the_description_is_that_of_the_repository() {
    let said = Said::by(&mut bare(&["openapi"])).fine();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    assert!(said == fs::read_to_string(path).expect("a document"));
}

#[test]
fn a_shell_completes_commands_and_flags() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("vestibule.bash");
    let script = Said::by(&mut bare(&["completions", "bash"])).fine();
    fs::write(&path, &script).expect("written");
    let complete = |words: &str| {
        let ask = format!(
            ". \"$0\"
             COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
             _vestibule vestibule \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"
             printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let said = Said::by(Command::new("bash").args(["-euc", &ask]).arg(&path)).fine();
        said.lines().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let expected = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    assert_eq!(complete("vestibule heal"), expected(&["healthcheck"]));
    assert_eq!(complete("vestibule user sho"), expected(&["show"]));
    assert_eq!(complete("vestibule healthcheck --re"), expected(&["--ready"]));
    assert_eq!(complete("vestibule serve --tls"), expected(&["--tls-certificate", "--tls-key"]));
    assert_eq!(complete("vestibule user show --d"), expected(&["--data-dir", "--database-url"]));
    for shell in ["zsh", "fish"] {
        let script = Said::by(&mut bare(&["completions", shell])).fine();
        for name in named(&[]) {
            assert!(script.contains(&name), "{shell}: {name}");
        }
    }
}

#[test]
fn each_command_has_a_manual_page() {
    let page = Said::by(&mut bare(&["man"])).fine();
    for setting in SETTINGS {
        assert!(page.contains(&format!("[env: {}]", setting.variable)), "{}", setting.variable);
    }

    let folder = tempfile::tempdir().expect("a folder");
    let said = Said::by(bare(&["man"]).arg(folder.path())).fine();
    let found = fs::read_dir(folder.path()).expect("a folder");
    let found: BTreeSet<String> = found
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    let mut expected = BTreeSet::from(["vestibule.1".to_owned()]);
    for name in named(&[]) {
        for below in named(&[&name]) {
            let further = named(&[&name, &below]).into_iter();
            expected.extend(further.map(|last| format!("vestibule-{name}-{below}-{last}.1")));
            expected.insert(format!("vestibule-{name}-{below}.1"));
        }
        expected.insert(format!("vestibule-{name}.1"));
    }
    assert_eq!(found, expected);
    assert_eq!(said, format!("{} pages in {}\n", found.len(), folder.path().display()));

    let refused = Said::by(bare(&["man"]).arg(folder.path().join("none"))).refused();
    assert!(refused.contains("none: No such file"), "{refused}");
}

/// The probe of a server that listens there.
fn probe(listen: &str, args: &[&str]) -> Said {
    let mut command = bare(&["healthcheck"]);
    Said::by(command.args(args).env("VESTIBULE_LISTEN", listen))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_alive_and_ready_or_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    let (_, port) = process.url.rsplit_once(':').expect("a port");
    let here = format!("127.0.0.1:{port}");
    for listen in [here.clone(), format!("0.0.0.0:{port}")] {
        assert_eq!(probe(&listen, &[]).fine(), format!("{here} is alive\n"));
        assert_eq!(probe(&listen, &["--ready"]).fine(), format!("{here} is ready\n"));
    }
    process.ask_to_stop();
    assert!(process.has_ended().await);
    let refused = probe(&here, &[]).refused();
    assert!(refused.contains(&format!("{here} cannot be reached: ")), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_a_certificate_is_asked_by_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = write_certificate(folder.path());
    let certificate = Certificate::read(files.clone()).await.expect("read");
    let listening = Listening::with(Limits::default(), Some(certificate), |_| ()).await;
    let address = listening.address.to_string();
    let asked = |with_tls: bool| {
        let mut command = bare(&["healthcheck"]);
        command.env("VESTIBULE_LISTEN", &address);
        if with_tls {
            command.env("VESTIBULE_TLS_CERTIFICATE", &files.certificate);
        }
        tokio::task::spawn_blocking(move || Said::by(&mut command))
    };
    assert_eq!(asked(true).await.expect("ran").fine(), format!("{address} is alive\n"));
    asked(false).await.expect("ran").refused();
}

/// What another program says to the probe.
fn answered_by(answer: &'static str) -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let other = listener.try_clone().expect("the same socket");
    std::thread::spawn(move || {
        let (mut stream, _) = other.accept().expect("a connection");
        drop(stream.read(&mut [0; 1024]));
        drop(stream.write_all(answer.as_bytes()));
    });
    (listener, address)
}

#[test]
fn what_is_wrong_is_said() {
    let (_kept, address) = answered_by(
        "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\nok feed\nFAULT database: gone\u{1b}[2J\n",
    );
    let refused = probe(&address, &["--ready"]).refused();
    let expected = format!(r"{address} answers 503 to /readyz; database: gone\u{{1b}}[2J");
    assert!(refused.contains(&expected), "{refused}");

    let (_kept, address) = answered_by("HTTP/1.1 302 Found\r\nlocation: http://[::1]:1/\r\n\r\n");
    let refused = probe(&address, &[]).refused();
    assert!(refused.contains(&format!("{address} answers 302 to /healthz")), "{refused}");

    // It takes the connection and says nothing.
    let silent = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let address = silent.local_addr().expect("an address").to_string();
    let refused = probe(&address, &["--within", "1s"]).refused();
    assert!(refused.contains(&format!("{address} does not answer within 1 s")), "{refused}");

    let refused = probe("127.0.0.1:0", &[]).refused();
    assert!(refused.contains("VESTIBULE_LISTEN: \"127.0.0.1:0\": expected the port"), "{refused}");
    assert_eq!(probe("127.0.0.1:1", &["--within", "2m"]).code, Some(2));
}
