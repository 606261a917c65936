//! A feed full of sessions that ended, and what guarded requests do beside a server that reads it.

use std::time::Duration;

use futures::FutureExt;
use vestibule::server::db::{DbError, feed};

use crate::{
    client::Connection,
    inside::open,
    siege::{at, guarded, ms},
};

/// Over how many seconds before now the lines of the feed are spread.
const SPREAD: i64 = 86_000;

/// Adds lines to the feed, as many as sessions that ended within the last day.
pub(crate) async fn seed(count: usize) {
    let app = open(|_| ()).await;
    let now = app.clock.now_s();
    let mut left = count;
    while left > 0 {
        let these = left.min(10_000);
        let first = left;
        let ids: Vec<String> = (0..these).map(|_| app.clock.new_id()).collect();
        let added = app.db.write(move |tx| {
            async move {
                for (n, id) in ids.iter().enumerate() {
                    let at = now - SPREAD * (first - n) as i64 / count as i64;
                    feed::insert(tx, ("session", id, 0), at, at + 86_410).await?;
                }
                Ok::<(), DbError>(())
            }
            .boxed()
        });
        added.await.expect("added");
        left -= these;
    }
    app.db.close().await;
}

/// Prints how long guarded requests take.
pub(crate) async fn beside(address: &str, time: Duration) {
    let mut connection = Connection::open(address).await;
    connection.register("ada").await;
    let (_, token) = connection.sign_in("ada").await;
    let answers = guarded(address, &token, time).await;
    let at = |share| ms(at(&answers, share));
    println!("guarded: p50 {}, p99 {}, longest {}", at(0.5), at(0.99), at(1.0));
}
