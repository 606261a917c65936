//! `vestibule block`: blocked sources.

use clap::Subcommand;
use ipnet::IpNet;
use serde::Serialize;

use super::{
    CliError,
    list::{Format, List},
    or_missing,
};
use crate::server::{
    App,
    app::OpenMode,
    config, dates, log,
    service::{
        agent::Agent,
        limits::{
            self,
            blocks::{self, Block, By},
        },
    },
};

#[derive(Subcommand)]
pub(super) enum Blocks {
    /// List the blocks in force, newest first.
    List {
        #[command(flatten)]
        format: Format,
    },
    /// Refuse sign-in and registration from a source, also from known devices.
    Add {
        /// An address (of IPv6 its /64), or a network such as 203.0.113.0/24.
        #[arg(value_parser = network)]
        source: IpNet,
        /// Duration: 90s, 10m, 1h30m, 30d, or a number of seconds.
        #[arg(long = "for", value_name = "DURATION", default_value = "1h", value_parser = seconds)]
        seconds: i64,
    },
    /// End a block, set by an operator or by the limits.
    Lift {
        /// The source as in the list.
        #[arg(value_parser = network)]
        source: IpNet,
    },
}

impl Blocks {
    /// The mode in which it opens the database.
    pub(super) fn open_mode(&self) -> OpenMode {
        match self {
            Self::List { .. } => OpenMode::ReadOnly,
            Self::Add { .. } | Self::Lift { .. } => OpenMode::Existing,
        }
    }
}

/// Maximum duration of an operator's block: ten years.
const LONGEST: i64 = 3_650 * 86_400;

fn seconds(text: &str) -> std::result::Result<i64, String> {
    config::seconds(text, 1..=LONGEST)
}

fn network(text: &str) -> std::result::Result<IpNet, String> {
    match config::network(text) {
        None => Err("expected an address or a network such as 203.0.113.0/24".into()),
        Some(all) if all.prefix_len() == 0 => Err("this would block everybody".into()),
        Some(network) => Ok(network),
    }
}

pub(super) async fn run(app: &App, command: Blocks) -> Result<(), CliError> {
    let format = match command {
        Blocks::List { format } => format,
        Blocks::Add { source, seconds } => {
            blocks::add(app, Agent::Operator, source, seconds).await?;
            Format::default()
        }
        Blocks::Lift { source } => {
            let lifted = blocks::lift(app, Agent::Operator, source).await;
            lifted.map_err(or_missing(app, format!("block of {}", limits::shown(source))))?;
            Format::default()
        }
    };
    let blocks = blocks::list(app).await?;
    if blocks.is_empty() {
        // Not on standard output, whose lines a script may count.
        log::note("no source is blocked");
    }
    let mut list = List::new(format);
    for block in blocks {
        list.add(&Line::from(&block), |_| in_words(&block))?;
    }
    Ok(list.end()?)
}

/// A block in JSON. Times are Unix seconds.
#[derive(Serialize)]
struct Line {
    source: String,
    by: &'static str,
    created_at: i64,
    expires_at: i64,
}

impl From<&Block> for Line {
    fn from(block: &Block) -> Self {
        let by = match block.by {
            By::Failures => "failures",
            By::Operator => "operator",
        };
        let (created_at, expires_at) = (block.created_at, block.expires_at);
        Self { source: block.source(), by, created_at, expires_at }
    }
}

fn in_words(block: &Block) -> String {
    let by = match block.by {
        By::Failures => "after too many failures",
        By::Operator => "by the operator",
    };
    let from = dates::rfc3339(block.created_at);
    format!("{:<40} {by}, from {from} until {}", block.source(), dates::rfc3339(block.expires_at))
}
