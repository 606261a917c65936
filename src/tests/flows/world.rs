//! The service beside its reference: each act is done to both.

use futures::FutureExt;
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;
use vestibule::{
    model::UserId,
    server::{
        App,
        db::{DbResult, Tx, users},
        service::flows::{self, BrowserToken, Draft, Flow, FlowToken, Holder, Of, Purpose},
    },
};

use super::{
    acts::{Act, Shown, TWO, Whose},
    model::{self, Person},
};

const ADDRESSES: [&str; TWO] = ["one@example.com", "two@example.com"];

/// Two processes on one database, and what they ought to know.
pub(super) struct World<'s> {
    processes: &'s [App],
    ids: &'s [UserId],
    browsers: [BrowserToken; TWO],
    people: Vec<Person>,
    flows: Vec<(FlowToken, model::Flow)>,
    kept: Vec<(usize, Flow)>,
    /// No two passwords are the same.
    passwords: usize,
}

/// Runs a unit of work.
pub(super) async fn write<T, F>(app: &App, work: F) -> T
where
    F: for<'t> FnOnce(&'t mut Tx<'_>) -> futures::future::BoxFuture<'t, DbResult<T>>,
    F: Send + 'static,
    T: Send + 'static,
{
    app.db.write(work).await.expect("written")
}

fn hash(password: usize) -> String {
    format!("hash {password}")
}

