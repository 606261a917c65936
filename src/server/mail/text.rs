//! The part of a mail in text.

use super::{Block, Letter, Look};

/// Renders the blocks, with an empty line between them. A link is a line of its own, so that no mail program breaks it.
pub(super) fn render(letter: &Letter, look: &Look) -> String {
    let mut parts = vec![look.service.clone()];
    parts.extend(letter.blocks.iter().map(|block| match block {
        Block::Heading(text) | Block::Text(text) | Block::Small(text) => text.clone(),
        Block::Button(words, address) => format!("{words}:\n{address}"),
        Block::Code(code) => format!("    {code}"),
        Block::Facts(facts) => {
            let lines: Vec<_> =
                facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            lines.join("\n")
        }
    }));
    parts.join("\n\n") + "\n"
}
