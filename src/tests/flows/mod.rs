//! The property test of flows: whatever happens in whatever order, a flow is found and spent as the reference in
//! `model` says. Nothing is spent twice, after its time, for another purpose or in another browser.

mod acts;
mod model;
mod world;

use futures::FutureExt;
use proptest::test_runner::TestCaseError;
use serde_json::json;
use vestibule::{
    model::UserId,
    server::{
        App,
        error::Error,
        service::flows::{self, BrowserToken, Draft, FlowToken, Holder, Purpose},
    },
};

use self::{
    acts::{Act, TWO, acts},
    world::{World, write},
};
use super::support::*;

const NAMES: [&str; TWO] = ["ada", "bob"];
/// Cases unless told otherwise.
const CASES: u32 = 60;

async fn run(
    processes: &[App],
    ids: &[UserId],
    acts: &[(Act, usize)],
) -> Result<(), TestCaseError> {
    let mut world = World::begin(processes, ids).await;
    for (act, process) in acts {
        world.act(act, &processes[*process]).await?;
    }
    Ok(())
}

fn property(backend: Backend) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (server, processes, ids) = runtime.block_on(async {
        let server = Server::new(backend).await;
        let mut ids = Vec::new();
        for name in NAMES {
            ids.push(server.register(name).await.parse().expect("an id"));
        }
        let processes = [server.app.clone(), server.again().await.0];
        (server, processes, ids)
    });
    holds(CASES, 500, &acts(), |acts| runtime.block_on(run(&processes, &ids, &acts)));
    drop(server);
}

#[test]
fn flows_are_as_specified_sqlite() {
    property(Backend::Sqlite);
}

#[test]
fn flows_are_as_specified_postgres() {
    property(Backend::Postgres);
}

/// A flow that waits for its second step, in a browser.
async fn half_signed_in(app: &App, id: &UserId, browser: &BrowserToken) -> FlowToken {
    let draft = Draft { user: Some((id, 0)), data: json!(["pwd"]), ..Draft::default() };
    let (flow, token) =
        flows::issue(app, Purpose::SignIn, Holder::Browser(browser), draft).expect("a flow");
    write(app, move |tx| async move { flow.insert(tx).await }.boxed()).await;
    token
}

both! {
    async fn fifty_at_once_spend_one(server: Server) {
        let id: UserId = server.register("ada").await.parse().expect("an id");
        let browser = BrowserToken::issue();
        let token = half_signed_in(&server.app, &id, &browser).await;
        let (other, _) = server.again().await;
        let (apps, now) = ([&server.app, &other], server.app.clock.now_s());
        let spends = (0..50).map(|n| {
            let (app, token, browser) = (apps[n % 2], &token, &browser);
            async move {
                let found = flows::peek(app, Purpose::SignIn, Holder::Browser(browser), token).await;
                let Some(flow) = found.expect("read") else { return false };
                write(app, move |tx| async move { flows::spend(tx, &flow, now).await }.boxed()).await
            }
        });
        let spent = futures::future::join_all(spends).await;
        assert_eq!(spent.iter().filter(|spent| **spent).count(), 1);
        // What it carried is gone with it.
        let left = server.sql("select state || coalesce(data_sealed, ' nothing') from flows").await;
        assert_eq!(left, ["spent nothing"]);
    }

    async fn a_unit_of_work_that_fails_spends_nothing(server: Server) {
        let id: UserId = server.register("ada").await.parse().expect("an id");
        let browser = BrowserToken::issue();
        let token = half_signed_in(&server.app, &id, &browser).await;
        let look = || flows::peek(&server.app, Purpose::SignIn, Holder::Browser(&browser), &token);
        let (flow, now) = (look().await.expect("read").expect("open"), server.app.clock.now_s());
        let failed = server.app.db.write(move |tx| {
            async move {
                assert!(flows::spend(tx, &flow, now).await?);
                Err::<(), _>(Error::Internal("the rest of the unit".into()))
            }
            .boxed()
        });
        assert!(failed.await.is_err());
        assert!(look().await.expect("read").is_some());
    }

    async fn flows_go_with_their_account_and_their_day(server: Server) {
        let browser = BrowserToken::issue();
        for name in NAMES {
            let id: UserId = server.register(name).await.parse().expect("an id");
            half_signed_in(&server.app, &id, &browser).await;
        }
        let count = async || server.sql("select id from flows").await.len();
        server.sql("delete from users where username = 'ada'").await;
        assert_eq!(count().await, 1);
        server.app.clock.advance(Purpose::SignIn.life() + 86_400);
        flows::sweep(&server.app).await.expect("swept");
        assert_eq!(count().await, 1);
        server.app.clock.advance(1);
        flows::sweep(&server.app).await.expect("swept");
        assert_eq!(count().await, 0);
    }

    async fn more_than_a_batch_is_swept(server: Server) {
        let id: UserId = server.register("ada").await.parse().expect("an id");
        let app = server.app.clone();
        write(&server.app, move |tx| {
            async move {
                for _ in 0..1_500 {
                    let draft = Draft { user: Some((&id, 0)), ..Draft::default() };
                    let issued = flows::issue(&app, Purpose::SetUp, Holder::Program, draft);
                    issued.expect("a flow").0.insert(tx).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await;
        server.app.clock.advance(Purpose::SetUp.life() + 86_401);
        flows::sweep(&server.app).await.expect("swept");
        assert_eq!(server.sql("select id from flows").await.len(), 0);
    }
}
