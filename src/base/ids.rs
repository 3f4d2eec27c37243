//! Numbers of one kind that are not taken for those of another: each kind has a type, and a column is opened by the type of
//! what it is about. Compiled, an id is its `u32` and a column its vector.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The number of a thing among its like.
pub trait Id: Copy + PartialEq {
    /// "No such thing".
    const NONE: Self;
    fn of(number: u32) -> Self;
    fn number(self) -> u32;

    #[inline(always)]
    fn index(self) -> usize {
        self.number() as usize
    }
}

/// Makes types of ids, each with the words for what it numbers.
macro_rules! ids {
    ($($(#[$words:meta])* $name:ident;)*) => {$(
        $(#[$words])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, bytemuck::Pod, bytemuck::Zeroable,
        )]
        #[repr(transparent)]
        pub struct $name(pub u32);

        impl $crate::base::ids::Id for $name {
            const NONE: $name = $name($crate::base::NONE);

            #[inline(always)]
            fn of(number: u32) -> $name {
                $name(number)
            }

            #[inline(always)]
            fn number(self) -> u32 {
                self.0
            }
        }
    )*};
}
pub(crate) use ids;

ids! {
    /// A stop of the timetable.
    StopId;
    /// A trip of the timetable.
    TripId;
    /// A cell of the region.
    CellId;
    /// A junction: a node of the street graph.
    JunctionId;
    /// An edge of the street graph, whichever way one goes along it.
    EdgeId;
}

/// A number that is of no kind: rows of a table that are known by their place alone.
impl Id for u32 {
    const NONE: u32 = super::NONE;

    #[inline(always)]
    fn of(number: u32) -> u32 {
        number
    }

    #[inline(always)]
    fn number(self) -> u32 {
        self
    }
}

/// A value for each `K`, in their order.
pub struct IdVec<K, V> {
    values: Vec<V>,
    by: PhantomData<fn(K)>,
}

impl<K: Id, V> IdVec<K, V> {
    /// The same value for so many.
    pub fn new(value: V, len: usize) -> IdVec<K, V>
    where
        V: Clone,
    {
        vec![value; len].into()
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn capacity(&self) -> usize {
        self.values.capacity()
    }

    /// The same value for so many, in the room that is there.
    pub fn fill(&mut self, value: V, len: usize)
    where
        V: Clone,
    {
        self.values.clear();
        self.values.resize(len, value);
    }

    /// Puts a value behind the others; says its id.
    #[inline]
    pub fn push(&mut self, value: V) -> K {
        self.values.push(value);
        K::of(self.values.len() as u32 - 1)
    }

    /// The id that the next one will have.
    pub fn next(&self) -> K {
        K::of(self.values.len() as u32)
    }

    /// All values, each with its id.
    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.ids().zip(&self.values)
    }

    pub fn ids(&self) -> impl Iterator<Item = K> + use<K, V> {
        (0..self.values.len() as u32).map(K::of)
    }

    pub fn values(&self) -> &[V] {
        &self.values
    }

    pub fn into_values(self) -> Vec<V> {
        self.values
    }
}

/// Ids one after the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IdRange<K> {
    start: K,
    end: K,
}

impl<K: Id> IdRange<K> {
    /// From `start` on, up to `end`, which is not one of them.
    pub fn new(start: K, end: K) -> IdRange<K> {
        IdRange { start, end }
    }

    pub fn iter(self) -> impl DoubleEndedIterator<Item = K> {
        (self.start.number()..self.end.number()).map(K::of)
    }

    #[inline]
    pub fn first(self) -> Option<K> {
        self.iter().next()
    }

    #[inline]
    pub fn last(self) -> Option<K> {
        self.iter().next_back()
    }
}

impl<K: Id, V: Id> IdVec<K, V> {
    /// Of ids along this column: the way back, `NONE` for those of `len` that are not in it.
    pub fn inverse(&self, len: usize) -> IdVec<V, K> {
        let mut back = IdVec::new(K::NONE, len);
        self.ids().zip(&self.values).for_each(|(id, &value)| back[value] = id);
        back
    }

    /// Numbers those that are not `NONE` anew, in their order; says how many there are.
    pub fn renumber(&mut self) -> usize {
        let mut made = 0;
        for value in self.values.iter_mut().filter(|value| **value != V::NONE) {
            *value = V::of(made);
            made += 1;
        }
        made as usize
    }
}

impl<K: Id, V> Index<K> for IdVec<K, V> {
    type Output = V;

    #[inline(always)]
    fn index(&self, id: K) -> &V {
        &self.values[id.index()]
    }
}

impl<K: Id, V> IndexMut<K> for IdVec<K, V> {
    #[inline(always)]
    fn index_mut(&mut self, id: K) -> &mut V {
        &mut self.values[id.index()]
    }
}

impl<K, V> From<Vec<V>> for IdVec<K, V> {
    fn from(values: Vec<V>) -> Self {
        IdVec { values, by: PhantomData }
    }
}

impl<K, V> FromIterator<V> for IdVec<K, V> {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        values.into_iter().collect::<Vec<V>>().into()
    }
}

impl<K, V> Default for IdVec<K, V> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<K, V: Clone> Clone for IdVec<K, V> {
    fn clone(&self) -> Self {
        self.values.clone().into()
    }
}

impl<K, V: fmt::Debug> fmt::Debug for IdVec<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::NONE;

    ids! {
        Place;
    }

    #[test]
    fn there_and_back() {
        assert_eq!(size_of::<Place>(), size_of::<u32>());
        let stops: IdVec<Place, StopId> = Vec::from([StopId(4), StopId(1)]).into();
        assert_eq!(stops[Place(1)], StopId(1));
        let places = stops.inverse(5);
        assert_eq!(places[StopId(4)], Place(0));
        assert_eq!(places.values(), [Place::NONE, Place(1), Place::NONE, Place::NONE, Place(0)]);
        assert_eq!(Place::NONE.number(), NONE);
        let mut marked = IdVec::<StopId, Place>::new(Place::NONE, 4);
        (marked[StopId(1)], marked[StopId(3)]) = (Place(7), Place(7));
        assert_eq!(marked.renumber(), 2);
        assert_eq!(marked.values(), [Place::NONE, Place(0), Place::NONE, Place(1)]);
    }
}
