//! Two processes, their clients, and what each answer is compared with.

use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;

use super::{
    super::support::*,
    model::{Answer, Session},
};

/// A client: what it holds, and what was ever given out for its session.
pub(super) struct Client {
    pub(super) session: Session,
    /// Every refresh token given out, by generation.
    pub(super) given: Vec<String>,
    /// The generation of the token it holds: the newest that reached it.
    pub(super) held: usize,
    /// The generation of the token that somebody else holds, who copied one.
    pub(super) copied: Option<usize>,
    /// The generations whose token was asked for once more after the window.
    pub(super) late: Vec<usize>,
    /// Its newest access token, the generation it came with, and when it was made.
    pub(super) access: (String, usize, i64),
    pub(super) last_seen: i64,
}

pub(super) type Processes = Vec<(vestibule::server::App, Router)>;

/// Two processes on one database.
pub(super) struct World<'s> {
    pub(super) server: &'s Server,
    pub(super) processes: &'s mut Processes,
    pub(super) clients: Vec<Client>,
}

impl World<'_> {
    pub(super) fn now(&self) -> i64 {
        self.server.app.clock.now_ms()
    }

    pub(super) async fn sign_in(&self, name: &str) -> Client {
        let body = json!({ "username": name, "password": PASSWORD, "session": "token" });
        let body = self.server.send(post("/api/v1/login").json(body)).await.expect(200).json();
        let text = |name: &str| body[name].as_str().expect("a token").to_owned();
        Client {
            session: Session::begin(self.now()),
            given: vec![text("refresh_token")],
            held: 0,
            copied: None,
            late: Vec::new(),
            access: (text("access_token"), 0, self.now()),
            last_seen: self.now(),
        }
    }

    pub(super) async fn send(&self, process: usize, request: Request) -> Reply {
        send(&self.processes[process].1, request).await
    }

    /// A token was presented; the answer must be the model's.
    pub(super) fn check(
        &mut self,
        n: usize,
        asked: usize,
        reply: &Reply,
    ) -> Result<(), TestCaseError> {
        self.check_of(n, asked, false, reply)
    }

    pub(super) fn check_of(
        &mut self,
        n: usize,
        asked: usize,
        is_foreign: bool,
        reply: &Reply,
    ) -> Result<(), TestCaseError> {
        let now = self.now();
        let client = &mut self.clients[n];
        let head = client.session.head;
        if asked + 1 == head && !client.session.is_recent(now) {
            client.late.push(head);
        }
        // Signed out only by their own act, by time, because a copy was shown, or because the answers of three
        // generations in a row came in vain.
        let in_vain = (0..3).all(|n| head > n && client.late.contains(&(head - n)));
        let is_honest = asked == client.held
            && client.copied.is_none()
            && !in_vain
            && !client.session.is_over(now);
        let expected = client.session.refresh(head - asked, is_foreign, now);
        let status = match expected {
            Answer::New | Answer::Same => 200,
            Answer::Late => 409,
            Answer::Refused => 400,
        };
        prop_assert_eq!(reply.status.as_u16(), status, "{:?}: {}", expected, reply.text);
        prop_assert!(!is_honest || status == 200, "an honest client was signed out");
        if status != 200 {
            return Ok(());
        }
        client.last_seen = if expected == Answer::New { now } else { client.last_seen };
        let told = reply.json()["refresh_token"].as_str().expect("a token").to_owned();
        match expected {
            Answer::New => {
                prop_assert!(!client.given.contains(&told), "a new head that was given out before");
                client.given.push(told);
            }
            _ => prop_assert_eq!(Some(&told), client.given.last(), "a second head"),
        }
        prop_assert_eq!(client.given.len(), client.session.head + 1);
        Ok(())
    }

    /// The answer reaches the client.
    pub(super) fn receive(&mut self, n: usize, reply: &Reply) {
        let now = self.now();
        let client = &mut self.clients[n];
        client.held = client.session.head;
        let access = reply.json()["access_token"].as_str().expect("a token").to_owned();
        client.access = (access, client.session.head, now);
    }

    /// The session is over, whatever a refresh beside that was still told.
    pub(super) fn end(&mut self, n: usize, refreshed: Option<&Reply>) {
        let now = self.now();
        let client = &mut self.clients[n];
        client.session.end();
        if let Some(reply) = refreshed.filter(|reply| reply.status == 200) {
            let access = reply.json()["access_token"].as_str().expect("a token").to_owned();
            client.access = (access, client.session.head, now);
        }
    }
}

pub(super) fn refreshing(token: &str) -> Request {
    post("/api/v1/token/refresh").json(json!({ "refresh_token": token }))
}
