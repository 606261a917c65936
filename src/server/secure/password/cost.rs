use std::{fmt, str::FromStr};

use argon2::Params;

use crate::server::secure::CryptoError;

/// The cost of a hash: OWASP's minimum is 19 MiB and two passes, in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
}

/// Minimum memory, in KiB.
const MEMORY_MIN: u32 = 19_456;
/// Maximum memory, in KiB.
const MEMORY_MAX: u32 = 1_048_576;
/// Minimum work: memory times passes.
const WORK_MIN: u32 = MEMORY_MIN * 2;
/// Maximum number of passes.
const PASSES_MAX: u32 = 20;

/// The reason why a cost cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The text is not a cost.
    #[error("expected memory in KiB and passes, such as m=19456,t=2")]
    Unreadable,
    /// The cost is below the minimum.
    #[error(
        "below the floor: memory (m) of {MEMORY_MIN}, and memory times passes (t) of {WORK_MIN}"
    )]
    TooLow,
    /// The cost is above the maximum.
    #[error("above the ceiling: memory (m) of {MEMORY_MAX}, passes (t) of {PASSES_MAX}")]
    TooHigh,
}

impl Cost {
    /// A cost of memory in KiB, and passes over it.
    ///
    /// # Errors
    /// Fails if the cost is below the minimum or above the maximum.
    pub fn new(memory_kib: u32, passes: u32) -> Result<Self, Unfit> {
        if memory_kib > MEMORY_MAX || passes > PASSES_MAX {
            return Err(Unfit::TooHigh);
        }
        match memory_kib < MEMORY_MIN || memory_kib * passes < WORK_MIN {
            true => Err(Unfit::TooLow),
            false => Ok(Self { memory_kib, passes }),
        }
    }

    pub(super) fn of(params: &Params) -> Self {
        Self { memory_kib: params.m_cost(), passes: params.t_cost() }
    }

    pub(super) fn params(self) -> Result<Params, CryptoError> {
        let params = Params::new(self.memory_kib, self.passes, 1, None);
        params.map_err(|_| CryptoError("argon2 parameters"))
    }

    /// Whether it has less memory, or less work.
    pub(super) fn is_below(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || self.work() < other.work()
    }

    /// Whether it is at most the maximum of the settings.
    pub(super) fn is_within_ceiling(self) -> bool {
        self.memory_kib <= MEMORY_MAX && self.work() <= u64::from(MEMORY_MAX * PASSES_MAX)
    }

    /// The work: memory times passes.
    pub fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }

    /// The memory of one hash, in MiB.
    pub fn memory_mib(self) -> u32 {
        self.memory_kib / 1024
    }
}

impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: MEMORY_MIN, passes: 2 }
    }
}

impl FromStr for Cost {
    type Err = Unfit;

    fn from_str(text: &str) -> Result<Self, Unfit> {
        let (memory, passes) = text.split_once(',').ok_or(Unfit::Unreadable)?;
        let number = |text: &str, name: &str| text.trim().strip_prefix(name)?.parse().ok();
        match (number(memory, "m="), number(passes, "t=")) {
            (Some(memory), Some(passes)) => Self::new(memory, passes),
            _ => Err(Unfit::Unreadable),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={},t={}", self.memory_kib, self.passes)
    }
}
