//! S80: calls of all steps in any order, with secrets of any flow, do what a model of a few lines says.

use proptest::{collection::vec, prelude::*, test_runner::TestCaseError};

use super::*;

/// Cases unless told otherwise.
const CASES: u32 = 24;
const NAMES: [&str; 3] = ["ada", "bob", "nobody"];

/// A call. Flows and codes are chosen among those that are there.
#[derive(Clone, Debug)]
enum Call {
    Ask(usize),
    /// The code of one flow at another one, which may be the same.
    Prove(usize, usize),
    Replace(usize),
    ByLink(usize),
    SignIn(usize),
    /// Seconds.
    Wait(i64),
}

/// A flow as the model knows it.
#[derive(Clone, Debug)]
struct Known {
    secret: String,
    mailed: Option<(String, String)>,
    person: usize,
    ends: i64,
    is_over: bool,
    is_proved: bool,
    tries: usize,
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let call = prop_oneof![
        3 => (0..3_usize).prop_map(Call::Ask),
        6 => (0..6_usize, 0..6_usize).prop_map(|(flow, code)| Call::Prove(flow, code)),
        4 => (0..6_usize).prop_map(Call::Replace),
        2 => (0..6_usize).prop_map(Call::ByLink),
        1 => (0..2_usize).prop_map(Call::SignIn),
        1 => prop_oneof![Just(60_i64), Just(1_799), Just(1_800)].prop_map(Call::Wait),
    ];
    vec(call, 4..24)
}

struct World {
    server: Server,
    flows: Vec<Known>,
    passwords: [String; 2],
    changes: usize,
}

impl World {
    /// A flow that somebody has the secrets of.
    fn pick(&self, n: usize) -> Option<usize> {
        (!self.flows.is_empty()).then(|| n % self.flows.len())
    }

    fn is_open(&self, n: usize) -> bool {
        !self.flows[n].is_over && self.server.app.clock.now_s() < self.flows[n].ends
    }

    /// A new password ends all flows of its person.
    fn changed(&mut self, person: usize, password: String) {
        self.passwords[person] = password;
        self.flows
            .iter_mut()
            .filter(|flow| flow.person == person)
            .for_each(|flow| flow.is_over = true);
    }

    fn next_password(&mut self) -> String {
        self.changes += 1;
        format!("horse battery number {}", self.changes)
    }

    async fn ask(&mut self, person: usize) {
        // Bounds of mails have tests of their own.
        self.server.app.clock.advance(14_400);
        let before = delivered(&self.server.app).await.len();
        let secret = begin(&self.server, NAMES[person]).await;
        let mails = delivered(&self.server.app).await;
        let mailed = match mails.len() - before {
            0 => None,
            _ => Some(newest(&self.server.app).await),
        };
        assert_eq!(mailed.is_some(), person < 2);
        self.flows
            .iter_mut()
            .filter(|flow| flow.person == person)
            .for_each(|flow| flow.is_over = true);
        let ends = self.server.app.clock.now_s() + 1_800;
        self.flows.push(Known {
            secret,
            mailed,
            person,
            ends,
            is_over: false,
            is_proved: false,
            tries: 0,
        });
    }

    async fn act(&mut self, call: &Call) -> Result<(), TestCaseError> {
        match *call {
            Call::Ask(person) => self.ask(person).await,
            Call::Prove(flow, code) => {
                let (Some(flow), Some(code)) = (self.pick(flow), self.pick(code)) else {
                    return Ok(());
                };
                let typed = self.flows[code]
                    .mailed
                    .as_ref()
                    .map_or("12345678", |(_, code)| code)
                    .to_owned();
                let is_open = self.is_open(flow);
                let known = &mut self.flows[flow];
                let own = known.mailed.as_ref().map(|(_, code)| code);
                let is_right = is_open && known.tries < 5 && own == Some(&typed);
                known.tries += usize::from(!is_right);
                known.is_proved |= is_right;
                let reply = self.server.send(prove(&self.flows[flow].secret, &typed)).await;
                prop_assert_eq!(reply.status == 204, is_right, "{}", reply.text);
            }
            Call::Replace(flow) => {
                let Some(flow) = self.pick(flow) else { return Ok(()) };
                let password = self.next_password();
                let may = self.is_open(flow) && self.flows[flow].is_proved;
                let reply = self.server.send(replace(&self.flows[flow].secret, &password)).await;
                prop_assert_eq!(reply.status == 204, may, "{}", reply.text);
                if may {
                    self.changed(self.flows[flow].person, password);
                }
            }
            Call::ByLink(flow) => {
                let Some(flow) = self.pick(flow) else { return Ok(()) };
                let password = self.next_password();
                let (is_open, mailed) = (self.is_open(flow), self.flows[flow].mailed.clone());
                // The secret of the asker is no link, and the other way round.
                let secret = self.flows[flow].secret.clone();
                let link = mailed.as_ref().map_or(&*secret, |(link, _)| token(link));
                self.server.send(replace(link, &password)).await.expect_problem(410, "flow_over");
                let fields = [("link", &*secret), ("new_password", &*password)];
                self.server.send(form("/reset", &fields)).await.expect(410);
                let fields = [("link", link), ("new_password", &*password)];
                let reply = self.server.send(form("/reset", &fields)).await;
                let may = is_open && mailed.is_some();
                prop_assert_eq!(reply.status == 303, may, "{}", reply.text);
                if may {
                    self.changed(self.flows[flow].person, password);
                }
            }
            Call::SignIn(person) => {
                let reply = self.server.send(sign_in(NAMES[person], &self.passwords[person])).await;
                prop_assert_eq!(reply.status.as_u16(), 200, "{}", reply.text);
            }
            Call::Wait(seconds) => self.server.app.clock.advance(seconds),
        }
        Ok(())
    }
}

fn property(backend: Backend) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let run = |calls: Vec<Call>| {
        runtime.block_on(async {
            let server = Server::new(backend).await;
            for name in &NAMES[..2] {
                confirmed(&server, name).await;
            }
            let passwords = [PASSWORD.to_owned(), PASSWORD.to_owned()];
            let mut world = World { server, flows: Vec::new(), passwords, changes: 0 };
            for call in &calls {
                world.act(call).await?;
            }
            for person in 0..2 {
                world.act(&Call::SignIn(person)).await?;
            }
            Ok::<(), TestCaseError>(())
        })
    };
    holds(CASES, 100, &calls(), run);
}

#[test]
fn s80_no_step_is_skipped_or_mixed_sqlite() {
    property(Backend::Sqlite);
}

#[test]
fn s80_no_step_is_skipped_or_mixed_postgres() {
    property(Backend::Postgres);
}
