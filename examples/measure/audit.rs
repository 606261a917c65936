//! Speed of sealing audit events, and of verifying their chain.

use std::time::Instant;

use futures::FutureExt;
use vestibule::server::{
    db::{
        DbError,
        audit::{Event, insert},
    },
    service::audit,
};

use crate::inside::open;

/// Adds events such as a sign-in leaves, and prints what becomes of them in a second.
pub(crate) async fn measure(count: usize) {
    let app = open(|_| ()).await;
    audit::seal(&app).await.expect("sealed");
    let (at_ms, person) = (app.clock.now_ms(), app.clock.new_id());
    for _ in 0..count.div_ceil(1000) {
        let person = person.clone();
        let added = app.db.write(move |tx| {
            async move {
                for _ in 0..1000 {
                    insert(tx, &sign_in(at_ms, &person)).await?;
                }
                Ok::<(), DbError>(())
            }
            .boxed()
        });
        added.await.expect("added");
    }
    let began = Instant::now();
    let sealed = audit::seal(&app).await.expect("sealed");
    println!("{:.0} sealed /s", sealed as f64 / began.elapsed().as_secs_f64());
    let began = Instant::now();
    let report = audit::verify(&app, None).await.expect("read");
    assert_eq!((report.unsealed, report.flaw), (0, None));
    println!("{:.0} verified /s", report.whole as f64 / began.elapsed().as_secs_f64());
    let began = Instant::now();
    for _ in 0..1000 {
        assert_eq!(audit::seal(&app).await.expect("nothing to do"), 0);
    }
    println!("{:.0} µs when there is nothing to seal", began.elapsed().as_secs_f64() * 1e3);
    app.db.close().await;
}

fn sign_in(at_ms: i64, person: &str) -> Event<'_> {
    Event {
        at_ms,
        kind: "login",
        outcome: "success",
        actor: Some(person),
        subject: Some(person),
        client_ip: Some("192.0.2.1"),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
        details: "{}",
    }
}
