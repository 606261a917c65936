use std::sync::Arc;

use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::Url;

/// What a site answers to everything.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// These bytes.
    Bytes(Arc<str>),
    /// A body without an end.
    Endless,
    /// Nothing, for ever.
    Nothing,
    /// A body of which a byte comes now and then.
    Slowly,
}

impl Says {
    pub(super) fn text(status: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nx-site: yes\r\ncontent-length: {length}\r\n\r\n");
        Self::Bytes((head + body).into())
    }

    pub(super) fn redirect(status: &str) -> Self {
        let head = "location: https://client.example/elsewhere\r\ncontent-length: 0";
        Self::Bytes(format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n").into())
    }
}

/// An https server on loopback, of the name `client.example`, that keeps what it is asked.
pub(super) struct Site {
    pub(super) port: u16,
    /// Its certificate in PEM, which is its own authority.
    pub(super) certificate: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub(super) async fn open(says: Says) -> Self {
        let names = ["client.example".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let chain = vec![CertificateDer::from(made.cert.der().to_vec())];
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, PrivateKeyDer::Pkcs8(key))
            .expect("a certificate with its key");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, says.clone(), kept.clone()));
            }
        });
        Self { port, certificate: made.cert.pem(), requests }
    }

    pub(super) fn url(&self, path: &str) -> Url {
        format!("https://client.example:{}{path}", self.port).parse().expect("a URL")
    }

    /// What it was asked, in order.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().clone()
    }
}

async fn serve(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    says: Says,
    kept: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    // A connection stays open for as many requests as come.
    while let Says::Bytes(bytes) = &says {
        let request = request(&mut stream).await?;
        kept.lock().push(request);
        stream.write_all(bytes.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
    }
    let request = request(&mut stream).await?;
    kept.lock().push(request);
    match says {
        Says::Bytes(_) => None,
        Says::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(&[b'x'; 100]).await.ok()?;
            }
        }
        Says::Nothing => std::future::pending().await,
        Says::Slowly => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n").await.ok()?;
            loop {
                stream.write_all(b"x").await.ok()?;
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

/// A request with its body, of the length that it says.
async fn request(stream: &mut TlsStream<TcpStream>) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 1024];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0) {
            return Some(text);
        }
    }
}
