//! Want of memory is an outage, and no wrong password.

use std::fs::read_to_string;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use super::{super::support::*, with_input};

/// How much the imported hashes take, in KiB.
const KIB: u32 = 64 * 1024;
/// The same as Werkzeug writes it.
const SCRYPT: &str = "scrypt:65536:8:1";

fn argon2() -> String {
    let params = Params::new(KIB, 1, 1, None).expect("parameters");
    let mut hash = [0; 32];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(PASSWORD.as_bytes(), b"saltsalt", &mut hash).expect("hashed");
    let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    format!("$argon2id$v=19$m={KIB},t=1,p=1${}${}", text(b"saltsalt"), text(&hash))
}

fn scrypt() -> String {
    let mut hash = [0; 64];
    let params = scrypt::Params::new(16, 8, 1).expect("parameters");
    scrypt::scrypt(PASSWORD.as_bytes(), b"salt", &params, &mut hash).expect("hashed");
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{SCRYPT}$salt${hex}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn want_of_memory_is_no_wrong_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = [("argon", argon2()), ("scrypt", scrypt())]
        .map(|(name, hash)| json!({ "username": name, "password_hash": hash }).to_string());
    create(&mut vestibule(folder.path()), "ada", &[]).fine();
    let mut import = vestibule(folder.path());
    with_input(import.args(["user", "import", "-"]), lines.join("\n").as_bytes()).fine();
    // The allocator has a gigabyte of addresses in reserve, which a limit would come too late for.
    let process = Process::start(folder.path(), &[("MIMALLOC_DISALLOW_ARENA_ALLOC", "1")]).await;
    let client = reqwest::Client::new();
    let login = async |name: &str| {
        let body = json!({ "username": name, "password": PASSWORD });
        let answer = client.post(format!("{}/api/v1/login", process.url)).json(&body).send().await;
        let answer = answer.expect("an answer");
        (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
    };
    let pid = Pid::from_raw(process.id().try_into().expect("an id")).expect("an id");
    let allow = |bytes: Option<u64>| {
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(pid), Resource::As, limit).expect("it runs");
    };
    for (before, name) in ["argon", "scrypt"].into_iter().enumerate() {
        // Room for all but that hash.
        let has = process.memory("VmSize") * 1024;
        allow(Some(has + u64::from(KIB) * 1024 / 2));
        assert_eq!(login(name).await, (503, true), "{name}");
        allow(None);
        let log = || read_to_string(folder.path().join("log")).expect("a log");
        let count = |text: &str| log().matches(text).count();
        until(|| count("not enough memory for a password hash") == before + 1).await;
        let log = log();
        assert!(!log.contains("wrong_password"), "{log}");
    }
    for name in ["argon", "scrypt"] {
        assert_eq!(login(name).await.0, 200, "{name}");
    }
    // It was no failure of theirs.
    let exported = Said::by(vestibule(folder.path()).args(["audit", "export"])).fine();
    assert!(!exported.contains("wrong_password"), "{exported}");
}
