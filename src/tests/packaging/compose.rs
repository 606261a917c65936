//! The compose files, and the nginx of one of them.

use std::{collections::BTreeSet, net::Ipv4Addr, path::Path};

use regex::Regex;

use super::{super::support::*, read, without_comments};

/// The line of a name with this indent, and those below it up to the next such name.
fn part<'c>(lines: &[&'c str], indent: usize, name: &str) -> Vec<&'c str> {
    let start = format!("{}{name}:", " ".repeat(indent));
    let is_below = |line: &str| line.is_empty() || line.len() - line.trim_start().len() > indent;
    let mut rest = lines.iter().copied().skip_while(|line| !line.starts_with(&start));
    let first = rest.next();
    first.into_iter().chain(rest.take_while(|line| is_below(line))).collect()
}

/// The value of the first such key.
fn value<'c>(lines: &[&'c str], key: &str) -> Option<&'c str> {
    let of =
        |line: &&'c str| line.trim_start_matches(['-', ' ']).strip_prefix(key)?.strip_prefix(": ");
    lines.iter().find_map(of)
}

/// Where nginx finds its certificate in the container.
const CERTIFICATES: &str = "/etc/nginx/certificates";

/// The nginx of the compose file is the one of docs/proxies.md, which scripts/proxy tests.
#[test]
fn nginx_is_the_one_that_is_tested() {
    let document = read("docs/proxies.md");
    let (_, block) = document.split_once("```nginx\n").expect("a block");
    let (block, _) = block.split_once("```\n").expect("its end");
    let expected = block
        .replace("127.0.0.1:3000", "vestibule:3000")
        .replace("/var/log/nginx/access.log", "/dev/stdout")
        .replace("/etc/ssl/id.example.com/", &format!("{CERTIFICATES}/"));
    assert_eq!(without_comments(&read("packaging/container/nginx.conf")).trim(), expected.trim());
    let compose = read("compose.postgres.yaml");
    let lines: Vec<&str> = compose.lines().collect();
    let services = part(&lines, 0, "services");
    let trusted = value(&part(&services, 2, "vestibule"), "VESTIBULE_TRUSTED_PROXIES");
    assert!(trusted.is_some());
    assert_eq!(trusted, value(&part(&services, 2, "nginx"), "ipv4_address"));
}

/// A proxy before the port that Docker publishes has the address of the gateway. Nobody else may have it.
#[test]
fn a_proxy_before_the_container_can_be_trusted() {
    let compose = read("compose.yaml");
    let lines: Vec<&str> = compose.lines().collect();
    let pool = part(&part(&lines, 0, "networks"), 2, "default");
    let gateway = value(&pool, "gateway").expect("a gateway");
    let service = part(&part(&lines, 0, "services"), 2, "vestibule");
    let given = value(&part(&service, 4, "environment"), "VESTIBULE_TRUSTED_PROXIES");
    assert_eq!(given, Some("${VESTIBULE_TRUSTED_PROXIES:-}"));
    let ports = part(&service, 4, "ports");
    assert_eq!(ports[1..], ["      - \"127.0.0.1:3000:3000\""]);
    for text in [compose.as_str(), &read("docs/container.md")] {
        assert!(text.contains(&format!("VESTIBULE_TRUSTED_PROXIES={gateway}")), "{text}");
    }
    // Without .env the variable is empty, which is as if it were not there.
    let folder = tempfile::tempdir().expect("a folder");
    let trusted = format!("trusted_proxies = [\"{gateway}\"]");
    for (proxies, shown) in [("", "# trusted_proxies ="), (gateway, trusted.as_str())] {
        let mut command = vestibule(folder.path());
        command.args(["config", "show"]).env("VESTIBULE_TRUSTED_PROXIES", proxies);
        let said = Said::by(&mut command).fine();
        assert!(said.lines().any(|line| line.starts_with(shown)), "{said}");
    }
}

/// Operators write their own name in place of the one in nginx.conf.
#[test]
fn the_certificate_is_found_under_any_name() {
    let nginx =
        read("packaging/container/nginx.conf").replace("id.example.com", "login.example.org");
    let compose = read("compose.postgres.yaml");
    let mount = format!("./certificates:{CERTIFICATES}:ro");
    assert!(compose.lines().any(|line| line.trim() == format!("- {mount}")), "{mount}");
    let certificate =
        Regex::new(r"ssl_certificate(?:_key)? (.+)/[a-z]+\.pem;").expect("an expression");
    let folders: Vec<_> =
        certificate.captures_iter(&nginx).map(|found| found[1].to_owned()).collect();
    assert_eq!(folders, [CERTIFICATES, CERTIFICATES]);
}

