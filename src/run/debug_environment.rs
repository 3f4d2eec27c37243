//! Other ways to the same results, for whoever compares their bytes (`scripts/same_bytes`): environment variables,
//! for they are nothing that a study or a user should choose.
//!
//! - `ISOKRON_PATH=portable|avx2`: the kernel's instructions; without it the fastest that the machine has.
//! - `ISOKRON_LABELS=u16|u32`: labels of the kernel that are at least so wide; without it the narrowest that hold
//!   the window.
//! - `ISOKRON_WITHOUT=reachable,grouped,horizon_pruning,dominance_pruning`: what of [`KernelOptions`] is left off; `affected`: scenarios route all origins.

use crate::base::error::{Error, Problem, Result};
use crate::routing::{KernelOptions, SimdLevel};

/// How the kernel goes about it.
///
/// # Errors
/// `Usage` for an unknown word, or instructions that the machine does not have.
pub fn how() -> Result<KernelOptions> {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    chosen(&variable("ISOKRON_PATH"), &variable("ISOKRON_LABELS"), &variable("ISOKRON_WITHOUT"))
}

/// Whether scenarios route those origins alone that they can touch.
pub fn only_affected() -> bool {
    let without = std::env::var("ISOKRON_WITHOUT").unwrap_or_default();
    without.split(',').all(|word| word != TOUCHED)
}

const TOUCHED: &str = "touched";

fn chosen(path: &str, labels: &str, without: &str) -> Result<KernelOptions> {
    let path = match path {
        "" => SimdLevel::best(),
        "portable" => SimdLevel::Portable,
        "avx2" if SimdLevel::best() == SimdLevel::Avx2 => SimdLevel::Avx2,
        "avx2" => return Err(wrong("ISOKRON_PATH=avx2: this machine has no AVX2", "leave it out")),
        word => return Err(wrong(format!("ISOKRON_PATH={word}: no such instructions"), "portable or avx2")),
    };
    // One more than the narrower label holds.
    let least_label = match labels {
        "" => 0,
        "u16" => 256,
        "u32" => 65_536,
        word => return Err(wrong(format!("ISOKRON_LABELS={word}: no such labels"), "u16 or u32")),
    };
    let mut how = KernelOptions { least_label, ..KernelOptions::on(path) };
    for word in without.split(',').filter(|word| !word.is_empty()) {
        match word {
            "near" => how.reachable = false,
            "grouped" => how.grouped = false,
            "bounded" => how.horizon_pruning = false,
            "sifted" => how.dominance_pruning = false,
            "ranked" => how.hierarchy = false,
            TOUCHED => {}
            _ => {
                let what = format!("ISOKRON_WITHOUT={word}: nothing to leave off");
                return Err(wrong(
                    what,
                    "near, grouped, bounded, sifted, ranked, touched, or some of them with commas",
                ));
            }
        }
    }
    Ok(how)
}

fn wrong(what: impl Into<String>, remedy: &str) -> Error {
    Error::Usage(Problem::new("", what, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_choose_the_way() {
        assert_eq!(chosen("", "", "").unwrap(), KernelOptions::best());
        assert_eq!(chosen("portable", "", "").unwrap(), KernelOptions::on(SimdLevel::Portable));
        assert_eq!(chosen("avx2", "", "").is_ok(), SimdLevel::best() == SimdLevel::Avx2);
        assert_eq!(
            chosen("", "u16", "").unwrap(),
            KernelOptions { least_label: 256, ..KernelOptions::best() }
        );
        let plain = KernelOptions { least_label: 65_536, ..KernelOptions::plain(SimdLevel::Portable) };
        assert_eq!(chosen("portable", "u32", "sifted,near,grouped,bounded,ranked").unwrap(), plain);
        for (path, labels, without) in [("mmx", "", ""), ("", "u64", ""), ("", "", "far")] {
            assert!(chosen(path, labels, without).is_err());
        }
    }
}
