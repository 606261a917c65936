//! The published property test of refresh: whatever happens in whatever order, the service answers as the
//! reference in `model` does, signs no honest person out, and catches every copy.
//!
//! Clients with lost answers, late duplicates, refreshes at once, pages, calls, sign-outs and disabled
//! accounts beside refreshes, restarts, two processes on one database and a clock that moves.
//! `PROPTEST_CASES=5000 scripts/test unit` runs it for longer.

mod acts;
mod model;
mod world;

use std::cell::RefCell;

use futures::future::{join, join_all};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;
use vestibule::server::service::{
    accounts::{self, AccountChange},
    follow,
};

use self::{
    acts::{Act, CLIENTS, acts},
    world::{Client, Processes, World, refreshing},
};
use super::support::*;

/// Whose sessions they are; the first has two.
const NAMES: [&str; 2] = ["ada", "bob"];
/// Cases unless told otherwise.
const CASES: u32 = 40;

impl World<'_> {
    async fn act(&mut self, act: &Act, process: usize) -> Result<(), TestCaseError> {
        match *act {
            Act::Refresh { client, is_lost } => {
                let held = self.clients[client].held;
                let reply = self.send(process, refreshing(&self.clients[client].given[held])).await;
                self.check(client, held, &reply)?;
                if reply.status == 200 && !is_lost {
                    self.receive(client, &reply);
                }
            }
            Act::Together { client, tabs } => {
                let held = self.clients[client].held;
                let token = self.clients[client].given[held].clone();
                let sends = (0..tabs).map(|tab| self.send(tab % 2, refreshing(&token)));
                let mut replies = join_all(sends).await;
                // Whichever was first rotated; the model does not care which.
                replies.sort_by_key(|reply| reply.status);
                for reply in &replies {
                    self.check(client, held, reply)?;
                }
                if let Some(reply) = replies.iter().find(|reply| reply.status == 200) {
                    self.receive(client, reply);
                }
            }
            Act::Replay { client, back } => {
                // Of what reached the client: nobody else ever had the rest.
                let Some(asked) = self.clients[client].held.checked_sub(back) else {
                    return Ok(());
                };
                let reply =
                    self.send(process, refreshing(&self.clients[client].given[asked])).await;
                self.check(client, asked, &reply)?;
            }
            Act::Copy { client } => {
                let client = &mut self.clients[client];
                client.copied = Some(client.held);
            }
            Act::Thief { client, is_foreign } => {
                let Some(asked) = self.clients[client].copied else {
                    return Ok(());
                };
                let request = refreshing(&self.clients[client].given[asked]);
                let request =
                    if is_foreign { request.header("user-agent", "curl/8.0") } else { request };
                let reply = self.send(process, request).await;
                self.check_of(client, asked, is_foreign, &reply)?;
                if reply.status == 200 {
                    self.clients[client].copied = Some(self.clients[client].session.head);
                }
            }
            Act::Page { client, back } => {
                let now = self.now();
                let Client { session, given, held, last_seen, .. } = &mut self.clients[client];
                let Some(asked) = held.checked_sub(back) else {
                    return Ok(());
                };
                let drawn = session.page(session.head - asked, last_seen, now);
                let cookie = format!("vestibule_session_3000={}", given[asked]);
                let page = get("/account").header("accept", "text/html").cookie(&cookie);
                let status = self.send(process, page).await.status;
                prop_assert_eq!(status.as_u16(), if drawn { 200 } else { 303 });
            }
            Act::Call { client } => {
                let now = self.now();
                let (app, _) = &self.processes[process];
                follow::all(app).await.expect("the feed");
                let (access, generation, made_at) = self.clients[client].access.clone();
                let status = self.send(process, get("/api/v1/token").bearer(&access)).await.status;
                self.processes[process].0.tokens.usage.settle().await;
                // Idle ends are the refresh token's affair: an access token lives its ten minutes.
                let session = &mut self.clients[client].session;
                let good = !session.is_ended() && now / 1000 < made_at / 1000 + 605;
                prop_assert_eq!(status.as_u16(), if good { 200 } else { 401 });
                if good {
                    session.call(session.head - generation);
                }
            }
            Act::Invent { client, at } => {
                let held = &self.clients[client].given[self.clients[client].held];
                let other = if held.as_bytes()[at] == b'A' { "B" } else { "A" };
                let invented = format!("{}{other}{}", &held[..at], &held[at + 1..]);
                self.send(process, refreshing(&invented))
                    .await
                    .expect_problem(400, "invalid_grant");
            }
            Act::SignOut { client, is_refreshing } => {
                let held = &self.clients[client].given[self.clients[client].held];
                let body = json!({ "refresh_token": held });
                let leave = self.send(process, post("/api/v1/logout").json(body));
                let refreshes = is_refreshing.then(|| self.send(1 - process, refreshing(held)));
                let (left, refreshed) = join(leave, join_all(refreshes)).await;
                left.expect(204);
                self.end(client, refreshed.first());
            }
            Act::Disable => {
                let refresh = |client: &Client| refreshing(&client.given[client.held]);
                let sends =
                    self.clients.iter().map(|client| self.send(1 - process, refresh(client)));
                let app = &self.processes[process].0;
                let disable = async {
                    for name in NAMES {
                        accounts::change(app, Agent::Operator, name, AccountChange::Disable)
                            .await
                            .expect("disabled");
                    }
                };
                let (refreshed, ()) = join(join_all(sends), disable).await;
                for name in NAMES {
                    accounts::change(app, Agent::Operator, name, AccountChange::Enable)
                        .await
                        .expect("enabled");
                }
                for (client, reply) in refreshed.iter().enumerate() {
                    self.end(client, Some(reply));
                }
            }
            Act::Restart => {
                let (ended, _) =
                    std::mem::replace(&mut self.processes[process], self.server.again().await);
                ended.db.close().await;
            }
            Act::Wait(milliseconds) => self.server.app.clock.advance_ms(milliseconds),
        }
        Ok(())
    }
}

async fn run(
    server: &Server,
    processes: &mut Processes,
    acts: &[(Act, usize)],
) -> Result<(), TestCaseError> {
    let mut world = World { server, processes, clients: Vec::new() };
    for name in [NAMES[0], NAMES[0], NAMES[1]] {
        world.clients.push(world.sign_in(name).await);
    }
    for (act, process) in acts {
        world.act(act, *process).await?;
    }
    // At the end, everybody who was neither stolen from nor signed out nor too late is still signed in.
    for client in 0..CLIENTS {
        world.act(&Act::Refresh { client, is_lost: false }, 0).await?;
    }
    Ok(())
}

fn property(backend: Backend) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (server, processes) = runtime.block_on(async {
        let server = Server::new(backend).await;
        for name in NAMES {
            server.register(name).await;
        }
        let processes = vec![server.again().await, server.again().await];
        (server, RefCell::new(processes))
    });
    holds(CASES, 300, &acts(), |acts| {
        runtime.block_on(run(&server, &mut processes.borrow_mut(), &acts))
    });
}

#[test]
fn refresh_is_as_specified_sqlite() {
    property(Backend::Sqlite);
}

#[test]
fn refresh_is_as_specified_postgres() {
    property(Backend::Postgres);
}
