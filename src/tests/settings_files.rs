//! Refusals of what settings name: ports, certificates, keys, stores.

use std::{
    io::ErrorKind, net::TcpListener, os::unix::fs::PermissionsExt, path::Path, process::Command,
};

use vestibule::server::{
    config::{Config, Flags, TlsFiles},
    listen::tls,
};

use super::support::{Process, create, vestibule};

/// What a command says that fails.
fn refused(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_port_that_cannot_be_had() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let said = refused(vestibule(folder.path()).args(["serve", "--listen", &address]));
    assert!(
        said.contains(&format!("cannot listen on {address}: another program has this port")),
        "{said}"
    );
    assert!(said.contains("--listen (VESTIBULE_LISTEN)"), "{said}");
    assert!(!folder.path().join("data").exists());

    // Of a port for root: whether these tests may have it depends on who runs them.
    let flags = Flags {
        listen: Some("0.0.0.0:443".into()),
        public_url: Some("https://id.example.com".into()),
        ..Flags::default()
    };
    let config = Config::load(&flags, None).expect("settings");
    let said = config.no_listener(config.listen, &ErrorKind::PermissionDenied.into());
    assert!(said.contains("CAP_NET_BIND_SERVICE") && said.contains("--listen"), "{said}");

    // An address of another machine (RFC 5737).
    let elsewhere =
        ["serve", "--listen", "192.0.2.1:3000", "--public-url", "https://id.example.com"];
    let said = refused(vestibule(folder.path()).args(elsewhere));
    assert!(said.contains("this machine does not have this address; 0.0.0.0:3000"), "{said}");
}

/// A certificate and a key that belong together.
fn pair(folder: &Path) -> TlsFiles {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let files = TlsFiles { certificate: folder.join("tls.crt"), key: folder.join("tls.key") };
    std::fs::write(&files.key, made.signing_key.serialize_pem()).expect("written");
    std::fs::set_permissions(&files.key, PermissionsExt::from_mode(0o600)).expect("changed");
    std::fs::write(&files.certificate, made.cert.pem()).expect("written");
    std::fs::write(folder.join("tls.der"), made.cert.der()).expect("written");
    std::fs::write(folder.join("key.der"), made.signing_key.serialize_der()).expect("written");
    files
}

#[test]
fn files_of_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = pair(folder.path());
    let pem = std::fs::read(&good.certificate).expect("PEM");
    let key_pem = std::fs::read(&good.key).expect("PEM");
    let look = || tls::read_files(&good).map(drop).map_err(|error| error.to_string());
    assert_eq!(look(), Ok(()));
    let marked = [b"\xef\xbb\xbf", &pem[..]].concat();
    std::fs::write(&good.certificate, marked).expect("written");
    assert_eq!(look(), Ok(()), "a byte order mark");
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(pem.iter().flat_map(|byte| [*byte, 0])).collect();
    let der = std::fs::read(folder.path().join("tls.der")).expect("DER");
    let damaged = String::from_utf8_lossy(&pem).replace('M', "?");
    let name = good.certificate.display().to_string();
    for (bytes, says) in [
        (&b""[..], "it is empty; expected a certificate in PEM"),
        (b"not PEM", "it is text without a line -----BEGIN"),
        (&key_pem, "it holds PRIVATE KEY; expected a certificate in PEM (BEGIN CERTIFICATE)"),
        (&der, "it is binary (DER or PKCS#12), not PEM; convert it: openssl x509 -inform der"),
        (&utf16, "it is UTF-16; save it as UTF-8"),
        (damaged.as_bytes(), "its certificate is damaged"),
    ] {
        std::fs::write(&good.certificate, bytes).expect("written");
        let fault = look().expect_err("refused");
        assert!(fault.starts_with(&format!("{name}: {says}")), "{fault}");
    }
    std::fs::remove_file(&good.certificate).expect("removed");
    assert_eq!(
        look().expect_err("refused"),
        format!("{name}: No such file or directory (os error 2)")
    );
    std::fs::write(&good.certificate, &pem).expect("written");

    let name = good.key.display().to_string();
    let key_der = std::fs::read(folder.path().join("key.der")).expect("DER");
    let encrypted =
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAo=\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let legacy = b"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: A\n\nMAo=\n-----END RSA PRIVATE KEY-----\n";
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    for (bytes, says) in [
        (&b""[..], "it is empty; expected a private key in PEM"),
        (&pem, "it holds CERTIFICATE; expected a private key in PEM (BEGIN PRIVATE KEY)"),
        (&key_der, "it is binary (DER or PKCS#12), not PEM; convert it: openssl pkey -inform der"),
        (encrypted, "it holds a private key with a passphrase; nobody could type it"),
        (legacy, "it holds a private key with a passphrase; nobody could type it"),
        (other.as_bytes(), "it is not the key of the first certificate in"),
    ] {
        std::fs::write(&good.key, bytes).expect("written");
        let fault = look().expect_err("refused");
        assert!(fault.starts_with(&format!("{name}: {says}")), "{fault}");
    }
    std::fs::remove_file(&good.key).expect("removed");
    assert_eq!(
        look().expect_err("refused"),
        format!("{name}: No such file or directory (os error 2)")
    );
}

