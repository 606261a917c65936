//! What a message is filled with. The build script reads this file too.

use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, Pattern, PatternElement};

/// What stands in the braces of a message, each once, in the order of first use.
#[derive(Default)]
pub struct Placeholders<'s> {
    /// Variables, those of functions too.
    pub variables: Vec<&'s str>,
    /// Other messages, terms and functions.
    pub references: Vec<&'s str>,
}

impl<'s> Placeholders<'s> {
    /// Reads a message.
    pub fn of(pattern: &Pattern<&'s str>) -> Self {
        let mut found = Self::default();
        found.pattern(pattern);
        found
    }

    fn pattern(&mut self, pattern: &Pattern<&'s str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &Expression<&'s str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &InlineExpression<&'s str>) {
        match inline {
            InlineExpression::VariableReference { id } => add(&mut self.variables, id.name),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
            InlineExpression::FunctionReference {
                id,
                arguments: CallArguments { positional, .. },
            } => {
                add(&mut self.references, id.name);
                for argument in positional {
                    self.inline(argument);
                }
            }
            InlineExpression::MessageReference { id, .. }
            | InlineExpression::TermReference { id, .. } => add(&mut self.references, id.name),
        }
    }
}

fn add<'s>(names: &mut Vec<&'s str>, name: &'s str) {
    if !names.contains(&name) {
        names.push(name);
    }
}
