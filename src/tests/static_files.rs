//! The files of the site: codings, caching, and paths that lead nowhere.

use reqwest::{Client, Method, Response};

use super::support::*;

/// A server whose site has one module, with its copies in brotli and gzip, and an icon without.
async fn start() -> (Process, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg/inner")).expect("a folder");
    for (name, text) in [
        ("pkg/vestibule.1a.js", "plain"),
        ("pkg/vestibule.1a.js.br", "brotli"),
        ("pkg/vestibule.1a.js.gz", "gzip"),
        ("pkg/vestibule.2b.css", "p{}"),
        ("pkg/inner/a.wasm", "module"),
        ("favicon.ico", "icon"),
        ("secret.txt", "not for the public"),
    ] {
        std::fs::write(site.join(name), text).expect("a file");
    }
    let root = site.display().to_string();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    (Process::start(&data, &[("LEPTOS_SITE_ROOT", &root)]).await, folder)
}

async fn ask(process: &Process, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = Client::new().request(method, format!("{}{path}", process.url));
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.send().await.expect("an answer")
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_sent_in_the_coding_that_the_client_prefers() {
    let (process, _folder) = start().await;
    let path = "/pkg/vestibule.1a.js";
    for (accepted, coding, text) in [
        ("gzip, br", "br", "brotli"),
        ("br;q=0.5, gzip", "gzip", "gzip"),
        ("zstd", "", "plain"),
        ("identity", "", "plain"),
    ] {
        let accepted = [("accept-encoding", accepted)];
        let answer = ask(&process, Method::GET, path, &accepted).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(header(&answer, "content-encoding"), coding);
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
        assert_eq!(answer.text().await.expect("a body"), text);
        let head = ask(&process, Method::HEAD, path, &accepted).await;
        assert_eq!(
            (head.status().as_u16(), header(&head, "content-length")),
            (200, &*text.len().to_string())
        );
    }
    let icon = ask(&process, Method::GET, "/favicon.ico", &[("accept-encoding", "br")]).await;
    assert_eq!((header(&icon, "content-encoding"), header(&icon, "vary")), ("", ""));
    assert_eq!(header(&icon, "cache-control"), "public, max-age=86400");
    let inner = ask(&process, Method::GET, "/pkg/inner/a.wasm", &[]).await;
    assert_eq!(header(&inner, "content-type"), "application/wasm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_the_client_has_is_not_sent_again() {
    let (process, _folder) = start().await;
    let path = "/pkg/vestibule.1a.js";
    let first = ask(&process, Method::GET, path, &[("accept-encoding", "br")]).await;
    let tag = header(&first, "etag").to_owned();
    let known = |coding| [("accept-encoding", coding), ("if-none-match", tag.as_str())];
    let again = ask(&process, Method::GET, path, &known("br")).await;
    assert_eq!((again.status().as_u16(), header(&again, "etag")), (304, tag.as_str()));
    assert_eq!(again.text().await.expect("a body"), "");
    // Another coding is another representation.
    assert_eq!(ask(&process, Method::GET, path, &known("gzip")).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_files_of_the_site_are_sent() {
    let (process, _folder) = start().await;
    for path in [
        "/pkg/",
        "/pkg",
        "/pkg/inner",
        "/pkg/none.js",
        "/pkg/vestibule.1a.js.br",
        "/secret.txt",
        "/pkg/../secret.txt",
        "/pkg/%2e%2e/secret.txt",
        "/pkg/..%2fsecret.txt",
        "/pkg//vestibule.1a.js",
        "/favicon.svg",
    ] {
        let answer = ask(&process, Method::GET, path, &[]).await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "cache-control")),
            (404, "no-store"),
            "{path}"
        );
    }
    assert_eq!(ask(&process, Method::POST, "/favicon.ico", &[]).await.status(), 405);
}
