//! Whether others may read the memory of the process, where passwords and keys are.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use super::support::{Process, by};

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
    // Others may be unable to enter the folder of builds, or TMPDIR.
    let folder = tempfile::tempdir_in("/tmp").expect("a folder");
    let me = fs::metadata(folder.path()).expect("made").uid();
    // /proc says nothing about root's own processes: another user runs them then.
    let as_somebody = |mut command: Command| {
        if me == 0 {
            command.uid(NOBODY);
        }
        command
    };
    let user = if me == 0 { NOBODY } else { me };
    let binary = folder.path().join("vestibule");
    // By another process: a thread that forks meanwhile would keep the file open for writing, which forbids to run it.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_vestibule")).arg(&binary).status();
    assert!(copied.expect("cp").success());
    chown(folder.path(), Some(user), None).expect("given away");

    let command = as_somebody(by(&binary, folder.path()));
    let process = Process::start_by(command, folder.path(), &[]).await;
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
