//! A partial ↔ bytes: sections of flat arrays with their hashes, as a part of the network has them. What comes back is
//! checked in full: it is the partial of that name, whole, and of the question's shape.

use super::kept::KeptTimes;
use super::name::Name;
use super::partial::{Effort, OfLand, Partial, VERSION};
use super::spill::Rooms;
use super::streamed::Streamed;
use super::task::Question;
use crate::base::array::{Array, Bytes};
use crate::base::error::{Error, Result};
use crate::measures::pairwise::{Block, Pairwise, blocks};
use crate::measures::stream::MeasureListener;
use crate::measures::tiles::{PART, TileIndex, stretches};
use crate::network::format::{Damage, Reader, Writer};

impl Partial {
    /// The partial under its name ([`Question::name`]).
    ///
    /// # Errors
    /// Those of the room where travel times are kept.
    pub fn bytes(&self, name: &Name) -> Result<Vec<u8>> {
        let mut kept = Vec::new();
        for kept_times in self.lands.iter().flat_map(|land| &land.measures.kept) {
            let mut bytes = vec![0; kept_times.index.bytes() as usize];
            kept_times.read(0, &mut bytes)?;
            kept.push(bytes);
        }
        let mut kept = kept.iter();
        let mut to = Writer::default();
        let Effort { events, pushes, origins } = self.effort;
        let numbers = [self.range.start, self.range.end, events, pushes, origins, self.lands.len()];
        to.made("partial", &[&[VERSION], &numbers.map(|number| number as u64)[..]].concat());
        to.made_texts("name", [name]);
        for (i, land) in self.lands.iter().enumerate() {
            let OfLand { access, access_sums, measures } = land;
            to.made(&format!("{i}.access"), &access.concat());
            put_sums(&format!("{i}.access_sums"), access_sums, &mut to);
            to.made(&format!("{i}.rows"), &measures.rows.concat());
            put_sums(&format!("{i}.sums"), &measures.sums, &mut to);
            to.array(&format!("{i}.batches"), &measures.batches);
            for (p, (times, bytes)) in measures.kept.iter().zip(&mut kept).enumerate() {
                to.array(&format!("{i}.kept{p}.ends"), times.index.ends());
                to.array(&format!("{i}.kept{p}"), bytes);
            }
        }
        Ok(to.finish().bytes())
    }

    /// The partial of that name from `bytes`, which lie at `place`.
    ///
    /// # Errors
    /// The bytes are damaged, of another task, or of another isokron; those of `rooms`.
    pub fn read(
        bytes: Bytes,
        place: &str,
        name: &Name,
        question: &Question<'_>,
        rooms: &dyn Rooms,
    ) -> Result<Partial> {
        let refused = |damage: Damage| {
            Error::input(
                place,
                format!("is no such partial result: {damage}"),
                "delete it: it is computed anew",
            )
        };
        let from = Reader::open(bytes).map_err(refused)?;
        from.check_sections().map_err(refused)?;
        let (mut partial, kept) = parsed(&from, name, question)?.map_err(refused)?;
        let mut kept = kept.into_iter();
        for land in &mut partial.lands {
            for times in &mut land.measures.kept {
                let (bytes, index) = kept.next().expect("as many as were parsed");
                *times = KeptTimes::whole(&bytes, index, rooms)?;
            }
        }
        Ok(partial)
    }
}

/// The bytes of kept travel times, and where their tiles lie.
type KeptBytes = (Array<u8>, TileIndex);

/// A partial without its kept travel times, and these.
fn parsed(
    from: &Reader,
    name: &Name,
    question: &Question<'_>,
) -> Result<std::result::Result<(Partial, Vec<KeptBytes>), Damage>> {
    let (bound, names) = (question.bound()?, question.access_names());
    let listeners = question.listeners(&bound);
    Ok(lands(from, name, question, &listeners, &names))
}

