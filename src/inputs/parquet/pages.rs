//! A Parquet file, page by page, before its values are decoded: what would break the library, or fill the memory.

use std::result::Result;

use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};

use crate::inputs::tables::room::Room;

/// Bits of the numbers that point into a dictionary.
const MOST_BITS: u8 = 32;

/// # Errors
/// In words: pages that are cut off, that point into their dictionary with numbers of impossible width, or that unpack to
/// far more than the file has.
pub(super) fn look_at<R: ChunkReader + 'static>(
    file: &SerializedFileReader<R>,
    size: u64,
    wanted: impl Fn(usize) -> bool,
) -> Result<(), String> {
    let most = Room::of_bytes(size);
    let too_many = || format!("its pages unpack to more than {} MiB", most >> 20);
    let said = |error: parquet::errors::ParquetError| error.to_string();
    let schema = file.metadata().file_metadata().schema_descr_ptr();
    let claimed = file.metadata().row_groups().iter().flat_map(|group| group.columns());
    let claimed =
        claimed.fold(0_u64, |sum, chunk| sum.saturating_add(chunk.uncompressed_size().max(0) as u64));
    if claimed > most {
        return Err(too_many());
    }
    let mut unpacked = 0;
    for group in 0..file.num_row_groups() {
        let group = file.get_row_group(group).map_err(said)?;
        for column in (0..group.num_columns()).filter(|&column| wanted(schema.get_column_root_idx(column))) {
            let of = schema.column(column);
            // Levels lie before the values, repetitions first.
            let levels = usize::from(of.max_rep_level() > 0) + usize::from(of.max_def_level() > 0);
            let mut pages = group.get_column_page_reader(column).map_err(said)?;
            while let Some(page) = pages.get_next_page().map_err(said)? {
                unpacked += page.buffer().len() as u64;
                if unpacked > most {
                    return Err(too_many());
                }
                if width(&page, levels).ok_or("a page is cut off")? > MOST_BITS {
                    return Err("a page points into its dictionary with numbers of impossible width".into());
                }
            }
        }
    }
    Ok(())
}

/// Bits of the numbers that point into the dictionary; 0 where a page has none; `None` where it is too short.
fn width(page: &Page, levels: usize) -> Option<u8> {
    let bytes = page.buffer();
    let (encoding, values) = match page {
        Page::DictionaryPage { .. } => return Some(0),
        Page::DataPageV2 { encoding, def_levels_byte_len, rep_levels_byte_len, .. } => (
            *encoding,
            bytes.get((*def_levels_byte_len as usize).checked_add(*rep_levels_byte_len as usize)?..)?,
        ),
        Page::DataPage { encoding, .. } => {
            let mut values = &bytes[..];
            for _ in 0..levels {
                let (length, rest) = values.split_first_chunk::<4>()?;
                values = rest.get(u32::from_le_bytes(*length) as usize..)?;
            }
            (*encoding, values)
        }
    };
    match encoding {
        #[allow(deprecated)]
        Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => Some(values.first().copied().unwrap_or(0)),
        _ => Some(0),
    }
}
