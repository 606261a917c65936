//! The talk with an SMTP server (RFC 5321), step by step, so that each failure says where it happened.

use std::{
    error::Error as _,
    fmt, fs, io,
    net::{IpAddr, SocketAddr},
    path::Path,
    time::Duration,
};

use lettre::transport::smtp::{
    Error,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsVersion},
    commands::{Data, Mail, Noop, Quit, Rcpt, Rset},
    extension::{ClientId, Extension, MailParameter},
};
use tokio::{net::lookup_host, time::timeout};
use zeroize::Zeroizing;

use super::{
    Envelope, Failure, MailError, Reply, Step,
    compose::address,
    lines::{CONNECT_WITHIN, Lines},
    reply::said,
};
use crate::server::{
    config::{MailServer, MailTls},
    error::last_cause,
    files::{self, FileError},
    secure::mail_address::MailAddress,
    text,
};

/// Usual time limit of all that one mail needs, a new connection included. It is below the lease of a mail.
const WITHIN: Duration = Duration::from_secs(90);
/// The part of the time limit of a mail in which a connection that was kept must answer.
const PART_OF_KEPT: u32 = 18;
/// Time limit of taking leave, which nothing depends on.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// An SMTP server with all that is needed to talk to it.
pub struct Smtp {
    host: String,
    port: u16,
    mode: MailTls,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    hello: ClientId,
    /// Time limit of all that one mail needs.
    pub(super) within: Duration,
}

/// Server and port alone: the credentials are secret.
impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

/// A connection that is kept for the next mail.
#[derive(Default)]
pub struct SmtpLine(Option<AsyncSmtpConnection>);

impl Smtp {
    /// Reads password and authorities. `host` is that of the public URL, by which we greet.
    ///
    /// # Errors
    /// Fails if a file cannot be read, or others can read the password.
    pub(super) fn open(server: &MailServer, host: &str) -> Result<Self, MailError> {
        let credentials = match &server.login {
            Some((user, file)) => Some(Credentials::new(user.clone(), password(file)?.to_string())),
            None => None,
        };
        let tls = match server.tls {
            MailTls::None => None,
            MailTls::Implicit | MailTls::StartTls => {
                Some(parameters(&server.host, server.ca_file.as_deref())?)
            }
        };
        let hello = match host.trim_matches(['[', ']']).parse() {
            Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
            Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
            Err(_) => ClientId::Domain(host.to_owned()),
        };
        let (host, port, mode) = (server.host.clone(), server.port, server.tls);
        Ok(Self { host, port, mode, tls, credentials, hello, within: WITHIN })
    }

    /// Sends a message by the connection that is kept, or a new one.
    ///
    /// # Errors
    /// Returns what happened. The connection is given up then, unless the server is still listening.
    pub(super) async fn send(&self, line: &mut SmtpLine, mail: &Envelope) -> Result<(), Failure> {
        let mut step = Step::Resolve;
        match timeout(self.within, self.talk(line, mail, &mut step)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                line.0 = None;
                Err(self.late(step))
            }
        }
    }

    fn late(&self, step: Step) -> Failure {
        Failure::silent(step, &format!("no answer within {} s", self.within.as_secs()))
    }

    /// Connects and signs in, and takes leave: for those who want to know whether it works.
    ///
    /// # Errors
    /// Returns what happened.
    pub(super) async fn try_out(&self) -> Result<(), Failure> {
        let mut step = Step::Resolve;
        let tried = async {
            let mut connection = self.connect(&mut step).await?;
            let asked = connection.command(Noop).await;
            asked.map_err(|error| failure(Step::From, &error, None))?;
            Ok(SmtpLine(Some(connection)))
        };
        match timeout(self.within, tried).await {
            Ok(line) => {
                line?.leave().await;
                Ok(())
            }
            Err(_) => Err(self.late(step)),
        }
    }

    async fn talk(
        &self,
        line: &mut SmtpLine,
        mail: &Envelope,
        step: &mut Step,
    ) -> Result<(), Failure> {
        let mut connection = match line.0.take() {
            // Servers close idle connections, or forget them; that is no failure of a mail.
            Some(mut kept) => match timeout(self.within / PART_OF_KEPT, kept.command(Noop)).await {
                Ok(Ok(_)) => kept,
                _ => self.connect(step).await?,
            },
            None => self.connect(step).await?,
        };
        let sent = self.transact(&mut connection, mail, step).await;
        let goes_on = match &sent {
            Ok(()) => true,
            // Refused, and ready for the next mail after RSET.
            Err(failed) if failed.reply.as_ref().is_some_and(|reply| reply.code != 421) => {
                connection.command(Rset).await.is_ok()
            }
            Err(_) => false,
        };
        line.0 = goes_on.then_some(connection);
        sent
    }

    /// A connection that has greeted, with TLS and signed in where the settings say so.
    async fn connect(&self, step: &mut Step) -> Result<AsyncSmtpConnection, Failure> {
        *step = Step::Resolve;
        let found = lookup_host((self.host.as_str(), self.port)).await;
        let found = found.map_err(|error| Failure::silent(*step, &error.to_string()))?;
        let places: Vec<_> = found.collect();
        *step = Step::Connect;
        let mut connection = match self.tls.clone().filter(|_| self.mode == MailTls::Implicit) {
            Some(tls) => self.connect_by_tls(&places, tls).await?,
            None => {
                let stream = Lines::connect(&places).await;
                let stream = stream.map_err(|why| Failure::silent(*step, &why))?;
                *step = Step::Greet;
                let stream = Box::new(stream);
                let greeted = AsyncSmtpConnection::connect_with_transport(stream, &self.hello);
                greeted.await.map_err(|error| failure(Step::Greet, &error, None))?
            }
        };
        *step = Step::Tls;
        if let Some(tls) = self.tls.clone().filter(|_| self.mode == MailTls::StartTls) {
            let begun = connection.starttls(tls, &self.hello).await;
            begun.map_err(|error| failure(Step::Tls, &error, None))?;
        }
        *step = Step::Login;
        if let Some(credentials) = &self.credentials {
            let known = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            known.map_err(|error| failure(Step::Login, &error, None))?;
        }
        Ok(connection)
    }

    /// A connection with TLS from its first byte.
    async fn connect_by_tls(
        &self,
        places: &[SocketAddr],
        tls: TlsParameters,
    ) -> Result<AsyncSmtpConnection, Failure> {
        let limit = Some(CONNECT_WITHIN);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(places, limit, &self.hello, Some(tls), None);
        connecting.await.map_err(|error| {
            let step = match error.status() {
                Some(_) => Step::Greet,
                None if is_about_tls(&error) => Step::Tls,
                None => Step::Connect,
            };
            failure(step, &error, None)
        })
    }

    async fn transact(
        &self,
        connection: &mut AsyncSmtpConnection,
        mail: &Envelope,
        step: &mut Step,
    ) -> Result<(), Failure> {
        *step = Step::From;
        let mut parameters = Vec::new();
        if !mail.to.is_ascii() || !mail.from.is_ascii() {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "the SMTP server takes no address with letters beyond ASCII";
                return Err(Failure::unable(*step, why));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let (from, to) = (address(&mail.from), address(&mail.to));
        let at = |step| move |error: Error| failure(step, &error, Some(&mail.to));
        connection.command(Mail::new(Some(from), parameters)).await.map_err(at(*step))?;
        *step = Step::To;
        connection.command(Rcpt::new(to, Vec::new())).await.map_err(at(*step))?;
        *step = Step::Data;
        connection.command(Data).await.map_err(at(*step))?;
        *step = Step::Text;
        connection.message(&mail.message).await.map_err(at(*step))?;
        Ok(())
    }
}

