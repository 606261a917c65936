//! The two engines that compute argon2 (RFC 9106). They make the same hashes, so a hash of one is verified by the other.
//!
//! For both, the types of a hash (PHC string, parameters, algorithm, version) are those of the crate argon2.

use std::{fmt, str::FromStr};

use argon2::{Algorithm, Block, Params, Version};
use argon2_rust::{Hasher, params::Memory, params::TagLen};

use crate::server::secure::CryptoError;

/// The code that computes argon2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// The crate argon2-rust: vector instructions of the machine (AVX-512, AVX2, SSE2, NEON), and huge pages.
    #[default]
    Argon2Rust,
    /// The crate argon2 of RustCrypto: older, in twice the time.
    RustCrypto,
}

impl Engine {
    const ALL: [Self; 2] = [Self::Argon2Rust, Self::RustCrypto];

    fn name(self) -> &'static str {
        match self {
            Self::Argon2Rust => "argon2-rust",
            Self::RustCrypto => "rustcrypto",
        }
    }

    /// The fault of an engine whose hash of a known password is not the known hash.
    pub(super) fn fault(self) -> CryptoError {
        CryptoError(match self {
            Self::Argon2Rust => {
                "argon2-rust computes wrong password hashes on this machine; set VESTIBULE_PASSWORD_ENGINE=rustcrypto"
            }
            Self::RustCrypto => {
                "rustcrypto computes wrong password hashes on this machine; set VESTIBULE_PASSWORD_ENGINE=argon2-rust"
            }
        })
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let engine = Self::ALL.into_iter().find(|engine| engine.name() == text);
        engine.ok_or("expected argon2-rust or rustcrypto")
    }
}

/// An argon2 function with its parameters.
#[derive(Clone, Debug)]
pub(super) struct Function {
    pub(super) algorithm: Algorithm,
    pub(super) version: Version,
    pub(super) params: Params,
}

impl Function {
    /// The function for a hash of `bytes` bytes as argon2-rust has it.
    fn of_argon2_rust(&self, bytes: usize) -> Result<argon2_rust::Argon2, argon2_rust::Error> {
        let algorithm = match self.algorithm {
            Algorithm::Argon2d => argon2_rust::Algorithm::Argon2d,
            Algorithm::Argon2i => argon2_rust::Algorithm::Argon2i,
            Algorithm::Argon2id => argon2_rust::Algorithm::Argon2id,
        };
        let version = match self.version {
            Version::V0x10 => argon2_rust::Version::V0x10,
            Version::V0x13 => argon2_rust::Version::V0x13,
        };
        let params = argon2_rust::Params::builder()
            .memory(Memory::kib(self.params.m_cost().into()))
            .passes(self.params.t_cost())
            .lanes(self.params.p_cost())
            .tag_len(TagLen::bytes(bytes as u64))
            .build()?;
        Ok(argon2_rust::Argon2::new(algorithm, version, params))
    }
}

/// The memory of one hash, kept for the next, with the engine that fills it. It is allocated with the first hash.
pub(super) struct Arena {
    /// Number of blocks that are kept at most; a larger hash gets memory for its call only.
    blocks: usize,
    kept: Kept,
}

enum Kept {
    /// Overwritten after each hash.
    Argon2Rust(Box<Hasher>),
    /// Overwritten by the next hash.
    RustCrypto(Vec<Block>),
}

impl Arena {
    /// An arena for hashes of these parameters, without memory.
    ///
    /// # Errors
    /// Fails if argon2 rejects the parameters.
    pub(super) fn new(engine: Engine, function: &Function) -> Result<Self, CryptoError> {
        let kept = match engine {
            Engine::Argon2Rust => {
                let own = function.of_argon2_rust(super::HASH_BYTES).map_err(of_argon2_rust)?;
                Kept::Argon2Rust(Box::new(own.hasher()))
            }
            Engine::RustCrypto => Kept::RustCrypto(Vec::new()),
        };
        Ok(Self { blocks: function.params.block_count(), kept })
    }

    /// Computes a hash as long as `hash`.
    ///
    /// # Errors
    /// Fails if memory is lacking, or argon2 rejects the salt or the length.
    pub(super) fn compute(
        &mut self,
        function: &Function,
        password: &[u8],
        salt: &[u8],
        hash: &mut [u8],
    ) -> Result<(), CryptoError> {
        let fits = function.params.block_count() <= self.blocks;
        match &mut self.kept {
            Kept::Argon2Rust(hasher) => {
                let argon2 = function.of_argon2_rust(hash.len()).map_err(of_argon2_rust)?;
                let data = function.params.data();
                let computed = if fits {
                    hasher.set_argon2(argon2);
                    hasher.hash_into_with_ad(password, salt, &[], data, hash)
                } else {
                    argon2.hash_into_with_ad(password, salt, &[], data, hash)
                };
                computed.map_err(of_argon2_rust)
            }
            Kept::RustCrypto(memory) => {
                let Function { algorithm, version, params } = function.clone();
                let argon2 = argon2::Argon2::new(algorithm, version, params);
                let computed = if fits {
                    reserve(memory, self.blocks)?;
                    argon2.hash_password_into_with_memory(password, salt, hash, memory)
                } else {
                    argon2.hash_password_into(password, salt, hash)
                };
                computed.map_err(|error| match error {
                    argon2::Error::OutOfMemory => CryptoError::NO_MEMORY,
                    _ => FAILED,
                })
            }
        }
    }

