//! Many short texts in one flat buffer.

use rustc_hash::FxHashMap;

use super::array::Array;

/// Texts by number, each once, in the order in which they come.
#[derive(Default)]
pub struct NumberedTexts<'a> {
    numbers: FxHashMap<&'a str, u32>,
    texts: Vec<&'a str>,
}

impl<'a> NumberedTexts<'a> {
    pub fn number(&mut self, text: &'a str) -> u32 {
        *self.numbers.entry(text).or_insert_with(|| {
            self.texts.push(text);
            self.texts.len() as u32 - 1
        })
    }

    pub fn texts(&self) -> &[&'a str] {
        &self.texts
    }
}

/// A column of texts: ids, names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StringColumn {
    offsets: Array<u32>,
    /// UTF-8, cut between characters.
    bytes: Array<u8>,
}

impl Default for StringColumn {
    fn default() -> Self {
        StringColumn { offsets: vec![0].into(), bytes: Array::default() }
    }
}

impl StringColumn {
    /// From its parts, or `None` where they do not fit each other.
    pub fn from_parts(offsets: impl Into<Array<u32>>, bytes: impl Into<Array<u8>>) -> Option<Self> {
        let (offsets, bytes) = (offsets.into(), bytes.into());
        let sound = offsets.first() == Some(&0)
            && offsets.is_sorted()
            && offsets.last().copied().map(|last| last as usize) == Some(bytes.len());
        sound.then_some(StringColumn { offsets, bytes })
    }

    /// Whether all of it is UTF-8, and no text begins or ends within a character.
    pub fn is_utf8(&self) -> bool {
        let whole = |text: &str| self.offsets.iter().all(|&at| text.is_char_boundary(at as usize));
        std::str::from_utf8(&self.bytes).is_ok_and(whole)
    }

    pub fn push(&mut self, text: &str) {
        self.bytes.to_mut().extend_from_slice(text.as_bytes());
        self.offsets.push(u32::try_from(self.bytes.len()).expect("less than 4 GiB of text"));
    }

    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Text `i`. Bytes that are no UTF-8 (a damaged file) read as "�".
    pub fn get(&self, i: usize) -> &str {
        let bytes = &self.bytes[self.offsets[i] as usize..self.offsets[i + 1] as usize];
        std::str::from_utf8(bytes).unwrap_or("\u{fffd}")
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl<T: AsRef<str>> FromIterator<T> for StringColumn {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut column = StringColumn::default();
        for text in texts {
            column.push(text.as_ref());
        }
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        let texts: StringColumn = ["Åsö", "", "Hötorget"].into_iter().collect();
        assert_eq!(texts.iter().collect::<Vec<_>>(), ["Åsö", "", "Hötorget"]);
        assert_eq!(StringColumn::from_parts(texts.offsets().to_vec(), texts.bytes().to_vec()), Some(texts));
        assert!(StringColumn::from_parts(vec![0, 1], vec![b'a', b'b']).is_none());
        let cut = StringColumn::from_parts(vec![0, 1, 2], "Å".as_bytes().to_vec()).unwrap();
        assert!(!cut.is_utf8());
        assert_eq!(cut.get(0), "\u{fffd}");
    }
}
