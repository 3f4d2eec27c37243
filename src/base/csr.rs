//! Offsets and values: a list of lists in two flat arrays, checked once.

use bytemuck::{Pod, Zeroable};

use super::array::Array;
use super::ids::Id;

/// A list of `len()` rows of any length. Row `i` is `values[offsets[i]..offsets[i + 1]]`.
///
/// ```
/// use isokron::base::csr::Csr;
///
/// let csr = Csr::from_pairs(3, &[(2, 'c'), (0, 'a'), (0, 'b')]);
/// assert_eq!(csr.row(0), ['a', 'b']);
/// assert!(csr.row(1).is_empty());
/// assert_eq!((csr.offsets(), csr.values()), (&[0, 2, 2, 3][..], &['a', 'b', 'c'][..]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csr<T> {
    offsets: Array<u32>,
    values: Array<T>,
}

impl<T> Default for Csr<T> {
    fn default() -> Self {
        Csr { offsets: vec![0].into(), values: Array::default() }
    }
}

impl<T> Csr<T> {
    /// From its parts, or `None` where the offsets do not start at 0, fall, or do not end at the number of values.
    pub fn from_parts(offsets: impl Into<Array<u32>>, values: impl Into<Array<T>>) -> Option<Self> {
        let (offsets, values) = (offsets.into(), values.into());
        let sound = offsets.first() == Some(&0)
            && offsets.is_sorted()
            && offsets.last().copied().map(|last| last as usize) == Some(values.len());
        sound.then_some(Csr { offsets, values })
    }

    /// From rows, in their order.
    pub fn from_rows<R: IntoIterator<Item = T>>(rows: impl IntoIterator<Item = R>) -> Self
    where
        T: Copy,
    {
        let mut csr = Csr::default();
        for row in rows {
            csr.push_row(row);
        }
        csr
    }

    /// From (row, value) pairs in any order; values of a row keep the order of the pairs.
    pub fn from_pairs<K: Id>(rows: usize, pairs: &[(K, T)]) -> Self
    where
        T: Copy,
    {
        let mut offsets = vec![0u32; rows + 1];
        for (row, _) in pairs {
            offsets[row.index() + 1] += 1;
        }
        for i in 0..rows {
            offsets[i + 1] += offsets[i];
        }
        let mut order: Vec<u32> = (0..pairs.len() as u32).collect();
        order.sort_by_key(|&i| pairs[i as usize].0.number());
        let values = order.into_iter().map(|i| pairs[i as usize].1).collect();
        Csr { offsets: offsets.into(), values }
    }

    /// Appends a row.
    #[inline]
    pub fn push_row(&mut self, row: impl IntoIterator<Item = T>)
    where
        T: Copy,
    {
        self.values.to_mut().extend(row);
        self.offsets.push(u32::try_from(self.values.len()).expect("fewer than 2^32 values"));
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where row `i` lies in `values()`.
    #[inline]
    pub fn range(&self, i: usize) -> std::ops::Range<usize> {
        self.offsets[i] as usize..self.offsets[i + 1] as usize
    }

    #[inline]
    pub fn row(&self, i: usize) -> &[T] {
        &self.values[self.range(i)]
    }

    pub fn rows(&self) -> impl Iterator<Item = &[T]> {
        (0..self.len()).map(|i| self.row(i))
    }

    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub fn values(&self) -> &[T] {
        &self.values
    }
}

/// A walk to place or stop `to`, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Pod, Zeroable)]
#[repr(C)]
pub struct TimedArc {
    pub to: u32,
    pub seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let csr = Csr::from_rows([vec![1, 2], vec![], vec![3]]);
        assert_eq!(csr.rows().collect::<Vec<_>>(), [&[1, 2][..], &[], &[3]]);
        assert_eq!(Csr::from_pairs(3, &[(2, 3), (0, 1), (0, 2)]), csr);
    }

    #[test]
    fn unsound_offsets_are_refused() {
        assert!(Csr::from_parts(vec![0, 2, 1], vec![7]).is_none());
        assert!(Csr::from_parts(vec![1], Vec::<u8>::new()).is_none());
        assert!(Csr::from_parts(vec![0, 2], vec![7]).is_none());
        assert!(Csr::<u8>::from_parts(vec![], vec![]).is_none());
    }
}
