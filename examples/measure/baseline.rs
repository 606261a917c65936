//! Baselines: a bare axum route, and argon2 on all cores with nothing around it.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use vestibule::server::secure::{
    password::{Cost, Engine, PasswordHashing},
    secret::Secret,
};

/// Answers JSON from a route with nothing around it.
pub(crate) async fn serve(address: &str) {
    let hello = || async { axum::Json(serde_json::json!({ "message": "hello" })) };
    let router = axum::Router::new().route("/", axum::routing::get(hello));
    let listener = tokio::net::TcpListener::bind(address).await.expect("a free address");
    axum::serve(listener, router).await.expect("served");
}

/// Prints hashes per second by an engine.
pub(crate) fn argon2(time: Duration, engine: Engine) {
    let hashing = || PasswordHashing::new(Cost::default(), engine).expect("a hasher");
    let stored = hashing().hash(&Secret::new("correct horse battery")).expect("a hash");
    let done = AtomicU64::new(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let hashing = hashing();
                while began.elapsed() < time {
                    let right =
                        hashing.verify(&Secret::new("correct horse battery"), Some(&stored));
                    done.fetch_add(u64::from(right == Ok(true)), Ordering::Relaxed);
                }
            });
        }
    });
    println!("{:.1}", done.into_inner() as f64 / began.elapsed().as_secs_f64());
}
