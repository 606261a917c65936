//! Whether others may read the memory of the process, where passwords and keys are (F27).

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use super::support::{Process, vestibule};

/// A user who may do nothing.
const NOBODY: u32 = 65_534;

/// Whose the memory of a process is: its user's, or root's alone.
fn owner(id: u32) -> u32 {
    fs::metadata(format!("/proc/{id}/mem")).expect("a process").uid()
}

/// Linux shows both in /proc; what other systems allow nobody can see there.
#[tokio::test]
async fn no_core_is_written_and_no_other_process_reads_its_memory() {
    if !Path::new("/proc/self/limits").exists() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let me = fs::metadata(folder.path()).expect("made").uid();
    // Of root's own processes /proc says nothing: they are another user's then.
    let as_somebody = |mut command: Command| {
        if me == 0 {
            command.uid(NOBODY);
        }
        command
    };
    let user = if me == 0 { NOBODY } else { me };
    chown(folder.path(), Some(user), None).expect("given away");

    let process =
        Process::start_by(as_somebody(vestibule(folder.path())), folder.path(), &[]).await;
    let limits = fs::read_to_string(format!("/proc/{}/limits", process.id())).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    let limit: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(limit, ["0", "0"], "{core}");
    assert_eq!(owner(process.id()), 0);

    // Any other process of this user is theirs to read.
    let mut other = as_somebody(Command::new("sleep")).arg("60").spawn().expect("started");
    let owner = owner(other.id());
    other.kill().expect("killed");
    other.wait().expect("ended");
    assert_eq!(owner, user);
}
