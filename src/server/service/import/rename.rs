use std::str::FromStr;

use super::line::Draft;
use crate::{model::USERNAME_MAX, server::secure::identifier::Username};

/// The most characters of a name before what makes it another one.
const STEM_MAX: usize = USERNAME_MAX - 16;
/// How many numbers are tried.
const NUMBERS: std::ops::RangeInclusive<u32> = 2..=999;

/// How people get a username whose own cannot be used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rename {
    /// Of their address: what is before the `@`.
    Email,
    /// Of their username, with a dash in the place of what a username cannot have.
    Slug,
}

impl FromStr for Rename {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "email" => Ok(Self::Email),
            "slug" => Ok(Self::Slug),
            _ => Err("expected email or slug".into()),
        }
    }
}

impl Rename {
    /// The name as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Slug => "slug",
        }
    }

    /// The first usable name that is free. Where the plain one is not, it gets the id of the old app, or a number.
    pub(super) fn name(
        self,
        draft: &Draft,
        is_free: impl Fn(&Username) -> bool,
    ) -> Option<Username> {
        let name = draft.name.as_deref();
        let email = draft.email.as_ref().map(|email| email.shown.as_str());
        let stem = match self {
            // People of many apps sign in by their address: it is the username.
            Self::Email => email.or(name.filter(|name| name.contains('@')))?.rsplit_once('@')?.0,
            Self::Slug => name.or(email)?,
        };
        let stem = Username::slug(stem, STEM_MAX);
        let plain = Username::parse(&stem).ok().filter(&is_free);
        plain.or_else(|| {
            // Of nothing but pictures no letter is left.
            let stems = [stem.as_str(), "user"].into_iter().filter(|stem| !stem.is_empty());
            let id = draft.external_id.as_deref().map(|id| Username::slug(id, USERNAME_MAX));
            let ends = || id.iter().cloned().chain(NUMBERS.map(|number| number.to_string()));
            let mut names = stems.flat_map(|stem| ends().map(move |end| format!("{stem}-{end}")));
            names.find_map(|name| Username::parse(&name).ok().filter(&is_free))
        })
    }
}
