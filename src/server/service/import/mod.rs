//! People who come from another service: every line is checked before anybody is let in.

mod line;
mod people;
mod rename;
mod wrong;

pub use people::{Imported, Stopped, Why, carry_out};
pub use rename::Rename;
pub use wrong::Wrong;

use std::collections::HashSet;

use line::{Draft, Person};

use crate::server::{
    App,
    config::TokenClaims,
    db::{Db, new_users},
    error::Result,
    secure::identifier::Username,
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

    /// Those who come by another username than their line has, or have none in it: number of the line, the name there,
    /// the name here.
    pub fn renamed(&self) -> impl Iterator<Item = (usize, Option<&str>, &str)> {
        let renamed = self.people.iter().filter(|(_, person)| person.is_renamed);
        renamed
            .map(|(n, person)| (*n, person.draft.name.as_deref(), person.username.shown.as_str()))
    }

    /// Leaves the wrong lines out; answers how many they are.
    pub fn skip_wrong(&mut self) -> usize {
        std::mem::take(&mut self.wrong).len()
    }
}

/// Reads and checks a file: each line an object, empty lines left out. Usernames that cannot be used are wrong, or are
/// replaced by others. Changes nothing.
///
/// # Errors
/// The database.
pub async fn plan(app: &App, text: &str, rename: Option<Rename>) -> Result<Plan> {
    let claims = &app.config.token_claims;
    Reading { db: Some(&app.db), claims, now_s: app.clock.now_s(), rename }.read(text).await
}

/// The same where there is no database yet, so that nobody has a name or an address.
///
/// # Errors
/// None.
pub async fn plan_first(
    claims: &TokenClaims,
    now_s: i64,
    text: &str,
    rename: Option<Rename>,
) -> Result<Plan> {
    Reading { db: None, claims, now_s, rename }.read(text).await
}

/// What a file is judged by.
struct Reading<'r> {
    db: Option<&'r Db>,
    claims: &'r TokenClaims,
    now_s: i64,
    rename: Option<Rename>,
}

/// Somebody who can come, or what is wrong with the line.
type Judged = std::result::Result<Person, Wrong>;

/// What lines so far have that only one can have.
#[derive(Default)]
struct Seen {
    names: HashSet<String>,
    external_ids: HashSet<String>,
    addresses: HashSet<String>,
}

impl Reading<'_> {
    async fn read(&self, text: &str) -> Result<Plan> {
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let drafts = lines.map(|(at, line)| (at + 1, Draft::read(line, self.claims, self.now_s)));
        let drafts: Vec<_> = drafts.collect();
        // A usable name stays with its account, even if an earlier line needs a new one.
        let names = drafts.iter().filter_map(|(_, draft)| draft.as_ref().ok()?.name.as_deref());
        let own = names.filter_map(|name| Some(Username::parse(name).ok()?.canonical)).collect();
        let mut plan = Plan { people: Vec::new(), wrong: Vec::new() };
        let mut seen = Seen::default();
        for (number, draft) in drafts {
            let judged = match draft {
                Ok(draft) => self.judge(draft, &own, &mut seen).await?,
                Err(wrong) => Err(wrong),
            };
            match judged {
                Ok(person) => plan.people.push((number, person)),
                Err(wrong) => plan.wrong.push((number, wrong)),
            }
        }
        Ok(plan)
    }

    /// Judges somebody among the others of the file and of the database.
    async fn judge(&self, draft: Draft, own: &HashSet<String>, seen: &mut Seen) -> Result<Judged> {
        // Before the name: an id that is unknown here says that the account of this name is somebody else's.
        if let (Some(db), Some(id)) = (self.db, &draft.external_id)
            && new_users::external_id_is_taken(db, id).await?
        {
            return Ok(Err(Wrong::ExternalIdTaken));
        }
        let person = match self.name(draft, own, seen).await? {
            Ok(person) => person,
            Err(wrong) => return Ok(Err(wrong)),
        };
        if let Some(id) = &person.draft.external_id
            && !seen.external_ids.insert(id.clone())
        {
            return Ok(Err(Wrong::ExternalIdTwice));
        }
        let verified = person.draft.email.as_ref().filter(|_| person.draft.email_verified);
        if let Some(email) = verified {
            if let Some(db) = self.db
                && new_users::address_is_taken(db, &email.canonical).await?
            {
                return Ok(Err(Wrong::AddressTaken));
            }
            if !seen.addresses.insert(email.canonical.clone()) {
                return Ok(Err(Wrong::AddressTwice));
            }
        }
        seen.names.insert(person.username.canonical.clone());
        Ok(Ok(person))
    }

    /// The username that somebody gets, whose external id is unknown here: their own, or another one.
    async fn name(&self, draft: Draft, own: &HashSet<String>, seen: &Seen) -> Result<Judged> {
        let wrong = match draft.name.as_deref() {
            None => Wrong::NoName,
            Some(name) => match Username::parse(name) {
                Ok(username) if self.is_taken(&username).await? => Wrong::Taken,
                Ok(username) if seen.names.contains(&username.canonical) => Wrong::Twice,
                Ok(username) => return Ok(Ok(draft.named(username, false))),
                Err(problem) => Wrong::name(name, problem),
            },
        };
        let other = match wrong {
            Wrong::Taken if draft.external_id.is_none() => Err(Wrong::Taken),
            _ => self.other_name(&draft, own, seen).await?,
        };
        Ok(match (self.rename, wrong, other) {
            (Some(_), _, Ok(Some(username))) => Ok(draft.named(username, true)),
            (Some(_), _, Err(taken)) => Err(taken),
            (_, Wrong::Name { name, problem, .. }, Ok(Some(other))) => {
                Err(Wrong::Name { name, problem, slug: Some(other.shown) })
            }
            (_, wrong, _) => Err(wrong),
        })
    }

    /// Another username that is free. Where nobody asked for one, it is what the operator could have.
    ///
    /// Somebody without an external id gets none in the place of one that an account here has: it may be their own, and
    /// a file that is imported twice would make them anew.
    async fn other_name(
        &self,
        draft: &Draft,
        own: &HashSet<String>,
        seen: &Seen,
    ) -> Result<std::result::Result<Option<Username>, Wrong>> {
        let rename = self.rename.unwrap_or(Rename::Slug);
        let mut taken = HashSet::new();
        loop {
            let is_free = |name: &Username| {
                [own, &seen.names, &taken].iter().all(|names| !names.contains(&name.canonical))
            };
            match rename.name(draft, is_free) {
                Some(username) if self.is_taken(&username).await? => {
                    if draft.external_id.is_none() {
                        return Ok(Err(Wrong::OtherTaken(username.shown)));
                    }
                    // The database is asked about one name at a time.
                    taken.insert(username.canonical);
                }
                other => return Ok(Ok(other)),
            }
        }
    }

    async fn is_taken(&self, username: &Username) -> Result<bool> {
        match self.db {
            Some(db) => Ok(new_users::username_is_taken(db, &username.canonical).await?),
            None => Ok(false),
        }
    }
}
