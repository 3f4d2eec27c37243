//! `crs` of a section → a code of EPSG.

use toml::de::DeValue;

use super::value::text;
use super::walk::Section;

/// `EPSG:` and a number; which numbers there are is the readers' business.
pub(super) fn crs(s: &mut Section<'_, '_>) -> String {
    let read = |value: &DeValue<'_>| {
        let crs = text(value)?.trim().to_uppercase();
        let code = crs.strip_prefix("EPSG:").and_then(|code| code.parse::<u16>().ok());
        code.map(|code| format!("EPSG:{code}")).ok_or(format!("is \"{crs}\""))
    };
    s.read("crs", "write an EPSG code such as \"EPSG:3006\"", read).unwrap_or_default()
}