    /// The number of blocks that it holds.
    #[cfg(test)]
    pub(super) fn blocks(&self) -> usize {
        match &self.kept {
            Kept::Argon2Rust(hasher) => hasher.reserved_blocks(),
            Kept::RustCrypto(memory) => memory.len(),
        }
    }

    /// The number of blocks that a hash has left behind.
    #[cfg(test)]
    pub(super) fn filled(&self) -> usize {
        match &self.kept {
            Kept::Argon2Rust(_) => 0,
            Kept::RustCrypto(memory) => {
                let is_filled = |block: &&Block| block.as_ref().iter().any(|word| *word != 0);
                memory.iter().filter(is_filled).count()
            }
        }
    }
}

const FAILED: CryptoError = CryptoError("password hash");

fn of_argon2_rust(error: argon2_rust::Error) -> CryptoError {
    match error {
        argon2_rust::Error::MemoryAllocationError => CryptoError::NO_MEMORY,
        _ => FAILED,
    }
}

/// Allocates the memory of a first hash. A failed allocation would otherwise end the process.
fn reserve(memory: &mut Vec<Block>, blocks: usize) -> Result<(), CryptoError> {
    if memory.is_empty() {
        memory.try_reserve_exact(blocks).map_err(|_| CryptoError::NO_MEMORY)?;
        memory.resize(blocks, Block::new());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use argon2::{AssociatedData, ParamsBuilder};
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    const ALGORITHMS: [Algorithm; 3] =
        [Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id];

    /// The tags of RFC 9106, sections 5.1 to 5.3, by both crates.
    #[test]
    fn the_vectors_of_the_standard() {
        let tags = [
            "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
            "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
        ];
        let (password, salt, secret, data) = ([1; 32], [2; 16], [3; 8], [4; 12]);
        for (algorithm, tag) in ALGORITHMS.into_iter().zip(tags) {
            let mut params = ParamsBuilder::new();
            let data_of = AssociatedData::new(&data).expect("data");
            params.m_cost(32).t_cost(3).p_cost(4).data(data_of).output_len(32);
            let (params, version) = (params.build().expect("parameters"), Version::V0x13);
            let (mut one, mut other) = ([0; 32], [0; 32]);
            let ours = argon2::Argon2::new_with_secret(&secret, algorithm, version, params.clone());
            ours.expect("argon2").hash_password_into(&password, &salt, &mut one).expect("a hash");
            let function = Function { algorithm, version, params };
            let theirs = function.of_argon2_rust(32).expect("argon2-rust");
            theirs.hash_into_with_ad(&password, &salt, &secret, &data, &mut other).expect("a hash");
            for hash in [one, other] {
                let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(hex, tag, "{algorithm}");
            }
        }
    }

    fn function() -> impl Strategy<Value = Function> {
        let versions = select(vec![Version::V0x10, Version::V0x13]);
        let costs = (1..=6_u32, 0..400_u32, 1..=4_u32);
        (select(&ALGORITHMS[..]), versions, costs, vec(any::<u8>(), 0..=32)).prop_map(
            |(algorithm, version, (lanes, more, passes), data)| {
                let mut params = ParamsBuilder::new();
                let data = AssociatedData::new(&data).expect("data");
                params.m_cost(8 * lanes + more).t_cost(passes).p_cost(lanes).data(data);
                Function { algorithm, version, params: params.build().expect("parameters") }
            },
        )
    }

    proptest! {
        /// Both engines make the same hash of anything, in memory that they keep or take for one call.
        #[test]
        fn both_engines_make_the_same_hash(
            own in function(),
            functions in vec(function(), 1..4),
            password in vec(any::<u8>(), 0..300),
            salt in vec(any::<u8>(), 8..=64),
            bytes in 4..=130_usize,
        ) {
            let mut arenas = Engine::ALL.map(|engine| Arena::new(engine, &own).expect("an arena"));
            for function in functions {
                let hashes = arenas.each_mut().map(|arena| {
                    let mut hash = vec![0; bytes];
                    arena.compute(&function, &password, &salt, &mut hash).map(|()| hash)
                });
                prop_assert!(hashes[0].is_ok(), "{function:?}");
                prop_assert_eq!(&hashes[0], &hashes[1], "{:?}", function);
                let most = own.params.block_count();
                prop_assert!(arenas.iter().all(|arena| arena.blocks() <= most), "{function:?}");
            }
        }
    }

    #[test]
    fn an_engine_has_a_name() {
        for engine in Engine::ALL {
            assert_eq!(engine.to_string().parse(), Ok(engine));
            assert!(!engine.fault().0.ends_with(engine.name()));
        }
        assert!("argon2".parse::<Engine>().is_err());
    }
}