impl SmtpLine {
    /// Ends the connection, if there is one.
    pub(super) async fn leave(&mut self) {
        if let Some(mut connection) = self.0.take() {
            drop(timeout(LEAVE_WITHIN, connection.command(Quit)).await);
        }
    }
}

/// A failure by the error of the library; the address is left out of what the server said.
fn failure(step: Step, error: &Error, address: Option<&MailAddress>) -> Failure {
    let text = error.source().map(ToString::to_string);
    let code = error.status().and_then(|code| code.to_string().parse().ok());
    let reply = code.map(|code| Reply::new(code, text.as_deref().unwrap_or_default()));
    let spoken = match (&reply, text) {
        (Some(reply), Some(text)) => format!("{} {text}", reply.code),
        (Some(reply), None) => reply.code.to_string(),
        (None, _) => last_cause(error),
    };
    Failure { step, reply, is_unable: error.is_client(), said: said(&spoken, address) }
}

/// Whether TLS is the reason: the library tells of a handshake that fails as of any other connection.
fn is_about_tls(error: &Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = next {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if cause.is::<rustls::Error>() || inner.is_some_and(|inner| inner.is::<rustls::Error>()) {
            return true;
        }
        next = cause.source();
    }
    error.is_tls()
}

/// The password in a file, without the end of its line.
fn password(file: &Path) -> Result<Zeroizing<String>, MailError> {
    files::refuse_open_given(file)?;
    let bytes = fs::read(file).map_err(FileError::of(file))?;
    let whole = text::of(bytes).map_err(|error| FileError::new(file, error.to_string()))?;
    let whole = Zeroizing::new(whole);
    match whole.trim_end_matches(['\r', '\n']) {
        "" => Err(FileError::new(file, "it is empty").into()),
        password => Ok(Zeroizing::new(password.to_owned())),
    }
}

/// TLS with a server of this name, whose certificate comes from the system's authorities, or from those of a file.
fn parameters(host: &str, ca_file: Option<&Path>) -> Result<TlsParameters, MailError> {
    let mut builder =
        TlsParameters::builder(host.to_owned()).set_min_tls_version(TlsVersion::Tlsv12);
    if let Some(file) = ca_file {
        let bytes = fs::read(file).map_err(FileError::of(file))?;
        let no_certificate = |_| FileError::new(file, "expected certificates in PEM");
        let authorities = Certificate::from_pem(&bytes).map_err(no_certificate)?;
        builder =
            builder.certificate_store(CertificateStore::None).add_root_certificate(authorities);
    }
    builder.build().map_err(|error| MailError::Tls(last_cause(&error)))
}