impl World<'_> {
    /// Everybody enabled, with a password and no flow.
    pub(super) async fn begin<'w>(processes: &'w [App], ids: &'w [UserId]) -> World<'w> {
        let browsers = [BrowserToken::issue(), BrowserToken::issue()];
        let (people, flows, kept) = (Vec::new(), Vec::new(), Vec::new());
        let mut world = World { processes, ids, browsers, people, flows, kept, passwords: 0 };
        for (n, id) in ids.iter().enumerate() {
            let row = users::by_id(&processes[0].db, id.as_str()).await;
            let epoch = row.expect("read").expect("there").epoch;
            world.people.push(Person { epoch, password: 0, is_disabled: false });
            world.set_password(&processes[0], n).await;
            world.set_disabled(&processes[0], n, None).await;
        }
        world
    }

    fn now(&self) -> i64 {
        self.processes[0].clock.now_s()
    }

    fn holder(&self, holder: Option<usize>) -> Holder<'_> {
        holder.map_or(Holder::Program, |n| Holder::Browser(&self.browsers[n]))
    }

    async fn issue(
        &mut self,
        app: &App,
        (purpose, holder, user): (Purpose, Option<usize>, Option<usize>),
        has_hash: bool,
        address: Option<usize>,
    ) {
        let owner = user.map(|n| (&self.ids[n], self.people[n].epoch));
        let password = user.filter(|_| has_hash).map(|n| self.people[n].password);
        let hash_seen = password.map(hash);
        let draft = Draft {
            user: owner,
            hash_seen: hash_seen.as_deref(),
            address: address.map(|n| ADDRESSES[n]),
            data: json!({ "number": self.flows.len() }),
            ..Draft::default()
        };
        let (flow, token) = flows::issue(app, purpose, self.holder(holder), draft).expect("a flow");
        write(app, move |tx| async move { flow.insert(tx).await }.boxed()).await;
        let known = model::Flow {
            purpose,
            holder,
            user: user.map(|n| (n, self.people[n].epoch)),
            password,
            address,
            ends: self.now() + purpose.life(),
            is_over: false,
        };
        self.flows.push((token, known));
    }

    /// Looks for a flow; what is found must be the model's.
    async fn peek(&self, app: &App, shown: Shown) -> Result<Option<(usize, Flow)>, TestCaseError> {
        if self.flows.is_empty() {
            return Ok(None);
        }
        let n = shown.flow.index(self.flows.len());
        let (token, known) = &self.flows[n];
        let purpose = shown.purpose.unwrap_or(known.purpose);
        let holder = shown.holder.unwrap_or(known.holder);
        let found = flows::peek(app, purpose, self.holder(holder), token).await.expect("read");
        let expected = known.is_found(&self.people, (purpose, holder), self.now());
        prop_assert_eq!(found.is_some(), expected, "{:?} {:?}", shown, known);
        let Some(flow) = found else { return Ok(None) };
        let data: serde_json::Value = flow.data().expect("data");
        prop_assert_eq!(&data["number"], &json!(n));
        prop_assert_eq!(&flow.user, &known.user.map(|(user, _)| self.ids[user].clone()));
        let epoch = known.user.filter(|_| known.purpose.ends_with_epoch()).map(|(_, epoch)| epoch);
        prop_assert_eq!(flow.epoch, epoch);
        prop_assert_eq!(&flow.hash_seen, &known.password.map(hash));
        prop_assert_eq!(flow.address.as_deref(), known.address.map(|n| ADDRESSES[n]));
        Ok(Some((n, flow)))
    }

    async fn spend(&mut self, app: &App, n: usize, flow: Flow) -> Result<(), TestCaseError> {
        let now = self.now();
        let spent = write(app, move |tx| async move { flows::spend(tx, &flow, now).await }.boxed());
        let spent = spent.await;
        let (_, known) = &mut self.flows[n];
        prop_assert_eq!(spent, known.can_be_spent(&self.people, now), "{:?}", known);
        if spent {
            known.end(now);
        }
        Ok(())
    }

    pub(super) async fn act(&mut self, act: &Act, app: &App) -> Result<(), TestCaseError> {
        let now = self.now();
        match act.clone() {
            Act::Issue { purpose, holder, user, has_hash, address } => {
                self.issue(app, (purpose, holder, user), has_hash, address).await;
            }
            Act::Peek(shown) => {
                let found = self.peek(app, shown).await?;
                self.kept.extend(found);
            }
            Act::Spend(shown) => {
                if let Some((n, flow)) = self.peek(app, shown).await? {
                    self.spend(app, n, flow).await?;
                }
            }
            Act::SpendKept(which) if !self.kept.is_empty() => {
                let (n, flow) = self.kept[which.index(self.kept.len())].clone();
                self.spend(app, n, flow).await?;
            }
            Act::SpendKept(_) => {}
            Act::Supersede(purpose, whose) => {
                let ids: Vec<String> = self.ids.iter().map(UserId::to_string).collect();
                let ended = write(app, move |tx| {
                    async move {
                        let of = match whose {
                            Whose::Everybody => Of::Everybody,
                            Whose::User(who) => Of::User(&ids[who]),
                            Whose::Address(at) => Of::Address(ADDRESSES[at]),
                            Whose::UserAt(who, at) => Of::UserAt(&ids[who], ADDRESSES[at]),
                        };
                        flows::supersede(tx, purpose, of, now).await
                    }
                    .boxed()
                });
                let ended = ended.await;
                let flows = self.flows.iter_mut();
                let expected =
                    flows.filter_map(|(_, flow)| flow.supersede(purpose, whose, now).then_some(()));
                prop_assert!(ended >= expected.count() as u64, "flows of earlier cases end too");
            }
            Act::NewPassword(n) => {
                self.passwords += 1;
                self.people[n].password = self.passwords;
                self.set_password(app, n).await;
            }
            Act::NewEpoch(n) => {
                let id = self.ids[n].clone();

                self.people[n].epoch = write(app, move |tx| {
                    async move { users::next_epoch(tx, id.as_str(), now).await }.boxed()
                })
                .await
                .expect("an epoch");
            }
            Act::Disable(n) => self.set_disabled(app, n, Some(now)).await,
            Act::Enable(n) => self.set_disabled(app, n, None).await,
            Act::Wait(seconds) => app.clock.advance(seconds),
            Act::Sweep => {
                flows::sweep(app).await.expect("swept");
                self.flows.iter_mut().for_each(|(_, flow)| flow.sweep(now));
            }
        }
        Ok(())
    }

    async fn set_password(&self, app: &App, n: usize) {
        let (id, hash) = (self.ids[n].clone(), hash(self.people[n].password));

        write(app, move |tx| {
            async move { users::set_password(tx, id.as_str(), &hash, 0).await }.boxed()
        })
        .await;
    }

    async fn set_disabled(&mut self, app: &App, n: usize, at: Option<i64>) {
        let id = self.ids[n].clone();

        write(app, move |tx| async move { users::set_disabled(tx, id.as_str(), at).await }.boxed())
            .await;
        self.people[n].is_disabled = at.is_some();
    }
}
