//! The part of a mail in HTML: styles are on the elements, and nothing is loaded from anywhere.

use std::fmt::Write;

use super::{Block, Letter, Look, palette::Scheme};

/// Fonts of the systems; none is loaded.
const SANS: &str = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const MONO: &str = "ui-monospace,Menlo,Consolas,monospace";

/// Renders a whole document.
pub(super) fn render(letter: &Letter, look: &Look) -> String {
    let (palette, subject) = (look.palette(), escaped(&letter.subject));
    let (language, service) = (letter.language.code(), escaped(&look.service));
    let (direction, start) =
        if letter.language.is_rtl() { ("rtl", "right") } else { ("ltr", "left") };
    let Scheme { page, card, ink, soft, line, accent, .. } = palette.light;
    let mut main = String::new();
    let mut small = String::new();
    for block in &letter.blocks {
        let part = if matches!(block, Block::Small(_)) { &mut small } else { &mut main };
        // Writing to a string does not fail.
        let _written = write_block(part, block, &palette.light);
    }
    // What lists of mails show beside the subject: by default it would be the name of the service, and the subject again.
    let lead = letter.blocks.iter().find_map(|block| match block {
        Block::Text(text) => Some(escaped(text)),
        _ => None,
    });
    let lead = lead.unwrap_or_default();
    let dark = style(&palette.dark);
    format!(
        "<!doctype html>\n\
         <html lang=\"{language}\" dir=\"{direction}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{subject}</title>\n\
         <style>\n\
         :root {{ color-scheme: light dark; supported-color-schemes: light dark }}\n\
         @media (prefers-color-scheme: dark) {{\n{dark}}}\n\
         </style>\n\
         </head>\n\
         <body class=\"page\" style=\"margin:0;padding:0;background-color:{page}\">\n\
         <div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{lead}</div>\n\
         <div class=\"page ink\" style=\"background-color:{page};color:{ink};padding:24px 12px;font-family:{SANS};\
         font-size:16px;line-height:1.5;text-align:{start};overflow-wrap:anywhere\">\n\
         <div style=\"max-width:560px;width:100%;margin:0 auto\">\n\
         <p class=\"accent\" style=\"margin:0 0 16px;color:{accent};font-size:18px;font-weight:700\">{service}</p>\n\
         <div class=\"card line\" style=\"background-color:{card};border:1px solid {line};border-radius:12px;\
         padding:24px 20px 8px\">\n{main}</div>\n\
         <div class=\"soft\" style=\"color:{soft};padding:16px 4px 0\">\n{small}</div>\n\
         </div>\n</div>\n</body>\n</html>\n"
    )
}

/// The rules of a scheme, which win over the styles on the elements.
fn style(scheme: &Scheme) -> String {
    let Scheme { page, card, ink, soft, line, accent, on_accent } = scheme;
    format!(
        ".page {{ background-color: {page} !important }}\n\
         .card {{ background-color: {card} !important }}\n\
         .line {{ border-color: {line} !important }}\n\
         .ink {{ color: {ink} !important }}\n\
         .soft {{ color: {soft} !important }}\n\
         .accent {{ color: {accent} !important }}\n\
         .button {{ background-color: {accent} !important; border-color: {accent} !important; \
         color: {on_accent} !important }}\n"
    )
}

fn write_block(out: &mut String, block: &Block, scheme: &Scheme) -> std::fmt::Result {
    let Scheme { soft, line, accent, on_accent, .. } = scheme;
    match block {
        Block::Heading(text) => writeln!(
            out,
            "<h1 style=\"margin:0 0 16px;font-size:22px;line-height:1.3;font-weight:700\">{}</h1>",
            escaped(text)
        ),
        Block::Text(text) => writeln!(out, "<p style=\"margin:0 0 16px\">{}</p>", lines(text)),
        Block::Button(words, address) => writeln!(
            out,
            "<p style=\"margin:0 0 16px\"><a class=\"button\" href=\"{}\" style=\"display:inline-block;\
             padding:12px 20px;border:1px solid {accent};border-radius:10px;background-color:{accent};\
             color:{on_accent};font-weight:600;text-decoration:none\">{}</a></p>",
            escaped(address),
            escaped(words)
        ),
        Block::Code(code) => writeln!(
            out,
            "<p class=\"line\" dir=\"ltr\" style=\"margin:0 0 16px;padding:12px;border:1px solid {line};\
             border-radius:10px;font-family:{MONO};font-size:24px;letter-spacing:2px;text-align:center\">{}</p>",
            escaped(code)
        ),
        Block::Facts(facts) => {
            for (name, value) in facts {
                writeln!(
                    out,
                    "<p style=\"margin:0 0 12px\"><span class=\"soft\" style=\"color:{soft};font-size:14px\">{}</span>\
                     <br>{}</p>",
                    escaped(name),
                    escaped(value)
                )?;
            }
            Ok(())
        }
        Block::Small(text) => {
            writeln!(out, "<p style=\"margin:0 0 12px;font-size:14px\">{}</p>", lines(text))
        }
    }
}

/// Text with its ends of lines.
fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}

/// Text as the content of an element or of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}
