//! People who come from another service: every line is checked before anybody is let in.

mod line;
mod people;

pub use line::Wrong;
pub use people::{Stopped, Why, carry_out};

use std::collections::HashSet;

use line::Person;

use crate::server::{
    App,
    db::{Db, new_users},
    error::Result,
};

/// How many come in with one unit of work. A file of no more comes in whole or not at all; a larger one in
/// parts, because SQLite has one writer and a server may be waiting for it.
pub const AT_ONCE: usize = 5_000;

/// A file that has been read: who can come, and what is wrong with the other lines.
pub struct Plan {
    /// In the order of the file, by number of the line, from 1.
    people: Vec<(usize, Person)>,
    /// What is wrong with the other lines, by number of the line.
    pub wrong: Vec<(usize, Wrong)>,
}

impl Plan {
    /// How many can come.
    pub fn count(&self) -> usize {
        self.people.len()
    }
}

/// Reads and checks a file: each line an object, empty lines left out. Changes nothing.
///
/// # Errors
/// The database.
pub async fn plan(app: &App, text: &str) -> Result<Plan> {
    read(Some(&app.db), app.clock.now_s(), text).await
}

/// The same where there is no database yet, so that nobody has a name or an address.
///
/// # Errors
/// None.
pub async fn plan_first(now_s: i64, text: &str) -> Result<Plan> {
    read(None, now_s, text).await
}

async fn read(db: Option<&Db>, now_s: i64, text: &str) -> Result<Plan> {
    let is_taken = async |name: &str| match db {
        Some(db) => new_users::username_is_taken(db, name).await,
        None => Ok(false),
    };
    let is_address_taken = async |address: &str| match db {
        Some(db) => new_users::address_is_taken(db, address).await,
        None => Ok(false),
    };
    let mut plan = Plan { people: Vec::new(), wrong: Vec::new() };
    let (mut names, mut addresses) = (HashSet::new(), HashSet::new());
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (number, line) in lines.map(|(at, line)| (at + 1, line)) {
        let person = match Person::read(line, now_s) {
            Ok(person) => person,
            Err(wrong) => {
                plan.wrong.push((number, wrong));
                continue;
            }
        };
        let name = &person.username.canonical;
        let verified = person.email.as_ref().filter(|_| person.email_verified);
        let wrong = if is_taken(name).await? {
            Some(Wrong::Taken)
        } else if !names.insert(name.clone()) {
            Some(Wrong::Twice)
        } else if let Some(email) = verified {
            if is_address_taken(&email.canonical).await? {
                Some(Wrong::AddressTaken)
            } else {
                let first = addresses.insert(email.canonical.clone());
                (!first).then_some(Wrong::AddressTwice)
            }
        } else {
            None
        };
        match wrong {
            Some(wrong) => plan.wrong.push((number, wrong)),
            None => plan.people.push((number, person)),
        }
    }
    Ok(plan)
}
