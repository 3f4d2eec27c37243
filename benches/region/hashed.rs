//! Median times of a batch, hashed and forgotten: what all pairs cost where nothing is written.

use isokron::measures::times::BatchTimes;
use isokron::routing::{ArrivalProfile, Label, Listener};

pub struct Hashed<'a>(pub BatchTimes<'a>);

impl Listener for Hashed<'_> {
    /// BLAKE3 of all times, origin by origin, destination by destination, as `u32`.
    type Output = [u8; 32];

    #[inline(always)]
    fn arrivals<T: Label, const N: usize>(&mut self, destination: u32, arrivals: &ArrivalProfile<'_, T, N>) {
        self.0.arrivals(destination, arrivals);
    }

    fn finish(self) -> Self::Output {
        blake3::hash(bytemuck::cast_slice(&self.0.finish())).into()
    }
}
