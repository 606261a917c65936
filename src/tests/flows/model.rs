//! The reference: what a flow is, in a few lines.

use vestibule::server::service::flows::Purpose;

use super::acts::Whose;

/// How long a dead flow is kept, in seconds.
const KEPT: i64 = 86_400;

/// An account, as flows know it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person {
    pub(super) epoch: i64,
    pub(super) password: usize,
    pub(super) is_disabled: bool,
}

/// A flow.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub(super) purpose: Purpose,
    pub(super) holder: Option<usize>,
    /// Whose, and their epoch when it began.
    pub(super) user: Option<(usize, i64)>,
    /// The password when it began.
    pub(super) password: Option<usize>,
    pub(super) address: Option<usize>,
    /// Unix seconds; it is dead from then on.
    pub(super) ends: i64,
    pub(super) is_over: bool,
}

impl Flow {
    fn is_open(&self, now: i64) -> bool {
        !self.is_over && now < self.ends
    }

    /// Whether somebody who found it can spend it now.
    pub(super) fn can_be_spent(&self, people: &[Person], now: i64) -> bool {
        let is_same = |(user, epoch): (usize, i64)| {
            let person = people[user];
            !person.is_disabled && (person.epoch == epoch || !self.purpose.ends_with_epoch())
        };
        self.is_open(now) && self.user.is_none_or(is_same)
    }

    /// Whether it is found now, for this purpose and holder.
    pub(super) fn is_found(
        &self,
        people: &[Person],
        (purpose, holder): (Purpose, Option<usize>),
        now: i64,
    ) -> bool {
        let is_held = !purpose.is_bound() || holder == self.holder;
        let knows = |(user, _): (usize, i64)| {
            self.password.is_none_or(|password| people[user].password == password)
        };
        let is_known = self.user.is_none_or(knows);
        self.purpose == purpose && is_held && is_known && self.can_be_spent(people, now)
    }

    pub(super) fn end(&mut self, now: i64) {
        (self.is_over, self.ends) = (true, now);
    }

    pub(super) fn supersede(&mut self, purpose: Purpose, whose: Whose, now: i64) -> bool {
        let user = self.user.map(|(user, _)| user);
        let fits = match whose {
            Whose::Everybody => true,
            Whose::User(who) => user == Some(who),
            Whose::Address(at) => self.address == Some(at),
            Whose::UserAt(who, at) => (user, self.address) == (Some(who), Some(at)),
        };
        let ends = self.purpose == purpose && fits && self.is_open(now);
        if ends {
            self.end(now);
        }
        ends
    }

    pub(super) fn sweep(&mut self, now: i64) {
        self.is_over |= self.ends < now - KEPT;
    }
}
