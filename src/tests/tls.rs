//! TLS in process: certificates, and both versions of HTTP over it.

use std::{
    net::{IpAddr, SocketAddr},
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
};

use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::{CertificateDer, ServerName, pem::PemObject};
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_rustls::{TlsConnector, client::TlsStream};
use vestibule::server::{
    config::TlsFiles,
    listen::{Limits, tls::Certificate},
};

use super::support::{http2::*, *};

pub(crate) fn write_certificate(folder: &Path) -> (TlsFiles, reqwest::Certificate) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.join("tls.crt"), folder.join("tls.key"));
    std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o640)).expect("changed");
    std::fs::write(&certificate, made.cert.pem()).expect("written");
    let root = reqwest::Certificate::from_pem(made.cert.pem().as_bytes()).expect("a root");
    (TlsFiles { certificate, key }, root)
}

async fn asks(listening: &Listening, root: &reqwest::Certificate) -> bool {
    let client = reqwest::Client::builder()
        .tls_certs_only([root.clone()])
        .resolve("localhost", SocketAddr::new(IpAddr::from([127, 0, 0, 1]), 0))
        .build()
        .expect("a client");
    let url = format!("https://localhost:{}/healthz", listening.address.port());
    client.get(url).send().await.is_ok_and(|answer| answer.status() == 200)
}

/// TLS in process: a certificate that was renewed is used without a restart, one that is broken is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_follows_its_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, first) = write_certificate(folder.path());
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o644)).expect("changed");
    let open = Certificate::read(files.clone()).await.err().expect("refused").to_string();
    assert!(open.contains("chmod 640"), "S104: {open}");
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o640)).expect("changed");
    let certificate = Certificate::read(files.clone()).await.expect("read");
    let listening = Listening::with(Limits::default(), Some(certificate.clone()), |_| ()).await;
    assert!(asks(&listening, &first).await);
    assert!(!certificate.refresh().await.expect("nothing new"));

    std::fs::write(&files.certificate, "not PEM").expect("written");
    certificate.refresh().await.expect_err("broken");
    assert!(asks(&listening, &first).await, "the old one stays");

    // SIGHUP reads it whether it has changed or not.
    certificate.read_again().await.expect_err("broken still");
    assert!(asks(&listening, &first).await, "the old one stays");

    let (_, second) = write_certificate(folder.path());
    assert!(certificate.refresh().await.expect("read again"));
    assert!(asks(&listening, &second).await);
    assert!(!asks(&listening, &first).await);
}

/// A key that everybody can read is not used at a renewal either, and is once that is mended.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewed_key_is_looked_at_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, first) = write_certificate(folder.path());
    let certificate = Certificate::read(files.clone()).await.expect("read");
    let listening = Listening::with(Limits::default(), Some(certificate.clone()), |_| ()).await;
    let (_, second) = write_certificate(folder.path());
    for mode in [0o644, 0o646, 0o641] {
        std::fs::set_permissions(&files.key, PermissionsExt::from_mode(mode)).expect("changed");
        let open = certificate.refresh().await.expect_err("refused").to_string();
        assert!(open.contains("chmod 640"), "{mode:o}: {open}");
        assert!(asks(&listening, &first).await, "the old one stays");
    }
    // The mode alone is a change.
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o600)).expect("changed");
    assert!(certificate.refresh().await.expect("read again"));
    assert!(asks(&listening, &second).await);
    // Opening it alone is one too, though nothing was written.
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o644)).expect("changed");
    certificate.refresh().await.expect_err("refused");
}

/// A connection over TLS that speaks one of these protocols.
async fn over_tls(address: SocketAddr, folder: &Path, protocols: &[&str]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_file(folder.join("tls.crt")).expect("a certificate");
    roots.add(root).expect("a root");
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(address).await.expect("connected");
    let name = ServerName::try_from("localhost").expect("a name");
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("greeted")
}

/// Both versions of HTTP are offered, and spoken; the parser's own answers have all headers here too (S71).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_http_are_spoken() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = write_certificate(folder.path());
    let certificate = Certificate::read(files).await.expect("read");
    let listening = Listening::with(Limits::default(), Some(certificate), |flags| {
        flags.public_url = Some("https://localhost:3000".into());
    })
    .await;
    let stream = over_tls(listening.address, folder.path(), &["h2", "http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (client, _connection) = http2(stream).await;
    for _ in 0..20 {
        let (status, body) = ask(&client, "https://localhost:3000/healthz").await;
        assert_eq!((status.as_u16(), &body[..]), (200, &b"ok"[..]));
    }
    let mut old = over_tls(listening.address, folder.path(), &["http/1.1"]).await;
    assert_eq!(old.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
    old.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost:3000\r\n\r\nnonsense\r\n\r\n")
        .await
        .expect("sent");
    let said = said_until_end(&mut old).await;
    let said = String::from_utf8(said).expect("text");
    let (good, bad) = said.split_once("okHTTP/1.1 ").expect("two answers");
    for (answer, status) in [(good, "HTTP/1.1 200"), (bad, "400 ")] {
        assert!(answer.starts_with(status), "{said}");
        for line in ["x-frame-options: DENY", "strict-transport-security: max-age=31536000"] {
            assert_eq!(answer.matches(line).count(), 1, "{line}: {said}");
        }
    }
    // Without a choice of protocol the greeting decides.
    let (client, _connection) = http2(over_tls(listening.address, folder.path(), &[]).await).await;
    assert_eq!(ask(&client, "https://localhost:3000/healthz").await.0.as_u16(), 200);
}

/// A greeting of TLS counts too while it has no end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_greeting_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let (files, _) = write_certificate(folder.path());
    let certificate = Certificate::read(files).await.expect("read");
    let listening = Listening::with(Limits::default(), Some(certificate), |_| ()).await;
    let bytes = &listening.server.app.load.bytes;
    // A record of 16 KiB with the beginning of a ClientHello of 48 (RFC 8446 sections 4 and 5.1).
    let greeting = [&[22, 3, 1, 0x40, 0, 1, 0, 0xc0, 0][..], &[0; 16 * 1024 - 4]].concat();
    let mut stream = TcpStream::connect(listening.address).await.expect("connected");
    stream.write_all(&greeting).await.expect("sent");
    until(|| bytes.used() == greeting.len() - 4 * 1024).await;
    drop(stream);
    until(|| bytes.used() == 0).await;
}
