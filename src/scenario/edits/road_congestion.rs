//! Slower cars, by way or area: a table of traffic as `[network] traffic` names them.

use std::path::{Path, PathBuf};

use crate::inputs::raw::{RawStreets, StressLine, TrafficColumns};
#[cfg(feature = "native")]
use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
use crate::scenario::edit::{EditSpec, Lengths, StreetsEdit, Target, TrafficTable};
use crate::scenario::modes::Modes;
use crate::scenario::said::WrongEdit;

const NAME: &str = "road_congestion";

#[derive(Clone, Debug, PartialEq)]
pub struct RoadCongestion {
    /// Relative to the study's folder.
    pub file: PathBuf,
    pub columns: TrafficColumns,
    /// Where no row holds, cars are so many times as fast.
    pub elsewhere: f64,
}

impl EditSpec for RoadCongestion {
    fn kind(&self) -> &'static str {
        NAME
    }

    fn target(&self) -> Target<'_> {
        Target::Streets(self)
    }

    fn table_file(&self) -> Option<&Path> {
        Some(&self.file)
    }

    fn traffic(&self) -> Option<TrafficTable<'_>> {
        Some(TrafficTable { file: &self.file, columns: &self.columns, elsewhere: self.elsewhere })
    }

    #[cfg(feature = "native")]
    fn to_conveyal(&self, ids: &mut ConveyalIds<'_>) -> Translated {
        written::to_conveyal(self, ids)
    }
}

impl StreetsEdit for RoadCongestion {
    fn modes(&self) -> Modes {
        Modes { car: true, ..Modes::default() }
    }

    /// Streets stay as they are: what is read of the table holds for those who drive on them.
    fn apply(&self, _: &mut RawStreets, _: Modes, _: &[StressLine], _: &mut WrongEdit) -> Lengths {
        Lengths::default()
    }
}

#[cfg(feature = "native")]
pub(super) mod written {
    use serde_json::json;

    use super::{NAME, RoadCongestion, TrafficColumns};
    use crate::scenario::conveyal::fields::{EditToml, ModificationFields};
    use crate::scenario::conveyal::ids::{ConveyalIds, Translated};
    use crate::scenario::reading::{
        EditKind, FACTOR, KeyGroup, Required, Text, Value, feed_file, group, key, positive,
    };
    use crate::scenario::written::Registered;

    pub const KIND: Registered = Registered {
        kind: EditKind {
            name: NAME,
            meaning: "slower cars, by area, way and hour, from a table",
            groups: &[&KEYS],
            read: |s, base| {
                let column = |text: Option<String>, name: &str| text.unwrap_or_else(|| name.to_string());
                let file = feed_file(s, base);
                let columns = TrafficColumns {
                    speed_factor: column(s.text("speed_factor_column"), "speed_factor"),
                    priority: column(s.text("priority_column"), "priority"),
                };
                let elsewhere = positive(s, "default_speed_factor").unwrap_or(1.0);
                RoadCongestion { file, columns, elsewhere }.into()
            },
        },
        modifications: &[("road-congestion", from_conveyal)],
    };

    const KEYS: KeyGroup = group(
        NAME,
        &[
            key(
                "file",
                Text,
                Required,
                "\"congestion.geojson\"",
                "a table as those of [network] traffic (docs/streets.md)",
            ),
            key(
                "speed_factor_column",
                Text,
                Value("\"speed_factor\""),
                "\"scaling\"",
                "its column of how many times as fast cars are",
            ),
            key("priority_column", Text, Value("\"priority\""), "\"rank\"", "its column of priorities"),
            key(
                "default_speed_factor",
                FACTOR,
                Value("1"),
                "0.9",
                "where no row holds, cars are so many times as fast",
            ),
        ],
    );

    /// The polygons lie in a store of theirs, under an id.
    fn from_conveyal(m: &mut ModificationFields<'_>, _: usize) -> Vec<EditToml> {
        let layer = m.text("polygonLayer");
        let Some(layer) = m.must("polygonLayer", layer) else { return Vec::new() };
        let quoted = |text: &str| format!("{text:?}");
        let file = format!("{layer}.geojson");
        m.note(format_args!(
            "export the polygon layer {layer} there, and save it as {file} beside the study"
        ));
        let _ = m.text("nameAttribute");
        let factor = m.text("scalingAttribute").map(quoted);
        let priority = m.text("priorityAttribute").map(quoted);
        let elsewhere = m.number("defaultScaling").filter(|&factor| factor != 1.0).map(|f| format!("{f:?}"));
        let edit = EditToml::new(NAME).put("file", quoted(&file)).maybe("speed_factor_column", factor);
        vec![edit.maybe("priority_column", priority).maybe("default_speed_factor", elsewhere)]
    }

    pub fn to_conveyal(edit: &RoadCongestion, _: &mut ConveyalIds<'_>) -> Translated {
        let layer = edit.file.file_stem().unwrap_or_default().to_string_lossy();
        Ok(json!({
            "type": "road-congestion", "polygonLayer": layer, "scalingAttribute": edit.columns.speed_factor,
            "priorityAttribute": edit.columns.priority, "defaultScaling": edit.elsewhere,
        }))
    }
}
