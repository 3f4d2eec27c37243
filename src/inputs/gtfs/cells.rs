//! A line of a table becomes cells, and says whether its quotation marks are in order. GTFS allows no line break within
//! a cell, so that a mark that is still open at the end of a line is one too many, or one that was forgotten.

/// Whether a line's quotation marks are as RFC 4180 has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuotationMarks {
    Sound,
    /// A mark within a cell that has none around it, or text behind a closing mark.
    Stray,
    /// A mark that is not closed.
    Open,
}

/// The cells of one row: stretches of a text of their own.
#[derive(Clone, Debug, Default)]
pub(super) struct RowCells {
    text: String,
    ends: Vec<(usize, usize)>,
}

impl RowCells {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell, trimmed; blank where the row is too short.
    pub fn get(&self, at: usize) -> &str {
        self.ends.get(at).map_or("", |&(from, to)| self.text[from..to].trim())
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    pub fn iter_untrimmed(&self) -> impl Iterator<Item = &str> {
        self.ends.iter().map(|&(from, to)| &self.text[from..to])
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Cuts a line at its delimiters, but for those between quotation marks.
    pub fn split(&mut self, line: &str, delimiter: u8) -> QuotationMarks {
        self.clear();
        if line.contains('"') {
            return self.split_marked(line, delimiter);
        }
        self.text.push_str(line);
        let mut from = 0;
        for (at, _) in line.bytes().enumerate().filter(|(_, byte)| *byte == delimiter) {
            self.ends.push((from, at));
            from = at + 1;
        }
        self.ends.push((from, line.len()));
        QuotationMarks::Sound
    }

    fn split_marked(&mut self, line: &str, delimiter: u8) -> QuotationMarks {
        let bytes = line.as_bytes();
        let next = |from: usize| {
            bytes[from..].iter().position(|&b| b == delimiter).map_or(bytes.len(), |n| from + n)
        };
        let mut marks = QuotationMarks::Sound;
        let mut at = 0;
        loop {
            let from = self.text.len();
            let mut closed = false;
            let blanks = bytes[at..].iter().take_while(|&&byte| byte == b' ').count();
            if bytes.get(at + blanks) == Some(&b'"') {
                if blanks > 0 {
                    marks = QuotationMarks::Stray;
                }
                at += blanks + 1;
                loop {
                    let Some(length) = bytes[at..].iter().position(|&byte| byte == b'"') else {
                        self.text.push_str(&line[at..]);
                        self.ends.push((from, self.text.len()));
                        return QuotationMarks::Open;
                    };
                    self.text.push_str(&line[at..at + length]);
                    at += length + 1;
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    self.text.push('"');
                    at += 1;
                }
                closed = true;
            }
            let end = next(at);
            let rest = &line[at..end];
            // Behind a closing mark only blanks are in order; without marks around it a cell has none within.
            if rest.contains('"') || (closed && !rest.trim().is_empty()) {
                marks = QuotationMarks::Stray;
            }
            self.text.push_str(rest);
            self.ends.push((from, self.text.len()));
            if end == bytes.len() {
                return marks;
            }
            at = end + 1;
        }
    }

    /// Cuts a line at every delimiter: marks around a cell are left out, a double one is one, others stay.
    pub fn split_plainly(&mut self, line: &str, delimiter: u8) {
        self.clear();
        for cell in line.split(char::from(delimiter)) {
            let from = self.text.len();
            let cell = cell.trim();
            let cell = cell.strip_prefix('"').unwrap_or(cell);
            let cell = cell.strip_suffix('"').filter(|rest| !rest.ends_with('"')).unwrap_or(cell);
            self.text.push_str(&cell.replace("\"\"", "\""));
            self.ends.push((from, self.text.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn cells(line: &str, wanted: &[&str], marks: QuotationMarks) {
        let mut cells = RowCells::default();
        assert_eq!(cells.split(line, b','), marks, "{line}");
        assert_eq!(cells.iter().collect::<Vec<_>>(), wanted, "{line}");
    }

    #[test]
    fn marks_in_order() {
        cells("a,b,", &["a", "b", ""], QuotationMarks::Sound);
        cells("", &[""], QuotationMarks::Sound);
        cells("\"a\",\"b, c\",\"\"", &["a", "b, c", ""], QuotationMarks::Sound);
        cells("\"say \"\"hej\"\"\" ,x", &["say \"hej\"", "x"], QuotationMarks::Sound);
        cells("\"\"\"x\"", &["\"x"], QuotationMarks::Sound);
    }

    #[test]
    fn marks_that_do_not_belong() {
        cells("15\" pipe,x", &["15\" pipe", "x"], QuotationMarks::Stray);
        cells("\"Café\" Roma,x", &["Café Roma", "x"], QuotationMarks::Stray);
        cells("a, \"b, c\",d", &["a", "b, c", "d"], QuotationMarks::Stray);
        cells("a,\"b,59,\"Zone\"", &["a", "b,59,Zone\""], QuotationMarks::Stray);
    }

    #[test]
    fn marks_left_open() {
        cells("a,\"Bar,59,18", &["a", "Bar,59,18"], QuotationMarks::Open);
        cells("a,59,\"", &["a", "59", ""], QuotationMarks::Open);
        // The doubled mark is one of the text, so that the first is never closed.
        cells("a,\"Nord \"\"Syd\"\",59", &["a", "Nord \"Syd\",59"], QuotationMarks::Open);
        let mut plainly = RowCells::default();
        plainly.split_plainly("a,\"Nord \"\"Syd\"\",59, \"x\" ", b',');
        assert_eq!(plainly.iter().collect::<Vec<_>>(), ["a", "Nord \"Syd\"", "59", "x"]);
    }
}
