//! Time to the first byte of each page, asked for as a browser does, over loopback (docs/measurements.md).

use vestibule::server::{http::access::Access, router::routes};

use crate::client::Connection;

/// How often each page is asked for.
const TIMES: usize = 500;

/// Prints a line for each page that anybody, or the owner of the cookie, can look at.
pub(crate) async fn measure(address: &str, cookie: &str) {
    let browser =
        "Accept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\nSec-Fetch-Site: none\r\n";
    for row in routes::table().into_iter().filter(|row| row.is_page()) {
        let session = if row.access == Access::Page { "" } else { cookie };
        let mut connection = Connection::open(address).await;
        let request = connection.request("GET", row.path, &format!("{browser}{session}"), "");
        let mut times = Vec::with_capacity(TIMES);
        for _ in 0..TIMES {
            let (status, _, _) = connection.exchange(&request).await.expect("an answer");
            if status == 200 {
                times.push(connection.first_byte_after());
            }
        }
        times.sort_unstable();
        let at = |share: usize| times.get(TIMES * share / 100).map(|time| time.as_secs_f64() * 1e3);
        if let (Some(median), Some(p99)) = (at(50), at(99)) {
            println!("{}: {median:.2} ms at the median, {p99:.2} at p99", row.path);
        }
    }
}
