//! The request and the answers of an endpoint of the API, as its row in the table says them.

use serde_json::Value;
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        RefOr,
        path::{Parameter, ParameterIn},
        schema::Schema,
    },
};

use super::Example;
use crate::model::ErrorCode;

/// An endpoint of the API: its request, its answers and its errors.
///
/// The access of the row, its path and its body imply further errors; [`Operation::errors`] has those of the endpoint alone.
#[derive(Clone)]
pub struct Operation {
    /// The name for generated clients, unique and stable.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// More than one line, where there is more to say.
    pub description: Option<&'static str>,
    /// The body of the request.
    pub body: Option<Body>,
    /// The parameters of the query.
    pub query: Option<fn() -> Vec<Parameter>>,
    /// The headers that the endpoint reads and none of the others does.
    pub headers: &'static [Header],
    /// The answers that are no errors.
    pub answers: Vec<Answer>,
    /// The errors that neither the access nor the request imply.
    pub errors: &'static [ErrorCode],
    /// The credentials that the endpoint reads beside those of its access, each in place of the others.
    pub credentials: &'static [Credential],
}

/// The JSON body of a request.
#[derive(Clone, Copy)]
pub struct Body {
    /// Whether it must be there.
    pub is_required: bool,
    /// Its schema and example.
    pub content: fn() -> Described,
}

/// A type as the document describes it.
pub struct Described {
    /// The name of its schema.
    pub name: String,
    /// Its schema and those that it refers to.
    pub schemas: Vec<(String, RefOr<Schema>)>,
    /// A value of the type.
    pub example: Value,
}

/// An answer that is no error.
#[derive(Clone, Copy)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its meaning.
    pub meaning: &'static str,
    /// Its body.
    pub content: Content,
    /// Headers that only such an answer has.
    pub headers: &'static [Header],
}

/// The body of an answer.
#[derive(Clone, Copy)]
pub enum Content {
    /// No body.
    Nothing,
    /// JSON of a type.
    Json(fn() -> Described),
    /// Plain text, such as this.
    Text(&'static str),
}

/// A header of a request or an answer.
#[derive(Clone, Copy)]
pub struct Header {
    /// Its name.
    pub name: &'static str,
    /// Its meaning.
    pub meaning: &'static str,
    /// A value.
    pub example: &'static str,
    /// Whether each such request, or answer, has it.
    pub is_required: bool,
}

/// A credential of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// None, or one in the body.
    None,
    /// An access token in the `Authorization` header.
    Bearer,
    /// The session cookie, from a page of the service.
    Cookie,
}

impl Header {
    /// A header that is always there.
    pub const fn always(name: &'static str, meaning: &'static str, example: &'static str) -> Self {
        Self { name, meaning, example, is_required: true }
    }

    /// A header that may be there.
    pub const fn sometimes(
        name: &'static str,
        meaning: &'static str,
        example: &'static str,
    ) -> Self {
        Self { is_required: false, ..Self::always(name, meaning, example) }
    }
}

impl Operation {
    /// An endpoint with a name for generated clients and one line of summary.
    pub const fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            description: None,
            body: None,
            query: None,
            headers: &[],
            answers: Vec::new(),
            errors: &[],
            credentials: &[],
        }
    }

    /// Adds more than one line.
    pub fn describe(self, description: &'static str) -> Self {
        Self { description: Some(description), ..self }
    }

    /// Requires a JSON body.
    pub fn takes<T: ToSchema + Example>(self) -> Self {
        Self { body: Some(Body { is_required: true, content: described::<T> }), ..self }
    }

    /// Reads a JSON body where there is one.
    pub fn may_take<T: ToSchema + Example>(self) -> Self {
        Self { body: Some(Body { is_required: false, content: described::<T> }), ..self }
    }

    /// Reads parameters of the query.
    pub fn query<T: IntoParams>(self) -> Self {
        Self { query: Some(|| T::into_params(|| Some(ParameterIn::Query))), ..self }
    }

    /// Reads headers of its own.
    pub fn reads(self, headers: &'static [Header]) -> Self {
        Self { headers, ..self }
    }

    /// Answers JSON.
    pub fn answers<T: ToSchema + Example>(self, status: u16, meaning: &'static str) -> Self {
        self.answer(status, meaning, Content::Json(described::<T>))
    }

    /// Answers without a body.
    pub fn answers_nothing(self, status: u16, meaning: &'static str) -> Self {
        self.answer(status, meaning, Content::Nothing)
    }

    /// Answers plain text.
    pub fn answers_text(self, status: u16, meaning: &'static str, example: &'static str) -> Self {
        self.answer(status, meaning, Content::Text(example))
    }

    fn answer(mut self, status: u16, meaning: &'static str, content: Content) -> Self {
        self.answers.push(Answer { status, meaning, content, headers: &[] });
        self
    }

    /// Adds headers to the answer that was named last.
    pub fn with(mut self, headers: &'static [Header]) -> Self {
        if let Some(last) = self.answers.last_mut() {
            last.headers = headers;
        }
        self
    }

    /// Names the errors that neither the access nor the request imply.
    pub fn errors(self, errors: &'static [ErrorCode]) -> Self {
        Self { errors, ..self }
    }

    /// Names the credentials of an endpoint that looks for them itself.
    pub fn credentials(self, credentials: &'static [Credential]) -> Self {
        Self { credentials, ..self }
    }
}

fn described<T: ToSchema + Example>() -> Described {
    let name = T::name().into_owned();
    let mut schemas = vec![(name.clone(), T::schema())];
    T::schemas(&mut schemas);
    Described { name, schemas, example: T::example() }
}
