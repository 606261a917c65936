//! Schemas of types that serde reads or writes by hand.

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{AdditionalProperties, Object, Schema, Type},
    },
};

use super::errors::name;
use crate::model::{ErrorCode, Filled, Form, Rule};

impl ToSchema for ErrorCode {}

impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let sent = ErrorCode::ALL.iter().filter(|code| **code != ErrorCode::NetworkFailure);
        Object::builder()
            .schema_type(Type::String)
            .description(Some("A stable code of an error."))
            .enum_values(Some(sent.map(|code| name(*code))))
            .into()
    }
}

impl ToSchema for Filled {}

impl PartialSchema for Filled {
    /// The fields that forms keep with the profile.
    fn schema() -> RefOr<Schema> {
        let mut object = Object::builder().schema_type(Type::Object).description(Some(
            "Further facts about the person, by field; an empty text clears one.",
        ));
        for input in Form::Profile.extras() {
            let mut text = Object::builder().schema_type(Type::String);
            if let Rule::Length(_, max) = input.rule {
                text = text.max_length(Some(max));
            }
            object = object.property(input.field.name(), text);
        }
        object.additional_properties(Some(AdditionalProperties::FreeForm(false))).into()
    }
}
