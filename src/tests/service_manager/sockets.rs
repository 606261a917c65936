//! Sockets and the settings that they belong to.

use std::process::{Command, Stdio};

use super::{super::support::*, handed, socket};

#[test]
fn sockets_that_do_not_fit_the_settings_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let (socket, _) = socket();
    let here = socket.local_addr().expect("an address");
    let said = |command: &mut Command| {
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        said
    };
    let handed = |names: &[&str]| handed(folder.path(), &socket, names);

    let (free, _) = self::socket();
    let other = free.local_addr().expect("an address").to_string();
    drop(free);
    for (refused, expected) in [
        (
            said(handed(&["listen"]).env("VESTIBULE_LISTEN", &other)),
            format!("hands over listen on {here}, and VESTIBULE_LISTEN is {other}; write the same"),
        ),
        (
            said(&mut handed(&["listen", "metrics_listen"])),
            format!("hands over metrics_listen on {here}, and VESTIBULE_METRICS_LISTEN is not set"),
        ),
        (
            said(&mut handed(&["listen", "vestibule.socket"])),
            "with the name \"vestibule.socket\"; name it listen, plain_listen or".into(),
        ),
        (
            said(handed(&["listen", "x"]).env("LISTEN_FDNAMES", "listen")),
            "hands over 2 sockets and 1 names".into(),
        ),
        (
            said(handed(&["listen"]).stdin(Stdio::null())),
            "socket \"listen\" of the service manager: ".into(),
        ),
    ] {
        assert!(refused.contains(&expected), "{expected}: {refused}");
    }
    // A socket for another process is none for this one, which binds the address itself.
    let mut command = vestibule(folder.path());
    command.env("LISTEN_FDS", "1").env("LISTEN_PID", "1").env("VESTIBULE_LISTEN", here.to_string());
    let refused = Said::by(&mut command).refused();
    assert!(refused.contains("another program has this port"), "{refused}");
    assert!(!folder.path().join("data").exists());
}

/// A socket alone needs no name.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_socket_without_a_name_is_that_of_the_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let (socket, url) = socket();
    let mut command = handed(folder.path(), &socket, &["listen"]);
    command.env_remove("LISTEN_FDNAMES");
    let process = Process::begin(command, folder.path(), url);
    process.becomes_ready().await;
}
