//! Rows of labels: one lane an origin. Plain loops over aligned arrays, which the compiler turns into vectors.

use std::fmt::Debug;
use std::ops::BitOr;

/// A label: 0 is "not reachable", `k + 1` is "leaving with departure `k`, or an earlier one".
pub trait Label: Copy + Ord + Default + Debug + BitOr<Output = Self> + Send + Sync + 'static {
    const MAX: Self;
    /// `x` capped at `MAX`.
    fn from_u32(x: u32) -> Self;
    fn to_u32(self) -> u32;
    fn minus(self, other: Self) -> Self;
    fn plus(self, other: Self) -> Self;
}

macro_rules! label {
    ($($int:ty),*) => {$(
        impl Label for $int {
            const MAX: Self = <$int>::MAX;
            #[inline(always)]
            fn from_u32(x: u32) -> Self {
                <$int>::try_from(x).unwrap_or(<$int>::MAX)
            }
            #[inline(always)]
            fn to_u32(self) -> u32 {
                u32::from(self)
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.saturating_sub(other)
            }
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.saturating_add(other)
            }
        }
    )*};
}
label!(u8, u16, u32);

/// One value for each of `N` origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(align(64))]
pub struct Row<T, const N: usize>(pub [T; N]);

impl<T: Label, const N: usize> Row<T, N> {
    #[inline(always)]
    pub fn splat(value: T) -> Self {
        Row([value; N])
    }

    #[inline(always)]
    pub fn zero() -> Self {
        Row([T::default(); N])
    }

    /// Sets rows to zero: where the kernel's instructions are, which `fill`, code of the standard library, need not be.
    #[inline(always)]
    pub fn clear(rows: &mut [Self]) {
        for row in rows {
            *row = Row::zero();
        }
    }

    /// Becomes the greater of the two, lane by lane.
    #[inline(always)]
    pub fn lift(&mut self, other: &Self) {
        for i in 0..N {
            self.0[i] = self.0[i].max(other.0[i]);
        }
    }

    /// As [`Row::lift`]; says whether that raised a lane.
    #[inline(always)]
    pub fn lifted(&mut self, other: &Self) -> bool {
        let mut above = T::default();
        for i in 0..N {
            above = above | other.0[i].minus(self.0[i]);
            self.0[i] = self.0[i].max(other.0[i]);
        }
        above != T::default()
    }

    /// As [`Row::lift`]; says whether that raised a lane above `least`.
    #[inline(always)]
    pub fn lifted_above(&mut self, other: &Self, least: T) -> bool {
        let mut above = T::default();
        for i in 0..N {
            above = above | other.0[i].minus(self.0[i].max(least));
            self.0[i] = self.0[i].max(other.0[i]);
        }
        above != T::default()
    }

    /// Whether some lane is above that of `other` and above `least`.
    #[inline(always)]
    pub fn raises_above(&self, other: &Self, least: T) -> bool {
        let mut above = T::default();
        for i in 0..N {
            above = above | self.0[i].minus(other.0[i].max(least));
        }
        above != T::default()
    }

    /// Bit `i` is set where lane `i` is at least that of `other`.
    #[inline(always)]
    pub fn at_least(&self, other: &Self) -> u128 {
        let mut low = 0u64;
        let mut high = 0u64;
        for i in 0..N.min(64) {
            low |= u64::from(self.0[i] >= other.0[i]) << i;
        }
        for i in 64..N {
            high |= u64::from(self.0[i] >= other.0[i]) << (i - 64);
        }
        u128::from(high) << 64 | u128::from(low)
    }
}
