//! How the kernel goes about a query: each shortcut can be turned off, and the results are the same.

use std::fmt;

/// Which instructions the kernel uses. The results are the same, byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimdLevel {
    /// What every machine of the architecture has.
    Portable,
    /// AVX2, where the machine has it.
    Avx2,
}

impl SimdLevel {
    /// The fastest one that this machine has.
    pub fn best() -> SimdLevel {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            return SimdLevel::Avx2;
        }
        SimdLevel::Portable
    }
}

/// How the kernel goes about it: to be fast, or to show that each way to be fast gives the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelOptions {
    pub path: SimdLevel,
    /// Labels hold at least this number: 256 asks for two bytes, 65,536 for four.
    pub least_label: u32,
    /// A group of origins is swept through the part of the graph that it can get to, not through the whole.
    pub reachable: bool,
    /// Neighbouring batches share such a part; else each has its own, which takes less memory and more time.
    pub grouped: bool,
    /// Labels too early to matter raise nothing.
    pub horizon_pruning: bool,
    /// Blocks and quads of destinations drop what comes too late for all of them.
    pub dominance_pruning: bool,
    /// Rides and drives between many places go by a hierarchy of the streets, not by a search each.
    pub hierarchy: bool,
}

impl KernelOptions {
    /// Everything that makes it faster.
    pub fn best() -> KernelOptions {
        KernelOptions::on(SimdLevel::best())
    }

    pub fn on(path: SimdLevel) -> KernelOptions {
        KernelOptions {
            path,
            least_label: 0,
            reachable: true,
            grouped: true,
            horizon_pruning: true,
            dominance_pruning: true,
            hierarchy: true,
        }
    }

    /// Nothing but the plain kernel.
    pub fn plain(path: SimdLevel) -> KernelOptions {
        KernelOptions {
            reachable: false,
            grouped: false,
            horizon_pruning: false,
            dominance_pruning: false,
            hierarchy: false,
            ..KernelOptions::on(path)
        }
    }
}

impl fmt::Display for SimdLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SimdLevel::Portable => "portable",
            SimdLevel::Avx2 => "AVX2",
        })
    }
}
