//! The network's files from within: mapped, read or made, the network is the same; harmed at random, a part is an
//! error or built again, and never another network.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use isokron::base::diagnostics::Diagnostics;
use isokron::base::executor::Quiet;
use isokron::network::StreetLegs;
use isokron::network::format::{Damage, Reader};
use isokron::network::links::Linkage;
use isokron::network::parts::read_diagnostics;
use isokron::network::streets::Streets;
use isokron::network::transit::Timetable;
use isokron::run::cache::Cache;
use isokron::run::load::StudyData;
use isokron::study::Study;
use proptest::prelude::*;

/// All that a run takes from a network.
#[derive(Debug, PartialEq)]
struct Taken {
    streets: Streets,
    timetable: Timetable,
    links: [Linkage; 3],
    legs: StreetLegs,
    diagnostics: Diagnostics,
}

fn taken(study: &Study, cache: &Cache) -> isokron::base::error::Result<Taken> {
    let loaded = StudyData::load(study, cache, &Quiet)?;
    let network = loaded.network(&study.profiles[0], cache, &Quiet)?;
    let links = loaded.region.links.clone();
    Ok(Taken {
        streets: (*loaded.streets).clone(),
        timetable: (*network.timetable).clone(),
        links: [links.cells, links.others, links.stops],
        legs: (*network.legs).clone(),
        diagnostics: loaded.diagnostics,
    })
}

fn demo() -> Study {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/skargard/study.toml");
    isokron::scenario::written::read(&file).unwrap()
}

fn made(cache: &Cache) -> Vec<String> {
    cache.parts().into_iter().filter(|part| part.made).map(|part| part.name).collect()
}

/// The demo's parts, their files, and what they hold.
struct Whole {
    study: Study,
    folder: tempfile::TempDir,
    files: BTreeMap<PathBuf, Vec<u8>>,
    taken: Taken,
}

impl Whole {
    fn new() -> Whole {
        let (study, folder) = (demo(), tempfile::tempdir().unwrap());
        let cache = Cache::new(folder.path());
        let taken = taken(&study, &cache).unwrap();
        let files = cache.parts().into_iter().map(|part| (part.path.clone(), fs::read(&part.path).unwrap()));
        Whole { files: files.collect(), study, folder, taken }
    }
}

#[test]
fn mapped_read_and_made_are_the_same() {
    let whole = Whole::new();
    let of = |mapped: bool| {
        let mut cache = Cache::new(whole.folder.path());
        cache.mapped = mapped;
        let taken = taken(&whole.study, &cache).unwrap();
        assert_eq!(made(&cache), [""; 0]);
        taken
    };
    assert_eq!(of(true), whole.taken);
    assert_eq!(of(false), whole.taken);
    // Not yet checked, then checked: what is remembered changes nothing.
    fs::remove_file(whole.folder.path().join("known.tsv")).unwrap();
    assert_eq!(of(true), whole.taken);
    assert_eq!(of(true), whole.taken);
    let anew = Cache::to_compare(whole.folder.path());
    assert_eq!(taken(&whole.study, &anew).unwrap(), whole.taken);
    assert_eq!(anew.different(), [""; 0].map(PathBuf::from));
}

#[test]
fn a_map_outlives_its_file() {
    let whole = Whole::new();
    let held = taken(&whole.study, &Cache::new(whole.folder.path())).unwrap();
    // Replaced by a rename, as isokron does it, and removed: what is mapped stays.
    for path in whole.files.keys() {
        let beside = whole.folder.path().join("other");
        fs::write(&beside, "other").unwrap();
        fs::rename(&beside, path).unwrap();
        fs::remove_file(path).unwrap();
    }
    assert_eq!(held, whole.taken);
}

/// A way to harm a file; numbers are shares of its length, in 65536ths.
#[derive(Clone, Debug)]
enum Harm {
    Flip(u16, u8),
    Cut(u16),
    Grow(Vec<u8>),
    Zero(u16, u16),
    Move(u16, u16),
}

fn harm() -> impl Strategy<Value = Harm> {
    prop_oneof![
        4 => (any::<u16>(), 0..8u8).prop_map(|(at, bit)| Harm::Flip(at, bit)),
        // The header and the table, where a bit means most.
        4 => (0..400u16, 0..8u8).prop_map(|(at, bit)| Harm::Flip(at % 40, bit)),
        2 => any::<u16>().prop_map(Harm::Cut),
        1 => prop::collection::vec(any::<u8>(), 1..200).prop_map(Harm::Grow),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(at, n)| Harm::Zero(at, n)),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(from, to)| Harm::Move(from, to)),
    ]
}

