//! Whether the cells lie where the streets are.

use crate::base::diagnostics::{DiagnosticCode, Diagnostics, Severity};
use crate::base::error::{Error, Result};
use crate::base::ids::{EdgeId, Id};
use crate::engine::region::Region;

const MOSTLY_UNLINKED: DiagnosticCode = DiagnosticCode {
    code: "cells_mostly_unlinked",
    severity: Severity::Doubt,
    meaning: "more than half of the cells have no street within [network] max_link_m",
    remedy: "are the streets and the cells of the same area?",
};

/// # Errors
/// No cell is linked at all.
pub(super) fn check_linked(region: &Region, diagnostics: &mut Diagnostics) -> Result<()> {
    let links = &region.links.cells;
    let unlinked = links.edge.iter().filter(|&&edge| edge == EdgeId::NONE).count();
    if unlinked == links.len() {
        return Err(Error::input(
            "cells",
            format!("none of the {} cells has a street within [network] max_link_m", links.len()),
            "are the streets and the cells of the same area? Are lon and lat, or crs, right?",
        ));
    }
    if 2 * unlinked > links.len() {
        diagnostics.count(MOSTLY_UNLINKED, "cells", unlinked as u64, format!("of {}", links.len()));
    }
    Ok(())
}
