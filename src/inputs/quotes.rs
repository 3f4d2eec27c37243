//! Quotation marks that are left open in delimited text (RFC 4180), before they take in the rows that follow.
//!
//! A mark opens at the beginning of a field and closes at the next one that is not doubled. A field that goes over
//! several lines is lawful, and yet it is what a forgotten mark looks like: where it takes in a whole row, or does not
//! close as it must, it is one.

/// A field in marks over several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QuotedField {
    /// The physical lines of its marks, counted from 1.
    pub lines: (u64, u64),
    /// Whether its mark was left open, for sure.
    pub open: bool,
}

/// The fields in marks that do not close on their line, in a text parted by `separator` whose rows have `columns`.
pub(super) fn over_lines(text: &[u8], separator: u8, columns: usize) -> Vec<QuotedField> {
    let (mut found, mut line, mut at, mut begins) = (Vec::new(), 1, 0, true);
    while at < text.len() {
        if begins && text[at] == b'"' {
            let (end, closed) = closing(text, at + 1);
            let last = line + breaks(&text[at..end]);
            let follows = text.get(end + usize::from(closed));
            let sound =
                closed && follows.is_none_or(|&next| next == separator || next == b'\n' || next == b'\r');
            // A last mark that is never closed takes in nothing, and yet the field is not whole.
            if last > line || !closed {
                let open = !sound || takes_in_a_row(&text[at + 1..end], separator, columns);
                found.push(QuotedField { lines: (line, last), open });
            }
            (line, at, begins) = (last, (end + usize::from(closed)).min(text.len()), false);
            continue;
        }
        line += breaks_at(text, at);
        begins = text[at] == separator || text[at] == b'\n' || text[at] == b'\r';
        at += 1;
    }
    found
}

/// Whether a line within a field, between two line breaks, has as many fields as a row.
pub(super) fn takes_in_a_row(field: &[u8], separator: u8, columns: usize) -> bool {
    let lines: Vec<&[u8]> = field.split(|&byte| byte == b'\n' || byte == b'\r').collect();
    let fields = |line: &&[u8]| 1 + line.iter().filter(|&&byte| byte == separator).count();
    let within = lines.get(1..lines.len().saturating_sub(1)).unwrap_or_default();
    columns > 1 && within.iter().any(|line| fields(line) == columns)
}

/// Where the mark that closes is, or the end of the text.
fn closing(text: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            (b'"', Some(b'"')) => at += 2,
            (b'"', _) => return (at, true),
            _ => at += 1,
        }
    }
    (text.len(), false)
}

/// Line ends, of whatever kind.
fn breaks(text: &[u8]) -> u64 {
    (0..text.len()).map(|at| breaks_at(text, at)).sum()
}

fn breaks_at(text: &[u8], at: usize) -> u64 {
    u64::from(text[at] == b'\n' || text[at] == b'\r' && text.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<(u64, u64, bool)> {
        let of = |field: QuotedField| (field.lines.0, field.lines.1, field.open);
        over_lines(text.as_bytes(), b',', columns).into_iter().map(of).collect()
    }

    #[test]
    fn open_marks_by_hand() {
        // Closed on their lines; a mark within a field is a letter.
        assert_eq!(lines("id,n\na,\"x, \"\"y\"\"\"\nb,5\" pipe\n", 2), []);
        // Never closed; closed by the mark of a later row, behind which letters stand.
        assert_eq!(lines("id,n\na,\"x\nb,y\n", 2), [(2, 4, true)]);
        assert_eq!(lines("id,n\na,\"x\nb,y\nc,\"z\"\nd,w\n", 2), [(2, 4, true)]);
        // Closed by a stray mark at the right place, and yet a whole row stands between.
        assert_eq!(lines("id,n,m\na,\"x\nb,y,1\nc,\",2\n", 3), [(2, 4, true)]);
        // Two lines of a name, with each kind of line end.
        assert_eq!(
            lines("id,n\na,\"x\ny\"\nb,\"x\r\ny\"\r\nc,\"x\ry\"\n", 2),
            [(2, 3, false), (4, 5, false), (6, 7, false)]
        );
        assert_eq!(lines("id,n\na,\"x", 2), [(2, 2, true)]);
    }
}
