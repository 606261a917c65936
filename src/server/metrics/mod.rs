//! Metrics of this process in the OpenMetrics text format.
//!
//! No label names a person, an address or an account, and each label has few values.

mod measured;

use std::{
    fmt::{self, Write},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder, text::encode},
    metrics::{counter::Counter, family::Family, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use serde::Serialize;

use self::measured::Measured;
pub use self::measured::{JobNow, Now};
use crate::model::ErrorCode;

/// Media type of the text.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of request durations, in seconds.
const BUCKETS: [f64; 12] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

type Durations = Family<Request, Histogram, fn() -> Histogram>;

/// The labels of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    /// Method; `other` for one without a route.
    pub method: &'static str,
    /// Pattern of the route; `other` for a path without one.
    pub route: &'static str,
    /// Status of the answer; 499 if the client had disconnected.
    pub status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Outcome {
    outcome: Ended,
}

/// The outcome of an attempt: `success`, or the code of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ended(pub Option<ErrorCode>);

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(code) => code.serialize(f),
            None => f.write_str("success"),
        }
    }
}

impl EncodeLabelValue for Ended {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        write!(encoder, "{self}")
    }
}

/// What came of an attempt to send a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// It was sent.
    Sent,
    /// It is tried again.
    Again,
    /// It waits until the sender is let send again.
    Paused,
    /// The address takes no mail.
    Refused,
    /// It was given up.
    Dead,
}

impl MailOutcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Again => "again",
            Self::Paused => "paused",
            Self::Refused => "refused",
            Self::Dead => "dead",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MailEnded {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitName {
    limit: &'static str,
}

/// A user action that may fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// A sign-in.
    SignIn,
    /// A refresh of a session.
    Refresh,
    /// A registration.
    Registration,
    /// A password check of a signed-in user.
    Proof,
}

/// All metrics.
pub struct Metrics {
    registry: Registry,
    requests: Durations,
    sign_ins: Family<Outcome, Counter>,
    refreshes: Family<Outcome, Counter>,
    registrations: Family<Outcome, Counter>,
    proofs: Family<Outcome, Counter>,
    limits: Family<LimitName, Counter>,
    mails: Family<MailEnded, Counter>,
    measured: Measured,
}

impl Default for Metrics {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut metrics = Self {
            registry: Registry::with_prefix("vestibule"),
            requests: Family::new_with_constructor(histogram),
            sign_ins: Family::default(),
            refreshes: Family::default(),
            registrations: Family::default(),
            proofs: Family::default(),
            limits: Family::default(),
            mails: Family::default(),
            measured: Measured::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Self { registry, measured, .. } = self;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version that runs", version);
        registry.register_with_unit(
            "http_request_duration",
            "Time until the answer begins, by method, route and status",
            Unit::Seconds,
            self.requests.clone(),
        );
        registry.register("sign_ins", "Sign-ins by outcome", self.sign_ins.clone());
        registry.register("refreshes", "Refreshes of sessions by outcome", self.refreshes.clone());
        registry.register("registrations", "Registrations by outcome", self.registrations.clone());
        registry.register(
            "proofs",
            "Passwords of people who are signed in, by outcome",
            self.proofs.clone(),
        );
        registry.register("limit_refusals", "Refusals by limit", self.limits.clone());
        registry.register("mails", "Attempts to send mails by outcome", self.mails.clone());
        measured.register(registry);
    }

    /// Counts a request.
    pub fn request(&self, request: &Request, took: Duration) {
        self.requests.get_or_create(request).observe(took.as_secs_f64());
    }

    /// Counts an attempt by its outcome.
    pub fn attempt(&self, attempt: Attempt, outcome: Ended) {
        let family = match attempt {
            Attempt::SignIn => &self.sign_ins,
            Attempt::Refresh => &self.refreshes,
            Attempt::Registration => &self.registrations,
            Attempt::Proof => &self.proofs,
        };
        family.get_or_create(&Outcome { outcome }).inc();
    }

    /// Counts a refusal by a limit.
    pub fn limited(&self, limit: &'static str) {
        self.limits.get_or_create(&LimitName { limit }).inc();
    }

    /// Counts attempts to send mails.
    pub fn mails(&self, outcome: MailOutcome, count: u64) {
        self.mails.get_or_create(&MailEnded { outcome: outcome.as_str() }).inc_by(count);
    }

    /// All metrics as text, with current values.
    ///
    /// # Errors
    /// Fails if the text cannot be written; a string always can.
    pub fn text(&self, now: &Now) -> Result<String, fmt::Error> {
        self.measured.set(now);
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
