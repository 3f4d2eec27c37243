//! Tables and bars of a terminal, for 80 columns.

/// Eighths of a character, from one to seven.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// A bar of a share from 0 to 1 of `width` characters, to an eighth of one; what is above 0 shows.
pub fn bar(share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * 8.0 * width as f64).round() as usize;
    let eighths = if share > 0.0 { eighths.max(1) } else { eighths };
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).map(|rest| EIGHTHS[rest]));
    bar
}

/// Two shares on either side of a line: `███│█`, to a character.
pub fn balance(left: f64, right: f64, width: usize) -> String {
    let length = |share: f64| {
        let whole = (share.clamp(0.0, 1.0) * width as f64).round() as usize;
        if share > 0.0 { whole.max(1) } else { whole }
    };
    let (left, right) = (length(left), length(right));
    format!("{}{}│{}", " ".repeat(width - left), "█".repeat(left), "█".repeat(right))
}

/// Rows of equally many cells as lines: the first column and a last one of bars to the left, numbers to the right.
/// Columns in which no row has anything are left out; names are cut to 24 characters.
pub fn aligned(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, column: usize| match (row.get(column), column) {
        (Some(name), 0) => cut(name, 24),
        (Some(text), _) => text.clone(),
        (None, _) => String::new(),
    };
    let width = |column| rows.iter().map(|row| cell(row, column).chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::from(" ");
        for (column, &width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
            let (text, gap) = (cell(row, column), if column == 0 { " " } else { "  " });
            line += gap;
            line += &match column == 0 || column + 1 == columns {
                true => format!("{text:<width$}"),
                false => format!("{text:>width$}"),
            };
        }
        line.trim_end().to_string()
    };
    rows.iter().map(line).collect()
}

/// A text of at most `width` characters.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_string();
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share() {
        // 10 characters are 80 eighths: half is 5 characters, 0.31 is 24.8, that is 3 and an eighth.
        assert_eq!((bar(0.5, 10), bar(0.31, 10)), ("█████".to_string(), "███▏".to_string()));
        assert_eq!((bar(0.0, 10), bar(1e-9, 10), bar(7.0, 2)), (String::new(), "▏".into(), "██".into()));
        assert_eq!((balance(0.5, 0.0, 4), balance(0.01, 1.0, 4)), ("  ██│".into(), "   █│████".into()));
    }

    #[test]
    fn columns_stand_under_each_other() {
        let row = |cells: [&str; 4]| cells.map(str::to_string).to_vec();
        let rows = [row(["", "mean", "", ""]), row(["jobs", "1,234", "", "██"]), row(["é", "5", "", "▏"])];
        assert_eq!(aligned(&rows), ["         mean", "  jobs  1,234  ██", "  é         5  ▏"]);
    }
}