fn harmed(bytes: &[u8], harms: &[Harm]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for harm in harms {
        let n = bytes.len();
        let at = |share: u16| (n * usize::from(share)) >> 16;
        match harm {
            _ if n == 0 => {}
            Harm::Flip(share, bit) => bytes[at(*share)] ^= 1 << bit,
            Harm::Cut(share) => bytes.truncate(at(*share)),
            Harm::Grow(more) => bytes.extend_from_slice(more),
            Harm::Zero(from, length) => {
                let end = (at(*from) + at(*length) / 4).min(n);
                bytes[at(*from)..end].fill(0);
            }
            Harm::Move(from, to) => {
                let length = (n - at(*from).max(at(*to))).min(64);
                bytes.copy_within(at(*from)..at(*from) + length, at(*to));
            }
        }
    }
    bytes
}

thread_local! {
    static WHOLE: RefCell<Option<Whole>> = const { RefCell::new(None) };
}

fn with_whole<R>(task: impl FnOnce(&Whole) -> R) -> R {
    WHOLE.with_borrow_mut(|whole| task(whole.get_or_insert_with(Whole::new)))
}

/// Reads a part as the cache does at the first sight of it: hashes, then indices.
fn read(path: &Path, bytes: Vec<u8>, whole: &Whole, hashed: bool) -> Result<bool, Damage> {
    let reader = Reader::open(Arc::new(bytes))?;
    if hashed {
        reader.check_sections()?;
    }
    let diagnostics = read_diagnostics(&reader)?;
    let name = path.file_name().unwrap().to_str().unwrap();
    let taken = &whole.taken;
    // Only what the part itself says is compared: findings of all parts are gathered elsewhere.
    drop(diagnostics);
    let (n, stops) = (taken.links[0].len(), taken.timetable.stops.ids.len());
    Ok(match name.split('-').next().unwrap() {
        "streets" => Streets::read(&reader)? == taken.streets,
        "timetable" => {
            let timetable = Timetable::read(&reader)?;
            let texts =
                [&timetable.stops.ids, &timetable.stops.names, &timetable.trip_ids, &timetable.headsigns];
            assert!(texts.iter().all(|texts| texts.iter().all(|text| text.len() < 1 << 20)));
            timetable == taken.timetable
        }
        "links" => {
            let of = |name: &str| Linkage::read(name, &reader, &taken.streets);
            [of("cells")?, of("others")?, of("stops")?] == taken.links
        }
        _ => StreetLegs::read(&reader, n, n, stops)? == taken.legs,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever happens to the bytes of a part: it is refused, or holds what it held.
    #[test]
    fn harmed_bytes_are_refused(part in 0..4usize, harms in prop::collection::vec(harm(), 1..4)) {
        with_whole(|whole| {
            let (path, bytes) = whole.files.iter().nth(part).unwrap();
            let same = read(path, harmed(bytes, &harms), whole, true);
            prop_assert!(same.is_err() || same == Ok(true));
            Ok(())
        })?;
    }

    /// A part whose hashes were put right after the harm: its indices and offsets are checked still, so that it
    /// is refused or usable, and never ends the program. What it holds may differ: it was forged.
    #[test]
    fn forged_parts_end_no_program(
        part in 0..4usize, section in any::<u16>(), harms in prop::collection::vec(harm(), 1..4)
    ) {
        with_whole(|whole| {
            let (path, bytes) = whole.files.iter().nth(part).unwrap();
            // As `network/format.rs` lays it out: 64 bytes of header, entries of 72.
            let mut bytes = bytes.clone();
            let count = u32::from_le_bytes(bytes[16..20].try_into().unwrap()) as usize;
            let entry = 64 + 72 * (usize::from(section) % count);
            let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
            let (at, length) = (number(entry + 24), number(entry + 32));
            let mut new = harmed(&bytes[at..at + length], &harms);
            new.truncate(length);
            bytes[at..at + new.len()].copy_from_slice(&new);
            bytes[entry + 32..entry + 40].copy_from_slice(&(new.len() as u64).to_le_bytes());
            let hash = blake3::hash(&new);
            bytes[entry + 40..entry + 72].copy_from_slice(hash.as_bytes());
            let table = blake3::hash(&bytes[64..64 + 72 * count]);
            bytes[32..64].copy_from_slice(table.as_bytes());
            let _ = read(path, bytes, whole, true);
            Ok::<(), TestCaseError>(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// The same through the cache: a part harmed on the disk is an error that names it, or built again, and the
    /// network is what it was.
    #[test]
    fn harmed_files_are_built_again(part in 0..4usize, harms in prop::collection::vec(harm(), 1..3)) {
        with_whole(|whole| {
            let (path, bytes) = whole.files.iter().nth(part).unwrap();
            fs::write(path, harmed(bytes, &harms)).unwrap();
            match taken(&whole.study, &Cache::new(whole.folder.path())) {
                Ok(found) => prop_assert!(found == whole.taken),
                Err(error) => {
                    prop_assert_eq!(error.exit_code(), 1);
                    prop_assert!(error.to_string().contains(&*path.to_string_lossy()), "{}", error);
                }
            }
            fs::write(path, bytes).unwrap();
            Ok(())
        })?;
    }
}
