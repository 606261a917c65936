//! Processes with different lives of tokens on one database: whatever happens in whichever order, a token opens
//! something exactly while it is alive and nobody has revoked it.

use std::cell::Cell;

use proptest::{collection::vec, prelude::*, test_runner::TestCaseError};
use vestibule::server::{
    App,
    secure::jwt::LEEWAY,
    service::{
        accounts::{self, AccountChange},
        agent::Agent,
        follow, keys, prune,
    },
};

use super::support::*;

/// Cases unless told otherwise.
const CASES: u32 = 10;
/// Lives that processes are told to give their tokens, in seconds.
const LIVES: [i64; 4] = [30, 600, 3_600, 20_000];
/// Tokens in a case.
const TOKENS: usize = 6;

/// What happens at one of two processes.
#[derive(Clone, Debug)]
enum Act {
    SignIn,
    /// The owner of a token signs out.
    SignOut(usize),
    /// The operator disables the account and enables it again.
    Disable,
    /// Another key signs.
    Rotate,
    /// What is due once a minute.
    Maintain,
    /// The process ends, and starts with tokens of this life.
    Restart(i64),
    /// Time passes, in seconds.
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<(Act, usize)>> {
    let life = || prop::sample::select(LIVES.to_vec());
    let act = prop_oneof![
        4 => Just(Act::SignIn),
        4 => (0..TOKENS).prop_map(Act::SignOut),
        1 => Just(Act::Disable),
        1 => Just(Act::Rotate),
        5 => Just(Act::Maintain),
        3 => life().prop_map(Act::Restart),
        // About when something ends, and anything in between.
        4 => (life(), -20..100_i64).prop_map(|(life, more)| Act::Wait(life + more)),
        2 => (1..700_i64).prop_map(Act::Wait),
    ];
    vec((act, 0..2_usize), 1..40)
}

/// A token, and what has to be known of it.
struct Token {
    text: String,
    expires_at: i64,
    is_revoked: bool,
}

struct World<'s> {
    server: &'s Server,
    name: String,
    processes: [(App, Router); 2],
    tokens: Vec<Token>,
}

impl World<'_> {
    async fn act(&mut self, act: &Act, process: usize) {
        let (app, router) = &self.processes[process];
        match act {
            Act::SignIn if self.tokens.len() < TOKENS => {
                let reply = send(router, right(&self.name)).await.expect(200).json();
                let text = reply["access_token"].as_str().expect("a token").to_owned();
                let expires_at = part(&text, 1)["exp"].as_i64().expect("a time");
                self.tokens.push(Token { text, expires_at, is_revoked: false });
            }
            Act::SignIn => {}
            Act::SignOut(token) => {
                if let Some(token) = self.tokens.get_mut(*token) {
                    let logout = post("/api/v1/logout").bearer(&token.text);
                    token.is_revoked |= send(router, logout).await.status == 204;
                }
            }
            Act::Disable => {
                for change in [AccountChange::Disable, AccountChange::Enable] {
                    accounts::change(app, Agent::Operator, &self.name, change)
                        .await
                        .expect("changed");
                }
                self.tokens.iter_mut().for_each(|token| token.is_revoked = true);
            }
            // Another may be on its way.
            Act::Rotate => {
                drop(keys::rotate(app, Agent::Operator, keys::RingName::Own, true).await)
            }
            Act::Maintain => {
                prune::feed(app).await.expect("pruned");
                keys::maintain(app).await.expect("maintained");
                follow::again(app).await.expect("the feed");
            }
            Act::Restart(life) => self.processes[process] = start(self.server, *life).await,
            Act::Wait(seconds) => app.clock.advance(*seconds),
        }
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let now = self.server.app.clock.now_s();
        for (n, (app, router)) in self.processes.iter().enumerate() {
            follow::all(app).await.expect("the feed");
            for (place, token) in self.tokens.iter().enumerate() {
                let good = !token.is_revoked && now < token.expires_at + LEEWAY;
                let status = status(router, &token.text).await;
                prop_assert_eq!(status, if good { 200 } else { 401 }, "token {} at {}", place, n);
            }
        }
        Ok(())
    }
}

async fn start(server: &Server, life: i64) -> (App, Router) {
    server.again_with(|flags| flags.access_token_ttl = Some(life.to_string())).await
}

async fn run(server: &Server, case: usize, acts: &[(Act, usize)]) -> Result<(), TestCaseError> {
    // As a new instance, on which nothing was declared: no token of the case before is alive.
    server.app.clock.advance(100_000);
    server.sql("delete from instance where name = 'access_token_life'").await;
    let name = format!("person{case}");
    server.register(&name).await;
    let processes = [start(server, LIVES[0]).await, start(server, LIVES[0]).await];
    let mut world = World { server, name, processes, tokens: Vec::new() };
    for (act, process) in acts {
        world.act(act, *process).await;
        world.check().await?;
    }
    Ok(())
}

fn property(backend: Backend) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (server, case) = (runtime.block_on(Server::new(backend)), Cell::new(0));
    holds(CASES, 200, &acts(), |acts| {
        case.set(case.get() + 1);
        runtime.block_on(run(&server, case.get(), &acts))
    });
}

#[test]
fn a_token_is_good_while_it_lives_and_is_not_revoked_sqlite() {
    property(Backend::Sqlite);
}

#[test]
fn a_token_is_good_while_it_lives_and_is_not_revoked_postgres() {
    property(Backend::Postgres);
}
