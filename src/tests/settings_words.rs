//! Refusals of values: what was given, and what would do.

use vestibule::server::config::{Config, Flags};

/// The faults of flags.
fn faults(change: impl FnOnce(&mut Flags)) -> Vec<String> {
    let mut flags = Flags::default();
    change(&mut flags);
    Config::load(&flags, None).err().map(|error| error.faults).unwrap_or_default()
}

/// The one fault of flags.
fn fault(change: impl FnOnce(&mut Flags)) -> String {
    let mut faults = faults(change);
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults.remove(0)
}

#[test]
fn addresses_to_listen_on() {
    let both = |port| {
        format!("write 127.0.0.1:{port} for this machine only, or 0.0.0.0:{port} for all networks")
    };
    for (text, says) in [
        ("localhost:3000", "write 127.0.0.1:3000".to_owned()),
        ("localhost", "write 127.0.0.1:3000".to_owned()),
        ("http://localhost:4000/", "write 127.0.0.1:4000".to_owned()),
        (":3000", both(3000)),
        ("3000", both(3000)),
        ("*:4000", both(4000)),
        ("*", both(3000)),
        ("127.0.0.1", "write 127.0.0.1:3000".to_owned()),
        ("::1", "write [::1]:3000".to_owned()),
        ("[::1]", "write [::1]:3000".to_owned()),
        ("[::]", "write [::]:3000".to_owned()),
        ("id.example.com:443", "not a name, such as 127.0.0.1:3000".to_owned()),
        ("127.0.0.1:99999", "a port from 0 to 65535".to_owned()),
        ("127.0.0.1:", "a port from 0 to 65535".to_owned()),
        ("127.0.0.256:1", "not a name, such as 127.0.0.1:3000".to_owned()),
    ] {
        let fault = fault(|flags| flags.listen = Some(text.into()));
        let begins = format!("--listen: {text:?}: expected an IP address and a port");
        assert!(fault.starts_with(&begins) && fault.contains(&says), "{fault}");
    }
}

#[test]
fn urls_and_origins() {
    for (text, says) in [
        ("id.example.com", "write https://id.example.com"),
        ("id.example.com:8443", "write https://id.example.com:8443"),
        ("localhost:3000", "write http://localhost:3000"),
        ("127.0.0.1:3000", "write http://127.0.0.1:3000"),
        ("id", "such as https://id.example.com"),
        ("https://", "such as https://id.example.com"),
        ("ftp://id.example.com", "such as https://id.example.com"),
        ("https://id.example.com/auth", "scheme, host and port only; write https://id.example.com"),
        ("https://u@id.example.com", "scheme, host and port only; write https://id.example.com"),
        ("http://id.example.com", "plain http is for this machine only; use https"),
    ] {
        let fault = fault(|flags| flags.public_url = Some(text.into()));
        assert!(fault.starts_with("--public-url: ") && fault.contains(says), "{fault}");
    }
    for (text, says) in [
        ("*", "every origin has to be named, such as https://app.example.com"),
        ("https://*.example.com", "every origin has to be named"),
        ("localhost:5173", "write http://localhost:5173"),
        ("app.example.com", "write https://app.example.com"),
        ("null", "expected a URL, such as https://"),
        ("https://app.example.com/", "should be written https://app.example.com"),
        ("https://app.example.com/path", "should be written https://app.example.com"),
        ("https://app.example.com:443", "should be written https://app.example.com"),
    ] {
        let list = format!("https://good.example.com, {text}");
        let fault = fault(|flags| flags.cors_origins = Some(list));
        assert!(fault.starts_with(&format!("--cors-origins: {text:?}")), "{fault}");
        assert!(fault.contains(says) && !fault.contains("good"), "{fault}");
    }
    for (text, says) in [
        (
            "http://shop.example.com",
            "plain http is for this machine only; write https://shop.example.com",
        ),
        (
            "http://192.0.2.7:8080",
            "plain http is for this machine only; write https://192.0.2.7:8080",
        ),
        ("https://shop.example.com/cart", "should be written https://shop.example.com"),
        ("https://a@shop.example.com", "should be written https://shop.example.com"),
        ("https://bücher.example", "should be written https://xn--bcher-kva.example"),
        ("*", "every origin has to be named"),
        ("shop.example.com", "write https://shop.example.com"),
        // The content security policy can name neither.
        ("http://[::1]:5173", "expected a host of letters, digits, hyphens and dots"),
        ("https://a.example;https", "a comma between origins"),
    ] {
        let list =
            format!("https://good.example.com, http://localhost:5173, http://127.0.0.1:1, {text}");
        let fault = fault(|flags| flags.return_origins = Some(list));
        assert!(fault.starts_with(&format!("--return-origins: {text:?}")), "{fault}");
        assert!(fault.contains(says) && !fault.contains("good"), "{fault}");
    }
    for text in
        ["api.example.com/range/", "http://api.example.com/range/", "https://a.example/?q=1"]
    {
        let fault = fault(|flags| flags.password_range_url = Some(text.into()));
        assert!(
            fault.starts_with("--password-range-url: ") && fault.contains("https://"),
            "{fault}"
        );
    }
}

