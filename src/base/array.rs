//! A flat array that owns its values, or looks at them in bytes that others share: a file's map, mostly.

use std::fmt;
use std::ops::{Deref, DerefMut, Range};
use std::ptr::NonNull;
use std::sync::Arc;

use bytemuck::Pod;

/// Bytes that arrays look at. They stay where they are for as long as anyone holds them.
pub type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Values in a row, as a slice. Made by a builder, they are its own; opened from bytes, nothing is copied.
/// Whoever changes shared values gets a copy of their own first.
pub struct Array<T>(ArrayValues<T>);

enum ArrayValues<T> {
    Own(Vec<T>),
    Shared(View<T>),
}

/// `len` values at `at`, inside the slice that `owner` gave once.
struct View<T> {
    at: NonNull<T>,
    len: usize,
    owner: Bytes,
}

// SAFETY: a view hands out shared references to plain values only, and may be dropped anywhere, as its owner may.
unsafe impl<T: Sync> Send for View<T> {}
// SAFETY: likewise.
unsafe impl<T: Sync> Sync for View<T> {}

impl<T: Pod> Array<T> {
    /// The values in `bytes[range]`, or `None` where the range lies outside or holds no whole number of values.
    /// Bytes that are not aligned for `T` are copied.
    pub fn from_bytes(bytes: &Bytes, range: Range<usize>) -> Option<Array<T>> {
        let section = (**bytes).as_ref().get(range)?;
        if section.len() % size_of::<T>() != 0 {
            return None;
        }
        let Ok(values) = bytemuck::try_cast_slice::<u8, T>(section) else {
            return Some(Array::from(bytemuck::allocation::pod_collect_to_vec::<u8, T>(section)));
        };
        // Safety of what `deref` does with it: the slice was borrowed from what the `Arc` holds. That lives, at
        // the same place, as long as `owner` does, and nobody gets a `&mut` to it while there are two owners, or
        // we are the only one; so the borrow could last as long. The cast has checked size and alignment, and
        // any bits are a valid `T`, since it is `Pod`.
        let at = NonNull::from(values).cast();
        Some(Array(ArrayValues::Shared(View { at, len: values.len(), owner: bytes.clone() })))
    }
}

impl<T: Copy> Array<T> {
    /// The values as a vector to change: shared ones are copied first.
    #[inline]
    pub fn to_mut(&mut self) -> &mut Vec<T> {
        if let ArrayValues::Shared(_) = &self.0 {
            self.0 = ArrayValues::Own(self.to_vec());
        }
        match &mut self.0 {
            ArrayValues::Own(values) => values,
            ArrayValues::Shared(_) => unreachable!("made its own above"),
        }
    }

    #[inline]
    pub fn push(&mut self, value: T) {
        self.to_mut().push(value);
    }
}

impl<T> Deref for Array<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.0 {
            ArrayValues::Own(values) => values,
            // SAFETY: see `from_bytes`, the only one who makes views; `owner` lives as long as `self`.
            ArrayValues::Shared(view) => unsafe { std::slice::from_raw_parts(view.at.as_ptr(), view.len) },
        }
    }
}

impl<T: Copy> DerefMut for Array<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.to_mut()
    }
}

impl<T> Default for Array<T> {
    fn default() -> Self {
        Array(ArrayValues::Own(Vec::new()))
    }
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(values: Vec<T>) -> Self {
        Array(ArrayValues::Own(values))
    }
}

impl<T> FromIterator<T> for Array<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        values.into_iter().collect::<Vec<T>>().into()
    }
}

impl<'a, T> IntoIterator for &'a Array<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Clone> Clone for Array<T> {
    fn clone(&self) -> Self {
        Array(match &self.0 {
            ArrayValues::Own(values) => ArrayValues::Own(values.clone()),
            ArrayValues::Shared(View { at, len, owner }) => {
                ArrayValues::Shared(View { at: *at, len: *len, owner: owner.clone() })
            }
        })
    }
}

impl<T: fmt::Debug> fmt::Debug for Array<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

/// Equal where the values are, whoever owns them.
impl<T: PartialEq, S: AsRef<[T]>> PartialEq<S> for Array<T> {
    fn eq(&self, other: &S) -> bool {
        self[..] == *other.as_ref()
    }
}

impl<T: Eq> Eq for Array<T> {}

impl<T> AsRef<[T]> for Array<T> {
    fn as_ref(&self) -> &[T] {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that begin on a border of 8.
    struct Aligned(Vec<u64>);

    impl AsRef<[u8]> for Aligned {
        fn as_ref(&self) -> &[u8] {
            bytemuck::cast_slice(&self.0)
        }
    }

    #[test]
    fn views_look_and_copies_change() {
        let bytes: Bytes = Arc::new(Aligned(vec![1, 2, 3]));
        let at = (*bytes).as_ref().as_ptr();
        let view: Array<u32> = Array::from_bytes(&bytes, 8..24).unwrap();
        assert_eq!(view, [2u32, 0, 3, 0]);
        assert_eq!(view.as_ptr().cast::<u8>(), at.wrapping_add(8), "nothing was copied");
        let mut changed = view.clone();
        assert_eq!(changed.as_ptr(), view.as_ptr(), "nor by clone");
        drop(bytes);
        changed[1] = 7;
        changed.push(8);
        assert_eq!(changed, [2u32, 7, 3, 0, 8]);
        assert_eq!(view, [2u32, 0, 3, 0]);
        assert_eq!(std::thread::spawn(move || view.iter().sum::<u32>()).join().unwrap(), 5);
    }

    #[test]
    fn what_does_not_fit_is_refused_or_copied() {
        let bytes: Bytes = Arc::new(Aligned(vec![1, 2, 3]));
        assert!(Array::<u32>::from_bytes(&bytes, 8..25).is_none(), "outside");
        assert!(Array::<u32>::from_bytes(&bytes, 8..14).is_none(), "one value and a half");
        assert!(Array::<u32>::from_bytes(&bytes, Range { start: 9, end: 8 }).is_none());
        assert_eq!(Array::<u32>::from_bytes(&bytes, 24..24).unwrap(), [0u32; 0]);
        // Little-endian: bytes 1..5 of 1, 0, 0, … are 0; of other orders too, but for the last.
        let odd: Array<u32> = Array::from_bytes(&bytes, 9..13).unwrap();
        assert_eq!(odd, [0u32]);
        assert_ne!(odd.as_ptr().cast::<u8>(), (*bytes).as_ref().as_ptr().wrapping_add(9));
    }
}
