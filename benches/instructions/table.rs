//! Counts ↔ `benches/instructions.tsv`.

use std::fmt::Write;
use std::path::Path;

pub struct Table {
    /// `rustc --version` and the machine's kind.
    pub compiler: String,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub what: String,
    pub path: String,
    /// What is counted in `units`: an event of the graph, a cell, each for one batch of origins.
    pub per: String,
    pub units: u64,
    pub instructions: u64,
}

const HEAD: &str = "what\tpath\tinstructions\tper\tunits\tinstructions_a_unit";

impl Table {
    pub fn read(path: &Path) -> Result<Table, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut lines = text.lines();
        let compiler = lines.next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default().to_string();
        let row = |line: &str| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [what, path, instructions, per, units, _] = fields[..] else { return None };
            Some(Row {
                what: what.into(),
                path: path.into(),
                per: per.into(),
                units: units.parse().ok()?,
                instructions: instructions.parse().ok()?,
            })
        };
        let rows = lines.skip(1).map(|line| row(line).ok_or_else(|| format!("{}: {line}", path.display())));
        Ok(Table { compiler, rows: rows.collect::<Result<_, _>>()? })
    }

    fn text(&self) -> String {
        let mut text = format!("# {}\n{HEAD}\n", self.compiler);
        for row in &self.rows {
            let each = row.instructions as f64 / row.units.max(1) as f64;
            let Row { what, path, per, units, instructions } = row;
            writeln!(text, "{what}\t{path}\t{instructions}\t{per}\t{units}\t{each:.1}").expect("a string");
        }
        text
    }

    pub fn write(&self, path: &Path) -> Result<(), String> {
        std::fs::write(path, self.text()).map_err(|error| format!("{}: {error}", path.display()))
    }

    pub fn print(&self) {
        println!("{}", self.compiler);
        for row in &self.rows {
            let each = row.instructions as f64 / row.units.max(1) as f64;
            println!("{:<30} {:<9} {each:>12.0} instructions / {}", row.what, row.path, row.per);
        }
    }
}
