//! Protection of the memory of the process, which contains passwords and keys.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Disables core files. On Linux it also marks the process as not dumpable, so that only root can
/// read its memory and environment.
///
/// # Errors
/// Fails if the system does not allow it.
pub fn keep_memory_private() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    Ok(set_undumpable()?)
}

#[cfg(target_os = "linux")]
fn set_undumpable() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
fn set_undumpable() -> rustix::io::Result<()> {
    Ok(())
}