/// The services of a compose file that have no address of their own on a network, or one that Docker or another service may
/// have: Docker gives the first free address to the container that starts first.
fn without_address(compose: &str, network: &str) -> Vec<String> {
    let compose = without_comments(compose);
    let lines: Vec<&str> = compose.lines().collect();
    let pool = part(&part(&lines, 0, "networks"), 2, network);
    let net = |key| value(&pool, key).and_then(|net| net.parse::<ipnet::Ipv4Net>().ok());
    let (subnet, range) = (net("subnet").expect("a subnet"), net("ip_range").expect("a range"));
    let mut taken = BTreeSet::from([value(&pool, "gateway").expect("a gateway")]);
    let services = part(&lines, 0, "services");
    let names = services.iter().filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
    let mut faults = Vec::new();
    for name in names.filter(|name| !name.starts_with(' ')) {
        let networks = part(&part(&services, 2, name), 4, "networks");
        if !networks.iter().any(|line| line.contains(network)) {
            continue;
        }
        let address = value(&part(&networks, 6, network), "ipv4_address");
        let is_free = |address: &Ipv4Addr| subnet.contains(address) && !range.contains(address);
        let has_its_own = address.is_some_and(|text| {
            text.parse().is_ok_and(|address| is_free(&address)) && taken.insert(text)
        });
        if !has_its_own {
            faults.push(name.to_owned());
        }
    }
    assert!(taken.len() > 1, "no service is on {network}");
    faults
}

#[test]
fn each_container_has_an_address_of_its_own() {
    let compose = read("compose.postgres.yaml");
    assert_eq!(without_address(&compose, "proxy"), [""; 0]);
    for wrong in ["172.30.0.1", "172.30.0.2", "172.30.0.130", "172.30.1.3"] {
        let planted = compose.replace("172.30.0.3", wrong);
        assert_eq!(without_address(&planted, "proxy").len(), 1, "{wrong}");
    }
    let address = "    networks:\n      proxy:\n        ipv4_address: 172.30.0.3\n";
    let planted = without_comments(&compose).replace(address, "    networks: [proxy]\n");
    assert_eq!(without_address(&planted, "proxy"), ["vestibule"]);
}

/// What operators put beside the compose files is a secret, and `git add` leaves it alone.
#[test]
fn what_operators_add_to_the_checkout_is_ignored() {
    let ignored = read(".gitignore");
    let is_ignored =
        |path: &str| ignored.lines().any(|line| line.trim_matches('/') == path.trim_matches('/'));
    let mount = Regex::new(r"(?m)^ *- \./([^:]+):").expect("an expression");
    let named = Regex::new(r"(?m)^# {3}(\S+) {2,}").expect("an expression");
    let mut added = BTreeSet::new();
    for file in ["compose.yaml", "compose.postgres.yaml"] {
        let text = read(file);
        for found in mount.captures_iter(&text).chain(named.captures_iter(&text)) {
            added.insert(found[1].trim_matches('/').to_owned());
        }
    }
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    added.retain(|path| is_ignored(path) || !here.join(path).is_file());
    assert_eq!(added.iter().collect::<Vec<_>>(), [".env", "certificates"]);
    for path in added {
        assert!(is_ignored(&path), "{path}");
    }
}

/// The service owns its database and is no superuser, and PostgreSQL asks for the password at the socket too.
mod role {
    use std::process::Command;

    use sqlx::{Connection, PgConnection, query_scalar};

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn postgres() {
        let compose = read("compose.postgres.yaml");
        let lines: Vec<&str> = compose.lines().collect();
        let services = part(&lines, 0, "services");
        let environment = part(&part(&services, 2, "postgres"), 4, "environment");
        assert_eq!(value(&environment, "POSTGRES_INITDB_ARGS"), Some("--auth-local=scram-sha-256"));
        assert_eq!(value(&environment, "POSTGRES_USER"), None, "it would be a superuser");

        let server = Postgres::start("");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging/container/role.sql");
        let mut psql = Command::new("psql");
        psql.args(["-v", "ON_ERROR_STOP=1", "-f"]).arg(script).arg(server.url("postgres"));
        Said::by(psql.env("DATABASE_PASSWORD", "it's a word")).fine();
        let url = value(&part(&services, 2, "vestibule"), "VESTIBULE_DATABASE_URL").expect("one");
        // By a port, where this PostgreSQL asks for passwords.
        let url = |password| {
            let url = url.replace("${DATABASE_PASSWORD}", password);
            let (url, _) = url.split_once('?').expect("a socket");
            url.replace("@localhost/", &format!("@127.0.0.1:{}/", server.port))
        };
        let folder = tempfile::tempdir().expect("a folder");
        let begin = |url| {
            create(vestibule(folder.path()).env("VESTIBULE_DATABASE_URL", url), "ada", &["--admin"])
        };
        begin(url("another")).refused();
        begin(url("it's%20a%20word")).fine();
        let mut connection =
            PgConnection::connect(&url("it's%20a%20word")).await.expect("a connection");
        let may =
            "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
                   from pg_roles where rolname = current_user";
        let may: bool = query_scalar(may).fetch_one(&mut connection).await.expect("a row");
        assert!(!may, "it may more than its own database needs");
    }
}
