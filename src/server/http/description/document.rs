//! The document (OpenAPI 3.1), made of the rows of the table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::{
    errors::{codes, name},
    headers,
    operation::{Answer, Content, Credential, Described, Operation},
    parameters,
};
use crate::{
    model::{ApiError, ErrorCode, Field, FieldError, Problem as FieldProblem},
    server::http::{
        access::Access,
        reply::{Problem, ProblemDetails},
        route::Route,
    },
};

/// The version of the API, as its paths have it. That of the software is for administrators alone.
const VERSION: &str = "1";

/// The words at the top.
const ABOUT: &str = "Registers people, signs them in and issues access tokens (RFC 9068). A refusal is \
    `application/problem+json` (RFC 9457) with a stable `code`. Times are Unix seconds. A member of a body or a parameter \
    of a query that is not described is refused, except where no body or no query is described at all: there it is not \
    read.";

/// The media type of refusals.
const PROBLEM: &str = "application/problem+json";

/// Collects the parts of a document that endpoints share.
#[derive(Default)]
struct Components {
    schemas: BTreeMap<String, Value>,
    responses: BTreeMap<String, Value>,
}

/// The document of a table of routes.
pub fn document(routes: &[Route]) -> Value {
    let mut components = Components::default();
    components.add(described_problem());
    let (mut paths, mut tags) = (Map::new(), Vec::<&str>::new());
    for route in routes {
        let Some(operation) = &route.operation else { continue };
        if !tags.contains(&route.part) {
            tags.push(route.part);
        }
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = components.operation(route, operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Vestibule",
            "version": VERSION,
            "description": ABOUT,
            "license": { "name": env!("CARGO_PKG_LICENSE"), "identifier": env!("CARGO_PKG_LICENSE") },
        },
        "servers": [{ "url": "/" }],
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "schemas": components.schemas,
            "responses": components.responses,
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "The access token of a sign-in (RFC 6750, RFC 9068).",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-session",
                    "description": "The refresh token as a cookie, from pages of the service only: `Sec-Fetch-Site: \
                        same-origin` or its `Origin`. Over HTTP on a loopback address the name is `vestibule_session`. \
                        Behind another port than the default, the port is part of the name.",
                },
            },
        },
    })
}

impl Components {
    fn add(&mut self, described: Described) -> Value {
        for (name, schema) in described.schemas {
            self.schemas.entry(name).or_insert_with(|| json!(schema));
        }
        json!({ "$ref": format!("#/components/schemas/{}", described.name) })
    }

    fn operation(&mut self, route: &Route, operation: &Operation) -> Value {
        let mut responses = Map::new();
        for answer in &operation.answers {
            responses.insert(answer.status.to_string(), self.answer(answer));
        }
        let codes = codes(route);
        let statuses: BTreeSet<u16> = codes.iter().map(|code| code.status()).collect();
        for status in statuses {
            let codes: Vec<_> =
                codes.iter().copied().filter(|code| code.status() == status).collect();
            let (id, refusal) = self.refusal(&codes);
            match responses.get_mut(&status.to_string()) {
                // The endpoint has an answer of its own with the status of an error.
                Some(answer) => {
                    let refusal = &self.responses[&id];
                    answer["content"][PROBLEM] = refusal["content"][PROBLEM].clone();
                    answer["headers"] = headers::optional(&refusal["headers"]);
                }
                None => drop(responses.insert(status.to_string(), refusal)),
            }
        }
        let mut described = json!({
            "operationId": operation.id,
            "summary": operation.summary,
            "tags": [route.part],
            "responses": responses,
            "security": security(route.access, operation),
        });
        if let Some(text) = description(route.access, operation) {
            described["description"] = json!(text);
        }
        let parameters = parameters::all(route.path, operation);
        if !parameters.is_empty() {
            described["parameters"] = json!(parameters);
        }
        if let Some(body) = &operation.body {
            let content = (body.content)();
            let example = content.example.clone();
            let schema = self.add(content);
            described["requestBody"] = json!({
                "required": body.is_required,
                "content": { "application/json": { "schema": schema, "example": example } },
            });
        }
        described
    }

