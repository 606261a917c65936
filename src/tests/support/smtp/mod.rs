mod talk;

use std::{collections::VecDeque, path::Path, sync::Arc};

use parking_lot::Mutex;
use rustls::ServerConfig;
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_rustls::TlsAcceptor;
use vestibule::server::config::Flags;

use self::talk::Talk;

/// A step of the talk, as the server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Connected,
    Hello,
    StartTls,
    Auth,
    /// Before the next mail of a connection.
    Kept,
    From,
    To,
    Data,
    /// The final dot.
    Text,
}

/// What the server does in place of its usual answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Does {
    /// It answers so.
    Replies(&'static str),
    /// It ends the connection without an answer.
    Cuts,
    /// It says nothing until the gate is opened, and then what it usually says.
    Waits,
}

/// A message that was taken or at least heard to its end.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) from: String,
    pub(crate) to: String,
    /// As it came, without the dots of SMTP.
    pub(crate) text: String,
    /// Whether the server answered that it takes it.
    pub(crate) is_taken: bool,
}

impl Message {
    /// The value of a header in one line.
    pub(crate) fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let found = unfolded.split("\r\n").find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_default().to_owned()
    }
}

/// An SMTP server on this machine that answers as a test says; without a word of it, it takes everything.
pub(crate) struct SmtpServer {
    port: u16,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Shared {
    script: Mutex<VecDeque<(At, Does)>>,
    messages: Mutex<Vec<Message>>,
    heard: Mutex<Vec<String>>,
    gate: watch::Sender<bool>,
    tls: Option<(TlsAcceptor, bool)>,
}

impl SmtpServer {
    /// Without TLS.
    pub(crate) async fn start() -> Self {
        Self::listen(Shared::default()).await
    }

    /// With TLS, from the first byte or after STARTTLS; writes its certificate into `ca.pem` of the folder.
    pub(crate) async fn start_tls(folder: &Path, is_implicit: bool) -> Self {
        let made =
            rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        std::fs::write(folder.join("ca.pem"), made.cert.pem()).expect("written");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], key)
            .expect("a certificate and its key");
        let tls = Some((TlsAcceptor::from(Arc::new(config)), is_implicit));
        Self::listen(Shared { tls, ..Shared::default() }).await
    }

    async fn listen(shared: Shared) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(shared);
        let mut tasks = JoinSet::new();
        let of_all = shared.clone();
        tasks.spawn(async move {
            // Dropped with this task, which ends them.
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let shared = of_all.clone();
                talks.spawn(async move {
                    match &shared.tls {
                        Some((acceptor, true)) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                drop(Talk::new(&shared, false).go_on(stream, true).await);
                            }
                        }
                        _ => {
                            let has_tls = shared.tls.is_some();
                            let ended = Talk::new(&shared, has_tls).go_on(stream, true).await;
                            // After STARTTLS.
                            if let (Some(stream), Some((acceptor, _))) = (ended, &shared.tls)
                                && let Ok(stream) = acceptor.accept(stream).await
                            {
                                drop(Talk::new(&shared, false).go_on(stream, false).await);
                            }
                        }
                    }
                });
            }
        });
        Self { port, shared, _tasks: tasks }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The settings that send mails here, without TLS.
    pub(crate) fn flags(&self, flags: &mut Flags) {
        let some = |text: &str| Some(text.to_owned());
        flags.mail_server = some("127.0.0.1");
        flags.mail_port = Some(self.port.to_string());
        flags.mail_tls = some("none");
        flags.mail_from = some("Acme <no-reply@acme.example>");
    }

    /// The variables of the same.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        vec![
            ("VESTIBULE_MAIL_SERVER", "127.0.0.1".into()),
            ("VESTIBULE_MAIL_PORT", self.port.to_string()),
            ("VESTIBULE_MAIL_TLS", "none".into()),
            ("VESTIBULE_MAIL_FROM", "Acme <no-reply@acme.example>".into()),
        ]
    }

    /// What it does at the next such steps, in this order.
    pub(crate) fn will(&self, acts: &[(At, Does)]) {
        self.shared.script.lock().extend(acts);
    }

    /// Whether it has done all of that.
    pub(crate) fn is_done(&self) -> bool {
        self.shared.script.lock().is_empty()
    }

    /// Lets it go on where it waits.
    pub(crate) fn open_gate(&self) {
        self.shared.gate.send_replace(true);
    }

    /// Every message that it heard to its end.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.shared.messages.lock().clone()
    }

    /// Those that it took.
    pub(crate) fn taken(&self) -> Vec<Message> {
        self.messages().into_iter().filter(|message| message.is_taken).collect()
    }

    /// Every command that it heard.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().clone()
    }
}