/// Slim images have no certificates of authorities.
#[test]
fn a_range_url_without_certificates_of_authorities() {
    let folder = tempfile::tempdir().expect("a folder");
    let none = folder.path().join("none.pem");
    std::fs::write(&none, "").expect("written");
    let mut command = vestibule(folder.path());
    command.env("SSL_CERT_FILE", &none).env("SSL_CERT_DIR", folder.path().join("none"));
    command.args(["config", "check", "--password-range-url", "https://api.example.com/range/"]);
    let said = refused(&mut command);
    assert!(said.contains("password_range_url: ") && said.contains("ca-certificates"), "{said}");
    assert!(!said.contains("builder error"), "{said}");
}

/// A store that does not answer is told at the start, not at the first sign-in; its password is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_of_limits_that_is_away_is_reported_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = "redis+unix:///nowhere/socket?pass=word";
    let process = Process::start(folder.path(), &[("VESTIBULE_LIMITS", url)]).await;
    drop(process);
    let log = std::fs::read_to_string(folder.path().join("log")).expect("a log");
    let told = log.find("the shared store of limits does not answer").expect("told");
    assert!(log[told..].contains("redis+unix:///nowhere/socket?pass=…"), "{log}");
    assert!(!log.contains("word"), "{log}");
}

#[test]
fn keys_that_cannot_be_imported() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key.pem");
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    pair(folder.path());
    let der = std::fs::read(folder.path().join("key.der")).expect("DER");
    for (bytes, says) in [
        (&b""[..], "it is empty; expected a private key in PEM, PKCS#8 (BEGIN PRIVATE KEY)"),
        (
            b"-----BEGIN RSA PRIVATE KEY-----\nMAo=\n-----END RSA PRIVATE KEY-----\n",
            "a key in PKCS#1 or SEC1; convert it to PKCS#8: openssl pkcs8 -topk8 -nocrypt -in",
        ),
        (
            b"-----BEGIN EC PRIVATE KEY-----\nMAo=\n-----END EC PRIVATE KEY-----\n",
            "a key in PKCS#1 or SEC1; convert it to PKCS#8: openssl pkcs8 -topk8 -nocrypt -in",
        ),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\nMAo=\n-----END OPENSSH PRIVATE KEY-----\n",
            "a key of OpenSSH",
        ),
        (
            b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAo=\n",
            "with a passphrase; write it without: openssl",
        ),
        (b"-----BEGIN PUBLIC KEY-----\nMAo=\n", "it holds PUBLIC KEY; expected a private key"),
        (&der, "it is binary (DER or PKCS#12), not PEM; convert it: openssl pkcs8"),
        (
            b"-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----\n",
            "it holds no Ed25519, P-256 or RSA key (of 2048 bits or more) that is whole",
        ),
    ] {
        std::fs::write(&file, bytes).expect("written");
        let said = refused(vestibule(folder.path()).args(["keys", "import", "key.pem"]));
        assert!(said.contains("vestibule: key.pem: ") && said.contains(says), "{said}");
        assert!(!said.contains("cryptography"), "{said}");
    }
    let said = refused(vestibule(folder.path()).args(["keys", "import", "none.pem"]));
    assert!(said.contains("none.pem: No such file"), "{said}");
}
