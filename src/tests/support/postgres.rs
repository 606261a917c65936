use std::{net::TcpListener, path::Path, process::Command};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, raw_sql};
use tempfile::TempDir;

/// A PostgreSQL of a test's own, which it may stop and start; reachable by its socket, and on a port of loopback.
pub(crate) struct Postgres {
    folder: TempDir,
    pub(crate) port: u16,
    settings: String,
}

impl Postgres {
    /// With further settings of the server, such as `-c max_connections=9`.
    pub(crate) fn start(settings: &str) -> Self {
        let server = Self::new(settings);
        server.control(&["start", "-o", &server.options()]);
        server
    }

    /// With TLS, by a certificate that nobody has signed.
    pub(crate) fn with_tls() -> Self {
        let server = Self::new("-c ssl=on -c ssl_cert_file=../tls.crt -c ssl_key_file=../tls.key");
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
        let write = |name: &str, text: String| {
            let path = server.folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            let closed = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&path, closed).expect("closed");
        };
        write("tls.crt", made.cert.pem());
        write("tls.key", made.signing_key.serialize_pem());
        server.control(&["start", "-o", &server.options()]);
        server
    }

    fn new(settings: &str) -> Self {
        // Short, as the path of a socket ends at 107 bytes.
        let folder = tempfile::Builder::new().prefix("pg.").tempdir_in("/tmp").expect("a folder");
        let free = TcpListener::bind(("127.0.0.1", 0)).and_then(|free| free.local_addr());
        Self { folder, port: free.expect("a port").port(), settings: settings.to_owned() }
    }

    fn options(&self) -> String {
        format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories='{}' -c fsync=off {}",
            self.port,
            self.folder.path().display(),
            self.settings
        )
    }

    /// Runs `pg_ctl`.
    pub(crate) fn control(&self, args: &[&str]) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
        let done = Command::new(script).arg("own").arg(self.folder.path()).args(args).status();
        assert!(done.expect("it runs").success(), "pg_ctl {args:?}");
    }

    /// As a power cut does, and back again.
    pub(crate) fn restart(&self) {
        self.control(&["restart", "-m", "immediate", "-o", &self.options()]);
    }

    /// Starts it again after a stop.
    pub(crate) fn start_again(&self) {
        self.control(&["start", "-o", &self.options()]);
    }

    pub(crate) fn stop(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// The address of a database by the socket.
    pub(crate) fn url(&self, database: &str) -> String {
        let (port, host) = (self.port, self.folder.path().display());
        format!("postgres://postgres@localhost:{port}/{database}?host={host}")
    }

    /// Runs statements as the operator.
    pub(crate) async fn execute(&self, statements: &str) {
        let connected = PgConnection::connect(&self.url("postgres")).await;
        let mut connection = connected.expect("PostgreSQL");
        let statements = raw_sql(AssertSqlSafe(statements.to_owned()));
        connection.execute(statements).await.expect("done");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/postgres");
        let stop = ["stop", "-m", "immediate"];
        // A test may have stopped it.
        drop(Command::new(script).arg("own").arg(self.folder.path()).args(stop).output());
    }
}