    fn answer(&mut self, answer: &Answer) -> Value {
        let mut response = json!({ "description": answer.meaning });
        match answer.content {
            Content::Nothing => {}
            Content::Json(described) => {
                let described = described();
                let example = described.example.clone();
                let schema = self.add(described);
                response["content"] =
                    json!({ "application/json": { "schema": schema, "example": example } });
            }
            Content::Text(example) => {
                let schema = json!({ "type": "string" });
                response["content"] =
                    json!({ "text/plain": { "schema": schema, "example": example } });
            }
        }
        let headers = headers::of(answer.headers);
        if !headers.is_empty() {
            response["headers"] = json!(headers);
        }
        response
    }

    /// A refusal with one of these codes, which share a status. The endpoints with the same ones share the response.
    fn refusal(&mut self, codes: &[ErrorCode]) -> (String, Value) {
        let status = codes.first().map_or(500, |code| code.status());
        let names: Vec<_> = codes.iter().map(|code| name(*code)).collect();
        let id = format!("{status}.{}", names.join("."));
        let reference = json!({ "$ref": format!("#/components/responses/{id}") });
        self.responses.entry(id.clone()).or_insert_with(|| {
            let meanings =
                codes.iter().map(|code| format!("`{}`: {}", name(*code), code.meaning()));
            let examples =
                codes.iter().map(|code| (name(*code), json!({ "value": example(*code) })));
            let examples: Map<_, _> = examples.collect();
            let schema = json!({
                "allOf": [
                    { "$ref": format!("#/components/schemas/{}", Problem::name()) },
                    {
                        "type": "object",
                        "properties": { "status": { "const": status }, "code": { "enum": names } },
                    },
                ],
            });
            let mut response = json!({
                "description": meanings.collect::<Vec<_>>().join("\n\n"),
                "content": { PROBLEM: { "schema": schema, "examples": examples } },
            });
            let headers = headers::of_refusals(status, codes);
            if !headers.is_empty() {
                response["headers"] = json!(headers);
            }
            response
        });
        (id, reference)
    }
}

fn described_problem() -> Described {
    let mut schemas =
        vec![(Problem::name().into_owned(), <Problem as utoipa::PartialSchema>::schema())];
    Problem::schemas(&mut schemas);
    Described { name: Problem::name().into_owned(), schemas, example: example(ErrorCode::NotFound) }
}

/// A problem with this code, as the server writes it.
fn example(code: ErrorCode) -> Value {
    let mut error = ApiError::new(code);
    error.fields = match code {
        ErrorCode::InvalidInput => {
            vec![FieldError::new(Field::Password, FieldProblem::TooShort { min: 15 })]
        }
        ErrorCode::UsernameTaken => vec![FieldError::new(Field::Username, FieldProblem::Taken)],
        _ => Vec::new(),
    };
    error.retry_after = matches!(code.status(), 429 | 503).then_some(5);
    json!(ProblemDetails::from(error).body())
}

fn description(access: Access, operation: &Operation) -> Option<String> {
    let scope = access.permission().map(|permission| {
        format!("The access token needs the permission `{}` in its scope.", permission.as_str())
    });
    let parts = [operation.description.map(str::to_owned), scope];
    let text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

fn security(access: Access, operation: &Operation) -> Value {
    let of = |credential: &Credential| match credential {
        Credential::None => json!({}),
        Credential::Bearer => json!({ "bearer": [] }),
        Credential::Cookie => json!({ "session": [] }),
    };
    match access {
        Access::Permission(permission) => json!([{ "bearer": [permission.as_str()] }]),
        Access::Bearer => json!([{ "bearer": [] }]),
        _ => operation.credentials.iter().map(of).collect(),
    }
}