#[test]
fn times() {
    for text in ["ten", "600.0", "10 m", "-5", "1h1h", "10M", "1w", "90m1h"] {
        let fault = fault(|flags| flags.access_token_ttl = Some(text.into()));
        assert!(fault.starts_with("--access-token-ttl: "), "{fault}");
        assert!(fault.contains("between 1s and 1d, such as 90s, 10m, 1h30m or 30d"), "{fault}");
    }
    let config = |text: &str| {
        let flags = Flags { access_token_ttl: Some(text.into()), ..Flags::default() };
        Config::load(&flags, None).expect("settings").access_token_ttl
    };
    for (text, seconds) in
        [("10m", 600), ("600", 600), (" 600", 600), ("1h30m", 5400), ("1d", 86_400)]
    {
        assert_eq!(config(text), seconds);
    }
    let fault = fault(|flags| flags.key_rotation = Some("1m".into()));
    assert!(fault.contains("between 1h and 365d; or 0 for never"), "{fault}");
}

/// A mistyped level would turn the log off.
#[test]
fn levels_of_the_log() {
    for text in [
        "wrn",
        "warning",
        "nonsense",
        "info,wrn",
        "vestibule=loud",
        "vestibule=",
        "vestibul=debug",
        "vestibule",
        "1",
        "sqlx=debug,vestibule::http",
    ] {
        let faults = faults(|flags| flags.log_level = Some(text.into()));
        let [fault] = &faults[..] else { panic!("{text}: {faults:?}") };
        assert!(
            fault.contains("expected off, error, warn, info, debug or trace, or filters"),
            "{fault}"
        );
    }
    for text in [
        "off",
        "WARN",
        "info",
        "vestibule=debug",
        "info,vestibule=debug",
        "info, sqlx=warn",
        "warn,vestibule::server::http=trace",
        "vestibule[request{id=1}]=debug",
    ] {
        assert_eq!(faults(|flags| flags.log_level = Some(text.into())), [""; 0], "{text}");
    }
}

#[test]
fn databases() {
    let file = "write sqlite://PATH, such as sqlite:///var/lib/vestibule/vestibule.db";
    for (text, says) in [
        ("sqlite://", file),
        ("sqlite:", file),
        ("sqlite:///tmp", file),
        ("sqlite:///tmp/", file),
        ("sqlite::memory:", "a database in memory is lost at the end"),
        ("sqlite://:memory:", "a database in memory is lost at the end"),
        ("sqlite://x.db?mode=memory", "a database in memory is lost at the end"),
        ("sqlite://x.db?mode=ro", "there are no options after ?"),
        ("sqlite://x.db?nonsense", "there are no options after ?"),
        ("data/vestibule.db", file),
        ("mysql://a.example/d", "expected sqlite://PATH or postgres://"),
        (
            "postgres://a.example:port/d",
            "invalid port number; expected postgres://USER:PASSWORD@HOST",
        ),
        ("postgres://u:p#word@a.example/d", "a password in it is written with %40 for @"),
    ] {
        let fault = fault(|flags| flags.database_url = Some(text.into()));
        assert!(fault.starts_with("--database-url: ") && fault.contains(says), "{text}: {fault}");
        assert!(!fault.contains("word@"), "{fault}");
    }
}

/// All are told at once, with their names.
#[test]
fn every_fault_is_reported() {
    let faults = faults(|flags| {
        flags.listen = Some("localhost".into());
        flags.public_url = Some("id.example.com".into());
        flags.access_token_ttl = Some("10x".into());
        flags.tls_key = Some("key.pem".into());
        flags.jwt_secret = Some("short".into());
        flags.log_level = Some("loud".into());
        flags.limits = Some("off".into());
    });
    let names: Vec<_> =
        faults.iter().map(|fault| fault.split(':').next().unwrap_or_default()).collect();
    let expected = [
        "--listen",
        "VESTIBULE_TLS_CERTIFICATE",
        "--public-url",
        "--jwt-secret",
        "--jwt-secret",
        "--access-token-ttl",
        "--log-level",
    ];
    assert_eq!(names, expected, "{faults:#?}");
}
