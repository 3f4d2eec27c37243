//! Traffic stress from lines that somebody surveyed.

use std::path::{Path, PathBuf};

use crate::inputs::raw::{RawStreets, StressLine};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, StressLinesFile, Target};
use crate::scenario::modes::{Modes, set_tag};
use crate::scenario::near_lines::NearLines;
use crate::scenario::said::WrongEdit;
use crate::scenario::streets::cut_where;

const NAME: &str = "set_stress";

#[derive(Clone, Debug, PartialEq)]
pub struct SetStress {
    /// Relative to the study's folder.
    pub file: PathBuf,
    /// Its column of levels, 1 to 4.
    pub column: String,
    /// A line that is so near to the middle of a segment and runs in its direction says its level.
    pub within_m: f64,
}

impl EditSpec for SetStress {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Streets(self)
    }

    fn table_file(&self) -> Option<&Path> {
        Some(&self.file)
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl StreetsEdit for SetStress {
    fn modes(&self) -> Modes {
        Modes { bicycle: true, ..Modes::default() }
    }

    fn stress(&self) -> Option<StressLinesFile<'_>> {
        Some(StressLinesFile { file: &self.file, column: &self.column })
    }

    fn apply(&self, raw: &mut RawStreets, _: Modes, lines: &[StressLine], said: &mut WrongEdit) -> Lengths {
        let near = NearLines::new(lines, self.within_m);
        let mut mm = 0;
        for level in 1..=4 {
            let meant =
                cut_where(raw, &|way| self.modes().use_way(way), &|a, b| near.level(a, b) == Some(level));
            for way in meant.ways {
                set_tag(&mut raw.ways[way as usize].tags, "lts", &level.to_string());
            }
            mm += meant.mm;
        }
        if mm == 0 {
            said.wrong(
                "matches no street that people cycle",
                "do the lines lie where the streets are? Or write more within_m",
            );
        }
        Lengths { added_mm: mm, removed_mm: mm }
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{NAME, SetStress};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::{
        Above, EditKind, KeyGroup, Required, Text, Value, feed_file, group, key, positive,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "traffic stress of those who cycle, from lines that somebody surveyed",
            groups: &[&KEYS],
            read: |s, base| {
                let file = feed_file(s, base);
                let column = s.text("column").unwrap_or_else(|| "lts".to_string());
                SetStress { file, column, within_m: positive(s, "within_m").unwrap_or(10.0) }.into()
            },
        },
        modifications: &[("shapefile-lts", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key("file", Text, Required, "\"stress.shp\"", "lines: Shapefile, GeoPackage or GeoJSON"),
            key("column", Text, Value("\"lts\""), "\"LTS\"", "its column of levels, 1 to 4"),
            key(
                "within_m",
                Above(0.0, 100.0),
                Value("10"),
                "15",
                "a line along a segment that is so near to its middle says its level, m",
            ),
        ],
    );

    /// The lines lie in a store of theirs, under an id.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let (source, column) = (m.text("dataSourceId"), m.text("ltsAttribute"));
        let Some(source) = m.must("dataSourceId", source) else { return Vec::new() };
        m.note(format_args!(
            "export the data source {source} there, and save it as {source}.shp beside the study"
        ));
        let edit = EditToml::new(NAME).put("file", format!("{:?}", format!("{source}.shp")));
        vec![edit.maybe("column", column.map(|column| format!("{column:?}")))]
    }

    pub fn to_conveyal(edit: &SetStress, _: &mut ConveyalIds<'_>) -> Translated {
        let source = edit.file.file_stem().unwrap_or_default().to_string_lossy();
        Ok(json!({ "type": "shapefile-lts", "dataSourceId": source, "ltsAttribute": edit.column }))
    }
}
