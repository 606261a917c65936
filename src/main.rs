//! The binary: parses the command line and runs it.

use std::process::ExitCode;

/// A guarded request takes 12 % fewer instructions with it than with the allocator of glibc (callgrind).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    vestibule::server::cli::main()
}