fn lands(
    from: &Reader,
    name: &Name,
    question: &Question<'_>,
    listeners: &[MeasureListener<'_>],
    names: &[usize],
) -> std::result::Result<(Partial, Vec<KeptBytes>), Damage> {
    let wrong = |what: &str| Damage::Damaged(what.to_string());
    let numbers: Array<u64> = from.array("partial")?;
    let [VERSION, numbers @ ..] = &numbers[..] else { return Err(wrong("it is of another version")) };
    let numbers: Option<Vec<usize>> = numbers.iter().map(|&number| usize::try_from(number).ok()).collect();
    let Some(&[first, end, events, pushes, origins, lands]) = numbers.as_deref() else {
        return Err(wrong("its numbers are none"));
    };
    if from.texts("name", 1)?.get(0) != name {
        return Err(wrong("it is of another task"));
    }
    let ((_, to), all) = (question.sides(), question.order().len());
    if first > end || end > all || lands != listeners.len() {
        return Err(wrong("it is of other places"));
    }
    let places = end - first;
    let mut kept = Vec::new();
    let mut land = |(i, (listener, &names)): (usize, (&MeasureListener<'_>, &usize))| {
        let columns = if question.mirrored() { (0, Some(names * to)) } else { (names, None) };
        let access = table(&from.array(&format!("{i}.access"))?, columns.0, places)?;
        let access_sums = take_sums(&format!("{i}.access_sums"), first..end, columns.1, from)?;
        let (rows, sums) = listener.rows_and_sums();
        let rows = table(&from.array(&format!("{i}.rows"))?, rows, places)?;
        let width = (sums > 0).then_some(sums * to);
        let sums = take_sums(&format!("{i}.sums"), first..end, width, from)?;
        let batches: Array<u32> = from.array(&format!("{i}.batches"))?;
        let mut next = first;
        for &batch in batches.iter() {
            if batch == 0 || next % PART + batch as usize > PART {
                return Err(wrong("its batches are none"));
            }
            next += batch as usize;
        }
        if next != end {
            return Err(wrong("its batches are of other places"));
        }
        for p in 0..listener.percentiles() {
            let ends: Array<u64> = from.array(&format!("{i}.kept{p}.ends"))?;
            let bytes: Array<u8> = from.array(&format!("{i}.kept{p}"))?;
            let tiles = if listener.is_kept(p) { batches.len() * stretches(to) } else { 0 };
            let index = TileIndex::from_ends(ends.to_vec()).filter(|_| ends.len() == tiles);
            let index = index.filter(|index| index.bytes() == bytes.len() as u64);
            kept.push((bytes, index.ok_or_else(|| wrong("its travel times are of other places"))?));
        }
        let times = (0..listener.percentiles()).map(|_| KeptTimes::default()).collect();
        let measures = Streamed { range: first..end, rows, sums, kept: times, batches: batches.to_vec() };
        Ok(OfLand { access, access_sums, measures })
    };
    let lands =
        listeners.iter().zip(names).enumerate().map(&mut land).collect::<std::result::Result<_, _>>()?;
    let effort = Effort { events, pushes, origins };
    Ok((Partial { range: first..end, lands, effort }, kept))
}

/// `columns` of `rows` values each.
fn table(values: &[f64], columns: usize, rows: usize) -> std::result::Result<Vec<Vec<f64>>, Damage> {
    if values.len() != columns * rows {
        return Err(Damage::Damaged("its columns are of other places".to_string()));
    }
    Ok((0..columns).map(|i| values[i * rows..][..rows].to_vec()).collect())
}

fn put_sums(name: &str, sums: &Pairwise, to: &mut Writer<'_>) {
    let blocks = sums.blocks();
    let at: Vec<u64> = blocks.iter().flat_map(|block| [block.first as u64, block.size as u64]).collect();
    to.made(&format!("{name}.at"), &at);
    to.made(name, &blocks.iter().map(|block| &block.sums[..]).collect::<Vec<_>>().concat());
}

/// The sums of a range; `width` of them a block, or no blocks at all.
fn take_sums(
    name: &str,
    range: std::ops::Range<usize>,
    width: Option<usize>,
    from: &Reader,
) -> std::result::Result<Pairwise, Damage> {
    let (at, values): (Array<u64>, Array<f64>) = (from.array(&format!("{name}.at"))?, from.array(name)?);
    let blocks = width.map_or_else(Vec::new, |_| blocks(range));
    let width = width.unwrap_or(0);
    let expected: Vec<u64> =
        blocks.iter().flat_map(|block| [block.start as u64, block.len() as u64]).collect();
    if at[..] != expected[..] || values.len() != blocks.len() * width {
        return Err(Damage::Damaged("its sums are of other places".to_string()));
    }
    let mut sums = Pairwise::default();
    for (i, block) in blocks.iter().enumerate() {
        let of_block = values[i * width..][..width].to_vec();
        sums.push(Block { first: block.start, size: block.len(), sums: of_block });
    }
    Ok(sums)
}
