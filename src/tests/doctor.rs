//! `vestibule doctor`: it finds what is wrong, and says how to mend it.

use std::{os::unix::fs::PermissionsExt, path::Path};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use vestibule::server::{
    config::TlsFiles,
    listen::{Limits, tls::Certificate},
};

use super::support::{Listening, Process, create, vestibule};

/// The files of the pages, where [`doctor`] lets a binary look for them.
fn put_pages(folder: &Path) {
    let built = folder.join("site/pkg");
    std::fs::create_dir_all(&built).expect("made");
    std::fs::write(built.join("vestibule.css"), "").expect("written");
}

/// What it says, and whether it found nothing to mend.
fn doctor(folder: &Path, settings: &[(&str, &str)]) -> (String, bool) {
    let mut command = vestibule(folder);
    command.arg("doctor").env("LEPTOS_SITE_ROOT", folder.join("site"));
    let output = command.envs(settings.iter().copied()).output().expect("it runs");
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.success())
}

/// A proxy that says its own name for the server as the Host header; answers its port.
async fn proxy_without_host(server: u16) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let mut client = BufReader::new(client);
            let mut server = TcpStream::connect(("127.0.0.1", server)).await.expect("connected");
            let mut line = String::new();
            while client.read_line(&mut line).await.is_ok_and(|read| read > 2) {
                if line.to_lowercase().starts_with("host:") {
                    line = "host: backend\r\nconnection: close\r\n".into();
                }
                server.write_all(line.as_bytes()).await.expect("sent");
                line.clear();
            }
            server.write_all(b"\r\n").await.expect("sent");
            drop(tokio::io::copy(&mut server, &mut client).await);
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    put_pages(folder.path());
    let process = Process::start(folder.path(), &[]).await;
    let public = ("VESTIBULE_PUBLIC_URL", process.url.as_str());
    let (words, is_well) = doctor(folder.path(), &[public]);
    assert!(is_well && !words.contains("FAULT"), "{words}");
    for fine in [
        "this is vestibule",
        "database answers",
        "MiB are free",
        "the clocks agree",
        "as 127.0.0.1",
        "cookies come",
    ] {
        assert!(
            words.lines().any(|line| line.starts_with("  ok") && line.contains(fine)),
            "{words}"
        );
    }

    let secret = folder.path().join("data");
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o755)).expect("changed");
    let (words, is_well) = doctor(folder.path(), &[public]);
    assert!(!is_well && words.contains("run: chmod 700"), "{words}");
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o700)).expect("changed");

    // Nothing is there: it is said, and not made.
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (words, is_well) = doctor(elsewhere.path(), &[public]);
    assert!(!is_well && words.contains("there is no database"), "{words}");
    assert!(!elsewhere.path().join("data").exists());

    // Another data folder: the address leads to somebody else's keys.
    create(&mut vestibule(elsewhere.path()), "ada", &[]).fine();
    let (words, is_well) = doctor(elsewhere.path(), &[public]);
    assert!(!is_well && words.contains("publishes other keys"), "{words}");
    assert!(words.contains("does not know this command's secret"), "{words}");

    // A name that the server does not go by.
    let other = process.url.replace("localhost", "127.0.0.1");
    let (words, is_well) = doctor(folder.path(), &[("VESTIBULE_PUBLIC_URL", &other)]);
    assert!(!is_well && words.contains("the same VESTIBULE_PUBLIC_URL"), "{words}");
    assert_eq!(words.matches("FAULT").count(), 1, "{words}");

    // A proxy that hands on no Host header is one fault, and not what follows from it.
    let server = process.url.rsplit(':').next().and_then(|port| port.parse().ok());
    let proxy = format!("http://localhost:{}", proxy_without_host(server.expect("a port")).await);
    let (words, is_well) = doctor(folder.path(), &[("VESTIBULE_PUBLIC_URL", &proxy)]);
    assert!(!is_well && words.contains("proxy_set_header Host $host"), "{words}");
    assert_eq!(words.matches("FAULT").count(), 1, "{words}");

    // A secret that others can read: no server would start, and it says why.
    let secret = folder.path().join("data/secret.key");
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o644)).expect("changed");
    let (words, is_well) = doctor(folder.path(), &[public]);
    assert!(!is_well && words.contains("run: chmod 600"), "{words}");
    assert!(words.contains("a server would not start"), "{words}");
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).expect("changed");

    let url = process.url.clone();
    drop(process);
    let (words, is_well) = doctor(folder.path(), &[("VESTIBULE_PUBLIC_URL", &url)]);
    assert!(!is_well && words.contains("cannot be reached: Connection refused"), "{words}");
}

/// The last cause, and not that something failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_why_it_cannot_reach_the_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let files =
        TlsFiles { certificate: folder.path().join("tls.crt"), key: folder.path().join("tls.key") };
    std::fs::write(&files.certificate, made.cert.pem()).expect("written");
    std::fs::write(&files.key, made.signing_key.serialize_pem()).expect("written");
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o600)).expect("changed");
    let certificate = Certificate::read(files).await.expect("read");
    let tls = Listening::with(Limits::default(), Some(certificate), |_| ()).await;
    let plain = Listening::start().await;
    // A database of this command's own.
    let process = Process::start(folder.path(), &[]).await;
    drop(process);
    let (tls, plain) = (tls.address.port(), plain.address.port());
    for (url, says) in [
        (format!("https://localhost:{tls}"), "invalid peer certificate"),
        (format!("https://localhost:{plain}"), "InvalidContentType"),
        ("https://vestibule.invalid".to_owned(), "cannot be reached: "),
    ] {
        let (words, is_well) = doctor(folder.path(), &[("VESTIBULE_PUBLIC_URL", &url)]);
        assert!(!is_well && words.contains(says), "{says}: {words}");
        for outer in ["client error", "error sending request", "dns error"] {
            assert!(!words.contains(outer), "{words}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_sees_a_forged_address_that_is_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = [("VESTIBULE_TRUSTED_PROXIES", "127.0.0.0/8")];
    let process = Process::start(folder.path(), &settings).await;
    let (words, is_well) =
        doctor(folder.path(), &[settings[0], ("VESTIBULE_PUBLIC_URL", process.url.as_str())]);
    assert!(!is_well && words.contains("believes an address that a client wrote"), "{words}");
}
