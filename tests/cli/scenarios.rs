//! `[[scenario]]` in the demo town: results beside the base's, of origins that an edit can touch alone, and equal to
//! those of all origins.

use crate::town::Town;

const SCENARIOS: &str = r#"
[[scenario]]
name = "nothing"
[[scenario.edit]]
kind = "shift"
route = "ROUTE"
seconds = 0

[[scenario]]
name = "cut"
[[scenario.edit]]
kind = "remove_routes"
route = "ROUTE"

[[scenario]]
name = "hub"
[[scenario.edit]]
kind = "set_opportunities"
column = "jobs"
cells = ["CELL"]
add = 500
"#;
