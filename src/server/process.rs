//! The privacy of the process: passwords and keys are in its memory.

use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Lets no core file be written of this process, and on Linux no other process of the same user read its memory
/// or its environment: both are root's alone then.
///
/// # Errors
/// The system does not allow it.
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
