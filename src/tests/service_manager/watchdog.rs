//! Signs of life for the watchdog.

use std::os::{
    linux::net::SocketAddrExt,
    unix::net::{SocketAddr, UnixDatagram},
};

use super::{super::support::*, Heard, handed, socket};

/// Signs of life come by the abstract namespace too, and only for the process that is meant.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn its_watchdog_hears_signs_of_life() {
    for (is_meant, pid) in [(true, None), (false, Some("1"))] {
        let folder = tempfile::tempdir().expect("a folder");
        let name = format!("vestibule-test-{}", folder.path().display());
        let bound =
            SocketAddr::from_abstract_name(&name).and_then(|at| UnixDatagram::bind_addr(&at));
        let heard = Heard::on(bound.expect("a socket"));
        let mut command = vestibule(folder.path());
        let (free, url) = socket();
        command
            .env("VESTIBULE_LISTEN", free.local_addr().expect("an address").to_string())
            .env("NOTIFY_SOCKET", format!("@{name}"))
            .env("WATCHDOG_USEC", "1000");
        if let Some(pid) = pid {
            command.env("WATCHDOG_PID", pid);
        }
        drop(free);
        let process = Process::begin(command, folder.path(), url);
        heard.until("READY=1").await;
        if is_meant {
            for _ in 0..3 {
                heard.until("WATCHDOG=1").await;
            }
        }
        process.ask_to_stop();
        let before = heard.until("STOPPING=1").await;
        assert!(is_meant || !before.iter().any(|notice| notice == "WATCHDOG=1"), "{before:?}");
        assert!(process.has_ended().await);
    }
}

/// The process is alive, whether its database is or not.
mod its_watchdog_does_not_ask_for_the_database {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let heard = Heard::at(&path);
        let relay = Relay::start().await;
        let (socket, url) = socket();
        let mut command = handed(folder.path(), &socket, &["listen"]);
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "100000")
            .env("VESTIBULE_DATABASE_URL", relay.url());
        let process = Process::begin(command, folder.path(), url);
        heard.until("READY=1").await;
        relay.fall_silent();
        process.answers("/readyz", 503).await;
        heard.forget();
        for _ in 0..3 {
            heard.until("WATCHDOG=1").await;
        }
    }
}
