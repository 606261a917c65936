//! Checks of the service by its public URL.

use std::{collections::BTreeSet, net::IpAddr, time::Duration};

use url::Url;

use super::Finding::{self, Fault, Fine, Warning};
use crate::{
    model::Reflection,
    server::{
        App,
        outbound::{Answer, FetchError, Outbound},
        service::{keys, reflection},
    },
};

/// Time limit of an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Maximum size of an answer, in bytes.
const ANSWER_MAX: usize = 256 * 1024;
/// Difference between clocks in seconds from which tokens suffer.
const CLOCK_OFF: i64 = 5;
/// An address that nobody has (RFC 5737): a proxy that trusts it trusts any.
const FORGED: &str = "192.0.2.123";

/// Checks the service through its public URL, as clients use it.
pub async fn check(app: &App) -> Vec<Finding> {
    let issuer = app.config.issuer();
    let client = match Outbound::to_setting(&app.config.public_url, PATIENCE) {
        Ok(client) => client,
        Err(error) => {
            return vec![Fault(
                format!("no HTTP client can be made: {error}"),
                "install the package ca-certificates, or name a file by SSL_CERT_FILE".into(),
            )];
        }
    };
    let (pass, forged) = (reflection::pass(app), format!("for={FORGED}"));
    let headers = [
        (reflection::HEADER, pass.as_str()),
        ("cookie", "vestibule_probe=1"),
        ("x-forwarded-for", FORGED),
        ("forwarded", forged.as_str()),
    ];
    let answer = match ask(&client, &format!("{issuer}/api/v1/reflection"), &headers).await {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Fault(
                format!("{issuer} {error}"),
                "is a server running, and do the name, the certificate and the proxy lead to it?"
                    .into(),
            )];
        }
    };
    if answer.status() == 421 {
        // All further findings on this path would follow from it.
        return vec![Fault(
            format!("{issuer} reaches a server that does not know this host"),
            "let the proxy hand the Host header on (nginx: proxy_set_header Host $host), and give the server the \
             same VESTIBULE_PUBLIC_URL"
                .into(),
        )];
    }
    let mut findings = Vec::new();
    if answer.status() == 200 {
        findings.push(cookies_come_back(&answer));
    }
    findings.extend(strict_transport(app, &answer));
    findings.extend(reflected(app, answer).await);
    findings.push(key_set(app, &client).await);
    findings.extend(plain_http(app, &client).await);
    findings
}

async fn ask(client: &Outbound, url: &str, headers: &[(&str, &str)]) -> Result<Answer, FetchError> {
    let url = Url::parse(url).map_err(|error| FetchError::Unreached(error.to_string()))?;
    client.get(url, headers).await
}

async fn text(answer: Answer) -> Option<String> {
    String::from_utf8(answer.read(ANSWER_MAX).await.ok()?).ok()
}

async fn reflected(app: &App, answer: Answer) -> Vec<Finding> {
    let (issuer, status) = (app.config.issuer(), answer.status());
    if status == 404 {
        return vec![Fault(
            format!("{issuer} does not know this command's secret, or its clock is off by minutes"),
            "give this command the settings of the server, VESTIBULE_DATA_DIR and VESTIBULE_SECRET among them; \
             let both machines keep the time by NTP; let the proxy hand all headers on"
                .into(),
        )];
    }
    let now = app.clock.now_s();
    let seen = text(answer).await;
    let Some(seen) = seen.and_then(|text| serde_json::from_str::<Reflection>(&text).ok()) else {
        return vec![Fault(
            format!("{issuer} answers {status}, and not as Vestibule does"),
            "something else has this address, or the proxy leads elsewhere".into(),
        )];
    };
    let mut findings = vec![match seen.issuer == issuer {
        true => Fine(format!("{issuer} is reached, and issues tokens by that name")),
        false => Fault(
            format!("the server issues tokens as {}, not as {issuer}", seen.issuer),
            "give the server and this command the same VESTIBULE_PUBLIC_URL".into(),
        ),
    }];
    findings.push(match (seen.now - now).abs() {
        off if off > CLOCK_OFF => Fault(
            format!("the server's clock is off by {off} seconds from this one"),
            "let both machines keep the time by NTP".into(),
        ),
        _ => Fine("the clocks agree".into()),
    });
    if !seen.has_probe_cookie {
        findings.push(Fault(
            "cookies do not arrive".into(),
            "let the proxy hand the Cookie header on".into(),
        ));
    }
    findings.push(address(app, seen.client_ip.as_deref()));
    findings
}

