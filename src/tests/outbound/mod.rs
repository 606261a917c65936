//! Requests to addresses that somebody else has given (S95): judged, resolved once, and bounded. The servers are of the test.

mod addresses;
mod site;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use url::Url;
use vestibule::server::outbound::{FetchError, Names, Outbound, PublicRules};

use self::site::{Says, Site};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const WITHIN: Duration = Duration::from_secs(5);

/// Names that all lead to these addresses, and how often somebody asked.
fn names(addresses: &[IpAddr]) -> (Names, Arc<AtomicUsize>) {
    let (addresses, asked) = (addresses.to_vec(), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let names = move |_: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        addresses.clone()
    };
    (Names::Given(Arc::new(names)), asked)
}

/// A client that takes the site's certificate, and loopback for public where the test says so.
fn client(site: &Site, names: Names, opens_loopback: bool, within: Duration) -> Outbound {
    let authorities = Some(site.certificate.clone().into_bytes());
    let rules = PublicRules { names, opens_loopback, authorities };
    Outbound::to_public(rules, within).expect("a client")
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_an_answer_comes_from_the_address_that_was_judged() {
    let site = Site::open(Says::text("200 OK", "hello")).await;
    let (names, asked) = names(&[HERE]);
    let client = client(&site, names, true, WITHIN);
    let answer =
        client.get(site.url("/keys"), &[("accept", "application/json")]).await.expect("an answer");
    assert_eq!((answer.status(), answer.header("x-site")), (200, Some("yes")));
    assert_eq!(answer.read(5).await, Ok(b"hello".to_vec()));
    assert_eq!(asked.load(Ordering::SeqCst), 1, "resolved once");
    let form = [("logout_token", "a b&c=ü")];
    let answer = client.post_form(site.url("/logout"), &form).await.expect("an answer");
    assert_eq!(answer.read(5).await, Ok(b"hello".to_vec()));
    let requests = site.requests();
    let [get, post] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(
        get.starts_with("GET /keys HTTP/1.1\r\n") && get.contains("accept: application/json"),
        "{get}"
    );
    assert!(post.starts_with("POST /logout HTTP/1.1\r\n"), "{post}");
    assert!(post.contains("content-type: application/x-www-form-urlencoded"), "{post}");
    assert!(post.ends_with("\r\n\r\nlogout_token=a+b%26c%3D%C3%BC"), "{post}");
    for request in &requests {
        assert!(request.contains("user-agent: vestibule\r\n"), "{request}");
        assert!(!request.contains("referer") && !request.contains("cookie"), "{request}");
    }
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "each request is judged by itself, though the site keeps its connections open"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_addresses_that_are_not_public_are_refused() {
    let site = Site::open(Says::text("200 OK", "secret")).await;
    let port = site.port;
    let public: IpAddr = [1, 1, 1, 1].into();
    let inside: [&[IpAddr]; 6] = [
        &[HERE],
        &[public, HERE],
        &[HERE, public],
        &[[169, 254, 169, 254].into()],
        &[[0, 0, 0, 0, 0, 0xffff, 0x7f00, 1].into()],
        &[[0x64, 0xff9b, 0, 0, 0, 0, 0x0a00, 1].into()],
    ];
    for addresses in inside {
        let (names, asked) = names(addresses);
        let refused = client(&site, names, false, WITHIN).get(site.url("/"), &[]).await;
        assert_eq!(refused.err(), Some(FetchError::NotPublic), "{addresses:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
    // An address in place of a name, in each spelling.
    let (table, asked) = names(&[public]);
    let strict = client(&site, table, false, WITHIN);
    for host in [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0",
        "10.0.0.1",
        "169.254.169.254",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[2002:7f00:1::]",
        "①②⑦.0.0.1",
    ] {
        let refused = strict.get(url(&format!("https://{host}:{port}/")), &[]).await;
        assert_eq!(refused.err(), Some(FetchError::NotPublic), "{host}");
    }
    for (address, why) in [
        (format!("http://client.example:{port}/"), FetchError::NotHttps),
        ("ftp://client.example/".into(), FetchError::NotHttps),
        ("file:///etc/passwd".into(), FetchError::NotHttps),
        ("data:,x".into(), FetchError::NotHttps),
        (format!("https://user@client.example:{port}/"), FetchError::HasUser),
        (format!("https://:pass@client.example:{port}/"), FetchError::HasUser),
    ] {
        assert_eq!(strict.get(url(&address), &[]).await.err(), Some(why.clone()), "{address}");
        assert_eq!(strict.post_form(url(&address), &[]).await.err(), Some(why), "{address}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0, "none of these is resolved");
    let (nothing, _) = names(&[]);
    let lost = client(&site, nothing, true, WITHIN).get(site.url("/"), &[]).await;
    assert_eq!(lost.err(), Some(FetchError::NoAddress));
    // By the resolver of this machine too.
    let here = client(&site, Names::System, false, WITHIN)
        .get(url(&format!("https://localhost:{port}/")), &[])
        .await;
    assert_eq!(here.err(), Some(FetchError::NotPublic));
    assert_eq!(site.requests(), Vec::<String>::new());
}

/// A name that is public when it is judged and leads inside when it is asked again (DNS rebinding).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_a_name_that_changes_is_not_asked_twice() {
    let site = Site::open(Says::text("200 OK", "secret")).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    // A public address where nobody listens (RFC 5737 is not public, so the first is of a network that drops).
    let changing = move |_: &str| match count.fetch_add(1, Ordering::SeqCst) {
        0 => vec![IpAddr::from([192, 0, 1, 1])],
        _ => vec![HERE],
    };
    let names = Names::Given(Arc::new(changing));
    let client = client(&site, names, false, Duration::from_secs(1));
    let lost = client.get(site.url("/"), &[]).await.err();
    assert!(matches!(lost, Some(FetchError::TooLate(1) | FetchError::Unreached(_))), "{lost:?}");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(client.get(site.url("/"), &[]).await.err(), Some(FetchError::NotPublic));
    assert_eq!(site.requests(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_no_redirect_is_followed() {
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let site = Site::open(Says::redirect(status)).await;
        let (names, _) = names(&[HERE]);
        let client = client(&site, names, true, WITHIN);
        let answer = client.get(site.url("/"), &[]).await.expect("an answer");
        assert_eq!(answer.status().to_string(), status[..3]);
        assert_eq!(site.requests().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_sizes_and_times_are_bounded() {
    for says in [Says::text("200 OK", &"x".repeat(1001)), Says::Endless] {
        let site = Site::open(says).await;
        let (names, _) = names(&[HERE]);
        let client = client(&site, names, true, WITHIN);
        let answer = client.get(site.url("/"), &[]).await.expect("an answer");
        assert_eq!(answer.read(1000).await, Err(FetchError::TooLong(1000)));
        let answer = client.get(site.url("/"), &[]).await.expect("an answer");
        assert_eq!(answer.beginning(10).await, b"xxxxxxxxxx");
    }
    for says in [Says::Nothing, Says::Slowly] {
        let site = Site::open(says.clone()).await;
        let (names, _) = names(&[HERE]);
        let client = client(&site, names, true, Duration::from_secs(1));
        let asked = async {
            match client.get(site.url("/"), &[]).await {
                Ok(answer) => answer.read(1000).await.err(),
                Err(error) => Some(error),
            }
        };
        let late = tokio::time::timeout(WITHIN, asked).await.expect("it gives up by itself");
        assert_eq!(late, Some(FetchError::TooLate(1)), "{says:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s95_a_certificate_must_be_good_and_of_the_name() {
    let site = Site::open(Says::text("200 OK", "hello")).await;
    let other = Site::open(Says::text("200 OK", "hello")).await;
    let (table, _) = names(&[HERE]);
    let unknown = client(&other, table.clone(), true, WITHIN).get(site.url("/"), &[]).await;
    assert!(matches!(unknown.err(), Some(FetchError::Unreached(_))), "another authority");
    let elsewhere = url(&format!("https://elsewhere.example:{}/", site.port));
    let wrong = client(&site, table, true, WITHIN).get(elsewhere, &[]).await;
    assert!(matches!(wrong.err(), Some(FetchError::Unreached(_))), "another name");
    assert_eq!(site.requests(), Vec::<String>::new());
}
