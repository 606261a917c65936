//! Messages for users, in their language.
//!
//! Each message of `locales/en.ftl` is a function here, such as `say::login_heading(service)` for
//! `login-heading`; every other file in that folder is a language. A message that a language lacks
//! is in English.

mod dates;
mod errors;
mod language;
mod placeholders;
mod value;
mod words;

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentError, FluentResource, concurrent::FluentBundle};

pub use self::{
    dates::{ago, day, minute, month},
    errors::{error, problem, try_again, with_sentences},
    language::{Language, change_to, current, in_english, in_language},
    value::Value,
    words::{Words, WordsError, with_words},
};

include!(concat!(env!("OUT_DIR"), "/say.rs"));

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| FILES.iter().map(|(code, text)| bundle(code, text)).collect());

/// The messages of a language. Unreadable ones are left out; a test reads all files.
fn bundle(code: &str, text: &str) -> FluentBundle<FluentResource> {
    let locale = code.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Value isolates text of the other direction.
    bundle.set_use_isolating(false);
    let file = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(file, _)| file);
    bundle.add_resource_overriding(file);
    bundle
}

/// The message of a name in the language of the reader.
fn message(id: &str, values: &[(&'static str, Value<'_>)]) -> String {
    let language = current();
    let theirs = words::replaced(language, id, values);
    let ours = || {
        let mut languages = [language, Language::ENGLISH].into_iter();
        languages.find_map(|language| in_one(language, id, values).ok())
    };
    theirs.or_else(ours).unwrap_or_default()
}

fn in_one(
    language: Language,
    id: &str,
    values: &[(&'static str, Value<'_>)],
) -> Result<String, Vec<FluentError>> {
    let bundle = BUNDLES.get(language.number()).ok_or_else(Vec::new)?;
    format(bundle, language, id, values)
}

fn format(
    bundle: &FluentBundle<FluentResource>,
    language: Language,
    id: &str,
    values: &[(&'static str, Value<'_>)],
) -> Result<String, Vec<FluentError>> {
    let pattern =
        bundle.get_message(id).and_then(|message| message.value()).ok_or_else(Vec::new)?;
    let mut arguments = FluentArgs::with_capacity(values.len());
    for (name, value) in values {
        arguments.set(*name, value.for_reader(language));
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors);
    if errors.is_empty() { Ok(Cow::into_owned(text)) } else { Err(errors) }
}

#[cfg(test)]
mod tests;