fn address(app: &App, seen: Option<&str>) -> Finding {
    let Some(ip) = seen.and_then(|seen| seen.parse::<IpAddr>().ok()) else {
        return Fault(
            "the server sees no address".into(),
            "this is a bug: please report it".into(),
        );
    };
    let is_proxied = !app.config.is_loopback() && app.config.tls.is_none();
    match ip {
        _ if ip.to_string() == FORGED => Fault(
            "the server believes an address that a client wrote".into(),
            "VESTIBULE_TRUSTED_PROXIES names more than your proxies, or the proxy does not append".into(),
        ),
        _ if is_proxied && app.config.proxies.is_empty() => Warning(
            format!("the server sees {ip}, and trusts no proxy"),
            "if that is the proxy's address, everybody is one source: set VESTIBULE_TRUSTED_PROXIES".into(),
        ),
        _ if app.config.proxies.trusts(ip) => Warning(
            format!("the server sees {ip}, which is a trusted proxy's address"),
            "from another machine it must see that machine's: check VESTIBULE_FORWARDED_HEADER".into(),
        ),
        _ => Fine(format!("the server sees this machine as {ip}")),
    }
}

fn cookies_come_back(answer: &Answer) -> Finding {
    let probe = answer.headers("set-cookie").find(|line| line.starts_with("vestibule_probe="));
    match probe {
        Some(line)
            if line.contains("HttpOnly")
                && line.contains("Path=/;")
                && !line.contains("Domain") =>
        {
            Fine("cookies come through unchanged".into())
        }
        _ => Fault(
            "cookies are changed or dropped on the way".into(),
            "let the proxy hand Set-Cookie on as it is".into(),
        ),
    }
}

fn strict_transport(app: &App, answer: &Answer) -> Option<Finding> {
    let has = answer.header("strict-transport-security").is_some();
    match (app.config.is_https(), has) {
        (false, _) => None,
        (true, true) => Some(Fine("browsers are told to use https only".into())),
        (true, false) => Some(Fault(
            "Strict-Transport-Security is lost on the way".into(),
            "let the proxy hand it on, or set it".into(),
        )),
    }
}

/// Checks that the URL leads to a server with this database.
async fn key_set(app: &App, client: &Outbound) -> Finding {
    let issuer = app.config.issuer();
    let asked = ask(client, &format!("{issuer}/.well-known/jwks.json"), &[]).await;
    let seen: Option<serde_json::Value> = match asked {
        Ok(answer) if answer.status() == 200 => {
            text(answer).await.and_then(|text| serde_json::from_str(&text).ok())
        }
        _ => None,
    };
    let kids = |set: &serde_json::Value| -> BTreeSet<String> {
        let keys = set["keys"].as_array().into_iter().flatten();
        keys.filter_map(|key| key["kid"].as_str()).map(str::to_owned).collect()
    };
    let (ours, _) = keys::published(app, None);
    match seen.is_some_and(|seen| kids(&seen) == kids(&ours)) {
        true => Fine("the key set is the one of this database".into()),
        false => Fault(
            format!("{issuer} publishes other keys than this database has"),
            "give this command the settings of the server: VESTIBULE_DATABASE_URL, VESTIBULE_DATA_DIR".into(),
        ),
    }
}

/// Checks that plain HTTP is redirected to the URL.
async fn plain_http(app: &App, client: &Outbound) -> Option<Finding> {
    let host = app.config.public_url.host_str().filter(|_| app.config.is_https())?;
    let asked = ask(client, &format!("http://{host}/login"), &[]).await;
    Some(match asked {
        Err(_) => Warning(
            "plain http is not answered".into(),
            "people who type the name without https get an error: set VESTIBULE_PLAIN_LISTEN"
                .into(),
        ),
        Ok(answer) if leads_to(&answer, &app.config.issuer()) => {
            Fine("plain http leads to https".into())
        }
        Ok(answer) => Fault(
            format!("plain http answers {}", answer.status()),
            "let the proxy redirect it to https".into(),
        ),
    })
}

fn leads_to(answer: &Answer, issuer: &str) -> bool {
    let rest = answer.header("location").and_then(|place| place.strip_prefix(issuer));
    (300..400).contains(&answer.status()) && rest.is_some_and(|rest| rest.starts_with('/'))
}
