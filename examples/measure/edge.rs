//! Cost of the edge for each request: a metric, and a log line. Sockets and parsing are not
//! included.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use tower::ServiceExt;
use vestibule::server::{config::LogFormat, log, metrics, router};

use crate::inside::{access_token, open};

/// Number of measured requests.
const COUNT: u32 = 200_000;

/// Prints it, in microseconds for each request. Lines go to standard error.
pub(crate) async fn measure() {
    log::start("info", LogFormat::Text).expect("a level");
    for access in [false, true, false, true] {
        let folder = std::env::temp_dir().join("vestibule-edge");
        let app = open(|flags| {
            flags.database_url = None;
            flags.data_dir = Some(folder.display().to_string());
            flags.access_log = Some(access.to_string());
        })
        .await;
        let service = router::service(app.clone());
        let bearer = format!("Bearer {}", access_token(&app).await);
        let began = Instant::now();
        for _ in 0..COUNT {
            let request = Request::get("/api/v1/token")
                .header("host", app.config.public_url.authority())
                .header("authorization", &bearer)
                .extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
            let request = request.body(Body::empty()).expect("a request");
            let answer = service.clone().oneshot(request).await.expect("infallible");
            assert_eq!(answer.status(), 200);
        }
        let took = us(began);
        println!("a guarded GET through the router, access log {access}: {took:.2} µs");
        let (request, began) = (request(), Instant::now());
        for _ in 0..COUNT {
            app.metrics.request(&request, Duration::from_millis(1));
        }
        println!("a metric: {:.2} µs", us(began));
        app.db.close().await;
        std::fs::remove_dir_all(&folder).expect("removed");
    }
    println!("{} lines lost of {}", log::lost(), 2 * COUNT);
}

fn request() -> metrics::Request {
    metrics::Request { method: "GET", route: "/api/v1/token", status: 200 }
}

fn us(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e6 / f64::from(COUNT)
}
