use proptest::{
    strategy::Strategy,
    test_runner::{Config, TestCaseError, TestRunner},
};

/// Checks that a property of a server holds for so many values, or for as many as `PROPTEST_CASES` says. A value that
/// contradicts it is shrunk in so many steps at most, since each builds its world anew.
pub(crate) fn holds<S: Strategy>(
    cases: u32,
    max_shrink_iters: u32,
    values: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    #[expect(clippy::disallowed_methods, reason = "as proptest itself is told")]
    let told = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = told.unwrap_or(cases);
    let config = Config { cases, max_shrink_iters, failure_persistence: None, ..Config::default() };
    let held = TestRunner::new(config).run(values, property);
    held.unwrap_or_else(|failure| panic!("{failure}"));
}
