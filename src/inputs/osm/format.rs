//! The messages of an `.osm.pbf` file (osm.wiki/PBF_Format): bytes → headers, blobs, and a block's nodes, ways and
//! relations, one after another.

use super::wire::{BAD_MESSAGE, BlockDamage, WireValue, fields, signed};

/// What stands before a blob.
pub(super) struct BlobHeader<'b> {
    pub kind: &'b [u8],
    pub size: i32,
}

impl<'b> BlobHeader<'b> {
    pub fn parse(bytes: &'b [u8]) -> Result<Self, BlockDamage> {
        let (mut kind, mut size) = (None, None);
        fields(bytes, |field, value| {
            match field {
                1 => kind = Some(value.bytes()?),
                3 => size = Some(value.int32()?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(BlobHeader { kind: kind.ok_or(BAD_MESSAGE)?, size: size.ok_or(BAD_MESSAGE)? })
    }
}

/// How a blob is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Raw,
    Zlib,
    /// By its name.
    Other(&'static str),
}

/// Packed data.
pub(super) struct Blob<'b> {
    pub packing: Packing,
    pub data: &'b [u8],
    /// Unpacked, as the file says.
    pub size: Option<i32>,
}

impl<'b> Blob<'b> {
    pub fn parse(bytes: &'b [u8]) -> Result<Self, BlockDamage> {
        let (mut data, mut size) = (None, None);
        fields(bytes, |field, value| {
            let packing = match field {
                2 => {
                    size = Some(value.int32()?);
                    return Ok(());
                }
                1 => Packing::Raw,
                3 => Packing::Zlib,
                4 => Packing::Other("LZMA"),
                5 => Packing::Other("bzip2"),
                6 => Packing::Other("LZ4"),
                7 => Packing::Other("zstd"),
                _ => return Ok(()),
            };
            data = Some((packing, value.bytes()?));
            Ok(())
        })?;
        let (packing, data) = data.ok_or(BAD_MESSAGE)?;
        Ok(Blob { packing, data, size })
    }
}

/// What a reader must know to read the file, as its header says.
pub(super) fn required_features(bytes: &[u8]) -> Result<Vec<String>, BlockDamage> {
    let mut features = Vec::new();
    fields(bytes, |field, value| {
        if field == 4 {
            features.push(String::from_utf8_lossy(value.bytes()?).into_owned());
        }
        Ok(())
    })?;
    Ok(features)
}

/// A block of data: its texts, and groups of elements that are still bytes.
pub(super) struct OsmBlock<'b> {
    pub texts: Vec<&'b [u8]>,
    groups: Vec<&'b [u8]>,
    granularity: i32,
    lat_offset: i64,
    lon_offset: i64,
}

impl<'b> OsmBlock<'b> {
    pub fn parse(bytes: &'b [u8]) -> Result<Self, BlockDamage> {
        let (texts, groups) = (Vec::new(), Vec::new());
        let mut block = OsmBlock { texts, groups, granularity: 100, lat_offset: 0, lon_offset: 0 };
        fields(bytes, |field, value| {
            match field {
                1 => fields(value.bytes()?, |field, text| {
                    if field == 1 {
                        block.texts.push(text.bytes()?);
                    }
                    Ok(())
                })?,
                2 => block.groups.push(value.bytes()?),
                17 => block.granularity = value.int32()?,
                19 => block.lat_offset = value.number()?.cast_signed(),
                20 => block.lon_offset = value.number()?.cast_signed(),
                _ => {}
            }
            Ok(())
        })?;
        Ok(block)
    }

    /// Degrees · 10⁷, or `None` outside the world.
    pub fn place(&self, lon: i64, lat: i64) -> Option<(i32, i32)> {
        let e7 = |offset: i64, steps: i64, limit: i64| {
            let nano = i64::from(self.granularity).checked_mul(steps)?.checked_add(offset)?;
            let e7 = nano.checked_add(50)?.div_euclid(100);
            if e7.abs() <= limit { i32::try_from(e7).ok() } else { None }
        };
        Some((e7(self.lon_offset, lon, 1_800_000_000)?, e7(self.lat_offset, lat, 900_000_000)?))
    }

    /// Gives each element to `take`, in the file's order.
    pub fn each(
        &self,
        take: &mut dyn FnMut(Element<'_>) -> Result<(), BlockDamage>,
    ) -> Result<(), BlockDamage> {
        let mut element = MessageColumns::default();
        for group in &self.groups {
            fields(group, |field, value| match field {
                1 => {
                    element.clear();
                    element.node(value.bytes()?)?;
                    take(Element::Node(&element.as_node()?))
                }
                2 => {
                    element.clear();
                    element.dense(value.bytes()?)?;
                    element.each_dense(take)
                }
                3 => {
                    element.clear();
                    element.way(value.bytes()?)?;
                    take(Element::Way(&element))
                }
                4 => {
                    element.clear();
                    element.relation(value.bytes()?)?;
                    take(Element::Relation(&element))
                }
                _ => Ok(()),
            })?;
        }
        Ok(())
    }
}

/// An element of a block; texts are numbers in the block's table.
pub(super) enum Element<'e> {
    Node(&'e OsmNode<'e>),
    Way(&'e MessageColumns),
    Relation(&'e MessageColumns),
}

pub(super) struct OsmNode<'e> {
    pub id: i64,
    pub lon: i64,
    pub lat: i64,
    keys: &'e [u32],
    values: &'e [u32],
    /// Keys and values in turn, of a dense node.
    mixed: &'e [u32],
}

impl OsmNode<'_> {
    /// (key, value) as numbers of texts.
    pub fn tags(&self) -> impl Iterator<Item = (usize, usize)> {
        let mixed = self.mixed.chunks_exact(2).map(|pair| (pair[0] as usize, pair[1] as usize));
        pairs(self.keys, self.values).chain(mixed)
    }
}

fn pairs(keys: &[u32], values: &[u32]) -> impl Iterator<Item = (usize, usize)> {
    keys.iter().zip(values).map(|(&key, &value)| (key as usize, value as usize))
}

/// The columns of one message: of a way, a relation, or of dense nodes. Filled anew for each.
#[derive(Default)]
pub(super) struct MessageColumns {
    id: Option<i64>,
    keys: Vec<u32>,
    values: Vec<u32>,
    /// Differences: nodes of a way, members of a relation, ids of dense nodes.
    refs: Vec<i64>,
    /// Differences; of a way only where the file has places of nodes at its ways (`LocationsOnWays`).
    lats: Vec<i64>,
    lons: Vec<i64>,
    /// Members' roles (texts) and types.
    roles: Vec<u32>,
    types: Vec<u32>,
    /// Tags of dense nodes: keys and values in turn, a 0 behind each node's.
    mixed: Vec<u32>,
}

/// A member's type: a way.
const NODE: u32 = 0;
const WAY: u32 = 1;

impl MessageColumns {
    fn clear(&mut self) {
        self.id = None;
        for column in [&mut self.keys, &mut self.values, &mut self.roles, &mut self.types, &mut self.mixed] {
            column.clear();
        }
        for column in [&mut self.refs, &mut self.lats, &mut self.lons] {
            column.clear();
        }
    }

    /// The fields that nodes, ways and relations have in common.
    fn tags_field(&mut self, field: u64, value: WireValue<'_>) -> Result<(), BlockDamage> {
        match field {
            2 => numbers(value, &mut self.keys),
            3 => numbers(value, &mut self.values),
            _ => Ok(()),
        }
    }

    fn node(&mut self, bytes: &[u8]) -> Result<(), BlockDamage> {
        fields(bytes, |field, value| {
            match field {
                1 => self.id = Some(signed(value.number()?)),
                8 => self.lats.push(signed(value.number()?)),
                9 => self.lons.push(signed(value.number()?)),
                _ => self.tags_field(field, value)?,
            }
            Ok(())
        })
    }

    fn as_node(&self) -> Result<OsmNode<'_>, BlockDamage> {
        let (Some(id), Some(&lon), Some(&lat)) = (self.id, self.lons.last(), self.lats.last()) else {
            return Err(BAD_MESSAGE);
        };
        Ok(OsmNode { id, lon, lat, keys: &self.keys, values: &self.values, mixed: &[] })
    }

    fn dense(&mut self, bytes: &[u8]) -> Result<(), BlockDamage> {
        fields(bytes, |field, value| match field {
            1 => value.each(|number| self.refs.push(signed(number))),
            8 => value.each(|number| self.lats.push(signed(number))),
            9 => value.each(|number| self.lons.push(signed(number))),
            10 => numbers(value, &mut self.mixed),
            _ => Ok(()),
        })
    }

    fn each_dense(
        &self,
        take: &mut dyn FnMut(Element<'_>) -> Result<(), BlockDamage>,
    ) -> Result<(), BlockDamage> {
        if self.refs.len() != self.lons.len() || self.refs.len() != self.lats.len() {
            return Err(BAD_NUMBER);
        }
        let (mut id, mut lon, mut lat, mut tag) = (0i64, 0i64, 0i64, 0);
        for i in 0..self.refs.len() {
            let next = |sum: i64, difference: i64| sum.checked_add(difference).ok_or(BAD_NUMBER);
            (id, lon, lat) = (next(id, self.refs[i])?, next(lon, self.lons[i])?, next(lat, self.lats[i])?);
            // The column may be left out where no node has tags.
            let first = tag.min(self.mixed.len());
            tag = first;
            while self.mixed.get(tag).is_some_and(|&key| key != 0) {
                tag += 2;
            }
            let mixed = self.mixed.get(first..tag).ok_or(BAD_TEXT)?;
            tag += 1;
            take(Element::Node(&OsmNode { id, lon, lat, keys: &[], values: &[], mixed }))?;
        }
        Ok(())
    }

    fn way(&mut self, bytes: &[u8]) -> Result<(), BlockDamage> {
        fields(bytes, |field, value| match field {
            1 => {
                self.id = Some(value.number()?.cast_signed());
                Ok(())
            }
            8 => value.each(|number| self.refs.push(signed(number))),
            9 => value.each(|number| self.lats.push(signed(number))),
            10 => value.each(|number| self.lons.push(signed(number))),
            _ => self.tags_field(field, value),
        })
    }

    fn relation(&mut self, bytes: &[u8]) -> Result<(), BlockDamage> {
        fields(bytes, |field, value| match field {
            1 => {
                self.id = Some(value.number()?.cast_signed());
                Ok(())
            }
            8 => numbers(value, &mut self.roles),
            9 => value.each(|number| self.refs.push(signed(number))),
            10 => numbers(value, &mut self.types),
            _ => self.tags_field(field, value),
        })
    }

    pub fn id(&self) -> Result<i64, BlockDamage> {
        self.id.ok_or(BAD_MESSAGE)
    }

    /// (key, value) as numbers of texts.
    pub fn tags(&self) -> impl Iterator<Item = (usize, usize)> {
        pairs(&self.keys, &self.values)
    }

    /// The ids of a way's nodes or a relation's members.
    pub fn refs(&self) -> Result<Vec<i64>, BlockDamage> {
        running(&self.refs)
    }

    /// Where a way's nodes lie, (lon, lat) as [`OsmBlock::place`] takes them; empty where the file has that at its nodes.
    pub fn places(&self) -> Result<Vec<(i64, i64)>, BlockDamage> {
        if self.lats.is_empty() && self.lons.is_empty() {
            return Ok(Vec::new());
        }
        if self.lats.len() != self.refs.len() || self.lons.len() != self.refs.len() {
            return Err(BAD_NUMBER);
        }
        Ok(running(&self.lons)?.into_iter().zip(running(&self.lats)?).collect())
    }

    /// The ways among a relation's members, each with its role (the number of a text).
    pub fn member_ways(&self) -> Result<Vec<(i64, usize)>, BlockDamage> {
        self.members(WAY)
    }

    /// The nodes among a relation's members, as [`MessageColumns::member_ways`].
    pub fn member_nodes(&self) -> Result<Vec<(i64, usize)>, BlockDamage> {
        self.members(NODE)
    }

    fn members(&self, wanted: u32) -> Result<Vec<(i64, usize)>, BlockDamage> {
        let members = self.refs()?.into_iter().zip(&self.types).enumerate();
        // Text 0 is the empty one: no role.
        let role = |at: usize| self.roles.get(at).map_or(0, |&role| role as usize);
        Ok(members.filter(|(_, (_, kind))| **kind == wanted).map(|(at, (id, _))| (id, role(at))).collect())
    }
}

pub(super) const BAD_TEXT: BlockDamage = "a tag that points nowhere in the block that begins";
pub(super) const BAD_NUMBER: BlockDamage = "numbers that do not fit in the block that begins";

/// Numbers of 32 bits; larger ones, which name nothing, become the largest.
fn numbers(value: WireValue<'_>, into: &mut Vec<u32>) -> Result<(), BlockDamage> {
    value.each(|number| into.push(u32::try_from(number).unwrap_or(u32::MAX)))
}

/// Sums of differences.
fn running(differences: &[i64]) -> Result<Vec<i64>, BlockDamage> {
    let mut sum = 0i64;
    let mut next = |d: &i64| {
        sum = sum.checked_add(*d).ok_or(BAD_NUMBER)?;
        Ok(sum)
    };
    differences.iter().map(&mut next).collect()
}
