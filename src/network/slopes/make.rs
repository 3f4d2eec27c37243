//! Streets, what they were built from, and heights → their [`Slopes`].

use super::heights::Heights;
use super::profile::{self, EdgeProfile};
use super::tagged::Tagged;
use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::Result;
use crate::base::executor::{Executor, collect};
use crate::base::ids::EdgeId;
use crate::inputs::raw::RawStreets;
use crate::network::streets::{Slopes, Streets};

const UNKNOWN: DiagnosticCode = DiagnosticCode {
    code: "slope_unknown",
    severity: Severity::Doubt,
    meaning: "streets without elevation, or for a part of their length: what has no incline either is level there",
    remedy: "[network] elevation = [\"…\"] with rasters that cover all streets",
};
const INCLINE_WITHOUT_NUMBER: DiagnosticCode = DiagnosticCode {
    code: "slope_incline_no_number",
    severity: Severity::Doubt,
    meaning: "ways with an incline that is no number (up, down), or steeper than 100 %: it is not used",
    remedy: "",
};

/// So many edges are one task.
const CHUNK: usize = 1024;

impl Slopes {
    /// The rises of the edges of `streets`, which were built from `raw`. `heights`: `None` where the study has none, and
    /// inclines alone count.
    ///
    /// # Errors
    /// Those of `heights`; stopped by `executor`, which sees the stage "slopes", a step an edge.
    pub fn new(
        streets: &Streets,
        raw: &RawStreets,
        heights: Option<Heights<'_>>,
        diagnostics: &mut Diagnostics,
        executor: &dyn Executor,
    ) -> Result<Slopes> {
        let tagged = Tagged::new(raw, heights)?;
        let edges = streets.edges();
        executor.begin("slopes", edges as u64);
        let chunks = collect(executor, edges.div_ceil(CHUNK), |chunk| {
            let own = (chunk * CHUNK) as u32..edges.min((chunk + 1) * CHUNK) as u32;
            let made = of_edges(streets, own.clone(), &tagged, heights);
            executor.advance(own.len() as u64);
            made
        })?;
        let mut slopes = Slopes::default();
        let (mut unknown, mut unknown_mm) = (0, 0);
        for chunk in chunks {
            for (edge, steps_mm) in chunk? {
                if edge.unknown > 0 {
                    let mm = u64::from(streets.edge_mm[slopes.steps_mm.len()]);
                    unknown += 1;
                    unknown_mm += mm * u64::from(edge.unknown) / edge.rises.len() as u64;
                }
                slopes.rise_mm.to_mut().extend(edge.rises);
                slopes.first_piece.push(slopes.rise_mm.len() as u32);
                slopes.steps_mm.push(steps_mm);
            }
        }
        if heights.is_some() {
            diagnostics.count(UNKNOWN, "elevation", unknown, format!("{} m in all", unknown_mm / 1000));
        }
        tagged.tell(INCLINE_WITHOUT_NUMBER, diagnostics);
        Ok(slopes)
    }
}

/// Edges in a row, with the length of their steps.
fn of_edges(
    streets: &Streets,
    edges: std::ops::Range<u32>,
    tagged: &Tagged,
    heights: Option<Heights<'_>>,
) -> Result<Vec<(profile::Rises, u32)>> {
    let profiles: Vec<EdgeProfile<'_>> =
        edges.map(|edge| EdgeProfile::new(streets, EdgeId(edge), tagged)).collect();
    let points: Vec<(f64, f64)> =
        profiles.iter().flat_map(|profile| profile.points.iter().copied()).collect();
    let found = match heights {
        Some(heights) => heights(&points)?,
        None => vec![f32::NAN; points.len()],
    };
    let mut found = found.into_iter();
    let made = profiles.iter().map(|profile| {
        let own: Vec<f64> = found.by_ref().take(profile.points.len()).map(f64::from).collect();
        (profile.rises(own), profile.steps_mm())
    });
    Ok(made.collect())
}
