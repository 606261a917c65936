//! Resources used by a running process (proc(5)).

/// Seconds of processor time (fields 14 and 15 of `stat`, in ticks of 10 ms).
pub(crate) fn cpu(pid: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let after_name = stat.rsplit_once(')').expect("a name").1;
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.map(|ticks| ticks.parse::<f64>().expect("ticks")).sum::<f64>() / 100.0
}

/// Memory that is resident, in KiB.
pub(crate) fn resident(pid: &str) -> u64 {
    status(pid, "VmRSS:")
}

/// The most memory that was ever resident, in KiB.
pub(crate) fn peak(pid: &str) -> u64 {
    status(pid, "VmHWM:")
}

fn status(pid: &str, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let found = status.lines().find(|text| text.starts_with(line)).expect("the line");
    found.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}
