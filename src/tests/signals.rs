//! Signals: three stop the service in order, one reads the certificate again, and the others change nothing.

use rustix::process::Signal;

use super::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_in_order() {
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
        let folder = tempfile::tempdir().expect("a folder");
        let process = Process::start(folder.path(), &[]).await;
        process.tell(signal);
        assert!(process.has_ended().await, "{signal:?}");
        let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
        assert!(log.contains("stopping"), "{signal:?}: {log}");
    }
}

/// The last work waits for no database that does not answer.
mod it_stops_while_the_database_is_silent {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let folder = tempfile::tempdir().expect("a folder");
        let relay = Relay::start().await;
        let url = relay.url();
        let settings = [("VESTIBULE_DATABASE_URL", url.as_str())];
        let process = Process::start(folder.path(), &settings).await;
        relay.fall_silent();
        process.ask_to_stop();
        assert!(process.has_ended().await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_signals_end_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::start(folder.path(), &[]).await;
    for signal in
        [Signal::HUP, Signal::USR1, Signal::USR2, Signal::ALARM, Signal::PIPE, Signal::XFSZ]
    {
        process.tell(signal);
        process.answers("/healthz", 200).await;
    }
    let log = || std::fs::read_to_string(folder.path().join("log")).expect("a log");
    until(|| log().contains("there is no certificate to read again")).await;
    process.ask_to_stop();
    assert!(process.has_ended().await);
}
